"""What the header of a safetensors file proves: every tensor's name, dtype, shape and bytes. Never the weights.

Format: eight bytes, little-endian, give the length of a JSON object that follows; it maps each tensor's name to its
dtype, shape and the begin and end of its bytes, counted from the end of the header
(https://huggingface.co/docs/safetensors/index#format). It knows nothing of models: what a tensor means is for readers.
"""

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from registry.errors import SourceUnreadable

LENGTH_BYTES = 8
LARGEST_HEADER = 100_000_000
"""The format's own limit; a longer one is not read."""

PACKED = {"qweight", "weight_packed"}
"""Last part of the name of a tensor in which each 32-bit integer holds several weights (GPTQ, AutoRound, AWQ;
compressed-tensors)."""

NOT_WEIGHTS = {
    "scales", "qzeros", "g_idx", "weight_scale", "weight_zero_point", "weight_shape", "weight_g_idx", "input_scale",
}  # fmt: skip
"""Last part of the name of a tensor that quantization adds beside the weights."""


@dataclass(frozen=True, kw_only=True)
class Tensor:
    """One tensor of a file. `dtype` is the format's own word, such as BF16 or I32."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    size: int
    """Bytes."""

    @property
    def elements(self) -> int:
        return math.prod(self.shape)

    @property
    def kind(self) -> str:
        """The last part of the name: weight, bias, qweight, scales …"""
        return self.name.rpartition(".")[2]


@dataclass(frozen=True, kw_only=True)
class Header:
    """The tensors of one file, and how long that file must be."""

    tensors: tuple[Tensor, ...]
    file_size: int
    """Bytes: the length, the header and the data."""


def read_header(path: Path) -> Header:
    """Read the header of one file.

    Raises:
        SourceUnreadable: the file is absent or its header is damaged. The length of its data is not looked at.
    """
    try:
        with path.open("rb") as file:
            length = int.from_bytes(file.read(LENGTH_BYTES), "little")
            if not 2 <= length <= LARGEST_HEADER:
                raise SourceUnreadable(f"{path.name} is no safetensors file: its header would be {length} bytes long.")
            text = file.read(length)
    except OSError as error:
        raise SourceUnreadable(f"{path.name} cannot be read: {error.strerror or error}.") from error
    if len(text) < length:
        raise SourceUnreadable(f"{path.name} is cut short inside its header.")
    tensors = _tensors(text, path.name)
    data = max((end for _, end in tensors), default=0)
    return Header(tensors=tuple(tensor for tensor, _ in tensors), file_size=LENGTH_BYTES + length + data)


def _tensors(text: bytes, file_name: str) -> list[tuple[Tensor, int]]:
    """Each tensor with the end of its bytes."""
    try:
        entries = json.loads(text)
        return [
            (
                Tensor(
                    name=name,
                    dtype=str(entry["dtype"]),
                    shape=tuple(int(side) for side in entry["shape"]),
                    size=int(entry["data_offsets"][1]) - int(entry["data_offsets"][0]),
                ),
                int(entry["data_offsets"][1]),
            )
            for name, entry in entries.items()
            if name != "__metadata__"
        ]
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise SourceUnreadable(f"{file_name} has a damaged header.") from error


def bytes_by_dtype(tensors: Iterable[Tensor]) -> dict[str, int]:
    """Bytes of each dtype, the largest first."""
    totals: dict[str, int] = {}
    for tensor in tensors:
        totals[tensor.dtype] = totals.get(tensor.dtype, 0) + tensor.size
    return dict(sorted(totals.items(), key=lambda item: (-item[1], item[0])))


def parameter_count(tensors: Iterable[Tensor], *, bits: int | None, tied_output: bool) -> int | None:
    """How many weights the tensors hold: a packed integer counts as the 32 ÷ `bits` weights in it.

    Scales, zero points and the like are not weights. With `tied_output`, an output head stored beside the input
    embedding it repeats counts once. None when weights are packed and `bits` is unknown, or does not divide 32.
    """
    total = 0
    for tensor in tensors:
        if tensor.kind in NOT_WEIGHTS or (tied_output and tensor.name.endswith("lm_head.weight")):
            continue
        if tensor.kind not in PACKED:
            total += tensor.elements
        elif bits is None or bits <= 0 or 32 % bits:
            return None
        else:
            total += tensor.elements * (32 // bits)
    return total
