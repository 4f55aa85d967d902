"""What a model may call while it answers: the tools declared to it, and what runs a call. Values; it knows no tool."""

from collections.abc import Callable
from dataclasses import dataclass

from space.conversation import Tool, ToolCall


def no_such_tool(call: ToolCall) -> str:
    """What a call of something that was never declared returns."""
    return f"There is no tool called {call.name[:80]!r}."


@dataclass(frozen=True, kw_only=True)
class Toolbox:
    """The tools of one served checkpoint.

    `run` returns what the model reads. It blocks, and raises nothing that a model's call could cause: what cannot be
    looked up is told in a sentence. `at_first` says whether a visitor finds the tools switched on.
    """

    tools: tuple[Tool, ...] = ()
    run: Callable[[ToolCall], str] = no_such_tool
    at_first: bool = False
