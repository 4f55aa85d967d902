"""Which tools a served checkpoint gets: the five, or for the pocket the one it was trained on."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from registry.errors import RegistryError
from space.checkpoint.checkpoint import Checkpoint
from space.conversation import ToolCall
from space.errors import VisitorError
from space.model.passport_tool import PASSPORT_TOOL
from space.toolbox import Toolbox
from space.tools.arguments import Registry
from space.tools.cite import cite
from space.tools.compare import compare
from space.tools.estimate_vram import estimate_vram
from space.tools.get_passport import get_passport
from space.tools.pocket_passport import PocketPassport
from space.tools.search import search
from space.tools.tool import CallRefused, RegistryTool

FUNCTIONS = (search, get_passport, estimate_vram, compare, cite)


def registry_tools(registry: Callable[[], Registry]) -> tuple[RegistryTool, ...]:
    """The five, in the order they are declared."""
    return tuple(RegistryTool(function, registry) for function in FUNCTIONS)


def toolbox_of(checkpoint: Checkpoint | None, registry: Callable[[], Registry]) -> Toolbox:
    """The tools of a checkpoint; none while nothing is served.

    The pocket knows one tool, which is about the pocket itself. What five tools do to a real Gemma's answers has not
    been measured: there they wait to be switched on.
    """
    if checkpoint is None:
        return Toolbox()
    if checkpoint.is_pocket:
        return Toolbox(
            tools=(PASSPORT_TOOL,),
            run=_runner({PASSPORT_TOOL.name: PocketPassport(registry, checkpoint.repo_id).run}),
            at_first=True,
        )
    tools = registry_tools(registry)
    return Toolbox(
        tools=tuple(tool.declaration() for tool in tools), run=_runner({tool.name: tool.run for tool in tools})
    )


def _runner(tools: Mapping[str, Callable[[Mapping[str, Any]], str]]) -> Callable[[ToolCall], str]:
    def run(call: ToolCall) -> str:
        try:
            if call.name not in tools:
                raise CallRefused(f"There is no tool “{call.name[:80]}”. There are: {', '.join(tools)}.")
            return tools[call.name](_arguments(call))
        except (RegistryError, VisitorError) as error:
            return str(error)

    return run


def _arguments(call: ToolCall) -> dict[str, Any]:
    try:
        given = json.loads(call.arguments)
    except ValueError as error:
        raise CallRefused(f"The arguments of {call.name} are no JSON: {error}.") from error
    if not isinstance(given, dict):
        raise CallRefused(f"The arguments of {call.name} must be a JSON object.")
    return given
