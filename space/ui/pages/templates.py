"""The templates of these pages. Every value is escaped as it meets its markup, and nowhere else."""

import re
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from registry.units import size_in_words
from space.ui.pages.links import compare_link, models_link, passport_link, temporary_link, web_address

STATIC = Path(__file__).parent / "static"

TICKED = re.compile(r"`([^`]+)`")


def ticked(text: str) -> Markup:
    """A sentence in which what stands between backticks is code, and everything is escaped."""
    pieces = TICKED.split(text)
    return Markup("").join(
        Markup("<code>{}</code>").format(piece) if number % 2 else escape(piece) for number, piece in enumerate(pieces)
    )


_templates = Environment(
    loader=FileSystemLoader(STATIC), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)
_templates.filters |= {"size": size_in_words, "web": web_address, "count": "{:,}".format, "ticked": ticked}
_templates.globals |= {
    "passport_link": passport_link,
    "compare_link": compare_link,
    "models_link": models_link,
    "temporary_link": temporary_link,
}


def render(template: str, /, **values: object) -> str:
    """A template of `static/`, filled."""
    return _templates.get_template(template).render(**values)
