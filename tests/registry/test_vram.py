"""How much memory a load needs, and which cards have it."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from registry.footprint import Footprint, footprint
from registry.gpus import Gpu, gpu_named, gpus
from registry.vram import ESTIMATE, Load, available_bytes, fit, fits, fitting, vram, vram_of
from tests.registry.published_configs import published
from tests.registry.served_checkpoint import served_config, write_served_headers

MIB = 2**20
KNOWN = ("weights_bytes", "kv_bytes", "kv_reserved_bytes", "overhead_bytes", "total_bytes")


@cache
def served() -> Footprint:
    return footprint(served_config())


def card(name: str) -> Gpu:
    found = gpu_named(name)
    assert found is not None
    return found


def test_the_total_is_the_sum_of_its_parts() -> None:
    needed = vram(served(), Load(context=8192))
    assert needed.weights_bytes == 7_450_398_662 == sum(part.bytes for part in needed.parts)
    assert needed.kv_bytes == 54 * MIB
    assert needed.kv_reserved_bytes is not None
    assert needed.total_bytes == needed.weights_bytes + needed.kv_reserved_bytes + needed.overhead_bytes
    assert ESTIMATE in needed.notes


def test_each_request_has_a_cache_of_its_own() -> None:
    one, eight = (vram(served(), Load(context=8192, concurrency=count)) for count in (1, 8))
    assert one.kv_bytes is not None
    assert one.kv_reserved_bytes is not None
    assert (eight.kv_bytes, eight.kv_reserved_bytes) == (8 * one.kv_bytes, 8 * one.kv_reserved_bytes)
    assert (eight.weights_bytes, eight.overhead_bytes) == (one.weights_bytes, one.overhead_bytes)


def test_the_served_model_needs_far_more_than_its_listing_says_and_less_than_its_base() -> None:
    total = vram(served(), Load(context=8192)).total_bytes
    assert total is not None
    assert 8e9 < total < 13e9, "the BF16 base is recommended 13 GB"


@pytest.mark.parametrize(("name", "expected"), [("3070", False), ("3060", True), ("L4", True), ("H200", True)])
def test_the_served_model_fits_from_12_gb_on(name: str, expected: bool) -> None:
    assert fits(served(), card(name), context=8192) is expected


def test_a_model_of_8_billion_in_16_bits_needs_24_gb() -> None:
    model = footprint(published("meta-llama/Llama-3.1-8B"))
    assert fits(model, card("4080"), context=8192) is False
    assert fits(model, card("4090"), context=8192) is True
    assert fits(model, card("4090"), context=8192, concurrency=64) is False


def test_a_card_is_not_used_whole() -> None:
    assert available_bytes(card("L4")) == int(23_034 * MIB * 0.92)


def test_the_longest_context_is_the_last_that_fits() -> None:
    model = footprint(published("meta-llama/Llama-3.1-8B"))
    found = fit(model, card("4090"), Load(context=8192, concurrency=2))
    assert found.fits is True
    assert found.longest_context is not None
    assert 8192 < found.longest_context < 131_072
    for context, expected in ((found.longest_context, True), (found.longest_context + 16, False)):
        assert fits(model, card("4090"), context=context, concurrency=2) is expected


def test_a_card_without_room_for_the_weights_has_no_context_at_all() -> None:
    found = fit(footprint(published("deepseek-ai/DeepSeek-V3")), card("L4"), Load(context=4096))
    assert (found.fits, found.longest_context) == (False, 0)


def test_every_card_is_answered() -> None:
    answers = fitting(served(), Load(context=8192))
    assert [answer.gpu for answer in answers] == list(gpus())
    assert [answer.room for answer in answers] == sorted(answer.room is True for answer in answers)


def test_unknown_is_none_and_never_zero() -> None:
    nothing = vram(footprint({"model_type": "of_tomorrow"}), Load(context=8192))
    assert (nothing.weights_bytes, nothing.kv_bytes, nothing.kv_reserved_bytes, nothing.total_bytes) == (None,) * 4
    found = fit(footprint({"model_type": "of_tomorrow"}), card("L4"), Load(context=8192))
    assert (found.fits, found.longest_context) == (None, None)


def test_a_context_beyond_the_models_is_said() -> None:
    assert any("131,072" in note for note in vram(served(), Load(context=200_000)).notes)


def test_fp32_weights_are_said_to_shrink_when_vllm_loads_them() -> None:
    notes = vram(footprint(published("openai-community/gpt2")), Load(context=512)).notes
    assert any("16 bits" in note for note in notes)
    assert not any("16 bits" in note for note in vram(served(), Load(context=512)).notes)


@pytest.mark.parametrize(("context", "concurrency"), [(0, 1), (8, 0), (-8, 1)])
def test_a_load_of_nothing_is_refused(context: int, concurrency: int) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        Load(context=context, concurrency=concurrency)


@pytest.mark.parametrize("name", ["", "config.json"])
def test_the_answer_for_a_folder_and_for_its_configuration_is_json_with_whole_bytes(tmp_path: Path, name: str) -> None:
    write_served_headers(tmp_path)
    answer: dict[str, Any] = json.loads(json.dumps(vram_of(tmp_path / name, Load(context=8192, concurrency=2))))
    assert tuple(answer)[:5] == KNOWN
    assert all(type(answer[key]) is int for key in KNOWN)
    assert (answer["weights_bytes"], answer["kv_bytes"]) == (7_450_398_662, 108 * MIB)
    assert (answer["context"], answer["concurrency"], answer["kv_dtype"]) == (8192, 2, "auto")
    assert {"component": "ple", "dtype": "BF16", "bytes": 4_725_146_112} in answer["parts"]
    assert len(answer["gpus"]) == len(gpus())
