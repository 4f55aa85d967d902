"""What the author declares in the front matter of the model card, README.md: licence and base model."""

from pathlib import Path

from huggingface_hub import ModelCard
from yaml import YAMLError

from registry.errors import SourceUnreadable
from registry.passport import Claim, Reading, Value

SOURCE = "README.md, front matter"


def model_card_claims(path: Path, reading: Reading) -> tuple[Claim, ...]:
    """Licence and base model; the value is None, and a note says why, where the card is silent, absent or damaged."""
    try:
        card = read_model_card(path)
        licence, base, note = card.data.get("license"), card.data.get("base_model"), None
    except SourceUnreadable as error:
        licence, base, note = None, None, str(error)
    return tuple(
        reading.claim(field, _words(value), method="declared", source=SOURCE, note=note)
        for field, value in (("licence", licence), ("base_model", base))
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
    try:
        return ModelCard(text, ignore_metadata_errors=True)
    except (ValueError, TypeError, YAMLError) as error:
        raise SourceUnreadable("The model card's front matter is damaged.") from error


def _words(value: object) -> Value:
    """A word, or several: the front matter allows both."""
    if isinstance(value, list):
        return tuple(str(word) for word in value) or None
    return None if value is None or value == "" else str(value)
