"""Which layers keep keys and values."""

from collections import Counter
from typing import Any

import pytest

from registry.architecture import completed_text
from registry.attention import KvLayer, kv_layers
from registry.errors import NotUnderstood
from tests.registry.published_configs import published
from tests.registry.served_checkpoint import served_config


def layers(config: dict[str, Any]) -> Counter[KvLayer]:
    return Counter(kv_layers(completed_text(config)))


def heads(count: int, size: int, window: int | None = None) -> KvLayer:
    return KvLayer(heads=count, key_size=size, value_size=size, window=window)


@pytest.mark.parametrize(
    ("repo", "expected"),
    [
        ("meta-llama/Llama-3.1-8B", {heads(8, 128): 32}),
        ("meta-llama/Llama-3.2-1B", {heads(8, 64): 16}),
        ("mistralai/Mistral-7B-v0.1", {heads(8, 128, 4096): 32}),
        ("mistralai/Mixtral-8x7B-v0.1", {heads(8, 128): 32}),
        ("Qwen/Qwen2.5-7B", {heads(4, 128): 28}),
        ("Qwen/Qwen3-30B-A3B", {heads(4, 128): 48}),
        ("google/gemma-2-2b", {heads(4, 256, 4096): 13, heads(4, 256): 13}),
        ("google/gemma-3-1b-it", {heads(1, 256, 512): 22, heads(1, 256): 4}),
        ("google/gemma-3-4b-it", {heads(4, 256, 1024): 29, heads(4, 256): 5}),
        ("microsoft/phi-2", {heads(32, 80): 32}),
        ("microsoft/Phi-3-mini-4k-instruct", {heads(32, 96, 2047): 32}),
        ("openai-community/gpt2", {heads(12, 64): 12}),
        ("deepseek-ai/DeepSeek-V3", {KvLayer(heads=1, key_size=576, value_size=0): 61}),
    ],
)
def test_each_family_keeps_what_its_configuration_says(repo: str, expected: dict[KvLayer, int]) -> None:
    assert layers(published(repo)) == expected


def test_gemma_4_stores_15_of_35_layers_with_two_head_sizes() -> None:
    assert layers(served_config()) == {heads(1, 256, 512): 12, heads(1, 512): 3}


def test_the_last_layers_of_qwen2_have_the_window() -> None:
    config = {**published("Qwen/Qwen2.5-0.5B"), "use_sliding_window": True, "max_window_layers": 20}
    assert layers(config) == {heads(2, 64): 20, heads(2, 64, 32768): 4}


@pytest.mark.parametrize("kind", ["mamba2", "qwen3_next", "t5", "llama4"])
def test_a_family_without_a_rule_is_not_understood(kind: str) -> None:
    with pytest.raises(NotUnderstood, match="not known here"):
        kv_layers(completed_text({"model_type": kind}))


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"layer_types": ["linear_attention"] * 26}, "linear_attention"),
        ({"layer_types": ["full_attention"]}, "every layer"),
        ({"num_key_value_heads": 0}, "num_key_value_heads is 0"),
        ({"num_key_value_heads": "many"}, "num_key_value_heads is 'many'"),
        ({"head_dim": -1}, "head_dim is -1"),
        ({"sliding_window": 0}, "sliding_window is 0"),
        ({"num_hidden_layers": None}, "num_hidden_layers is not given"),
        ({"num_kv_shared_layers": 26}, "num_kv_shared_layers is 26 of 26"),
        ({"num_kv_shared_layers": [1]}, "num_kv_shared_layers"),
        ({"per_layer_config": {"last": {"head_dim": 512}}}, "per_layer_config"),
        ({"per_layer_config": {"0": {"head_dim": "wide"}}}, "head_dim is 'wide'"),
    ],
)
def test_nonsense_is_not_understood_and_never_a_size(changed: dict[str, Any], reason: str) -> None:
    with pytest.raises(NotUnderstood, match=reason):
        kv_layers({**completed_text(published("google/gemma-2-2b")), **changed})
