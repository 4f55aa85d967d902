"""A visitor's file name as something that can stand in a sentence. It says nothing about the file's kind."""

import re
from typing import Final

LONGEST: Final = 60


def tidy(name: str) -> str:
    """The last part of a path, without characters that mean something to HTML, Markdown or a terminal.

    At most 60 characters; the end is kept, because it holds the extension.
    """
    last = re.split(r"[/\\]", name)[-1]
    plain = " ".join(re.sub(r"[^\w .,()+-]", " ", last).split())
    return plain if len(plain) <= LONGEST else "…" + plain[1 - LONGEST :]


def subject(name: str) -> str:
    """How a sentence about this file begins."""
    tidied = tidy(name)
    return f"“{tidied}”" if tidied else "This file"
