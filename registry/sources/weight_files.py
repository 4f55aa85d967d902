"""What a folder's own files prove: bytes on disk, bytes and number of its weights. Headers are read, weights never."""

from pathlib import Path

from registry.passport import Claim, Reading
from registry.sources.safetensors_header import Tensor, bytes_by_dtype, parameter_count, read_header
from registry.sources.safetensors_index import weight_paths


def weight_file_claims(folder: Path, reading: Reading, *, bits: int | None, tied_output: bool) -> tuple[Claim, ...]:
    """Claims from the folder. `bits` is of one packed weight, `tied_output` whether the output head is the embedding.

    Raises:
        SourceUnreadable: weights are missing or damaged.
    """
    paths = weight_paths(folder)
    tensors = {tensor.name: tensor for path in paths for tensor in read_header(path).tensors}.values()
    source = f"safetensors headers of {len(paths)} file{'s' if len(paths) > 1 else ''}"
    parameters = parameter_count(tensors, bits=bits, tied_output=tied_output)
    on_disk = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return (
        reading.claim("bytes_on_disk", on_disk, unit="bytes", method="files", source="sizes of the folder's files"),
        *_tensor_claims(list(tensors), reading, source),
        reading.claim(
            "parameters",
            parameters,
            method="files",
            source=source,
            note=None if parameters is not None else "The weights are packed and the configuration does not say how.",
        ),
    )


def _tensor_claims(tensors: list[Tensor], reading: Reading, source: str) -> list[Claim]:
    parts = bytes_by_dtype(tensors)
    sizes = {"tensor_bytes": sum(parts.values()), **{f"tensor_bytes.{dtype}": size for dtype, size in parts.items()}}
    return [reading.claim(field, size, unit="bytes", method="files", source=source) for field, size in sizes.items()]
