"""Search results ranked by the FNI whose S, how well a model fits the words asked for, is measured."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from registry.cards import words_of
from registry.fni import index, inputs_of, listed_index
from registry.record import Card
from registry.resolve import Resolution

if TYPE_CHECKING:
    # Only a name here: SQLAlchemy takes longer to import than a page that offers the registry may wait.
    from registry.store import Store


def ranked(store: "Store", words: str, cards: tuple[Card, ...]) -> tuple[Card, ...]:
    """By the FNI whose S is measured against the words; where the rest of it is not known, by S alone, after these."""
    from registry.semantic import packed, semantic_scores

    decided = [store.resolution(card.subject) for card in cards]
    near = semantic_scores(words, packed([words_of(each) for each in decided]))
    today = datetime.now(UTC).date()
    scored = [
        (replace(card, fni=_total(each, today, score)), score)
        for card, each, score in zip(cards, decided, near, strict=True)
    ]
    scored.sort(key=lambda pair: (pair[0].fni is None, -(pair[0].fni or 0), -pair[1], pair[0].subject))
    return tuple(card for card, _ in scored)


def _total(decided: Resolution, today: date, score: float) -> float | None:
    return index(inputs_of(decided, as_of=today), score, listed_index(decided)).total
