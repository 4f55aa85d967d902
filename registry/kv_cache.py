"""How many bytes the keys and values of requests are, by their content alone: no block, page or reserve of an engine.

Formula: for each layer that stores any, numbers a token * bytes a number * min(context, window). For Gemma 4 E2B in
16 bits that is 2 * (12*512*min(context, 512) + 3*1024*context).
"""

from collections.abc import Iterable
from typing import Literal

from registry.attention import KvLayer

KvDtype = Literal["auto", "bfloat16", "float16", "fp8", "fp8_e4m3", "fp8_e5m2"]
"""The names of vLLM's `--kv-cache-dtype`. `auto` is the dtype the model computes in."""

NUMBER_BYTES: dict[KvDtype, int] = {
    "auto": 2,  # vLLM loads FP32 checkpoints in 16 bits too, unless it is told otherwise
    "bfloat16": 2,
    "float16": 2,
    "fp8": 1,
    "fp8_e4m3": 1,
    "fp8_e5m2": 1,
}


def content_bytes(layers: Iterable[KvLayer], *, context: int, kv_dtype: KvDtype = "auto") -> int:
    """Bytes of one request's keys and values when `context` tokens have been read."""
    number = NUMBER_BYTES[kv_dtype]
    return sum(layer.numbers * number * min(context, layer.window or context) for layer in layers)
