"""One definition of each tool: its name, description and schema are what prompts, MCP and API show."""

import json

import pytest

from registry.store import Store
from space.tools.box import registry_tools


def test_the_five_are_declared_in_order(registry: Store) -> None:
    assert [tool.name for tool in registry_tools(lambda: registry)] == [
        "search",
        "get_passport",
        "estimate_vram",
        "compare",
        "cite",
    ]


def test_every_tool_and_every_argument_says_what_it_is(registry: Store) -> None:
    for tool in registry_tools(lambda: registry):
        assert tool.description.endswith("."), tool.name
        for name, argument in tool.schema["properties"].items():
            assert argument.get("description", "").endswith("."), f"{tool.name}({name})"


def test_a_prompt_gets_a_compact_schema(registry: Store) -> None:
    for tool in registry_tools(lambda: registry):
        declared = tool.declaration()
        parameters = json.loads(declared.parameters)
        assert len(declared.parameters) < 1000
        assert "title" not in declared.parameters
        assert "anyOf" not in declared.parameters, "Gemma's chat template reads one type for each argument"
        assert all(isinstance(given["type"], str) for given in parameters["properties"].values())


@pytest.mark.parametrize(("name", "required"), [("compare", ["models"]), ("search", [])])
def test_only_what_has_no_default_is_required(registry: Store, name: str, required: list[str]) -> None:
    (tool,) = [tool for tool in registry_tools(lambda: registry) if tool.name == name]
    assert json.loads(tool.declaration().parameters)["required"] == required
