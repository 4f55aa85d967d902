"""Values of the registry as plain JSON."""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime

from registry.passport import Claim
from registry.record import Json


def plain(value: object) -> Json:
    """A value of the registry as JSON: a dataclass by its fields, days as ISO text, conditions as an object.

    Raises:
        TypeError: it is no value the registry has.
    """
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Claim):
        return {**_fields(value), "conditions": dict(value.conditions)}
    if is_dataclass(value) and not isinstance(value, type):
        return _fields(value)
    if isinstance(value, Mapping):
        return {str(name): plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    raise TypeError(f"{type(value).__name__} has no plain form")


def json_text(value: object) -> str:
    """Indented JSON in ASCII: every other sign is escaped, so that none of them can reach a terminal."""
    return json.dumps(plain(value), indent=2) + "\n"


def _fields(value: object) -> dict[str, Json]:
    assert is_dataclass(value)
    return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
