"""What the header of a safetensors file proves: every tensor's name, dtype, shape and bytes. Never the weights.

Format: eight bytes, little-endian, give the length of a JSON object that follows; it maps each tensor's name to its
dtype, shape and the begin and end of its bytes, counted from the end of the header
(https://huggingface.co/docs/safetensors/index#format). It knows nothing of models: what a tensor means is for readers.
"""

import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from registry.errors import SourceUnreadable

LENGTH_BYTES = 8
LARGEST_HEADER = 100_000_000
"""The format's own limit; a longer one is not read."""

LARGEST_SIZE = 2**50
"""Bytes or elements of one tensor, and of all, beyond which a header is taken for damaged."""

MOST_SIDES = 64
"""Of one shape."""

BITS = {
    "BOOL": 8, "U8": 8, "I8": 8, "U16": 16, "I16": 16, "U32": 32, "I32": 32, "U64": 64, "I64": 64, "F16": 16,
    "BF16": 16, "F32": 32, "F64": 64, "C64": 64, "F8_E4M3": 8, "F8_E5M2": 8, "F8_E8M0": 8, "F8_E4M3FNUZ": 8,
    "F8_E5M2FNUZ": 8, "F6_E2M3": 6, "F6_E3M2": 6, "F4": 4,
}  # fmt: skip
"""Of one element of each dtype the format has. A tensor of another dtype may be of any size."""

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
            # Nothing is read of a header longer than its file: reading would set that much memory aside.
            text = file.read(length) if path.stat().st_size >= LENGTH_BYTES + length else b""
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
        SourceUnreadable: it is damaged, or its tensors do not lie one behind the other as the format demands.
    """
    try:
        entries = json.loads(text.decode("utf-8"), object_pairs_hook=_each_once)
        placed = [_placed(name, entry) for name, entry in entries.items() if name != "__metadata__"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise SourceUnreadable(f"{file_name} has a damaged header.") from error
    end = 0
    for begin, tensor in sorted(placed, key=lambda each: (each[0], each[1].size)):
        if begin != end:
            raise SourceUnreadable(f"{file_name} has a damaged header: its tensors overlap or leave bytes unused.")
        end += tensor.size
    if end > LARGEST_SIZE:
        raise SourceUnreadable(f"{file_name} has a damaged header: it would be {end:,} bytes long.")
    return Header(tensors=tuple(tensor for _, tensor in placed), file_size=LENGTH_BYTES + len(text) + end)


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The format forbids keys that come twice: one of them would be lost in silence."""
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a key comes twice")
    return made


def _placed(name: str, entry: Mapping[str, Any]) -> tuple[int, Tensor]:
    """A tensor with the begin of its bytes.

    Raises:
        ValueError, KeyError, TypeError, AttributeError: it is none.
    """
    dtype, shape, (begin, end) = entry["dtype"], entry["shape"], entry["data_offsets"]
    numbers = (*shape, begin, end)
    if not DTYPE.fullmatch(dtype) or len(numbers) > MOST_SIDES + 2:
        raise ValueError("no dtype, or no shape")
    if not all(type(number) is int and 0 <= number <= LARGEST_SIZE for number in numbers):
        raise ValueError("not a size")
    tensor = Tensor(name=name, dtype=dtype, shape=tuple(shape), size=end - begin)
    bits = BITS.get(dtype)
    if tensor.size < 0 or tensor.elements > LARGEST_SIZE or (bits and tensor.elements * bits != tensor.size * 8):
        raise ValueError("a size that is not the shape's")
    return begin, tensor


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
