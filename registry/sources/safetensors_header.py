"""What the header of a safetensors file proves: every tensor's name, dtype, shape and bytes. Never the weights.

Format: eight bytes, little-endian, give the length of a JSON object that follows; it maps each tensor's name to its
dtype, shape and the begin and end of its bytes, counted from the end of the header
(https://huggingface.co/docs/safetensors/index#format). It knows nothing of models: what a tensor means is for readers.
"""

import json
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from registry.errors import SourceUnreadable

LENGTH_BYTES = 8
LARGEST_HEADER = 100_000_000
"""The format's own limit; a longer one is not read."""

LARGEST_SIZE = 2**50
"""Bytes or elements of one tensor beyond which a header is taken for damaged."""

DTYPE = re.compile(r"[A-Za-z0-9_]{1,16}")

PACKED = {"qweight", "weight_packed"}
"""Last part of the name of a tensor in which each 32-bit integer holds several weights (GPTQ, AutoRound, AWQ;
compressed-tensors)."""

NOT_WEIGHTS = {
    "scales", "qzeros", "g_idx", "weight_scale", "weight_zero_point", "weight_shape", "weight_g_idx", "input_scale",
    "weight_scale_inv", "weight_global_scale", "input_global_scale",
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
            length = header_length(file.read(LENGTH_BYTES), path.name)
            text = file.read(length)
    except OSError as error:
        raise SourceUnreadable(f"{path.name} cannot be read: {error.strerror or error}.") from error
    if len(text) < length:
        raise SourceUnreadable(f"{path.name} is cut short inside its header.")
    return parse_header(text, path.name)


def header_length(start: bytes, file_name: str) -> int:
    """Bytes of the JSON that follows the first eight bytes of a file.

    Raises:
        SourceUnreadable: no safetensors file starts so.
    """
    length = int.from_bytes(start, "little")
    if len(start) < LENGTH_BYTES or not 2 <= length <= LARGEST_HEADER:
        raise SourceUnreadable(f"{file_name} is no safetensors file: its header would be {length} bytes long.")
    return length


def parse_header(text: bytes, file_name: str) -> Header:
    """The header from its JSON; `file_name` is for the complaint.

    Raises:
        SourceUnreadable: it is damaged.
    """
    tensors = _tensors(text, file_name)
    if any(
        not DTYPE.fullmatch(tensor.dtype)
        or not 0 <= tensor.size <= LARGEST_SIZE
        or any(side < 0 for side in tensor.shape)
        or tensor.elements > LARGEST_SIZE
        for tensor, _ in tensors
    ):
        raise SourceUnreadable(f"{file_name} has a damaged header.")
    data = max((end for _, end in tensors), default=0)
    return Header(tensors=tuple(tensor for tensor, _ in tensors), file_size=LENGTH_BYTES + len(text) + data)


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
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
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
