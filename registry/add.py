"""A whole passport of any checkpoint, from its own files alone: a repository of the Hub, or a folder.

Weights are counted from headers, memory from the configuration; where that is not understood the passport says unknown,
and why. No code of the repository is run and no weight is read.
"""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from registry.errors import SourceUnreadable
from registry.passport import Claim, Passport, Reading
from registry.record import Record, Relation, RelationKind
from registry.sources.card_body import card_body_claims
from registry.sources.config_file import config_claims, quantized_bits, tied_output
from registry.sources.engagement import engagement_claims
from registry.sources.hub import listing_claims, read_repository
from registry.sources.hub_requests import Hub
from registry.sources.memory import checkpoint_memory
from registry.sources.model_card import (
    ABSENT,
    ModelCard,
    front_matter_claims,
    parse_model_card,
    unknown_card_claims,
)  # fmt: skip
from registry.sources.snapshot import CARD, Snapshot, folder_snapshot
from registry.sources.weight_files import header_claims, size_claim
from registry.storable import encodable, storable

if TYPE_CHECKING:
    from registry.store import Store

KINDS: dict[str, RelationKind] = {"quantized": "quantized_from", "finetune": "finetune", "adapter": "finetune"}
"""What the card's `base_model_relation` may say."""


def add(store: "Store", target: str, hub: Hub, *, name: str | None = None) -> Record:
    """Read a checkpoint and record it. See `read`."""
    record = read(target, hub, name=name)
    store.add(record)
    return record


def read(target: str, hub: Hub, *, name: str | None = None) -> Record:
    """The passport of a folder's path, or of `owner/name`, `owner/name@revision`. Nothing is recorded.

    `name` is what a folder goes by; without it, its own name. Where the target is a visitor's, use `hub_record`: nobody
    may look into our folders, nor into private repositories with our token.

    Raises:
        SourceMissing, SourceRefused, SourceAway: the repository cannot be had.
        SourceUnreadable: a file of it is damaged.
    """
    today = datetime.now(UTC).date()
    folder = Path(target)
    if folder.is_dir():
        return folder_record(folder, name or folder.resolve().name, today)
    repo_id, _, revision = target.partition("@")
    return hub_record(hub, repo_id, revision or None, today)


def folder_record(folder: Path, name: str, as_of: date, *, commit: str | None = None) -> Record:
    """A folder. `commit` is the one it was fetched at: it may lack some of that commit's files, so none is listed.
    Without it the folder has no repository, whatever name it goes by.

    Raises:
        SourceUnreadable: one of its files is damaged.
    """
    found = folder_snapshot(folder, name)
    if commit is not None:
        return _record(replace(found, commit=commit, files=()), as_of, ())
    reading = Reading(subject=name, revision=None, as_of=as_of)
    nowhere = reading.claim("repo_id", None, method="files", source="folder", note="A folder: no repository is known.")
    return _record(found, as_of, (nowhere,))


def hub_record(hub: Hub, repo_id: str, revision: str | None, as_of: date) -> Record:
    """A repository of the Hub. The subject is its exact name, whatever the spelling it was asked by."""
    found = read_repository(hub, repo_id, revision)
    reading = Reading(subject=found.snapshot.subject, revision=found.snapshot.commit, as_of=as_of)
    said = (*listing_claims(found.listing, reading), *engagement_claims(found.listing, as_of))
    return _record(found.snapshot, as_of, said)


def _record(snapshot: Snapshot, as_of: date, said: tuple[Claim, ...]) -> Record:
    reading = Reading(subject=snapshot.subject, revision=snapshot.commit, as_of=as_of)
    config = dict(snapshot.config)
    card = _card(snapshot.card)
    claims = (
        *config_claims(config, reading),
        size_claim(snapshot.size, reading, source="sizes of all files"),
        *header_claims(snapshot.headers, reading, bits=quantized_bits(config), tied_output=tied_output(config)),
        *checkpoint_memory(config, snapshot.headers, reading),
        *_card_claims(card, reading),
        *said,
    )
    own = tuple(dict.fromkeys(storable(claim) for claim in claims if claim.subject == snapshot.subject))
    return Record(
        passport=Passport(subject=snapshot.subject, revision=snapshot.commit, claims=own),
        files=snapshot.files,
        relations=_relations(card, quantized=bool(config.get("quantization_config"))),
    )


def _card(text: str | None) -> ModelCard | str:
    """The card, or why there is none to read."""
    if text is None:
        return ABSENT
    try:
        return parse_model_card(text)
    except SourceUnreadable as error:
        return str(error)


def _card_claims(card: ModelCard | str, reading: Reading) -> tuple[Claim, ...]:
    if isinstance(card, str):
        return unknown_card_claims(reading, card)
    length = reading.claim("card_characters", len(card.text), unit="characters", method="files", source=CARD)
    return (*front_matter_claims(card, reading), *card_body_claims(card.text.splitlines(), reading, CARD), length)


def _relations(card: ModelCard | str, *, quantized: bool) -> tuple[Relation, ...]:
    """What the card names as its base. Where it does not say how, a quantized checkpoint was quantized from it."""
    if isinstance(card, str):
        return ()
    bases = card.data.get("base_model")
    names = bases if isinstance(bases, list) else [bases]
    otherwise: RelationKind = "quantized_from" if quantized else "base"
    told = card.data.get("base_model_relation")
    kind = KINDS.get(told, otherwise) if isinstance(told, str) else otherwise
    return tuple(Relation(kind=kind, target=encodable(name)) for name in names if isinstance(name, str) and name)
