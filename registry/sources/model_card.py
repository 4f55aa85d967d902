"""What the author declares in the front matter of the model card, README.md: licence, base model, task and the like.

The body of the card is for card_body.py.
"""

from pathlib import Path

from huggingface_hub import ModelCard
from yaml import YAMLError

from registry.errors import SourceUnreadable
from registry.passport import Claim, Reading, Value

SOURCE = "README.md, front matter"

ABSENT = "There is no model card."
DAMAGED = "The model card's front matter is damaged."

FURTHER = (("pipeline_tag", "pipeline_tag"), ("tags", "tags"), ("languages", "language"))
"""Claimed only where the card has them."""


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
    told = [(field, _words(card.data.get(key))) for field, key in FURTHER]
    found = [("licence", _words(licence)), ("base_model", _words(card.data.get("base_model")))]
    found += [
        (field, (value,) if isinstance(value, str) and field != "pipeline_tag" else value)
        for field, value in told
        if value is not None
    ]
    return tuple(reading.claim(field, value, method="declared", source=SOURCE) for field, value in found)


def unknown_card_claims(reading: Reading, why: str) -> tuple[Claim, ...]:
    return tuple(
        reading.claim(field, None, method="declared", source=SOURCE, note=why) for field in ("licence", "base_model")
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
        SourceUnreadable: its front matter is no YAML mapping.
    """
    try:
        return ModelCard(text, ignore_metadata_errors=True)
    except (ValueError, TypeError, YAMLError, RecursionError) as error:
        raise SourceUnreadable(DAMAGED) from error


def _words(value: object) -> Value:
    """A word, or several: the front matter allows both."""
    if isinstance(value, list):
        return tuple(str(word) for word in value) or None
    return None if value is None or value == "" else str(value)
