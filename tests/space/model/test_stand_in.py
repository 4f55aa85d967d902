"""The stand-in: its plan equals the published checkpoint to the byte, and what is written can be read and tokenized."""

import json
from itertools import pairwise
from pathlib import Path

import pytest
import safetensors.torch
import torch
from safetensors import safe_open
from transformers import AutoProcessor, Gemma4Config

from space.errors import CheckpointError
from space.model import stand_in
from space.model.stand_in_tokenizer import SPECIAL_IDS, stand_in_tokenizer

LAYERS = "model.language_model.layers"


@pytest.fixture(scope="module")
def served() -> dict[str, stand_in.PlannedTensor]:
    return {tensor.name: tensor for tensor in stand_in.plan(stand_in.served_config())}


def small_config() -> Gemma4Config:
    text = {
        "vocab_size": 1024,
        "vocab_size_per_layer_input": 1024,
        "hidden_size": 128,
        "intermediate_size": 128,
        "num_hidden_layers": 2,
        "layer_types": ["sliding_attention", "full_attention"],
        "num_kv_shared_layers": 0,
        "num_attention_heads": 2,
        "num_key_value_heads": 1,
        "head_dim": 64,
        "global_head_dim": 64,
        "hidden_size_per_layer_input": 128,
    }
    vision = {"hidden_size": 64, "intermediate_size": 64, "num_hidden_layers": 1, "num_attention_heads": 1}
    vision |= {
        "num_key_value_heads": 1,
        "position_embedding_size": 64,
        "use_clipped_linears": True,
        "default_output_length": 280,
    }
    audio = {"hidden_size": 64, "num_hidden_layers": 1, "num_attention_heads": 1, "output_proj_dims": 128}
    return Gemma4Config(text_config=text, vision_config=vision, audio_config=audio, dtype="bfloat16")


def test_plan_has_the_served_checkpoints_bytes_in_all_and_in_each_file(
    served: dict[str, stand_in.PlannedTensor],
) -> None:
    divided = stand_in.shards(served.values())
    files = [len(stand_in.header(shard)[1]) + sum(tensor.nbytes for tensor in shard) for shard in divided]
    assert sum(tensor.nbytes for tensor in served.values()) == 7_450_398_662
    assert files == [1_072_080_494, 1_036_670_096, 4_697_620_616, 644_350_144]


def test_plan_packs_the_language_models_linears_and_nothing_else(served: dict[str, stand_in.PlannedTensor]) -> None:
    packed = {name.removesuffix(".qweight") for name in served if name.endswith(".qweight")}
    assert len(packed) == 35 * (2 + 3 + 2) + 15 * 2  # q and o, MLP, per-layer input; k and v of the first 15
    assert all(name.startswith(LAYERS) for name in packed)
    down = f"{LAYERS}.34.mlp.down_proj"
    assert (served[f"{down}.qweight"].dtype, served[f"{down}.qweight"].shape) == (torch.int32, (1536, 1536))
    assert (served[f"{down}.qzeros"].dtype, served[f"{down}.qzeros"].shape) == (torch.int32, (96, 192))
    assert (served[f"{down}.scales"].dtype, served[f"{down}.scales"].shape) == (torch.float16, (96, 1536))


def test_plan_leaves_out_what_blocks_with_borrowed_keys_never_read(served: dict[str, stand_in.PlannedTensor]) -> None:
    assert f"{LAYERS}.14.self_attn.k_proj.qweight" in served
    assert f"{LAYERS}.14.self_attn.k_norm.weight" in served
    assert not [name for name in served if name.startswith(f"{LAYERS}.15.self_attn.k_")]
    assert "lm_head.weight" not in served


def test_command_refuses_a_plan_of_another_size() -> None:
    with pytest.raises(CheckpointError, match="7,450,398,662"):
        stand_in._refuse_another_size(stand_in.shards(stand_in.plan(small_config())))


def test_a_disk_without_room_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"needs 1000000\.0 GB"):
        stand_in._refuse_a_full_disk(tmp_path, 10**15)


def test_a_shard_is_laid_out_as_safetensors_lays_it_out() -> None:
    shard = stand_in.plan(small_config())
    values = {tensor.name: torch.cat(list(stand_in.values(tensor, 0))).reshape(tensor.shape) for tensor in shard}
    ordered, start = stand_in.header(shard)
    expected = safetensors.torch.save(values)
    assert expected.startswith(start)
    assert len(expected) == len(start) + sum(tensor.nbytes for tensor in ordered)


def test_written_folder_holds_the_plan_in_finite_numbers_and_loads_a_processor(tmp_path: Path) -> None:
    config = small_config()
    planned = {tensor.name: tensor for tensor in stand_in.plan(config)}
    stand_in.write(tmp_path, config, limit=300_000)

    index = json.loads((tmp_path / "model.safetensors.index.json").read_text())
    assert set(index["weight_map"]) == set(planned)
    assert len(set(index["weight_map"].values())) > 2
    for name, file in index["weight_map"].items():
        with safe_open(tmp_path / file, framework="pt") as opened:
            tensor = opened.get_tensor(name)
        assert (tensor.dtype, tuple(tensor.shape)) == (planned[name].dtype, planned[name].shape), name
        assert tensor.isfinite().all(), name
    written = json.loads((tmp_path / "config.json").read_text())
    assert written["quantization_config"]["packing_format"] == "auto_round:auto_gptq"
    assert json.loads((tmp_path / "generation_config.json").read_text())["eos_token_id"] == [1, 106, 50]
    processor = AutoProcessor.from_pretrained(tmp_path)
    assert processor.image_processor.max_soft_tokens == config.vision_config.default_output_length == 280
    assert processor.feature_extractor is not None
    assert processor.audio_token_id == config.audio_token_id
    assert processor.image_token_id == config.image_token_id


def test_numbers_depend_on_the_seed_and_the_name_alone() -> None:
    first, second = [tensor for tensor in stand_in.plan(small_config()) if tensor.name.endswith("mlp.up_proj.qweight")]
    [drawn], [again], [other_seed], [other_name] = (
        list(stand_in.values(tensor, seed)) for tensor, seed in ((first, 1), (first, 1), (first, 2), (second, 1))
    )
    assert torch.equal(drawn, again)
    assert not torch.equal(drawn, other_seed)
    assert not torch.equal(drawn, other_name)


def test_a_large_tensor_has_a_file_to_itself_and_order_is_kept() -> None:
    tensors = [
        stand_in.PlannedTensor(name=str(number), dtype=torch.bfloat16, shape=(size,))
        for number, size in enumerate([30, 30, 500, 30, 10])
    ]
    divided = stand_in.shards(tensors, limit=120)
    assert [[tensor.name for tensor in shard] for shard in divided] == [["0", "1"], ["2"], ["3", "4"]]
    names = [tensor.name for shard in divided for tensor in shard]
    assert all(before < after for before, after in pairwise(names))


def test_tokenizer_has_gemma_4s_size_and_special_ids_and_gives_text_back() -> None:
    tokenizer = stand_in_tokenizer()
    assert len(tokenizer) == tokenizer.vocab_size == stand_in.served_config().text_config.vocab_size
    assert tokenizer.convert_tokens_to_ids(list(SPECIAL_IDS)) == list(SPECIAL_IDS.values())
    text = "Déjà vu: 1 + 2\n日本 🙂"
    ids = tokenizer(text, add_special_tokens=False).input_ids
    assert tokenizer.decode(ids) == text
    assert tokenizer("<|turn>user", add_special_tokens=False).input_ids[0] == 105
    assert tokenizer.decode([5000, 258_880]) == " w5000<|image|>"
