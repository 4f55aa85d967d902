"""The W4A16 layout of a Gemma 4: which layers are packed to four bits, into what tensors, and what they mean.

The layout is GPTQ's (eight codes to an int32, one scale and one zero point to 128 weights of a row), as auto-round
writes it under both names. This module knows shapes and numbers, no files and no quantizer.
"""

import re
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

BITS = 4
GROUP_SIZE = 128
CODES_PER_WORD = 32 // BITS
ZERO_POINT = 1 << (BITS - 1)
TOP_CODE = (1 << BITS) - 1

LANGUAGE_LAYERS = "model.language_model.layers"

_LAYER = re.escape(LANGUAGE_LAYERS) + r"\.(\d+)\."
_QUANTIZED = re.compile(
    _LAYER
    + r"(?:self_attn\.[qkvo]_proj|mlp\.(?:gate|up|down)_proj|per_layer_input_gate|per_layer_projection)"
    + r"\.weight"
)
_KEYS_AND_VALUES = re.compile(_LAYER + r"self_attn\.(?:k_proj|v_proj|k_norm)\.\w+")


def is_quantized(name: str) -> bool:
    """Whether the weight of this name is packed: the linear layers of the language model's blocks, nothing else."""
    return _QUANTIZED.fullmatch(name) is not None


def is_unused(name: str, config: Mapping[str, Any]) -> bool:
    """Whether a block that borrows its keys and values from an earlier one carries this tensor for nothing.

    `config` is the raw `config.json`. Published quantized Gemma 4 checkpoints leave these tensors out; unquantized
    ones carry some of them because loaders ask for them.
    """
    match = _KEYS_AND_VALUES.fullmatch(name)
    text = config["text_config"]
    return match is not None and int(match[1]) >= text["num_hidden_layers"] - text.get("num_kv_shared_layers", 0)


def packed_shapes(out_features: int, in_features: int) -> dict[str, tuple[torch.dtype, tuple[int, int]]]:
    """Suffix → dtype and shape of the tensors that replace a `[out_features, in_features]` weight.

    Raises ValueError when the sizes cannot be packed.
    """
    if in_features % GROUP_SIZE or out_features % CODES_PER_WORD:
        raise ValueError(
            f"a {out_features} by {in_features} weight cannot be packed: inputs must be a multiple of {GROUP_SIZE}, "
            f"outputs of {CODES_PER_WORD}"
        )
    groups = in_features // GROUP_SIZE
    return {
        "qweight": (torch.int32, (in_features // CODES_PER_WORD, out_features)),
        "qzeros": (torch.int32, (groups, out_features // CODES_PER_WORD)),
        "scales": (torch.float16, (groups, out_features)),
    }


def codes(qweight: Tensor) -> Tensor:
    """`[in / 8, out]` int32 words → `[out, in]` codes 0 to 15."""
    shifts = torch.arange(0, 32, BITS, dtype=torch.int32)
    nibbles = (qweight.unsqueeze(1) >> shifts[None, :, None]) & TOP_CODE
    return nibbles.reshape(-1, qweight.shape[1]).t()


def zero_points(qzeros: Tensor) -> Tensor:
    """`[groups, out / 8]` int32 words → `[groups, out]` zero points. GPTQ stores each less one."""
    shifts = torch.arange(0, 32, BITS, dtype=torch.int32)
    return (((qzeros.unsqueeze(2) >> shifts) & TOP_CODE) + 1).reshape(qzeros.shape[0], -1)


def steps(scales: Tensor, in_features: int) -> Tensor:
    """`[groups, out]` scales → `[out, in]` float32: the signed distance between two codes, for each weight."""
    return scales.float().t().repeat_interleave(in_features // scales.shape[0], dim=1)


def group_index(in_features: int) -> Tensor:
    """`[in]` int32: the group of each input, in order (GPTQ's `g_idx` without activation ordering)."""
    return torch.arange(in_features, dtype=torch.int32) // GROUP_SIZE
