"""One function over the registry as a tool: its declaration comes from its annotations, its arguments are checked.

It knows no tool in particular. A function takes the registry first, then plain arguments, and answers in text.
"""

import inspect
import json
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ArgsKwargs

from registry.errors import RegistryError
from space.conversation import Tool
from space.tools.arguments import Registry

LONGEST_ANSWER = 8_000
"""Characters: some 2,500 tokens, which leave room for three answers in a context of 16,384."""


class CallRefused(RegistryError):
    """A call names no such tool, or its arguments are not what the tool takes. The message says what is."""


class RegistryTool:
    """A function of this package, and where it finds the registry once it is called."""

    def __init__(self, function: Callable[..., str], registry: Callable[[], Registry]) -> None:
        """`registry` may block and may raise, as opening one does."""
        self.name: str = function.__name__
        self.description = inspect.getdoc(function) or ""
        self._registry = registry
        self._function: TypeAdapter[str] = TypeAdapter(function)
        signature = inspect.signature(function)
        first, *arguments = signature.parameters.values()
        self.signature = signature.replace(parameters=arguments)
        self.schema = self._function.json_schema()
        del self.schema["properties"][first.name]
        self.schema["required"].remove(first.name)

    def run(self, arguments: Mapping[str, Any]) -> str:
        """The answer, at most `LONGEST_ANSWER` characters; what is cut off is said to be.

        Raises:
            CallRefused: the arguments are not what the tool takes.
            RegistryError: the registry cannot answer; the message is a sentence.
        """
        try:
            answer = self._function.validate_python(ArgsKwargs((self._registry(),), dict(arguments)))
        except ValidationError as error:
            raise CallRefused(_sentence(self.name, error)) from error
        return cut(answer)

    def declaration(self) -> Tool:
        """For a prompt: what every model needs to call it, without what only a validator reads."""
        told = ("type", "description", "enum", "items")
        parameters = {
            "type": "object",
            "properties": {
                name: {key: given[key] for key in told if key in given}
                for name, given in self.schema["properties"].items()
            },
            "required": self.schema["required"],
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
