"""What config.json says of experts and of quantization, in the words of several architectures."""

from datetime import date
from typing import Any

import pytest

from registry.passport import Reading, Value
from registry.sources.config_file import config_claims, tied_output

READING = Reading(subject="maker/model", revision=None, as_of=date(2026, 11, 1))


def told(config: dict[str, Any]) -> dict[str, Value]:
    return {claim.field: claim.value for claim in config_claims(config, READING)}


@pytest.mark.parametrize(
    ("text", "mixture", "experts"),
    [
        ({"num_experts": None, "enable_moe_block": False}, False, None),
        ({"num_experts": 128, "enable_moe_block": True}, True, 128),
        ({"num_experts": 128, "enable_moe_block": False}, False, None),
        ({"num_local_experts": 8}, True, 8),
        ({"n_routed_experts": 256}, True, 256),
        ({"num_experts": 1}, False, None),
        ({"n_routed_experts": None}, False, None),
        ({}, None, None),
    ],
)
def test_experts_are_counted_and_unknown_where_the_file_does_not_speak_of_them(
    text: dict[str, Any], mixture: bool | None, experts: int | None
) -> None:
    for config in (text, {"text_config": {"hidden_size": 8, **text}}):
        found = told(config)
        assert (found["mixture_of_experts"], found["experts"]) == (mixture, experts)


def compressed(weights: dict[str, Any], activations: dict[str, Any] | None = None) -> dict[str, Any]:
    group = {"weights": weights, "input_activations": activations, "targets": ["Linear"]}
    recipe = {"quant_method": "compressed-tensors", "format": "pack-quantized", "config_groups": {"group_0": group}}
    return {"quantization_config": recipe}


def test_groups_of_compressed_tensors_are_read() -> None:
    found = told(compressed({"num_bits": 4, "type": "int", "group_size": 32, "symmetric": True}))
    expected = {"bits": 4, "group_size": 32, "symmetric": True, "packing": "pack-quantized"}
    assert {name: found[f"quantization.{name}"] for name in expected} == expected
    assert found["scheme"] == "W4A16"
    assert told(compressed({"num_bits": 8, "type": "float"}, {"num_bits": 8}))["scheme"] == "FP8"


def test_groups_that_differ_have_no_one_value() -> None:
    config = compressed({"num_bits": 4, "symmetric": True})
    config["quantization_config"]["config_groups"]["group_1"] = {"weights": {"num_bits": 8, "symmetric": True}}
    found = told(config)
    assert found["quantization.bits"] is None
    assert found["scheme"] is None
    assert found["quantization.symmetric"] is True


def test_a_tied_output_is_read_from_either_place() -> None:
    assert tied_output({"tie_word_embeddings": True})
    assert tied_output({"text_config": {"tie_word_embeddings": True}})
    assert not tied_output({"tie_word_embeddings": False, "text_config": {"tie_word_embeddings": True}})
    assert not tied_output({})
