"""What was found, as cards. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from registry.hub_address import on_hub
from registry.record import Card
from space.ui.pages.criteria import PAGE, Criteria
from space.ui.pages.templates import render


@dataclass(frozen=True, kw_only=True)
class Found:
    """A page of cards; `count` of all, `more` where the search stopped counting there. `asked` says that S, how well a
    model fits the words, was measured."""

    cards: tuple[Card, ...]
    count: int
    more: bool
    asked: bool

    @property
    def pages(self) -> int:
        return max(1, -(-self.count // PAGE))


def results(found: Found, criteria: Criteria) -> str:
    """The list, its address, and in words how many there are."""
    first = PAGE * (criteria.page - 1) + 1
    return render(
        "results.html",
        found=found,
        criteria=criteria,
        first=first,
        last=first + len(found.cards) - 1,
        title=_title(criteria),
        limits=_limits(criteria),
        readable=criteria.words if "/" in criteria.words and on_hub(criteria.words, None) else None,
    )


def _title(criteria: Criteria) -> str:
    return f"Models: {criteria.words}" if criteria.words else "Models"


def _limits(criteria: Criteria) -> Sequence[str]:
    """What narrows the list, for saying it when nothing is left."""
    named = (
        ("the words", f"“{criteria.words}”" if criteria.words else None),
        ("takes in", criteria.modality),
        ("licence", criteria.licence),
        ("scheme", criteria.scheme),
        ("weights", criteria.size),
        ("fits on", criteria.fits),
    )
    return [f"{name} {value}" for name, value in named if value]
