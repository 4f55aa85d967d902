"""The whole registry as one JSON text, and back: every row but those that are derived, so that nothing is lost.

What was replaced, when, and the event log come along. Cards, works to cite and the search index are made anew.
"""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, DateTime, Table, insert, select
from sqlalchemy.exc import IntegrityError, StatementError

from registry import writing
from registry.errors import SourceUnreadable, StoreUnusable
from registry.fields import field
from registry.reading import utc
from registry.store import Store
from registry.tables import CardRow, CitationRow, ClaimRow, ModelRow, Row
from registry.units import check_unit

FORMAT, VERSION, READS = "model passports", 2, (1, 2)

DERIVED = (CardRow.__table__, CitationRow.__table__)

TABLES = tuple(table for table in Row.metadata.sorted_tables if table not in DERIVED)
"""Those that others refer to come first."""


class WholeStore(Store):
    """A store that can be written out whole, and filled with what another one held."""

    def dump(self) -> str:
        """Everything recorded, one row a line; the same content gives the same text."""
        with self._read() as session:
            tables = {
                table.name: [
                    [_out(value) for value in row]
                    for row in session.execute(select(table).order_by(*table.primary_key.columns))
                ]
                for table in TABLES
            }
        return _text(tables)

    def fill(self, text: str) -> int:
        """Record all that `dump` wrote, all or none; the number of models.

        Raises:
            SourceUnreadable: it is no export of a registry, or damaged.
        UnknownField, UnknownUnit: a claim is outside the vocabulary.
            StoreUnusable: this registry already holds something.
        """
        tables = _tables(text)
        with self._write() as session:
            if any(session.execute(select(table).limit(1)).first() for table in TABLES):
                raise StoreUnusable("This registry is not empty: an export is read into a new one, named with --store.")
            try:
                for table in TABLES:
                    rows = [_in(table, row) for row in tables[table.name]]
                    if table is ClaimRow.__table__:
                        _check(rows)
                    if rows:
                        session.execute(insert(table), rows)
            except (IntegrityError, StatementError, ValueError, TypeError) as error:
                raise SourceUnreadable(f"The export is damaged: {error}.") from error
            numbers = list(session.scalars(select(ModelRow.id).order_by(ModelRow.id)))
            writing.write_cards(session, numbers, None)
            return len(numbers)


def is_export(text: str) -> bool:
    """Whether a text begins as an export does."""
    return text[:200].lstrip().startswith(f'{{"format": "{FORMAT}"')


def _text(tables: Mapping[str, list[list[Any]]]) -> str:
    columns = {table.name: [column.name for column in table.columns] for table in TABLES}
    parts = [
        f'{json.dumps(name)}: {{"columns": {json.dumps(columns[name])}, "rows": [\n'
        + ",\n".join(json.dumps(row) for row in rows)
        + "\n]}"
        for name, rows in tables.items()
    ]
    head = f'{{"format": {json.dumps(FORMAT)}, "version": {VERSION}, "tables": {{\n'
    return head + ",\n".join(parts) + "\n}}\n"


def _tables(text: str) -> dict[str, list[list[Any]]]:
    """Rows by table, once the text has exactly the tables and columns of this version."""
    try:
        document = json.loads(text)
        if document["format"] != FORMAT or document["version"] not in READS:
            raise ValueError("it is of another format or version")
        tables = {table.name: document["tables"][table.name] for table in TABLES}
        for table in TABLES:
            if tables[table.name]["columns"] != [column.name for column in table.columns]:
                raise ValueError(f"the columns of {table.name} are not those of this version")
        return {name: content["rows"] for name, content in tables.items()}
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise SourceUnreadable(f"This is no export of a registry: {error}.") from error


def _check(claims: list[dict[str, Any]]) -> None:
    """Refuse claims outside the vocabulary, those that were replaced too: the store could not read them later."""
    for claim in claims:
        check_unit(claim["unit"], field(claim["field"]).unit)


def _out(value: object) -> object:
    if isinstance(value, datetime):
        return utc(value).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def _in(table: Table, row: list[Any]) -> dict[str, Any]:
    """One row with its days and moments as such."""
    readers = {Date: date.fromisoformat, DateTime: datetime.fromisoformat}
    found = {}
    for column, value in zip(table.columns, row, strict=True):
        read = next((reader for kind, reader in readers.items() if type(column.type) is kind), None)
        found[column.name] = read(value) if read is not None and value is not None else value
    return found
