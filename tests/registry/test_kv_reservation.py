"""What vLLM sets aside: against its own logs, and against its own arithmetic for layers of every kind."""

from types import SimpleNamespace

import pytest

from registry.architecture import completed_text
from registry.attention import KvLayer, kv_layers
from registry.kv_cache import content_bytes
from registry.kv_reservation import ON_CPU, ON_GPU, CacheSettings, reserved_bytes
from tests.registry.published_configs import PUBLISHED, published
from tests.registry.served_checkpoint import served_config

MIB = 2**20
GIB = 2**30

SMALL_GEMMA_4 = (
    KvLayer(heads=1, key_size=64, value_size=64, window=2048),
    KvLayer(heads=1, key_size=128, value_size=128),
)
"""A Gemma 4 of four layers, of which the last two share the cache of the first two."""


def on_cpu(batch_tokens: int) -> CacheSettings:
    return CacheSettings(block=128, window_block=32, batch_tokens=batch_tokens, batches=1)


@pytest.mark.parametrize(
    ("space", "context", "batch_tokens", "logged"),
    [(512 * MIB, 4096, 8192, 167.18), (512 * MIB, 8192, 8192, 84.45), (GIB, 1024, 2048, 1260.31)],
)
def test_a_small_gemma_4_takes_what_vllm_logged(space: int, context: int, batch_tokens: int, logged: float) -> None:
    """vLLM 0.29.0 on a CPU, “Maximum concurrency for … tokens per request”."""
    one = reserved_bytes(SMALL_GEMMA_4, context=context, settings=on_cpu(batch_tokens))
    assert space / one == pytest.approx(logged, rel=0.02)
    assert round(space / one, 2) == logged


def test_the_served_size_takes_what_vllm_logged() -> None:
    layers = kv_layers(completed_text(served_config()))
    one = reserved_bytes(layers, context=2048, settings=on_cpu(8192))
    assert 512 * MIB / one == pytest.approx(13.12, rel=0.002), "682 blocks fit: the space is not a whole number of them"
    assert reserved_bytes(layers, context=4096, settings=ON_CPU) == 57 * MIB
    assert content_bytes(layers, context=4096) == 30 * MIB


def mixed(*counts: tuple[int, KvLayer]) -> tuple[KvLayer, ...]:
    return tuple(layer for count, layer in counts for _ in range(count))


FULL = KvLayer(heads=4, key_size=128, value_size=128)
WINDOW = KvLayer(heads=4, key_size=128, value_size=128, window=1024)
NARROW = KvLayer(heads=4, key_size=64, value_size=64, window=1024)
ODD = KvLayer(heads=3, key_size=80, value_size=80, window=512)
LATENT = KvLayer(heads=1, key_size=576, value_size=0)

MIXES = {
    "all full": mixed((32, FULL)),
    "all windowed": mixed((32, WINDOW)),
    "latent": mixed((61, LATENT)),
    "full of two sizes": mixed((4, FULL), (4, KvLayer(heads=4, key_size=64, value_size=64))),
    "one in two": mixed((13, WINDOW), (13, FULL)),
    "one in six": mixed((29, WINDOW), (5, FULL)),
    "nearly as many": mixed((12, WINDOW), (13, FULL)),
    "smaller heads in the window": mixed((12, NARROW), (3, FULL)),
    "pages that do not divide": mixed((10, ODD), (5, FULL)),
    "three kinds": mixed((8, ODD), (6, NARROW), (2, FULL)),
    **{model.repo: kv_layers(completed_text(model.config)) for model in PUBLISHED if "gemma" in model.repo},
}


@pytest.mark.parametrize("layers", MIXES.values(), ids=MIXES)
@pytest.mark.parametrize("settings", [ON_GPU, ON_CPU], ids=["GPU", "CPU"])
@pytest.mark.parametrize("context", [1, 100, 4096, 32_768])
def test_vllms_own_arithmetic_agrees(layers: tuple[KvLayer, ...], settings: CacheSettings, context: int) -> None:
    assert reserved_bytes(layers, context=context, settings=settings) == vllm_bytes(layers, context, settings)


def vllm_bytes(layers: tuple[KvLayer, ...], context: int, settings: CacheSettings) -> int:
    """One request's share, from vLLM's functions on the specifications its layers would give."""
    from vllm.v1.core import kv_cache_utils
    from vllm.v1.kv_cache_layout import KVCacheLayout

    config = SimpleNamespace(
        model_config=SimpleNamespace(max_model_len=context),
        parallel_config=SimpleNamespace(decode_context_parallel_size=1),
        scheduler_config=SimpleNamespace(disable_hybrid_kv_cache_manager=False),
        cache_config=SimpleNamespace(get_resolved_kv_cache_layout=lambda: KVCacheLayout.LBNHC),
        speculative_config=None,
        max_in_flight_tokens=settings.in_flight,
    )
    specs = {f"layer.{index}": specification(layer, settings) for index, layer in enumerate(layers)}
    groups = kv_cache_utils.get_kv_cache_groups(config, specs)
    return int(kv_cache_utils._max_memory_usage_bytes_from_groups(config, groups))


def specification(layer: KvLayer, settings: CacheSettings) -> object:
    import torch
    from vllm.v1.kv_cache_interface import FullAttentionSpec, MLAAttentionSpec, SlidingWindowSpec

    shared = {"num_kv_heads": layer.heads, "head_size": layer.key_size, "dtype": torch.bfloat16}
    if layer.value_size == 0:
        return MLAAttentionSpec(block_size=settings.block, **shared)
    if layer.window is None:
        return FullAttentionSpec(block_size=settings.block, **shared)
    return SlidingWindowSpec(block_size=settings.window_block, sliding_window=layer.window, **shared)


def test_more_is_set_aside_than_is_written() -> None:
    for repo in ("meta-llama/Llama-3.1-8B", "google/gemma-3-4b-it", "deepseek-ai/DeepSeek-V3"):
        layers = kv_layers(completed_text(published(repo)))
        for context in (1, 1000, 8192):
            assert reserved_bytes(layers, context=context) >= content_bytes(layers, context=context)


def test_8_bit_numbers_take_half() -> None:
    layers = kv_layers(completed_text(served_config()))
    assert 2 * reserved_bytes(layers, context=8192, kv_dtype="fp8") == reserved_bytes(layers, context=8192)


def test_a_model_without_attention_takes_nothing() -> None:
    assert reserved_bytes((), context=8192) == 0
