"""All that only SQLite understands: pragmas, transactions, the full-text index, the trigger that keeps the log.

Another database needs a module with these functions, and nothing else of the registry changes. It knows rows and
places by number, no values of the registry.
"""

import re
from collections.abc import Iterable, Sequence
from sqlite3 import Connection as SqliteConnection
from typing import Literal

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

WRITES = "registry_writes"
"""Execution option of a connection that will write: it takes the write lock at once, rather than fail half-way."""

Bound = tuple[Literal["size", "need"], Literal["<=", ">="], int]
"""A number of the cards, and what it must keep to."""

NUMBERS = {
    "size": "cards.size",
    "need": "CASE WHEN cards.size > cards.vram THEN cards.size ELSE coalesce(cards.vram, cards.size) END",
}
"""`need` is memory as recorded, the weights where these are more or are all that is known."""

WAIT_MS = 30_000
"""How long a writer waits for another one."""

CREATE_LOG_GUARD = (
    """
    CREATE TRIGGER events_never_change BEFORE UPDATE ON events
    BEGIN SELECT RAISE(ABORT, 'the event log is append-only'); END
    """,
    """
    CREATE TRIGGER events_never_go BEFORE DELETE ON events
    BEGIN SELECT RAISE(ABORT, 'the event log is append-only'); END
    """,
)
"""Part of migration 0001: never changed, only followed by others."""

CREATE_INDEX = (
    """
    CREATE VIRTUAL TABLE search USING fts5(
        words, facets, detail=column, prefix='2 3', tokenize="unicode61 remove_diacritics 2"
    )
    """,
)
"""Part of migration 0002: never changed, only followed by others."""

OWN_TABLE = re.compile(r"search(_|$)")
"""Tables the full-text index makes for itself; the migrations' check leaves them alone."""


def open_engine(url: URL) -> Engine:
    """An engine with foreign keys enforced, write-ahead logging, and transactions that hold DDL too."""
    engine = create_engine(url)

    @event.listens_for(engine, "connect")
    def prepare(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        assert isinstance(connection, SqliteConnection)
        # sqlite3 would begin transactions late and leave DDL outside; SQLAlchemy begins them below instead.
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout = {WAIT_MS}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA cache_size = -65536")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def index(connection: Connection, rows: Sequence[tuple[int, str, Iterable[str]]]) -> None:
    """Put texts at their places in the full-text index; each row is a place, its words and its facets."""
    connection.execute(
        text("INSERT INTO search(rowid, words, facets) VALUES (:place, :words, :facets)"),
        [
            {"place": place, "words": words, "facets": " ".join(_facet(facet) for facet in facets)}
            for place, words, facets in rows
        ],
    )


def unindex(connection: Connection, places: Sequence[int]) -> None:
    """Take texts out of the full-text index."""
    connection.execute(text("DELETE FROM search WHERE rowid = :place"), [{"place": place} for place in places])


def find(words: str, facets: Sequence[str]) -> str | None:
    """The expression that matches every word and facet; None when there is nothing to match.

    Nothing of what a visitor types is syntax: letters and digits alone pass, each word quoted.
    """
    typed = re.findall(r"[^\W_]+", words)
    terms = [f'"{word}"' for word in typed]
    if terms and not words[-1].isspace():
        terms[-1] += "*"
    parts = [*(f"words : {term}" for term in terms), *(f'facets : "{_facet(facet)}"' for facet in facets)]
    return " AND ".join(parts) or None


def kept(bounds: Sequence[Bound], not_run: Sequence[str]) -> tuple[str, dict[str, int | str]]:
    """The condition on cards that keep to `bounds` and whose architecture begins otherwise, with its values.

    Empty where nothing is asked.
    """
    terms = [f"{NUMBERS[name]} {sign} :bound{i}" for i, (name, sign, _) in enumerate(bounds)]
    terms += [f"substr(coalesce(cards.architecture, ''), 1, {len(name)}) <> :arch{i}" for i, name in enumerate(not_run)]
    numbers = {f"bound{i}": number for i, (_, _, number) in enumerate(bounds)}
    return " AND ".join(terms), {**numbers, **{f"arch{i}": name for i, name in enumerate(not_run)}}


def places(
    connection: Connection, expression: str, condition: tuple[str, dict[str, int | str]], limit: int
) -> list[int]:
    """The lowest places an expression finds whose cards keep to a condition that `kept` made.

    The index walks its rows in the order of places by itself, so the limit stops it early however common the words
    are. CROSS JOIN keeps the planner from walking the cards instead.
    """
    terms, values = condition
    join = "CROSS JOIN cards ON cards.place = search.rowid" if terms else ""
    match = f"search MATCH :expression AND {terms}" if terms else "search MATCH :expression"
    statement = f"SELECT search.rowid FROM search {join} WHERE {match} ORDER BY 1 LIMIT :limit"
    return list(connection.scalars(text(statement), {"expression": expression, "limit": limit, **values}))


def _facet(facet: str) -> str:
    """One word for the index, whatever signs the facet has: licence:apache-2.0 → ff6c6963…"""
    return f"ff{facet.casefold().encode().hex()}"
