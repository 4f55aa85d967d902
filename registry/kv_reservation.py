"""How many bytes of cache vLLM sets aside for one request: whole blocks, shared by groups of layers.

Source: vLLM 0.29.0, `v1/core/kv_cache_utils.py` (groups, pages, `get_max_concurrency_for_kv_cache_config`) and
`v1/kv_cache_interface.py` (blocks of a layer), with its default layout, in which a layer's cache is one piece. The
result is the KV space divided by what vLLM logs as “Maximum concurrency”. It imports no vLLM and knows nothing of
speculative decoding, of several GPUs, or of the one block the pool keeps for itself.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from registry.attention import KvLayer
from registry.kv_cache import NUMBER_BYTES, KvDtype

PADDING_LIMIT = 1.5
"""vLLM pads the smaller kind of layers up to the larger when it has less than this many times as many."""


@dataclass(frozen=True, kw_only=True)
class CacheSettings:
    """What decides how vLLM cuts the cache. Sizes are in tokens.

    `batch_tokens` is `--max-num-batched-tokens`; with asynchronous scheduling two batches are in flight, and a window's
    old tokens are freed only when a batch is done.
    """

    block: int
    window_block: int
    batch_tokens: int
    batches: int

    @property
    def in_flight(self) -> int:
        return self.batch_tokens * self.batches


ON_GPU = CacheSettings(block=16, window_block=16, batch_tokens=2048, batches=2)
"""`vllm serve` on a card of less than 70 GiB."""

ON_CPU = CacheSettings(block=128, window_block=32, batch_tokens=2048, batches=1)
"""`vllm serve` on a CPU, where scheduling is not asynchronous."""


def reserved_bytes(
    layers: Sequence[KvLayer], *, context: int, settings: CacheSettings = ON_GPU, kv_dtype: KvDtype = "auto"
) -> int:
    """Bytes set aside for one request of up to `context` tokens (`--max-model-len`)."""
    number = NUMBER_BYTES[kv_dtype]
    windows = {layer.window for layer in layers}
    if len(windows) <= 1:
        return sum(
            _blocks(layer, _block(layer, settings), context, settings) * _page(layer, settings, number)
            for layer in layers
        )
    return _grouped_bytes(Counter(layers), context, settings, number)


def _grouped_bytes(kinds: Counter[KvLayer], context: int, settings: CacheSettings, number: int) -> int:
    """Layers of several kinds share one pool: groups of equally many layers, pages as large as the largest.

    A smaller page that divides the largest takes more tokens instead; any other is padded.
    """
    page = max(_page(layer, settings, number) for layer in kinds)
    size = _group_size(list(kinds.values()))
    blocks = 0
    widest = 0
    for layer, count in kinds.items():
        own = _page(layer, settings, number)
        block = _block(layer, settings) * (page // own if page % own == 0 else 1)
        groups = _divided(count, size)
        blocks += groups * _blocks(layer, block, context, settings)
        widest = max(widest, _divided(count, groups))
    return blocks * widest * page


def _group_size(counts: Sequence[int]) -> int:
    """Layers in a group: as many as the rarest kind has, or as the commonest when they are nearly as many."""
    return max(counts) if max(counts) < min(counts) * PADDING_LIMIT else min(counts)


def _block(layer: KvLayer, settings: CacheSettings) -> int:
    return settings.block if layer.window is None else settings.window_block


def _page(layer: KvLayer, settings: CacheSettings, number: int) -> int:
    """Bytes of one layer's block."""
    return _block(layer, settings) * layer.numbers * number


def _blocks(layer: KvLayer, block: int, context: int, settings: CacheSettings) -> int:
    """Blocks a request may hold. A window holds what is in flight besides, and may begin in the middle of a block."""
    if layer.window is None:
        return _divided(context, block)
    return _divided(min(layer.window - 1 + settings.in_flight, context), block) + 1


def _divided(count: int, size: int) -> int:
    """Rounded up."""
    return -(-count // size)
