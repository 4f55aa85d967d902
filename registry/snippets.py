"""Python to talk to a served model, or to load it, from the files in `templates/`: text that runs as it is.

What is asked follows from what the model takes in: a picture, a sound, or text alone. The names of model and revision
are written as Python strings in ASCII, so that nothing in them ends the string or hides in it.
"""

from collections.abc import Sequence
from pathlib import Path

TEMPLATES = Path(__file__).with_name("templates")


def openai_snippet(model: str, modalities: Sequence[str]) -> str:
    """For the `openai` client and a vLLM server on this machine, with a file of one's own where the model takes one."""
    return _template("openai", modalities).replace('"MODEL"', _quoted(model))


def transformers_snippet(model: str, revision: str | None, modalities: Sequence[str]) -> str:
    """For transformers, on whatever device there is."""
    pinned = f", revision={_quoted(revision)}" if revision else ""
    text = _template("transformers", modalities).replace(', revision="REVISION"', pinned)
    return text.replace('"MODEL"', _quoted(model))


def _template(library: str, modalities: Sequence[str]) -> str:
    kind = next((kind for kind in ("image", "audio") if kind in modalities), "text")
    return (TEMPLATES / f"{library}_{kind}.py.txt").read_text(encoding="utf-8")


def _quoted(text: str) -> str:
    return f'"{"".join(_sign(sign) for sign in text)}"'


def _sign(sign: str) -> str:
    if sign in '"\\':
        return f"\\{sign}"
    return sign if sign.isascii() and sign.isprintable() else ascii(sign)[1:-1]
