"""Checks on a folder before the engine sees it: what would make vLLM refuse it, die on it, or quietly lose a sense.

Raw JSON and safetensors headers only: neither transformers nor vLLM is asked, and no weight is read.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from registry.errors import SourceUnreadable
from registry.sources.safetensors_header import read_header
from registry.sources.safetensors_index import weight_paths
from registry.units import size_in_words
from space.errors import CheckpointError

ARCHITECTURE = "Gemma4ForConditionalGeneration"

WORKING_MEMORY = 2 << 30
"""Bytes beside weights and KV cache: PyTorch and vLLM in three processes, activations of one batch. An estimate."""

DEFAULT_SOFT_TOKENS = 280
"""The image processor's own budget where a checkpoint names none (transformers, `Gemma4ImageProcessor`)."""


@dataclass(frozen=True, kw_only=True)
class Room:
    """`memory` bytes are free in one place, and what has to fit there.

    On cards that is one of `parts` of the weights on each of `cards`; in main memory, `copies` of them all and `ranks`
    processes that share it.
    """

    memory: int
    parts: int = 1
    cards: int = 1
    copies: int = 1
    ranks: int = 1


def check(folder: Path, *, room: Room, kv_cache: int) -> None:
    """Whether the checkpoint in `folder` can be served in `room` with a KV cache of `kv_cache` bytes a process.

    Raises:
        CheckpointError: it cannot; the sentence says why and what to do.
    """
    config = read_json(folder / "config.json")
    check_architecture(config)
    check_processor(folder, config)
    check_memory(check_weights(folder), room=room, kv_cache=kv_cache)


def read_json(path: Path) -> dict[str, Any]:
    """One JSON object of a checkpoint, raw."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise CheckpointError(
            f"{path.parent} has no {path.name}. Set MODEL_ID to a complete Gemma 4 checkpoint."
        ) from error
    except (OSError, ValueError) as error:
        raise CheckpointError(f"{path} cannot be read as JSON ({error}). Fetch the checkpoint again.") from error
    if not isinstance(content, dict):
        raise CheckpointError(f"{path} is no JSON object. Fetch or copy the checkpoint again.")
    return content


def check_architecture(config: dict[str, Any]) -> None:
    """`config` is the raw config.json."""
    architectures = config.get("architectures") or []
    if ARCHITECTURE not in architectures:
        found = ", ".join(map(str, architectures)) or "no architecture at all"
        raise CheckpointError(
            f"This Space serves multimodal Gemma 4 ({ARCHITECTURE}) and the checkpoint is {found}. Set MODEL_ID to a "
            "Gemma 4 checkpoint, or to pocket."
        )


def check_processor(folder: Path, config: dict[str, Any]) -> None:
    """Whether sounds will be heard and pictures will have as many places in the prompt as the vision tower fills."""
    processor = read_json(folder / "processor_config.json")
    if config.get("audio_config") and not processor.get("feature_extractor"):
        raise CheckpointError(
            "processor_config.json has no feature_extractor, and the engine would answer without hearing any sound. "
            "Copy that file from the original Gemma 4 checkpoint."
        )
    budget = _image_budget(folder, processor)
    length = (config.get("vision_config") or {}).get("default_output_length")
    if budget != length:
        raise CheckpointError(
            f"The image processor makes {budget} soft tokens of a picture and vision_config.default_output_length in "
            f"config.json is {length}: the engine would die at the first picture. Set both to the same number."
        )


def _image_budget(folder: Path, processor: dict[str, Any]) -> object:
    """The image processor's settings are inside processor_config.json, or in a file of their own in older folders."""
    settings = processor.get("image_processor")
    if not settings and (folder / "preprocessor_config.json").is_file():
        settings = read_json(folder / "preprocessor_config.json")
    return (settings or {}).get("max_soft_tokens", DEFAULT_SOFT_TOKENS)


def check_weights(folder: Path) -> int:
    """Bytes of all weight files, each there and as long as its own header says."""
    total = 0
    try:
        for path in weight_paths(folder):
            size, expected = path.stat().st_size, read_header(path).file_size
            if size != expected:
                raise CheckpointError(
                    f"{path.name} is {size:,} bytes long and its header asks for {expected:,}: it is cut short or "
                    "damaged. Remove it and fetch or copy it again."
                )
            total += size
    except FileNotFoundError as error:
        name = Path(str(error.filename)).name
        raise CheckpointError(f"{folder} lacks the weights {name}. Fetch or copy the checkpoint again.") from error
    except (SourceUnreadable, OSError) as error:
        raise CheckpointError(f"{error} Remove it and fetch or copy the checkpoint again.") from error
    return total


def check_memory(weights: int, *, room: Room, kv_cache: int) -> None:
    """All in bytes. Parts are taken as equal, which vLLM's are but for a few small tensors that each one keeps."""
    weights_here = -(-weights // room.parts) * room.copies
    kv_here, working = kv_cache * room.ranks, WORKING_MEMORY * room.ranks
    needed = weights_here + kv_here + working
    if needed > room.memory:
        place = f"memory on each of {room.cards} cards" if room.cards > 1 else "memory"
        raise CheckpointError(
            f"This checkpoint needs {size_in_words(needed)} of {place}: {size_in_words(weights_here)} of weights, "
            f"{size_in_words(kv_here)} of KV cache and about {size_in_words(working)} to work in. "
            f"{size_in_words(room.memory)} are free. Use a larger machine, or set MODEL_ID to pocket."
        )
