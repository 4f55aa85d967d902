"""What the author declares in the front matter of the model card, README.md: licence, base model, task and the like.

It reads the front matter as the Hub does: a block of YAML between two lines of three hyphens, in which plain words are
words, so that `no` is Norwegian and 2.0 a version. The body of the card is for card_body.py.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from registry.errors import SourceUnreadable
from registry.passport import Claim, Reading, Value

SOURCE = "README.md, front matter"

ABSENT = "There is no model card."
DAMAGED = "The model card's front matter is damaged."

LONGEST = 1_000_000
"""Characters of a front matter that is read: those with hundreds of results have half as many."""

FURTHER = (("pipeline_tag", "pipeline_tag"), ("tags", "tags"), ("languages", "language"))
"""Claimed only where the card has them."""

UNREADABLE = (
    yaml.YAMLError, ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError,
)  # fmt: skip
"""What PyYAML raises: values that are marked as of a kind they are not of fail in all these ways."""

_BLOCK = re.compile(r"\s*---(?:\r\n|\r|\n)([\S\s]*?)(?:\r\n|\r|\n)---[ \t]*(?:\r\n|\n|$)")

_NULL = "tag:yaml.org,2002:null"


@dataclass(frozen=True, kw_only=True)
class ModelCard:
    """A card apart: its front matter, empty where there is none, and its body."""

    data: Mapping[str, object] = field(default_factory=dict)
    text: str


class _Loader(yaml.SafeLoader):
    """Plain words stay words. Nothing is said twice: not by reference, which can grow without end, nor by one key."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - PyYAML's own name for it
        sign: [(tag, pattern) for tag, pattern in known if tag == _NULL]
        for sign, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def compose_node(self, parent: Any, index: Any) -> Any:  # noqa: ANN401 - nodes of PyYAML
        if self.check_event(yaml.AliasEvent):
            raise ValueError("a reference to another part")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:  # noqa: ANN401 - nodes of PyYAML
        made = super().construct_mapping(node, deep=deep)
        if len(made) != len(node.value):
            raise ValueError("a key that comes twice")
        return made


def model_card_claims(path: Path, reading: Reading) -> tuple[Claim, ...]:
    """As `front_matter_claims`, from a file. A card that is absent or damaged leaves both unknown; a note says why."""
    try:
        return front_matter_claims(read_model_card(path), reading)
    except SourceUnreadable as error:
        return unknown_card_claims(reading, str(error))


def front_matter_claims(card: ModelCard, reading: Reading) -> tuple[Claim, ...]:
    """Licence and base model, None where the card is silent, and what else its front matter has."""
    licence = card.data.get("license")
    if licence == "other":
        licence = card.data.get("license_name") or licence
    told = [(name, _words(card.data.get(key))) for name, key in FURTHER]
    found = [("licence", _words(licence)), ("base_model", _words(card.data.get("base_model")))]
    found += [
        (name, (value,) if isinstance(value, str) and name != "pipeline_tag" else value)
        for name, value in told
        if value is not None
    ]
    return tuple(reading.claim(name, value, method="declared", source=SOURCE) for name, value in found)


def unknown_card_claims(reading: Reading, why: str) -> tuple[Claim, ...]:
    return tuple(
        reading.claim(name, None, method="declared", source=SOURCE, note=why) for name in ("licence", "base_model")
    )


def read_model_card(path: Path) -> ModelCard:
    """The card; its data are empty when it has no front matter.

    Raises:
        SourceUnreadable: there is no card, or its front matter is no YAML mapping.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise SourceUnreadable("The folder has no model card.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise SourceUnreadable(f"The model card cannot be read: {error}.") from error
    return parse_model_card(text)


def parse_model_card(text: str) -> ModelCard:
    """The card from its text.

    Raises:
        SourceUnreadable: its front matter is no YAML mapping of words to anything, or is too long.
    """
    block = _BLOCK.match(text)
    if block is None:
        return ModelCard(text=text)
    if len(block[1]) > LONGEST:
        raise SourceUnreadable(f"The model card's front matter is longer than {LONGEST:,} characters.")
    try:
        data = yaml.load(block[1], _Loader)
    except UNREADABLE as error:
        raise SourceUnreadable(DAMAGED) from error
    if not isinstance(data, dict | None):
        raise SourceUnreadable(DAMAGED)
    return ModelCard(data=data or {}, text=text[block.end() :])


def _words(value: object) -> Value:
    """A word, or several: the front matter allows both. What is no word says nothing."""
    if isinstance(value, list):
        return tuple(word for word in value if isinstance(word, str) and word) or None
    return value if isinstance(value, str) and value else None
