"""Full-text search and facets over the cards. It reads cards alone: claims are resolved when they are written.

At most 500 models are candidates: those with the highest score among all that match. A page is cut from them.
"""

from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, text
from sqlalchemy.orm import InstrumentedAttribute, Session

from registry import sqlite
from registry.licence import licence_named
from registry.reading import card_from
from registry.record import Card, Facets, Page, Query
from registry.tables import CardRow

Column = InstrumentedAttribute[str] | InstrumentedAttribute[str | None]

CANDIDATES = 500


def search(session: Session, query: Query) -> Page:
    """One page of what a query finds."""
    places = _places(session, query)
    wanted = places[:CANDIDATES][query.offset : query.offset + query.limit]
    cards = _cards(session, wanted)
    return Page(cards=cards, found=min(len(places), CANDIDATES), more=len(places) > CANDIDATES)


def candidates(session: Session, query: Query) -> tuple[Card, ...]:
    """All candidates of a query, for a ranking of their own."""
    return _cards(session, _places(session, query)[:CANDIDATES])


def facets(session: Session) -> Facets:
    """How many models there are of each licence, scheme and modality, the most first."""
    modalities: dict[str, int] = {}
    for words, count in _counts(session, CardRow.modalities):
        for word in words.split():
            modalities[word] = modalities.get(word, 0) + count
    return Facets(
        licences=tuple(_counts(session, CardRow.licence)),
        schemes=tuple(_counts(session, CardRow.scheme)),
        modalities=tuple(sorted(modalities.items(), key=lambda item: (-item[1], item[0]))),
    )


def _places(session: Session, query: Query) -> list[int]:
    """The places of up to one more than all candidates, in the query's order."""
    expression = sqlite.find(query.words, _facets(query))
    if expression is None:
        return list(session.scalars(_ordered(query).limit(CANDIDATES + 1)))
    condition = sqlite.kept(_bounds(query), query.not_run)
    found = sqlite.places(session.connection(), expression, condition, CANDIDATES + 1)
    if query.order == "fni":
        return found
    return list(session.scalars(select(CardRow.place).where(CardRow.place.in_(found)).order_by(*_order(query))))


def _ordered(query: Query) -> Select[int]:
    terms, values = sqlite.kept(_bounds(query), query.not_run)
    kept = [text(terms).bindparams(**values)] if terms else []
    return select(CardRow.place).where(*kept).order_by(*_order(query))


def _order(query: Query) -> tuple[ColumnElement[Any], ...]:
    place = CardRow.place.asc()
    if query.order == "size":
        return (CardRow.size.asc().nulls_last(), place)
    if query.order == "updated":
        return (CardRow.updated.desc().nulls_last(), place)
    return (place,)


def _facets(query: Query) -> list[str]:
    known = licence_named(query.licence) if query.licence else None
    licence = known.identifier if known else query.licence
    chosen = {"modality": query.modality, "licence": licence, "scheme": query.scheme}
    return [f"{name}:{value}" for name, value in chosen.items() if value is not None]


def _bounds(query: Query) -> list[sqlite.Bound]:
    bounds: list[sqlite.Bound] = []
    if query.size_at_least is not None:
        bounds.append(("size", ">=", query.size_at_least))
    if query.size_at_most is not None:
        bounds.append(("size", "<=", query.size_at_most))
    if query.room is not None:
        bounds.append(("need", "<=", query.room))
    return bounds


def _cards(session: Session, places: list[int]) -> tuple[Card, ...]:
    rows = session.execute(select(CardRow.__table__).where(CardRow.place.in_(places)))
    by_place = {row.place: card_from(row) for row in rows}
    return tuple(by_place[place] for place in places)


def _counts(session: Session, column: Column) -> list[tuple[str, int]]:
    count = func.count()
    counted = select(column, count).where(column.is_not(None)).group_by(column).order_by(count.desc(), column)
    rows = session.execute(counted)
    return [(str(value), number) for value, number in rows]
