"""What a folder or a configuration takes before anybody asks for a context."""

import json
from pathlib import Path
from typing import Any

import pytest

from registry.errors import SourceUnreadable
from registry.footprint import footprint, footprint_of
from tests.registry.published_configs import published
from tests.registry.served_checkpoint import served_config, write_served_headers

SERVED_BYTES = 7_450_398_662


def write_config(folder: Path, config: dict[str, Any]) -> Path:
    path = folder / "config.json"
    path.write_text(json.dumps(config), encoding="utf-8")
    return path


def test_headers_give_the_served_checkpoint_to_the_byte(tmp_path: Path) -> None:
    model = footprint_of(write_served_headers(tmp_path))
    assert model.weights is not None
    assert model.weights.size == SERVED_BYTES
    assert model.weights.by_component() == {
        "ple": 4_725_146_112,
        "language_layers": 968_488_006,
        "embeddings": 805_306_368,
        "audio": 609_650_176,
        "vision": 334_730_112,
        "projectors": 7_077_888,
    }
    assert sum(model.weights.by_dtype().values()) == SERVED_BYTES
    assert model.weights.parameters == pytest.approx(5.1e9, rel=0.001)
    assert model.notes == ()


def test_the_configuration_alone_gives_the_same_and_says_that_no_file_was_read(tmp_path: Path) -> None:
    read = footprint_of(write_served_headers(tmp_path))
    planned = footprint_of(tmp_path / "config.json")
    assert planned.weights is not None
    assert read.weights is not None
    assert planned.weights.parts == read.weights.parts
    assert planned.layers == read.layers
    assert "no weight file was read" in planned.notes[0]


def test_the_widths_are_the_language_models() -> None:
    model = footprint(served_config())
    assert (model.hidden, model.feed_forward, model.vocabulary, model.longest) == (1536, 12_288, 262_144, 131_072)
    assert footprint(published("openai-community/gpt2")).feed_forward == 4 * 768


def test_a_folder_without_weight_files_is_counted_from_its_configuration(tmp_path: Path) -> None:
    write_config(tmp_path, published("openai-community/gpt2"))
    model = footprint_of(tmp_path)
    assert model.weights is not None
    assert model.weights.size == 4 * 124_439_808
    assert any("FP32 is assumed" in note for note in model.notes)


def test_weights_are_known_where_the_configuration_is_not_understood(tmp_path: Path) -> None:
    write_served_headers(tmp_path)
    write_config(tmp_path, {**served_config(), "model_type": "of_tomorrow"})
    model = footprint_of(tmp_path)
    assert model.weights is not None
    assert model.weights.size == SERVED_BYTES
    assert model.layers is None
    assert any(note.startswith("The KV cache is unknown: ") for note in model.notes)


def test_neither_is_guessed_from_a_strange_configuration() -> None:
    model = footprint({"model_type": "of_tomorrow", "auto_map": {"AutoConfig": "evil.Config"}})
    assert (model.weights, model.layers) == (None, None)
    assert len(model.notes) == 2


def test_a_family_whose_cache_is_not_known_still_has_weights() -> None:
    config = {"architectures": ["Mamba2ForCausalLM"], "model_type": "mamba2", "num_hidden_layers": 2}
    model = footprint(config)
    assert model.weights is not None
    assert model.layers is None


def test_a_missing_configuration_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceUnreadable):
        footprint_of(tmp_path)
    with pytest.raises(SourceUnreadable):
        footprint_of(tmp_path / "config.json")
