"""Cuts the text of a listing page into the sections its headings open: its own, and the model card it repeats.

It knows the headings of Free2AITools pages, in any order and any of them missing, and nothing of what is below them.
"""

import re
from dataclasses import dataclass

FOLLOWED_BY_CARD = {"Technical Deep Dive", "What's Next?"}
"""The page prints the repository's model card below the first; where that is missing, the card follows the second."""

_PLAIN = (
    "Entity Passport",
    "Compute Threshold",
    "Cite this model",
    "Quick Commands",
    "Nexus Index V2.0",
    "Index Insight",
    "Verification Authority",
    "What's Next?",
    "Technical Deep Dive",
    "Full Specifications",
    "Incomplete Data",
    "Limitations & Considerations",
    "Model Transparency Report",
    "Identity & Source",
    "Technical Specs",
    "Engagement & Metrics",
    "Supplemental Attributes",
)

# Symbols around a heading arrive as damaged characters: whatever is no ASCII letter or digit counts as decoration.
_HEADING = re.compile(
    rf"^(?P<before>(?:.*[^0-9A-Za-z])?)(?P<name>{'|'.join(map(re.escape, _PLAIN))})(?P<after>[^0-9A-Za-z]*)$"
)


@dataclass(frozen=True, kw_only=True)
class Section:
    """The lines below one heading, indented as printed. The lines above the first heading have the name ""."""

    name: str
    lines: tuple[str, ...]

    @property
    def repeats_card(self) -> bool:
        return self.name in FOLLOWED_BY_CARD


def sections(text: str) -> tuple[Section, ...]:
    """The sections in the order they are printed. A heading may stand at the end of another section's last line."""
    found: list[tuple[str, list[str]]] = [("", [])]
    for line in map(str.rstrip, text.splitlines()):
        name, lines = found[-1]
        heading = _HEADING.match(line.strip())
        if heading is None or (name in FOLLOWED_BY_CARD and _is_prose(heading["before"])):
            lines.append(line)
        else:
            lines.append(heading["before"].strip())
            found.append((heading["name"], []))
    return tuple(Section(name=name, lines=tuple(filter(None, lines))) for name, lines in found)


def _is_prose(before: str) -> bool:
    """Whether a heading's words only end a sentence of the card. The page's own button may share a heading's line."""
    return re.search(r"[0-9A-Za-z]", before.replace("View Original Source", "")) is not None
