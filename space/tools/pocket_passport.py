"""get_passport(field) as the pocket was taught it: one field of the served model's passport, in a few words.

The pocket copies what it reads into a short sentence, so a result is one value in the form it has seen in training:
no source, no sentence. Agents and larger models get `get_passport`, which tells all.
"""

from collections.abc import Callable, Mapping
from typing import Any

from registry.lookup import Model, recorded_model
from registry.passport import Claim
from registry.recorded import recorded_footprint
from registry.resolve import Resolution
from registry.units import quantity, size_in_words
from registry.vram import Load, vram
from space.model.words import fields
from space.tools.arguments import Registry
from space.tools.tool import CallRefused

UNKNOWN = "unknown"
CONTEXT = 8192  # tokens for which the memory is told
LONGEST = 60  # characters; the longest value it was trained on has about fifty


class PocketPassport:
    """The passport of one recorded model, field by field."""

    def __init__(self, registry: Callable[[], Registry], name: str) -> None:
        self._registry = registry
        self._name = name

    def run(self, arguments: Mapping[str, Any]) -> str:
        """The value of `arguments["field"]`.

        Raises:
            CallRefused: there is no such field.
            RegistryError: nothing is recorded of the model.
        """
        field = arguments.get("field")
        if set(arguments) != {"field"} or field not in fields():
            raise CallRefused(f"get_passport takes one field of: {', '.join(fields())}.")
        words = VALUES[field](recorded_model(self._registry(), self._name))
        return words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…"


def _words(name: str) -> Callable[[Model], str]:
    def read(model: Model) -> str:
        value = model.resolution.value(name)
        if value is None:
            return UNKNOWN
        return ", ".join(value) if isinstance(value, tuple) else str(value)

    return read


def _number(decided: Resolution, name: str) -> int | None:
    """A figure in its base unit."""
    fact = decided.fact(name)
    claim: Claim | None = fact.claim if fact else None
    if claim is None or not isinstance(claim.value, int | float):
        return None
    return int(quantity(claim.value, claim.unit or (fact.field.unit if fact else None)).value)


def _parameters(model: Model) -> str:
    count = _number(model.resolution, "parameters")
    if count is None:
        return UNKNOWN
    return f"{count / 10**9:.2f} billion" if count >= 10**9 else f"{count / 10**6:.2f} million"


def _context(model: Model) -> str:
    tokens = _number(model.resolution, "context")
    return UNKNOWN if tokens is None else f"{tokens:,} tokens"


def _memory(model: Model) -> str:
    return _size_of(vram(recorded_footprint(model), Load(context=CONTEXT)).total_bytes)


def _size(model: Model) -> str:
    size = _number(model.resolution, "bytes_on_disk")
    return _size_of(_number(model.resolution, "tensor_bytes") if size is None else size)


def _size_of(count: int | None) -> str:
    """The decimal unit alone, such as 8.46 MB."""
    return UNKNOWN if count is None else size_in_words(count).partition(" (")[0]


def _revision(model: Model) -> str:
    revision = model.resolution.revision
    return revision[:7] if revision else UNKNOWN


VALUES: dict[str, Callable[[Model], str]] = {
    "licence": _words("licence"),
    "parameters": _parameters,
    "context": _context,
    "memory": _memory,
    "size": _size,
    "scheme": _words("scheme"),
    "modalities": _words("modalities"),
    "author": _words("author"),
    "base_model": _words("base_model"),
    "revision": _revision,
}
