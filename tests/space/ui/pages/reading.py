"""Reads a page as a browser would: its elements, its attributes and its words."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"br", "hr", "img", "input"}
INLINE = {"a", "abbr", "code", "span", "strong"}


@dataclass
class Html(HTMLParser):
    """`shape` is the sequence of elements with the names of their attributes: what text alone must never change."""

    shape: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    attributes: list[tuple[str, str, str]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.shape.append((tag, tuple(name for name, _ in attrs)))
        if tag not in INLINE:
            self.texts.append(" ")
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> ends nothing"
        assert self.open.pop() == tag, f"</{tag}> stands in the wrong place"

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def words(self) -> str:
        return re.sub(r"\s+", " ", "".join(self.texts)).strip()

    def values(self, name: str) -> list[str]:
        return [value for _, given, value in self.attributes if given == name]


def read_html(text: str) -> Html:
    """Parse a page; it must be well formed."""
    page = Html()
    page.feed(text)
    page.close()
    assert not page.open, f"never closed: {page.open}"
    return page
