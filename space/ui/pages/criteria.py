"""What a visitor asks the list of models for, as a value, as an address, and as the registry's query. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, Self, cast, get_args

from registry.gpus import gpus
from registry.record import Order, Query
from registry.vram import on_card
from space.ui.pages.links import models_link

PAGE = 12
LONGEST = 200
"""Characters of a question."""

Size = Literal["under 1 GB", "1 to 4 GB", "4 to 8 GB", "over 8 GB"]

SIZES: dict[Size, tuple[int | None, int | None]] = {
    "under 1 GB": (None, 10**9),
    "1 to 4 GB": (10**9, 4 * 10**9),
    "4 to 8 GB": (4 * 10**9, 8 * 10**9),
    "over 8 GB": (8 * 10**9, None),
}

ORDERS: dict[Order, str] = {"fni": "FNI", "size": "Size, smallest first", "updated": "Date, newest first"}


@dataclass(frozen=True, kw_only=True)
class Criteria:
    """None asks for nothing. `fits` names a card that has room, where vLLM runs it; `page` counts from 1."""

    words: str = ""
    modality: str | None = None
    licence: str | None = None
    scheme: str | None = None
    size: Size | None = None
    fits: str | None = None
    order: Order = "fni"
    page: int = 1

    @classmethod
    def of(cls, given: Mapping[str, object]) -> Self:
        """From an address or from the controls. What makes no sense asks for nothing."""
        size, order, fits = _text(given, "size"), _text(given, "order"), _text(given, "fits")
        page = _text(given, "page")
        return cls(
            words=_text(given, "q") or "",
            modality=_text(given, "modality"),
            licence=_text(given, "licence"),
            scheme=_text(given, "scheme"),
            size=cast(Size, size) if size in get_args(Size) else None,
            fits=fits if any(card.name == fits for card in gpus()) else None,
            order=cast(Order, order) if order in get_args(Order) else "fni",
            page=int(page) if page and page.isdecimal() and 0 < len(page) < 5 and int(page) > 0 else 1,
        )

    @property
    def narrows(self) -> bool:
        """Whether it asks for less than everything."""
        return self != Criteria(order=self.order, page=self.page)

    @property
    def link(self) -> str:
        """The address that asks for the same."""
        return models_link(
            q=self.words,
            modality=self.modality,
            licence=self.licence,
            scheme=self.scheme,
            size=self.size,
            fits=self.fits,
            order=self.order if self.order != "fni" else None,
            page=self.page if self.page > 1 else None,
        )

    @property
    def query(self) -> Query:
        """As the registry takes it."""
        low, high = SIZES[self.size] if self.size else (None, None)
        card = next((card for card in gpus() if card.name == self.fits), None)
        query = Query(
            words=self.words,
            modality=self.modality,
            licence=self.licence,
            scheme=self.scheme,
            size_at_least=low,
            size_at_most=high,
            order=self.order,
            limit=PAGE,
            offset=PAGE * (self.page - 1),
        )
        return on_card(query, card) if card else query

    def at(self, page: int) -> Self:
        return replace(self, page=max(1, page))


def _text(given: Mapping[str, object], name: str) -> str | None:
    value = given.get(name)
    return None if value in (None, "") else str(value).strip()[:LONGEST] or None
