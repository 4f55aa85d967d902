"""A model as one line of a list."""

from registry.record import Card
from registry.units import size_in_words

HEADER = ("model", "scheme", "weights", "context", "licence", "takes in", "FNI", "findings")
UNKNOWN = "unknown"


def row(card: Card) -> tuple[str, ...]:
    return (
        card.subject,
        card.scheme or UNKNOWN,
        UNKNOWN if card.size is None else size_in_words(card.size),
        UNKNOWN if card.context is None else f"{card.context:,}",
        card.licence or UNKNOWN,
        " ".join(card.modalities) or UNKNOWN,
        UNKNOWN if card.fni is None else f"{card.fni:g}",
        str(card.findings),
    )
