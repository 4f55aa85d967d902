"""What weights weigh, part by part."""

import pytest

from registry.sources.safetensors_header import Tensor
from registry.weights import WeightPart, component_of, weights_of


def tensor(name: str, *shape: int, dtype: str = "BF16") -> Tensor:
    size = {"BF16": 2, "F16": 2, "I32": 4}[dtype]
    for side in shape:
        size *= side
    return Tensor(name=name, dtype=dtype, shape=shape, size=size)


@pytest.mark.parametrize(
    ("name", "component"),
    [
        ("model.language_model.layers.3.mlp.down_proj.qweight", "language_layers"),
        ("model.norm.weight", "language_layers"),
        ("transformer.h.0.attn.c_attn.weight", "language_layers"),
        ("model.embed_tokens.weight", "embeddings"),
        ("transformer.wte.weight", "embeddings"),
        ("model.language_model.embed_tokens_per_layer.weight", "ple"),
        ("model.language_model.per_layer_model_projection.weight", "ple"),
        ("lm_head.weight", "output_head"),
        ("model.vision_tower.encoder.layers.0.mlp.up_proj.linear.weight", "vision"),
        ("visual.blocks.0.attn.qkv.weight", "vision"),
        ("visual.merger.mlp.0.weight", "projectors"),
        ("model.audio_tower.layers.0.norm_out.weight", "audio"),
        ("model.embed_audio.embedding_projection.weight", "projectors"),
        ("model.multi_modal_projector.mm_input_projection_weight", "projectors"),
    ],
)
def test_a_tensor_belongs_to_the_part_its_name_tells(name: str, component: str) -> None:
    assert component_of(name) == component


def test_parts_add_up_by_component_and_by_dtype() -> None:
    layer = "model.layers.0.mlp.down_proj"
    weights = weights_of(
        [
            tensor("model.embed_tokens.weight", 100, 8),
            tensor(f"{layer}.qweight", 16, 32, dtype="I32"),
            tensor(f"{layer}.scales", 1, 32, dtype="F16"),
        ],
        bits=4,
        tied_output=True,
    )
    assert weights.parts[0] == WeightPart(component="language_layers", dtype="I32", size=2048, parameters=4096)
    assert weights.by_component() == {"language_layers": 2112, "embeddings": 1600}
    assert weights.by_dtype() == {"I32": 2048, "BF16": 1600, "F16": 64}
    assert (weights.size, weights.parameters) == (3712, 4096 + 800)


@pytest.mark.parametrize(("tied", "parameters"), [(True, 800), (False, 1600)])
def test_a_tied_output_head_that_is_stored_as_well_counts_once_and_is_told(tied: bool, parameters: int) -> None:
    stored = [tensor("lm_head.weight", 100, 8), tensor("model.embed_tokens.weight", 100, 8)]
    weights = weights_of(stored, bits=None, tied_output=tied)
    assert (weights.parameters, weights.size) == (parameters, 2 * parameters)
    assert bool(weights.notes) is tied
    assert [part.size for part in weights.tied] == ([1600] if tied else [])


def test_a_tied_table_stored_as_output_head_alone_is_not_lost() -> None:
    weights = weights_of([tensor("lm_head.weight", 100, 8)], bits=None, tied_output=True)
    assert weights.size == 1600


def test_packed_weights_of_unknown_bits_have_bytes_but_no_number() -> None:
    weights = weights_of([tensor("model.layers.0.x.qweight", 16, 32, dtype="I32")], bits=None, tied_output=False)
    assert (weights.size, weights.parameters) == (2048, None)
