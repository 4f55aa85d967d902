"""The page's own HTML: templates in `static/`, filled with everything escaped.

`gr.HTML` inserts its value raw, and its own templates run `${…}` found in a value as code even where Handlebars
has escaped it, so values meet their markup here and nowhere else.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import assert_never

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from registry.summary import Line
from space.engine.state import (
    Connecting,
    Downloading,
    EngineState,
    Failed,
    Idle,
    Loading,
    Ready,
    Restarting,
    Warming,
)

STATIC = Path(__file__).parent / "static"

_templates = Environment(
    loader=FileSystemLoader(STATIC), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)


def notice(text: str) -> str:
    """A sentence for the visitor above the input; empty for none."""
    return _templates.get_template("notice.html").render(text=text)


def masthead(model: str) -> str:
    """The head of the page."""
    return _templates.get_template("masthead.html").render(model=model)


def pocket_line(model: str) -> str:
    """The permanent line while the pocket is served."""
    return _templates.get_template("pocket.html").render(model=model)


def passport(lines: Sequence[Line]) -> str:
    """The data page: every line with its source."""
    return _templates.get_template("passport.html").render(lines=lines)


def no_passport() -> str:
    """What stands there before a checkpoint is at hand."""
    return _templates.get_template("passport.html").render(lines=())


def status(state: EngineState) -> str:
    """The engine's state: a word, and what it means for the visitor."""
    word, detail, percent = describe(state)
    return _templates.get_template("status.html").render(
        kind=type(state).__name__.lower(), word=word, detail=detail, percent=percent
    )


def describe(state: EngineState) -> tuple[str, str, int | None]:
    """The state's word, one more sentence where it helps, and how much of it is done, in percent."""
    match state:
        case Idle():
            return "Starting", "The engine comes next.", None
        case Downloading(percent=percent):
            return f"Downloading {percent} %", "The weights are being fetched.", percent
        case Loading():
            return "Loading", "The weights are being read.", None
        case Connecting():
            return "Connecting", "The server that runs the model is being asked.", None
        case Warming():
            return "Warming up", "Ready in a moment.", None
        case Ready():
            return "Ready", "", None
        case Failed(reason=reason):
            return "Not running", reason, None
        case Restarting(attempt=attempt, wait_seconds=seconds, reason=reason):
            return "Restarting", f"{reason} Attempt {attempt} begins in {seconds:.0f} s.", None
        case _:
            assert_never(state)
