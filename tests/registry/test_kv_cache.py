"""Bytes of keys and values by content."""

import pytest

from registry.architecture import completed_text
from registry.attention import KvLayer, kv_layers
from registry.kv_cache import content_bytes
from tests.registry.published_configs import published
from tests.registry.served_checkpoint import served_config

MIB = 2**20


@pytest.mark.parametrize(("context", "mib"), [(4096, 30), (8192, 54), (131_072, 774)])
def test_gemma_4_e2b_keeps_as_much_as_its_formula_says(context: int, mib: int) -> None:
    layers = kv_layers(completed_text(served_config()))
    assert content_bytes(layers, context=context) == mib * MIB
    assert content_bytes(layers, context=context) == 2 * (12 * 512 * 512 + 3 * 1024 * context)


def test_below_the_window_every_layer_grows() -> None:
    layers = kv_layers(completed_text(served_config()))
    assert content_bytes(layers, context=100) == 2 * 100 * (12 * 512 + 3 * 1024)


@pytest.mark.parametrize(
    ("repo", "token_bytes"),
    [
        ("meta-llama/Llama-3.1-8B", 131_072),
        ("deepseek-ai/DeepSeek-V3", 70_272),  # 576 numbers in 61 layers, section 2.1.1 of arXiv 2405.04434
        ("openai-community/gpt2", 36_864),
    ],
)
def test_a_token_takes_the_known_bytes(repo: str, token_bytes: int) -> None:
    assert content_bytes(kv_layers(completed_text(published(repo))), context=1) == token_bytes


def test_8_bit_numbers_take_half() -> None:
    layers = [KvLayer(heads=8, key_size=128, value_size=128)]
    assert content_bytes(layers, context=10, kv_dtype="fp8") * 2 == content_bytes(layers, context=10)
