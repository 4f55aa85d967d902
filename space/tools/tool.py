"""One function over the registry as a tool: its declaration comes from its annotations, its arguments are checked.

It knows no tool in particular. A function takes the registry first, then plain arguments, and answers in text.
"""

import inspect
import json
from collections.abc import Callable, Mapping
from types import MethodType
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ArgsKwargs

from registry.errors import RegistryError
from registry.store import Store
from space.conversation import Tool

LONGEST_ANSWER = 8_000
"""Characters: some 2,500 tokens, which leave room for three answers in a context of 16,384."""


class CallRefused(RegistryError):
    """A call names no such tool, or its arguments are not what the tool takes. The message says what is."""


class RegistryTool:
    """A function of this package with the registry at hand."""

    def __init__(self, function: Callable[..., str], registry: Store) -> None:
        # A bound method of the registry: name, documentation and the remaining signature stay the function's own.
        self.function = MethodType(function, registry)
        self.name: str = function.__name__
        self.description = inspect.getdoc(function) or ""
        self._arguments: TypeAdapter[str] = TypeAdapter(self.function)

    def run(self, arguments: Mapping[str, Any]) -> str:
        """The answer, at most `LONGEST_ANSWER` characters; what is cut off is said to be.

        Raises:
            CallRefused: the arguments are not what the tool takes.
            RegistryError: the registry cannot answer; the message is a sentence.
        """
        try:
            answer = self._arguments.validate_python(ArgsKwargs((), dict(arguments)))
        except ValidationError as error:
            raise CallRefused(_sentence(self.name, error)) from error
        return cut(answer)

    @property
    def parameters(self) -> dict[str, dict[str, Any]]:
        """The JSON schema of each argument, by name."""
        properties: dict[str, dict[str, Any]] = self._arguments.json_schema()["properties"]
        return properties

    def declaration(self) -> Tool:
        """For a prompt: what every model needs to call it, without what only a validator reads."""
        schema = self._arguments.json_schema()
        told = ("type", "description", "enum", "items")
        parameters = {
            "type": "object",
            "properties": {
                name: {key: given[key] for key in told if key in given} for name, given in schema["properties"].items()
            },
            "required": schema.get("required", []),
        }
        return Tool(name=self.name, description=self.description, parameters=json.dumps(parameters))


def cut(answer: str) -> str:
    """The answer, or its beginning and how much is missing."""
    if len(answer) <= LONGEST_ANSWER:
        return answer
    kept = answer[:LONGEST_ANSWER].rpartition("\n")[0] or answer[:LONGEST_ANSWER]
    return f"{kept}\n… {len(answer) - len(kept):,} more characters are left out: ask for less at a time."


def _sentence(name: str, error: ValidationError) -> str:
    """What is wrong with each argument, in pydantic's words."""
    faults = [f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors(include_url=False)]
    return f"{name} cannot be called so. {'; '.join(faults)}."
