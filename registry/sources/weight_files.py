"""What a checkpoint's own files prove: bytes on disk, bytes and number of weights. Headers are read, weights never."""

from collections.abc import Sequence

from registry.errors import SourceUnreadable
from registry.one_line import one_line
from registry.passport import Claim, Reading
from registry.sources.safetensors_header import Header, Tensor, bytes_by_dtype, parameter_count

HEADERS = "safetensors headers"
"""The source's name says not how many files there are: a folder saved anew in more of them is the same source."""

NO_WEIGHTS = "There is no model.safetensors and no index of several."
UNCOUNTED = "The weights are packed and the configuration does not say how."


def size_claim(on_disk: int | None, reading: Reading, *, source: str) -> Claim:
    """The bytes of all files, None where a size is not known."""
    return reading.claim("bytes_on_disk", on_disk, unit="bytes", method="files", source=source)


def header_claims(
    headers: Sequence[Header], reading: Reading, *, bits: int | None, tied_output: bool
) -> tuple[Claim, ...]:
    """Bytes and number of the weights; both unknown where there are no headers."""
    if not headers:
        return tuple(
            reading.claim(field, None, unit=unit, method="files", source=HEADERS, note=NO_WEIGHTS)
            for field, unit in (("tensor_bytes", "bytes"), ("parameters", None))
        )
    tensors = distinct_tensors(headers)
    repeated = sum(len(header.tensors) for header in headers) - len(tensors)
    remark = f"Counted once: {repeated:,} that stand in more than one file." if repeated else None
    parameters = parameter_count(tensors, bits=bits, tied_output=tied_output)
    return (
        *_tensor_claims(tensors, reading, remark),
        reading.claim(
            "parameters", parameters, method="files", source=HEADERS, note=UNCOUNTED if parameters is None else remark
        ),
    )


def distinct_tensors(headers: Sequence[Header]) -> list[Tensor]:
    """The tensors of several files, each once.

    Raises:
        SourceUnreadable: two files hold different tensors by one name.
    """
    found: dict[str, Tensor] = {}
    for tensor in (tensor for header in headers for tensor in header.tensors):
        if found.setdefault(tensor.name, tensor) != tensor:
            name = one_line(tensor.name, 100)
            raise SourceUnreadable(f"Two weight files hold different tensors by the name “{name}”.")
    return list(found.values())


def _tensor_claims(tensors: list[Tensor], reading: Reading, note: str | None) -> list[Claim]:
    parts = bytes_by_dtype(tensors)
    sizes = {"tensor_bytes": sum(parts.values()), **{f"tensor_bytes.{dtype}": size for dtype, size in parts.items()}}
    return [
        reading.claim(field, size, unit="bytes", method="files", source=HEADERS, note=note)
        for field, size in sizes.items()
    ]
