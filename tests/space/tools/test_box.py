"""Which tools a served checkpoint gets, and what a call returns to a model."""

import json
from pathlib import Path

import pytest

from registry.store import Store
from space.checkpoint.checkpoint import Checkpoint
from space.conversation import ToolCall
from space.model.passport_tool import PASSPORT_TOOL
from space.model.words import fields
from space.toolbox import Toolbox
from space.tools.box import toolbox_of
from space.tools.pocket_passport import LONGEST

GEMMA = Checkpoint(folder=Path("."), repo_id="google/gemma-4-E2B-it")


def pocket(name: str = "autoround") -> Checkpoint:
    return Checkpoint(folder=Path("."), repo_id=f"pocket-{name}", is_pocket=True)


def run(box: Toolbox, name: str, arguments: object) -> str:
    text = arguments if isinstance(arguments, str) else json.dumps(arguments)
    return box.run(ToolCall(id="1", name=name, arguments=text))


def test_the_pocket_is_declared_exactly_the_tool_it_was_trained_on(registry: Store) -> None:
    box = toolbox_of(pocket(), lambda: registry)
    assert box.tools == (PASSPORT_TOOL,)
    assert box.at_first


def test_a_real_gemma_is_declared_the_five_once_a_visitor_asks_for_them(registry: Store) -> None:
    box = toolbox_of(GEMMA, lambda: registry)
    assert [tool.name for tool in box.tools] == ["search", "get_passport", "estimate_vram", "compare", "cite"]
    assert not box.at_first
    assert "Licence: apache-2.0" in run(box, "get_passport", {"model": "google/gemma-4-E2B-it", "field": "licence"})


def test_nothing_served_has_no_tools(registry: Store) -> None:
    assert toolbox_of(None, lambda: registry).tools == ()


def test_the_pocket_is_told_its_own_licence(registry: Store) -> None:
    assert run(toolbox_of(pocket(), lambda: registry), "get_passport", {"field": "licence"}) == "apache-2.0"


@pytest.mark.parametrize("name", ["autoround", "gptq", "bf16"])
def test_every_field_of_every_format_is_a_few_words(registry: Store, name: str) -> None:
    box = toolbox_of(pocket(name), lambda: registry)
    told = {field: run(box, "get_passport", {"field": field}) for field in fields()}
    assert all(0 < len(value) <= LONGEST for value in told.values()), told
    assert told["context"] == "8,192 tokens"
    assert told["modalities"] == "text, image, audio"
    assert told["parameters"].endswith(" million")
    assert told["scheme"] == ("BF16" if name == "bf16" else "W4A16")


@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    [
        ("get_passport", {"field": "colour"}, "takes one field of: licence,"),
        ("get_passport", {}, "takes one field of: licence,"),
        ("get_passport", {"field": "licence", "model": "x"}, "takes one field of"),
        ("get_passport", {"field": ["licence"]}, "takes one field of"),
        ("get_passport", "{field: licence", "are no JSON"),
        ("get_passport", "[1]", "must be a JSON object"),
        ("delete_everything", {}, "There is no tool"),
    ],
)
def test_a_call_that_cannot_be_run_returns_a_sentence(
    registry: Store, name: str, arguments: object, words: str
) -> None:
    assert words in run(toolbox_of(pocket(), lambda: registry), name, arguments)


def test_an_unknown_model_is_a_sentence_too(registry: Store) -> None:
    assert "no model" in run(toolbox_of(pocket("nowhere"), lambda: registry), "get_passport", {"field": "licence"})
