"""The passport of a checkpoint in a folder, from its own files alone: no network, no weights read, nothing invented."""

from datetime import UTC, datetime
from pathlib import Path

from registry.passport import Passport, Reading
from registry.sources.config_file import config_claims, quantized_bits, read_config, tied_output
from registry.sources.memory import checkpoint_memory
from registry.sources.model_card import model_card_claims
from registry.sources.safetensors_header import read_header
from registry.sources.safetensors_index import weight_paths
from registry.sources.weight_files import header_claims, size_claim


def passport_of(folder: Path, repo_id: str, revision: str | None) -> Passport:
    """Read the folder as it is today. `revision` is the commit it was fetched at, None for a local folder.

    Raises:
        SourceUnreadable: config.json or the weights are absent or damaged. A missing model card is no error.
    """
    reading = Reading(subject=repo_id, revision=revision, as_of=datetime.now(UTC).date())
    config = read_config(folder / "config.json")
    headers = [read_header(path) for path in weight_paths(folder)]
    on_disk = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return Passport(
        subject=repo_id,
        revision=revision,
        claims=(
            *config_claims(config, reading),
            size_claim(on_disk, reading, source="sizes of all files"),
            *header_claims(headers, reading, bits=quantized_bits(config), tied_output=tied_output(config)),
            *checkpoint_memory(config, headers, reading),
            *model_card_claims(folder / "README.md", reading),
        ),
    )
