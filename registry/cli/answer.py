"""What a command answers: one thing, as lines for a person or as JSON for a program."""

import sys
from collections.abc import Iterable
from dataclasses import dataclass

from registry.cli.plain import printable
from registry.cli.table import folded
from registry.plain import json_text

DONE, FAILED, MISUSED, DRIFTED = 0, 1, 2, 3
"""Exit codes: done; the question cannot be answered, with a sentence on stderr; the command line is wrong; `verify`
found drift."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """`text` is for people, `data` is what --json prints. `text` may hold text of others as it is: it is cleaned when
    it is printed."""

    text: str
    data: object
    code: int = DONE


def put(answer: Answer, *, as_json: bool) -> int:
    """Print an answer; its exit code."""
    text = json_text(answer.data) if as_json else printable(answer.text)
    sys.stdout.write(text if text.endswith("\n") or not text else f"{text}\n")
    sys.stdout.flush()
    return answer.code


def bullets(sentences: Iterable[str]) -> str:
    """One line each, whatever line breaks a sentence holds; more where the terminal is narrow."""
    return "\n".join(folded(sentence, "- ", "  ") for sentence in sentences)


def sections(*parts: tuple[str, str]) -> str:
    """Titled parts with a blank line between them; an empty one is left out."""
    return "\n\n".join(f"{title}\n{body}" if title else body for title, body in parts if body)
