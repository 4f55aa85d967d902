"""Finds the Python that a page shows, in plain text without any markup. It does not judge whether the code is right."""

import io
import re
import tokenize
from collections.abc import Iterable, Sequence

LONGEST = 80
"""Lines of one snippet that are read at most."""

MOST = 20
"""Snippets of one page that are read at most."""

_BEGIN = re.compile(r"(?:from [\w.]+ import |import \w+)")
_CODE = re.compile(
    r"""(?x) ^(?:
      from\ [\w.]+\ import\ | import\ \w+ | \#\  | @\w
      | (?:for|if|elif|while|with|def|class|async|except)\b.*:$ | (?:try|else|finally):$
      | (?:return|raise|await|yield|assert)\b
      | [\w.\[\]"',\ ]+\s*(?:[-+*/|]?=)\s*\S
      | [\w.]+\(
      | ["'{\[()}\]]
    )"""
)


def python_snippets(lines: Iterable[str]) -> tuple[str, ...]:
    """Each run of lines that begins with an import and goes on as code, or inside an open bracket or string."""
    page = list(lines)
    snippets: list[str] = []
    position = 0
    while position < len(page) and len(snippets) < MOST:
        snippet = _snippet(page[position : position + LONGEST]) if _BEGIN.match(page[position].lstrip()) else []
        if snippet:
            snippets.append("\n".join(snippet).rstrip())
        position += len(snippet) or 1
    return tuple(snippets)


def _snippet(lines: Sequence[str]) -> list[str]:
    """The first lines as far as they are code. A bracket that is never closed does not swallow the prose behind it."""
    indent = lines[0][: len(lines[0]) - len(lines[0].lstrip())]
    taken: list[str] = []
    closed = 0
    for line in (line.removeprefix(indent) for line in lines):
        is_open = _is_open(taken)
        closed = closed if is_open else len(taken)
        if not (is_open or _is_code(line)):
            return taken
        taken.append(line)
    if not _is_open(taken):
        return taken
    looks = next((i for i in range(closed, len(taken)) if not _is_code(taken[i])), len(taken))
    return taken[:looks]


def _is_code(line: str) -> bool:
    return not line.strip() or _CODE.match(line.strip()) is not None


def _is_open(lines: Sequence[str]) -> bool:
    """Whether the lines end inside a bracket or a string of several lines."""
    try:
        for _ in tokenize.generate_tokens(io.StringIO("\n".join(lines)).readline):
            pass
    except tokenize.TokenError:
        return True
    except IndentationError:
        return False
    return False
