"""Claims about memory, computed from a checkpoint's footprint: what each part of the weights takes, what a load needs.

It computes nothing itself. The need holds under its conditions only, and its overhead is an estimate: the note says so.
"""

from registry.footprint import Footprint
from registry.passport import Claim, Method, Reading
from registry.units import size_in_words
from registry.vram import Load, vram

ENGINE = "vLLM 0.29"
SOURCE = "computed from the configuration and the sizes of the weights"


def memory_claims(model: Footprint, reading: Reading, load: Load, *, method: Method = "files") -> tuple[Claim, ...]:
    """Bytes of each part of the weights, and the memory a load needs. `method` is how the weights were counted.

    What is unknown is claimed as None with the reason.
    """
    parts = model.weights.by_component() if model.weights else {}
    return (
        *(
            reading.claim(f"tensor_bytes.{component}", size, unit="bytes", method=method, source="names of the tensors")
            for component, size in parts.items()
        ),
        _need(model, reading, load, method),
    )


def _need(model: Footprint, reading: Reading, load: Load, method: Method) -> Claim:
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
