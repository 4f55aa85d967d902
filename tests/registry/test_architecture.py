"""Weights counted from a configuration alone, against what others published."""

from typing import Any

import pytest

from registry.architecture import completed_text, dtype_of, planned_tensors
from registry.errors import NotUnderstood
from registry.footprint import footprint
from registry.sources.safetensors_header import bytes_by_dtype
from tests.registry.published_configs import PUBLISHED, Published, published
from tests.registry.served_checkpoint import served_config

TINY: dict[str, Any] = {
    "architectures": ["LlamaForCausalLM"],
    "model_type": "llama",
    "dtype": "bfloat16",
    "hidden_size": 256,
    "intermediate_size": 512,
    "num_attention_heads": 4,
    "num_hidden_layers": 2,
    "num_key_value_heads": 2,
    "vocab_size": 1000,
    "tie_word_embeddings": False,
}
INT4 = {"quant_method": "gptq", "bits": 4, "group_size": 128}


@pytest.mark.parametrize("model", PUBLISHED, ids=lambda model: model.repo)
def test_a_configuration_gives_the_published_number_of_parameters(model: Published) -> None:
    weights = footprint(model.config).weights
    assert weights is not None
    assert weights.parameters == pytest.approx(model.parameters, rel=0.001)


@pytest.mark.parametrize("model", [each for each in PUBLISHED if each.stored], ids=lambda model: model.repo)
def test_a_configuration_gives_the_bytes_that_the_published_files_state(model: Published) -> None:
    weights = footprint(model.config).weights
    assert weights is not None
    assert model.stored is not None
    header = model.stored - weights.size
    assert 0 < header < 50_000 if model.single else header == 0


def test_the_served_checkpoint_is_planned_to_the_byte() -> None:
    tensors = planned_tensors(served_config())
    assert sum(tensor.size for tensor in tensors) == 7_450_398_662
    assert bytes_by_dtype(tensors) == {"BF16": 6_482_482_118, "I32": 938_806_272, "F16": 29_110_272}


def test_a_tied_output_head_is_one_tensor() -> None:
    tied = {tensor.name for tensor in planned_tensors({**TINY, "tie_word_embeddings": True})}
    assert {tensor.name for tensor in planned_tensors(TINY)} - tied == {"lm_head.weight"}


@pytest.mark.parametrize("method", ["gptq", "awq", "auto-round"])
def test_linear_layers_of_the_blocks_are_packed_and_nothing_else(method: str) -> None:
    plain = sum(tensor.size for tensor in planned_tensors(TINY))
    tensors = planned_tensors({**TINY, "quantization_config": {**INT4, "quant_method": method}})
    norms = ("input_layernorm", "post_attention_layernorm")
    assert {tensor.name for tensor in tensors if tensor.dtype == "BF16"} == {
        "model.embed_tokens.weight",
        "lm_head.weight",
        "model.norm.weight",
        *(f"model.layers.{layer}.{norm}.weight" for layer in range(2) for norm in norms),
    }
    linear = 2 * (256 * 256 * 2 + 256 * 128 * 2 + 3 * 256 * 512)
    packed = sum(tensor.size for tensor in tensors if tensor.name.endswith((".qweight", ".qzeros", ".scales")))
    assert packed == linear // 2 + linear // 128 * 2 + linear // 128 // 2
    assert sum(tensor.size for tensor in tensors) < plain


@pytest.mark.parametrize(
    ("named", "dtype"),
    [
        ({"dtype": "bfloat16"}, "BF16"),
        ({"torch_dtype": "torch.float16"}, "F16"),
        ({"text_config": {"torch_dtype": "bfloat16"}}, "BF16"),
        ({}, None),
    ],
)
def test_the_dtype_is_the_one_the_file_names(named: dict[str, Any], dtype: str | None) -> None:
    assert dtype_of(named) == dtype


def test_a_missing_dtype_is_taken_for_fp32_and_said_to_be_assumed() -> None:
    silent = {key: value for key, value in TINY.items() if key != "dtype"}
    model = footprint(silent)
    assert model.weights is not None
    assert set(model.weights.by_dtype()) == {"F32"}
    assert any("FP32 is assumed" in note for note in model.notes)
    assert not any("FP32" in note for note in footprint(TINY).notes)


def test_what_the_file_leaves_out_is_completed() -> None:
    text = completed_text(published("google/gemma-3-4b-it"))
    assert (text["num_attention_heads"], text["num_key_value_heads"], text["head_dim"]) == (8, 4, 256)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"model_type": "of_tomorrow"}, "no model of the type"),
        ({"model_type": ["llama"]}, "names no model type"),
        ({"architectures": ["EvilForCausalLM"], "auto_map": {"AutoModelForCausalLM": "x.Evil"}}, "no architecture"),
        ({"architectures": ["pipeline"]}, "no architecture"),
        ({"architectures": None}, "no architecture"),
        ({"architectures": ["GPT2LMHeadModel"]}, "do not belong together"),
        ({"num_hidden_layers": 10**9}, "more than any model has"),
        ({"hidden_size": "wide"}, "transformers"),
        ({"hidden_size": 250}, "transformers"),
        ({"quantization_config": {"quant_method": "bitsandbytes", "bits": 4}}, "not known here"),
        ({"quantization_config": {**INT4, "bits": 3}}, "not known here"),
        ({"quantization_config": {**INT4, "extra_config": {"model.layers.0": {"bits": 8}}}}, "otherwise"),
        ({"quantization_config": {**INT4, "group_size": 96}}, "does not divide"),
    ],
)
def test_what_is_not_understood_is_refused_with_the_reason(changed: dict[str, Any], reason: str) -> None:
    with pytest.raises(NotUnderstood, match=reason):
        planned_tensors({**TINY, **changed})


def test_experts_are_packed_and_their_router_is_not() -> None:
    tensors = planned_tensors({**published("mistralai/Mixtral-8x7B-v0.1"), "quantization_config": INT4})
    experts = sum(tensor.size for tensor in tensors if ".experts." in tensor.name and tensor.kind == "qweight")
    assert experts == 32 * 8 * 3 * 4096 * 14336 // 2
    assert {tensor.dtype for tensor in tensors if ".mlp.gate." in tensor.name} == {"BF16"}


def test_deepseek_v3_is_planned_in_fp8_blocks_as_it_is_published() -> None:
    fp8 = {"quant_method": "fp8", "fmt": "e4m3", "activation_scheme": "dynamic", "weight_block_size": [128, 128]}
    config = {**published("deepseek-ai/DeepSeek-V3"), "quantization_config": fp8}
    weights = footprint(config).weights
    assert weights is not None
    assert weights.parameters == pytest.approx(671e9, rel=0.001)
    assert weights.by_dtype()["F8_E4M3"] == pytest.approx(671e9 - 2 * 129_280 * 7168, rel=0.001)
    assert weights.by_component()["embeddings"] == 2 * 129_280 * 7168


def test_modules_that_are_kept_are_not_packed() -> None:
    kept = {**INT4, "quant_method": "awq", "modules_to_not_convert": ["layers.1", "self_attn"]}
    tensors = planned_tensors({**TINY, "quantization_config": kept})
    packed = {tensor.name.rpartition(".")[0] for tensor in tensors if tensor.kind == "qweight"}
    assert packed == {f"model.layers.0.mlp.{name}_proj" for name in ("gate", "up", "down")}
