"""Reads the BibTeX entries that a page prints. Tolerant: it takes what it understands and never fails.

It reads what such pages write, one field with one braced or quoted value, and no macros.
"""

import re
from dataclasses import dataclass
from itertools import islice

_ENTRY = re.compile(r"@\w+\s*\{\s*([^,\s]*)\s*,")
_FIELD = re.compile(r"(\w+)\s*=\s*(?=[{\"])")
MOST, LONGEST = 20, 10_000
"""Entries of one text, and characters of one entry, that are read at most: pages can be hostile."""

_HUB = re.compile(r"huggingface\.co/([^/\s{}]+/[^/\s{}]+)")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One entry: its key and its fields, names in lower case, values without the outer braces."""

    key: str
    fields: dict[str, str]

    @property
    def repo_id(self) -> str | None:
        """The Hugging Face repository that the entry points to, spelt as in the entry."""
        match = next(filter(None, map(_HUB.search, self.fields.values())), None)
        return match[1] if match else None


def bibtex_entries(text: str) -> tuple[Entry, ...]:
    """The entries of a text, in order."""
    starts = islice(_ENTRY.finditer(text), MOST)
    return tuple(Entry(key=start[1], fields=_fields(_body(text, text.index("{", start.start())))) for start in starts)


def _fields(body: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    for name in _FIELD.finditer(body):
        value = _body(body, name.end()) if body[name.end()] == "{" else body[name.end() + 1 :].partition('"')[0]
        fields.setdefault(name[1].lower(), " ".join(value.split()))
    return fields


def _body(text: str, start: int) -> str:
    """What stands between the brace at `start` and the one that closes it, or the end of the text."""
    depth = 0
    end = min(len(text), start + LONGEST)
    for position in range(start, end):
        depth += {"{": 1, "}": -1}.get(text[position], 0)
        if depth == 0:
            return text[start + 1 : position]
    return text[start + 1 : end]
