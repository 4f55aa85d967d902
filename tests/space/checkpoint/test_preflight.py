"""What is found out about a folder before the engine sees it."""

import json
from pathlib import Path
from typing import Any

import pytest

from space.checkpoint import preflight
from space.checkpoint.preflight import Room
from space.errors import CheckpointError
from tests.checkpoint_files import CONFIG, PROCESSOR, SHARDS, checkpoint_files, safetensors, write_checkpoint

PLENTY = 64 << 30
KV_CACHE = 1 << 30


def encoded(content: dict[str, Any]) -> bytes:
    return json.dumps(content).encode()


def refusal(folder: Path, *, memory: int = PLENTY) -> str:
    with pytest.raises(CheckpointError) as refused:
        preflight.check(folder, room=Room(memory=memory), kv_cache=KV_CACHE)
    return str(refused.value)


def test_a_complete_checkpoint_passes(tmp_path: Path) -> None:
    preflight.check(write_checkpoint(tmp_path), room=Room(memory=PLENTY), kv_cache=KV_CACHE)


@pytest.mark.parametrize("architectures", [["LlamaForCausalLM"], ["Gemma4ForCausalLM"], [], None])
def test_another_architecture_is_named(tmp_path: Path, architectures: list[str] | None) -> None:
    folder = write_checkpoint(tmp_path, config__json=encoded({**CONFIG, "architectures": architectures}))
    sentence = refusal(folder)
    assert (architectures or ["no architecture"])[0] in sentence
    assert "MODEL_ID" in sentence


@pytest.mark.parametrize("name", ["config.json", "processor_config.json"])
def test_a_missing_configuration_is_named(tmp_path: Path, name: str) -> None:
    (write_checkpoint(tmp_path) / name).unlink()
    assert f"has no {name}" in refusal(tmp_path)


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe", b"[]"])
def test_a_damaged_configuration_is_named(tmp_path: Path, content: bytes) -> None:
    assert "config.json" in refusal(write_checkpoint(tmp_path, config__json=content))


def test_a_processor_without_ears_is_refused(tmp_path: Path) -> None:
    deaf = {key: value for key, value in PROCESSOR.items() if key != "feature_extractor"}
    assert "feature_extractor" in refusal(write_checkpoint(tmp_path, processor_config__json=encoded(deaf)))


@pytest.mark.parametrize(("processor", "tower"), [(70, 280), (280, 70), (280, None)])
def test_image_budgets_that_disagree_are_refused(tmp_path: Path, processor: int, tower: int | None) -> None:
    folder = write_checkpoint(
        tmp_path,
        processor_config__json=encoded({**PROCESSOR, "image_processor": {"max_soft_tokens": processor}}),
        config__json=encoded({**CONFIG, "vision_config": {"default_output_length": tower}}),
    )
    assert f"makes {processor} soft tokens of a picture" in refusal(folder)


def test_the_image_budget_is_also_found_in_a_file_of_its_own(tmp_path: Path) -> None:
    ears = {"feature_extractor": PROCESSOR["feature_extractor"]}
    folder = write_checkpoint(
        tmp_path, processor_config__json=encoded(ears), preprocessor_config__json=encoded({"max_soft_tokens": 70})
    )
    assert "makes 70 soft tokens" in refusal(folder)


def test_a_missing_shard_is_named(tmp_path: Path) -> None:
    (write_checkpoint(tmp_path) / SHARDS[1]).unlink()
    assert SHARDS[1] in refusal(tmp_path)


@pytest.mark.parametrize("kept", [0, 5, 40, -1])
def test_a_shard_cut_short_is_named(tmp_path: Path, kept: int) -> None:
    shard = write_checkpoint(tmp_path) / SHARDS[1]
    shard.write_bytes(checkpoint_files()[SHARDS[1]][:kept])
    assert SHARDS[1] in refusal(tmp_path)


def test_a_shard_with_bytes_too_many_is_named(tmp_path: Path) -> None:
    shard = write_checkpoint(tmp_path) / SHARDS[1]
    shard.write_bytes(checkpoint_files()[SHARDS[1]] + b"\0")
    assert "asks for" in refusal(tmp_path)


def test_a_checkpoint_without_index_is_its_one_file(tmp_path: Path) -> None:
    folder = write_checkpoint(tmp_path, model__safetensors__index__json=None)
    (folder / "model.safetensors").write_bytes(safetensors({"a": ("BF16", [2], b"abcd")}))
    assert preflight.check_weights(folder) == (folder / "model.safetensors").stat().st_size


def test_leftover_shards_are_not_counted(tmp_path: Path) -> None:
    files = checkpoint_files()
    assert preflight.check_weights(write_checkpoint(tmp_path)) == sum(len(files[name]) for name in SHARDS)


def test_too_little_memory_says_what_is_needed(tmp_path: Path) -> None:
    sentence = refusal(write_checkpoint(tmp_path), memory=1 << 30)
    assert "1.07 GB (1.00 GiB) are free" in sentence
    assert "of KV cache" in sentence


def test_memory_is_enough_from_the_very_byte_on() -> None:
    needed = 1000 + 500 + preflight.WORKING_MEMORY
    preflight.check_memory(1000, room=Room(memory=needed), kv_cache=500)
    with pytest.raises(CheckpointError):
        preflight.check_memory(1000, room=Room(memory=needed - 1), kv_cache=500)


def test_parts_on_cards_need_less_each_and_copies_in_main_memory_need_more() -> None:
    each = 250 + 500 + preflight.WORKING_MEMORY
    preflight.check_memory(1000, room=Room(memory=each, parts=4, cards=4), kv_cache=500)
    with pytest.raises(CheckpointError, match="memory on each of 4 cards"):
        preflight.check_memory(1000, room=Room(memory=each - 1, parts=4, cards=4), kv_cache=500)
    shared = 2 * 1000 + 4 * (500 + preflight.WORKING_MEMORY)
    preflight.check_memory(1000, room=Room(memory=shared, copies=2, ranks=4), kv_cache=500)
    with pytest.raises(CheckpointError):
        preflight.check_memory(1000, room=Room(memory=shared - 1, copies=2, ranks=4), kv_cache=500)
