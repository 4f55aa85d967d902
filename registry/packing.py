"""Into which tensors quantization packs a weight, told from the configuration alone: for checkpoints nobody has read.

Knows the integer layouts of GPTQ (auto-round writes it too) and AWQ, and FP8 in blocks as DeepSeek stores it, on
linear layers and on experts stacked in one tensor. Whatever else a configuration asks for, such as single layers in
other bits, is not understood rather than guessed.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from math import prod
from typing import Any, Literal

from registry.errors import NotUnderstood
from registry.sources.safetensors_header import Tensor
from registry.weights import component_of

Layout = Literal["gptq", "awq", "fp8"]

WORD_BITS = 32
LAYOUTS: dict[str, Layout] = {"auto-round": "gptq", "gptq": "gptq", "awq": "awq", "fp8": "fp8"}
EXCEPTIONS = ("extra_config", "dynamic", "modules_in_block_to_quantize")
"""Settings that treat some layers otherwise."""
ITEM_BYTES = {"I32": 4, "F32": 4, "F16": 2, "F8_E4M3": 1}


@dataclass(frozen=True, kw_only=True)
class Packing:
    """How weights are stored. `group_size` is in weights: along the inputs, None for one group to a row; for FP8 the
    side of a square block.

    `blocks` are the name prefixes of what is packed, empty for every block; `kept` are modules that are not packed.
    `group_index` says whether each layer also lists the group of every input, as GPTQ's own files do.
    """

    layout: Layout
    bits: int
    group_size: int | None
    group_index: bool = False
    blocks: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()

    def covers(self, tensor: Tensor, linears: Set[str]) -> bool:
        """Whether this weight is packed: linear layers and stacked experts inside the language model's blocks."""
        name = tensor.name
        if component_of(name) != "language_layers" or not name.startswith(self.blocks or ""):
            return False
        if any(f".{module}." in f".{name}." for module in self.kept):
            return False
        inside = any(part.isdigit() for part in name.split("."))
        return inside and (name in linears or (".experts." in name and len(tensor.shape) == 3))


def packing_of(config: Mapping[str, Any]) -> Packing | None:
    """How the configuration packs weights; None where nothing is quantized.

    Raises:
        NotUnderstood: another method, or single layers treated otherwise.
    """
    quantization = config.get("quantization_config")
    if not quantization:
        return None
    if not isinstance(quantization, Mapping):
        raise NotUnderstood("quantization_config is no JSON object")
    method = quantization.get("quant_method")
    layout = LAYOUTS.get(method) if isinstance(method, str) else None
    odd = [name for name in EXCEPTIONS if quantization.get(name)]
    if odd:
        raise NotUnderstood(f"the quantization treats some layers otherwise ({odd[0]})")
    kept = _names(quantization.get("modules_to_not_convert"))
    if layout == "fp8" and quantization.get("weight_block_size") == [128, 128]:
        return Packing(layout=layout, bits=8, group_size=128, kept=kept)
    bits, group = quantization.get("bits"), quantization.get("group_size")
    unknown = NotUnderstood(f"the shapes of weights quantized by “{method}” in {bits} bits are not known here")
    if layout is None or layout == "fp8" or not isinstance(bits, int) or not isinstance(group, int):
        raise unknown
    if bits <= 0 or WORD_BITS % bits:
        raise unknown
    return Packing(
        layout=layout,
        bits=bits,
        group_size=group if group > 0 else None,
        group_index=method == "gptq",
        blocks=tuple(f"{name}." for name in _names(quantization.get("block_name_to_quantize"))),
        kept=kept,
    )


def packed_tensors(tensor: Tensor, packing: Packing) -> list[Tensor]:
    """What stands in the file for a weight of the shape (outputs, inputs), or for experts stacked before these two.

    GPTQ packs along the inputs, AWQ along the outputs; zero points are packed along the outputs by both.

    Raises:
        NotUnderstood: the sizes do not divide into words and groups.
    """
    *stack, outputs, inputs = tensor.shape
    if stack and tensor.name.endswith("gate_up_proj"):  # two weights of every expert, fused only in memory
        stack, outputs = [2 * stack[0]], outputs // 2
    name = tensor.name.removesuffix(".weight")
    if packing.layout == "fp8":
        blocks = (-(-outputs // 128), -(-inputs // 128))
        return [
            _tensor(f"{name}.weight", "F8_E4M3", *stack, outputs, inputs),
            _tensor(f"{name}.weight_scale_inv", "F32", *stack, *blocks),
        ]
    in_a_word = WORD_BITS // packing.bits
    group = packing.group_size or inputs
    if inputs % group or outputs % in_a_word or inputs % in_a_word:
        raise NotUnderstood(f"{name}, {outputs} by {inputs}, does not divide into groups of {group}")
    words = (inputs // in_a_word, outputs) if packing.layout == "gptq" else (inputs, outputs // in_a_word)
    tensors = [
        _tensor(f"{name}.qweight", "I32", *stack, *words),
        _tensor(f"{name}.qzeros", "I32", *stack, inputs // group, outputs // in_a_word),
        _tensor(f"{name}.scales", "F16", *stack, inputs // group, outputs),
    ]
    return [*tensors, _tensor(f"{name}.g_idx", "I32", *stack, inputs)] if packing.group_index else tensors


def _tensor(name: str, dtype: str, *shape: int) -> Tensor:
    return Tensor(name=name, dtype=dtype, shape=shape, size=prod(shape) * ITEM_BYTES[dtype])


def _names(names: object) -> tuple[str, ...]:
    """Names of modules, from a list or, as auto-round writes them, from one string with commas."""
    listed = names.split(",") if isinstance(names, str) else names if isinstance(names, list) else []
    return tuple(str(name).strip() for name in listed if str(name).strip())
