"""Search results ranked by the FNI whose S, how well a model fits the words asked for, is measured.

From the cards alone, so that five hundred take milliseconds: nothing is read or decided again.
"""

from collections.abc import Sequence
from dataclasses import replace

from registry.cards import told_by
from registry.fni import asked
from registry.record import Card


def ranked(words: str, cards: Sequence[Card]) -> tuple[Card, ...]:
    """By the FNI with S measured against the words; where the rest of it is not known, by S alone, after these."""
    from registry.semantic import packed, semantic_scores

    near = semantic_scores(words, packed([told_by(card) for card in cards]))
    scored = [(replace(card, fni=asked(card.fni, score)), score) for card, score in zip(cards, near, strict=True)]
    scored.sort(key=lambda pair: (pair[0].fni is None, -(pair[0].fni or 0), -pair[1], pair[0].subject))
    return tuple(card for card, _ in scored)
