"""Whatever config.json holds, it ends in claims that can be kept, or in the registry's own refusal."""

import copy
import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.errors import RegistryError, SourceUnreadable
from registry.passport import Claim, Reading
from registry.sources.config_file import DEEPEST, config_claims, parse_config, quantized_bits, tied_output
from registry.store import Store
from tests.checkpoint_files import CONFIG
from tests.registry.sources.hostile import FIXED, changed, damaged, json_values, raw_json
from tests.registry.sources.recorded import assert_survives

SUBJECT = "maker/model"
READING = Reading(subject=SUBJECT, revision="a" * 40, as_of=date(2026, 11, 1))

GROUPS = {"group_0": {"weights": {"num_bits": 4, "type": "int", "symmetric": True}, "input_activations": None}}
COMPRESSED: dict[str, Any] = {
    "architectures": ["MixtralForCausalLM"],
    "num_local_experts": 8,
    "enable_moe_block": True,
    "max_position_embeddings": 4096,
    "torch_dtype": "bfloat16",
    "quantization_config": {"quant_method": "compressed-tensors", "act_bits": 8, "config_groups": GROUPS},
}
WORDS = (
    *CONFIG,
    *CONFIG["quantization_config"],
    *COMPRESSED,
    *COMPRESSED["quantization_config"],
    "weights",
    "num_bits",
)
NASTY: tuple[Any, ...] = (
    None, True, False, 0, -1, 2**63, 10**400, 1.5, float("nan"), float("inf"), "", "\ud800", [], [[]], {}, {"": None},
    ["\ud800"], [1], {"weights": []}, {"a": {"weights": {"num_bits": []}}},
)  # fmt: skip

TOLD_BY = {
    "architecture": ("architectures",),
    "modalities": ("vocab_size", "text_config", "vision_config", "audio_config", "architectures"),
    "context": ("max_position_embeddings",),
    "scheme": ("quantization_config", "dtype", "torch_dtype"),
    "mixture_of_experts": ("expert", "enable_moe_block"),
    "experts": ("expert",),
    "quantization": ("quantization_config",),
}
"""Keys of which one must be in a file that gives a field a value."""


def claims_of(text: bytes) -> tuple[Claim, ...]:
    """As of a repository: whatever is no UTF-8 is replaced. None where the file is refused."""
    try:
        config = parse_config(text.decode(errors="replace"))
    except RegistryError:
        return ()
    quantized_bits(config)
    tied_output(config)
    return config_claims(config, READING)


def check(text: bytes, store: Store | None) -> None:
    claims = claims_of(text)
    for claim in claims:
        keys = TOLD_BY[claim.field.partition(".")[0]]
        told = any(key.encode() in text for key in keys)
        assert claim.value is None or told, f"{claim.field} is {claim.value!r} and nothing says so"
    if store is not None and claims:
        assert_survives(store, claims, SUBJECT)


def everywhere(real: Any) -> Iterator[Any]:  # noqa: ANN401
    """The real object with each nasty value at each place."""
    for key in real if isinstance(real, dict) else range(len(real)) if isinstance(real, list) else ():
        for value in (*NASTY, *(everywhere(real[key]))):
            made = copy.copy(real)
            made[key] = value
            yield made


@pytest.mark.parametrize("real", [CONFIG, COMPRESSED])
def test_any_value_at_any_place_is_read_or_refused(real: dict[str, Any]) -> None:
    for config in everywhere(real):
        check(raw_json(config), None)


@FIXED
@given(changed(CONFIG, json_values(WORDS)) | changed(COMPRESSED, json_values(WORDS)) | json_values(WORDS))
def test_what_is_read_of_any_json_survives_the_store(store: Store, config: Any) -> None:  # noqa: ANN401
    check(raw_json(config), store)


@FIXED
@given(damaged(st.sampled_from([raw_json(CONFIG), raw_json(COMPRESSED)])))
def test_damaged_text_is_read_or_refused(text: bytes) -> None:
    check(text, None)


@pytest.mark.parametrize("config", [{}, {"model_type": "vit", "hidden_size": 8}, {"architectures": ["ViTModel"]}])
def test_an_empty_file_gives_no_value(config: dict[str, Any]) -> None:
    claims = [claim for claim in config_claims(config, READING) if claim.field != "architecture"]
    assert [claim.value for claim in claims] == [None] * len(claims)


@pytest.mark.parametrize(
    ("field", "key", "value"),
    [
        ("quantization.bits", "bits", -4),
        ("quantization.bits", "bits", True),
        ("quantization.group_size", "group_size", -7),
        ("quantization.iterations", "iters", -3),
        ("quantization.rounding", "iters", -3),
        ("scheme", "act_bits", True),
        ("scheme", "quant_method", ["auto-round"]),
    ],
)
def test_a_number_that_cannot_be_is_unknown(field: str, key: str, value: object) -> None:
    config = {**CONFIG, "quantization_config": {**CONFIG["quantization_config"], key: value}}
    assert {claim.field: claim.value for claim in config_claims(config, READING)}[field] is None


def test_a_file_nested_too_deeply_is_refused() -> None:
    fine = json.loads("[" * (DEEPEST - 2) + "]" * (DEEPEST - 2))
    assert parse_config(json.dumps({"a": fine}))
    with pytest.raises(SourceUnreadable, match="nested more than"):
        parse_config(json.dumps({"a": [[fine]]}))
    with pytest.raises(SourceUnreadable):
        parse_config('{"a":' * 100_000)
