"""Claims about memory, computed from a checkpoint's footprint: what each part of the weights takes, what a load needs.

It computes nothing itself. The need holds under its conditions only, and its overhead is an estimate: the note says so.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from registry.footprint import Footprint, footprint
from registry.passport import Claim, Method, Reading
from registry.sources.safetensors_header import Header
from registry.sources.weight_files import distinct_tensors
from registry.units import size_in_words
from registry.vram import Load, vram
from registry.weights import Component, Weights

ENGINE = "vLLM 0.29"
SOURCE = "computed from the configuration and the sizes of the weights"
PARTS = "names of the tensors"

TIED = ("tied to", "embeddings")
"""The condition of bytes that files hold and no memory does."""

CONTEXT = 8_192
"""Tokens for which a new passport says what memory they need, or all the model has when that is less."""

TOWERS: dict[Component, str] = {"vision": "vision", "audio": "audio", "projectors": "projector"}
"""Parts whose precision cards and listings tell, with the names those fields have."""


def checkpoint_memory(config: Mapping[str, Any], headers: Sequence[Header], reading: Reading) -> tuple[Claim, ...]:
    """The claims of a checkpoint, from its configuration and, where there are any, the headers of its weights."""
    model = footprint(config, distinct_tensors(headers) if headers else None)
    load = Load(context=min(CONTEXT, model.longest or CONTEXT))
    return memory_claims(model, reading, load, method="files" if headers else "configuration")


def memory_claims(model: Footprint, reading: Reading, load: Load, *, method: Method = "files") -> tuple[Claim, ...]:
    """Bytes of each part of the weights, and the memory a load needs. `method` is how the weights were counted.

    What is unknown is claimed as None with the reason.
    """
    parts = part_claims(model.weights, reading, method=method) if model.weights else ()
    return (*parts, need_claim(model, reading, load, method=method))


def part_claims(weights: Weights, reading: Reading, *, method: Method = "files") -> tuple[Claim, ...]:
    """Bytes of each part of the model in each dtype, no tensor twice, and the dtype of towers that have but one.

    What is stored and tied to another part says so in its conditions: it is no part of the sum that is loaded.
    """
    conditions = [
        *((part, (("dtype", part.dtype),)) for part in weights.parts),
        *((part, (("dtype", part.dtype), TIED)) for part in weights.tied),
    ]
    sizes = (
        reading.claim(
            f"tensor_bytes.{part.component}",
            part.size,
            unit="bytes",
            method=method,
            source=PARTS,
            conditions=told,
        )
        for part, told in conditions
    )
    return (*sizes, *_tower_dtypes(weights, reading, method))


def _tower_dtypes(weights: Weights, reading: Reading, method: Method) -> Iterator[Claim]:
    for component, name in TOWERS.items():
        dtypes = [part.dtype for part in weights.parts if part.component == component]
        if len(dtypes) == 1:
            yield reading.claim(f"dtype.{name}", dtypes[0], method=method, source=PARTS)


def need_claim(model: Footprint, reading: Reading, load: Load, *, method: Method = "files") -> Claim:
    """The memory a load needs in all, None with the reason where that is not known."""
    needed = vram(model, load)
    note = " ".join(needed.notes)
    if needed.weights_bytes is not None and needed.kv_reserved_bytes is not None:
        note = (
            f"Weights {size_in_words(needed.weights_bytes)}, cache {size_in_words(needed.kv_reserved_bytes)}, "
            f"overhead {size_in_words(needed.overhead_bytes)}. {note}"
        )
    conditions = (
        ("concurrency", str(load.concurrency)),
        ("context", str(load.context)),
        ("engine", ENGINE),
        ("kv_dtype", load.kv_dtype),
    )
    return reading.claim(
        "vram",
        needed.total_bytes,
        unit="bytes",
        method=method,
        source=SOURCE,
        conditions=conditions,
        note=note,
    )
