"""Quantization of a tiny untrained Gemma 4: what is packed, what is untouched, what is refused, and what is noticed."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor
from transformers import Gemma4Config, Gemma4ForConditionalGeneration

from space.errors import CheckpointError
from space.model import w4a16
from space.model.quantize import quantize
from space.model.readback import differences

LAYERS = "model.language_model.layers"
SHARD = "500KB"


def write_tiny(folder: Path) -> Path:
    """A BF16 folder with every kind of tensor, as a trainer leaves it: shards, index, two companions, a card."""
    text = {
        "vocab_size": 512,
        "vocab_size_per_layer_input": 512,
        "hidden_size": 128,
        "intermediate_size": 256,
        "num_hidden_layers": 4,
        "layer_types": ["sliding_attention", "full_attention"] * 2,
        "num_kv_shared_layers": 2,
        "use_double_wide_mlp": True,
        "num_attention_heads": 2,
        "num_key_value_heads": 1,
        "head_dim": 64,
        "global_head_dim": 128,
        "hidden_size_per_layer_input": 128,
    }
    vision = {"hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 1, "num_attention_heads": 1}
    vision |= {"num_key_value_heads": 1, "position_embedding_size": 64, "default_output_length": 280}
    audio = {"hidden_size": 64, "num_hidden_layers": 1, "num_attention_heads": 1, "output_proj_dims": 128}
    torch.manual_seed(0)
    config = Gemma4Config(text_config=text, vision_config=vision, audio_config=audio, dtype="bfloat16")
    Gemma4ForConditionalGeneration(config).to(torch.bfloat16).save_pretrained(folder, max_shard_size=SHARD)
    _add(folder, f"{LAYERS}.3.self_attn.k_norm.weight", torch.ones(128, dtype=torch.bfloat16))
    (folder / "chat_template.jinja").write_text("{{ messages }}", encoding="utf-8")
    (folder / "README.md").write_text("# Of the BF16 folder\n", encoding="utf-8")
    return folder


def _add(folder: Path, name: str, tensor: Tensor) -> None:
    save_file({name: tensor}, folder / "model-extra.safetensors")


def read(folder: Path) -> dict[str, Tensor]:
    return {name: tensor for path in folder.glob("*.safetensors") for name, tensor in load_file(path).items()}


def rewrite(folder: Path, name: str, change: Callable[[Tensor], Tensor | None]) -> None:
    """Change one tensor of a folder in place, or remove it."""
    for path in folder.glob("*.safetensors"):
        with safe_open(path, framework="pt") as file:
            if name not in file.keys():  # noqa: SIM118 - not a mapping
                continue
        tensors = load_file(path)
        changed = change(tensors.pop(name).clone())
        save_file(tensors if changed is None else tensors | {name: changed}, path)
        return
    raise AssertionError(f"{name} is not in {folder}")


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny(tmp_path_factory.mktemp("tiny") / "bf16")


@pytest.fixture(scope="module")
def auto_round(source: Path) -> Path:
    out = source.parent / "auto_round"
    quantize(source, out, "auto_round", max_shard_size=SHARD)
    return out


@pytest.fixture
def copy(auto_round: Path, tmp_path: Path) -> Path:
    for path in auto_round.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    return tmp_path


def test_the_language_models_linears_are_packed_and_nothing_else(auto_round: Path) -> None:
    packed = {name.removesuffix(".qweight") for name in read(auto_round) if name.endswith(".qweight")}
    every_layer = ["self_attn.q_proj", "self_attn.o_proj", "mlp.gate_proj", "mlp.up_proj", "mlp.down_proj"]
    every_layer += ["per_layer_input_gate", "per_layer_projection"]
    own_keys = ["self_attn.k_proj", "self_attn.v_proj"]
    assert packed == {f"{LAYERS}.{n}.{part}" for n in range(4) for part in every_layer + (own_keys if n < 2 else [])}


def test_everything_else_is_the_sources_bit_by_bit(source: Path, auto_round: Path) -> None:
    before, after = read(source), read(auto_round)
    kept = [name for name in before if name in after]
    assert f"{LAYERS}.0.input_layernorm.weight" in kept
    assert "model.language_model.per_layer_model_projection.weight" in kept
    assert all(
        torch.equal(before[name].reshape(-1).view(torch.uint8), after[name].reshape(-1).view(torch.uint8))
        for name in kept
    )
    assert f"{LAYERS}.3.self_attn.k_norm.weight" not in after  # a block that borrows its keys never reads it


def test_unpacked_codes_are_within_half_a_step_of_the_source(source: Path, auto_round: Path) -> None:
    layer = f"{LAYERS}.1.mlp.down_proj"
    weight, after = read(source)[f"{layer}.weight"].float(), read(auto_round)
    step = w4a16.steps(after[f"{layer}.scales"], weight.shape[1])
    code = w4a16.codes(after[f"{layer}.qweight"])
    below_top = code < w4a16.TOP_CODE
    error = (weight - (code - w4a16.ZERO_POINT) * step).abs() / step.abs()
    assert error[below_top].max() <= 0.501
    assert error.max() <= 1.01
    assert step.abs().max() * 15 < 2 * weight.abs().max()  # the codes span the weights, not more


def test_the_folder_is_complete_and_in_small_shards(source: Path, auto_round: Path) -> None:
    shards = list(auto_round.glob("*.safetensors"))
    index = json.loads((auto_round / "model.safetensors.index.json").read_text())
    config = json.loads((auto_round / "config.json").read_text())
    assert set(index["weight_map"]) == set(read(auto_round))
    assert max(path.stat().st_size for path in shards) < 600_000
    assert (auto_round / "chat_template.jinja").read_text() == "{{ messages }}"
    assert not (auto_round / "README.md").exists()  # the card of the BF16 folder would be untrue here
    assert config["vision_config"]["default_output_length"] == 280
    assert config.pop("quantization_config")["packing_format"] == "auto_round:auto_gptq"
    assert config == json.loads((source / "config.json").read_text())


def test_gptq_holds_the_same_integers_and_names_its_blocks(source: Path, auto_round: Path, tmp_path: Path) -> None:
    quantize(source, tmp_path / "gptq", "auto_gptq", max_shard_size=SHARD)
    ours, theirs = read(auto_round), read(tmp_path / "gptq")
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)
    assert {name.rsplit(".", 1)[1] for name in set(theirs) - set(ours)} == {"g_idx"}
    config = json.loads((tmp_path / "gptq/config.json").read_text())["quantization_config"]
    assert (config["quant_method"], config["bits"], config["sym"]) == ("gptq", 4, True)
    assert config["modules_in_block_to_quantize"] == [LAYERS]


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("model.language_model.norm.weight", lambda tensor: -tensor, "bit by bit"),
        ("model.language_model.norm.weight", lambda tensor: tensor.float(), "was torch.bfloat16"),
        ("model.language_model.norm.weight", lambda tensor: None, "is missing"),
        (f"{LAYERS}.0.mlp.up_proj.scales", lambda tensor: tensor * 1.1, "farther from the source"),
        (f"{LAYERS}.0.mlp.up_proj.scales", lambda tensor: tensor * float("nan"), "farther from the source"),
        (f"{LAYERS}.0.mlp.up_proj.qweight", lambda tensor: tensor ^ 1, "farther from the source"),
        (f"{LAYERS}.0.mlp.up_proj.qweight", lambda tensor: tensor[:8].contiguous(), "should be torch.int32"),
        (f"{LAYERS}.0.mlp.up_proj.qzeros", lambda tensor: tensor + 1, "not symmetric"),
    ],
)
def test_read_back_names_a_tensor_that_differs(
    source: Path, copy: Path, name: str, change: Callable[[Tensor], Tensor | None], said: str
) -> None:
    rewrite(copy, name, change)
    [found] = differences(source, copy)
    assert name.rsplit(".", 1)[0] in found
    assert said in found


def test_read_back_names_a_tensor_too_many(source: Path, copy: Path) -> None:
    _add(copy, "lm_head.weight", torch.zeros(2))
    assert differences(source, copy) == ["lm_head.weight should not be there"]


def test_a_folder_that_cannot_be_quantized_is_refused_in_a_sentence(
    source: Path, auto_round: Path, tmp_path: Path
) -> None:
    with pytest.raises(CheckpointError, match=r"no config\.json"):
        quantize(tmp_path, tmp_path / "out", "auto_round")
    with pytest.raises(CheckpointError, match="already quantized"):
        quantize(auto_round, tmp_path / "out", "auto_round")
    (tmp_path / "config.json").write_text('{"model_type": "llama"}')
    with pytest.raises(CheckpointError, match="only gemma4"):
        quantize(tmp_path, tmp_path / "out", "auto_round")
    (tmp_path / "config.json").write_text('{"model_type": "gemma4", "text_config": {"enable_moe_block": true}}')
    with pytest.raises(CheckpointError, match="mixture of experts"):
        quantize(tmp_path, tmp_path / "out", "auto_round")
    (tmp_path / "config.json").write_text((source / "config.json").read_text())
    with pytest.raises(CheckpointError, match="no weights"):
        quantize(tmp_path, tmp_path / "out", "auto_round")
    _add(tmp_path, f"{LAYERS}.0.mlp.up_proj.weight", torch.zeros(8, 100))
    with pytest.raises(CheckpointError, match=r"8 by 100 .* multiple of 128"):
        quantize(tmp_path, tmp_path / "out", "auto_round")
    assert not (tmp_path / "out").exists()


def test_nothing_is_overwritten_and_nothing_is_left_beside_the_result(source: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(CheckpointError, match="not empty"):
        quantize(source, tmp_path, "auto_round")
    assert (tmp_path / "notes.txt").read_text() == "mine"
    quantize(source, tmp_path / "out", "auto_round", max_shard_size=SHARD)
    with pytest.raises(CheckpointError, match="not empty"):
        quantize(source, tmp_path / "out", "auto_gptq", max_shard_size=SHARD)
    assert differences(source, tmp_path / "out") == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["notes.txt", "out"]
