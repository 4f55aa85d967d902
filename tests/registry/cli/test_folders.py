"""A folder is shown as it would be recorded, and verified as it was."""

from pathlib import Path
from typing import Any

import pytest

from tests.checkpoint_files import EMBEDDING_BYTES, SHARDS, TENSOR_BYTES, safetensors, write_checkpoint
from tests.registry.cli.commands import Commands

EMBEDDING = ("BF16", [64, 16], bytes(EMBEDDING_BYTES))
WITH_HEAD = safetensors({"model.language_model.embed_tokens.weight": EMBEDDING, "lm_head.weight": EMBEDDING})


@pytest.fixture(params=[None, WITH_HEAD], ids=["as saved", "tied head stored too"])
def folder(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    changed = {SHARDS[0].replace(".", "__"): request.param} if request.param else {}
    return write_checkpoint(tmp_path / "small", **changed)


def facts(data: Any) -> list[tuple[Any, ...]]:  # noqa: ANN401 - JSON of any shape
    return [(fact["field"], fact["value"], fact["conditions"]) for fact in data["facts"]]


def test_a_folder_shows_what_adding_it_records(run: Commands, folder: Path) -> None:
    shown = facts(run("show", str(folder), "--json").data)
    assert run("add", str(folder)).code == 0
    assert shown == facts(run("show", "small", "--json").data)
    assert {"tensor_bytes.language_layers", "vram"} <= {name for name, _, _ in shown}


def test_a_recorded_folder_has_its_parts_and_does_not_drift(run: Commands, folder: Path) -> None:
    run("add", str(folder))
    needed = run("vram", "small", "--json").data
    assert {part["component"] for part in needed["parts"]} == {"language_layers", "embeddings"}
    assert run("verify", "small", "--folder", str(folder)).code == 0


def test_a_tied_head_is_stored_twice_and_loaded_once(run: Commands, tmp_path: Path) -> None:
    folder = write_checkpoint(tmp_path / "small", **{SHARDS[0].replace(".", "__"): WITH_HEAD})
    run("add", str(folder))
    shown = {(name, *sorted(told)): value for name, value, told in facts(run("show", "small", "--json").data)}
    assert shown[("tensor_bytes",)] == TENSOR_BYTES + EMBEDDING_BYTES
    assert shown[("tensor_bytes.output_head", "dtype", "tied to")] == EMBEDDING_BYTES
    for asked in (("vram", "small"), ("vram", str(folder))):
        needed = run(*asked, "--json").data
        assert needed["weights_bytes"] == TENSOR_BYTES
        assert any("counted once" in note for note in needed["notes"])
