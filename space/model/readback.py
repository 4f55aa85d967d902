"""Reading a quantized checkpoint back: is it its source, packed to W4A16 where it should be and untouched elsewhere?

`differences` compares two folders tensor by tensor and changes nothing. It knows the layout of W4A16 and not how the
folder was made, so it judges our command and anyone else's alike.
"""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import torch
from safetensors import safe_open
from torch import Tensor

from space.model import w4a16

# A code is the nearest one to its weight: half a step away at most. Only the top code stands for weights up to a
# whole step above it, because symmetric codes reach from -8 to +7. The rest is float16's rounding of the scale.
HALF_STEP = 0.5 + 1e-3
TOP_CODE_STEP = 1.0 + 1e-2


class Tensors:
    """The tensors of a checkpoint folder by name, read when asked for. A context manager: it holds files open."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._exit = ExitStack()
        self._files: dict[str, Any] = {}

    def __enter__(self) -> Self:
        for path in sorted(self.folder.glob("*.safetensors")):
            file = self._exit.enter_context(safe_open(path, framework="pt"))
            self._files.update(dict.fromkeys(file.keys(), file))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._exit.close()

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __contains__(self, name: str) -> bool:
        return name in self._files

    def __getitem__(self, name: str) -> Tensor:
        tensor: Tensor = self._files[name].get_tensor(name)
        return tensor

    def shape(self, name: str) -> tuple[int, ...]:
        return tuple(self._files[name].get_slice(name).get_shape())


def differences(source: Path, quantized: Path) -> list[str]:
    """Every way in which `quantized` is not `source` in W4A16, one sentence each; an empty list is a pass."""
    config = json.loads((source / "config.json").read_text(encoding="utf-8"))
    with Tensors(source) as before, Tensors(quantized) as after:
        kept = [name for name in before if not w4a16.is_unused(name, config)]
        found = _names(kept, before, after)
        for name in kept:
            if w4a16.is_quantized(name):
                found += _packed_differences(name.removesuffix(".weight"), before[name], after)
            elif name in after:
                found += _kept_differences(name, before[name], after[name])
    return found


def _names(kept: list[str], before: Tensors, after: Tensors) -> list[str]:
    expected = set()
    optional = set()
    for name in kept:
        if w4a16.is_quantized(name):
            layer = name.removesuffix(".weight")
            out_features, in_features = before.shape(name)
            expected |= {f"{layer}.{suffix}" for suffix in w4a16.packed_shapes(out_features, in_features)}
            optional.add(f"{layer}.g_idx")
        else:
            expected.add(name)
    present = set(after)
    return [f"{name} is missing" for name in sorted(expected - present)] + [
        f"{name} should not be there" for name in sorted(present - expected - optional)
    ]


def _kept_differences(name: str, before: Tensor, after: Tensor) -> list[str]:
    if before.dtype != after.dtype or before.shape != after.shape:
        return [f"{name} was {before.dtype} {tuple(before.shape)} and is {after.dtype} {tuple(after.shape)}"]
    # Bits, not values: a NaN equals itself and zero differs from minus zero.
    if not torch.equal(before.reshape(-1).view(torch.uint8), after.reshape(-1).view(torch.uint8)):
        return [f"{name} is not the source's, bit by bit"]
    return []


def _packed_differences(layer: str, weight: Tensor, after: Tensors) -> list[str]:
    out_features, in_features = weight.shape
    parts = {}
    for suffix, (dtype, shape) in w4a16.packed_shapes(out_features, in_features).items():
        name = f"{layer}.{suffix}"
        if name not in after:
            return []  # already named as missing
        part = parts[suffix] = after[name]
        if part.dtype != dtype or tuple(part.shape) != shape:
            return [f"{name} should be {dtype} {shape} and is {part.dtype} {tuple(part.shape)}"]
    found = []
    if f"{layer}.g_idx" in after and not torch.equal(after[f"{layer}.g_idx"], w4a16.group_index(in_features)):
        found.append(f"{layer}.g_idx is not the plain order of groups")
    if not bool((w4a16.zero_points(parts["qzeros"]) == w4a16.ZERO_POINT).all()):
        found.append(f"{layer}.qzeros is not symmetric (zero point {w4a16.ZERO_POINT})")
    return found + _value_differences(layer, weight, parts["qweight"], parts["scales"])


def _value_differences(layer: str, weight: Tensor, qweight: Tensor, scales: Tensor) -> list[str]:
    code = w4a16.codes(qweight)
    step = w4a16.steps(scales, weight.shape[1])
    distance = (weight.float() / step - (code - w4a16.ZERO_POINT)).abs()
    allowed = torch.where(code == w4a16.TOP_CODE, TOP_CODE_STEP, HALF_STEP)
    wrong = int((~(distance <= allowed)).sum())  # the negation counts NaN as wrong
    if not wrong:
        return []
    return [f"{layer}: {wrong} weights are farther from the source than half a step (at worst {distance.max():.2f})"]
