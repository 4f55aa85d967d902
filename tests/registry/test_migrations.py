"""Every schema that ever was can be opened, with what is in it."""

import sqlite3
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Connection, text
from sqlalchemy.engine import URL

from registry import migrations, sqlite
from registry.errors import StoreUnusable
from registry.record import Query
from registry.store import Store
from tests.registry.claims import record, said

STEPS = ("0001", "0002", "0003", "0004", "0005")

CONTENT = {
    "0001": (
        "INSERT INTO models VALUES (1, 'maker/model', 'hf-model--maker--model', 'aa'), (2, 'maker/base', 'x', NULL)",
        "INSERT INTO revisions VALUES (1, 1, 'aa', '2026-01-01 00:00:00')",
        "INSERT INTO files VALUES (1, 1, 'model.safetensors', 7450721350, NULL)",
        """INSERT INTO claims VALUES
            (1, 1, 1, 'context', '131072', 'tokens', 'configuration', 'config.json', NULL, NULL, NULL, NULL, NULL),
            (2, 1, NULL, 'context', '4096', NULL, 'listed', 'page', NULL, '2026-01-01', '[["engine", "x"]]', 'n', NULL),
            (3, 1, NULL, 'licence', NULL, NULL, 'declared', 'card', NULL, NULL, NULL, NULL, NULL)""",
        "INSERT INTO scores VALUES (1, 1, NULL, 'fni', '2.0', '2026-01-01', 38.6, '{}', '{}')",
        "INSERT INTO licences VALUES ('MIT', 'MIT License', NULL, '[]', '[]', '[]')",
        "INSERT INTO citations VALUES (1, 1, 'maker_2026', 'model', '{}')",
        "INSERT INTO relations VALUES (1, 1, 'quantized_from', 'maker/base')",
        "INSERT INTO aliases VALUES ('served', 1, 1)",
        "INSERT INTO events VALUES (1, '2026-01-01 00:00:00', 'recorded', 'maker/model', '{}')",
    )
}
"""Rows for every table a step made, as that step made it."""


def database_at(place: Path, step: str) -> None:
    engine = sqlite.open_engine(URL.create("sqlite", database=str(place)))
    with engine.execution_options(**{sqlite.WRITES: True}).begin() as connection:
        command.upgrade(migrations.configuration(connection), step)
        for statement in CONTENT["0001"]:
            connection.execute(text(statement.replace(":00", r"\:00")))
    engine.dispose()


def test_every_step_is_tested() -> None:
    assert tuple(reversed(migrations._steps())) == STEPS


@pytest.mark.parametrize("step", STEPS)
def test_an_old_database_opens_with_all_that_was_in_it(tmp_path: Path, step: str) -> None:
    place = tmp_path / "registry.db"
    database_at(place, step)
    with Store.open(place) as store:
        assert store.subjects() == ("maker/model", "maker/base")
        assert store.resolution("served").value("context") == 131072
        assert store.passport("maker/model").value("licence") is None
        assert store.files("maker/model")[0].size == 7_450_721_350
        assert store.relations("maker/model")[0].target == "maker/base"
        assert store.scores("maker/model")[0].total == 38.6
        assert "model" in {each.role for each in store.citations("maker/model")}, "derived anew"
        assert store.licence("MIT") is not None
        assert store.events("maker/model")[-1].kind == "recorded"
        store.add(record(said("context", 1, subject="maker/model"), subject="maker/model"))
    with sqlite3.connect(place) as raw, pytest.raises(sqlite3.IntegrityError):
        raw.execute("DELETE FROM events")


def test_models_recorded_before_there_was_a_search_are_found(tmp_path: Path) -> None:
    database_at(tmp_path / "registry.db", "0001")
    with Store.open(tmp_path / "registry.db") as store:
        card = store.search(Query(words="model")).cards[0]
        assert (card.subject, card.context, card.fni) == ("maker/model", 131072, 38.6)


def test_the_steps_make_exactly_the_tables_of_the_code(tmp_path: Path) -> None:
    Store.open(tmp_path / "registry.db").close()
    with _connection(tmp_path / "registry.db") as connection:
        command.check(migrations.configuration(connection))


def test_a_database_of_a_newer_registry_is_refused_and_left_alone(tmp_path: Path) -> None:
    place = tmp_path / "registry.db"
    Store.open(place).close()
    with sqlite3.connect(place) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreUnusable, match="newer version"):
        Store.open(place)


def test_an_upgrade_that_fails_leaves_the_old_schema_whole(tmp_path: Path) -> None:
    place = tmp_path / "registry.db"
    database_at(place, "0001")
    with sqlite3.connect(place) as raw:
        raw.execute("CREATE TABLE search (in_the_way INTEGER)")
    with pytest.raises(StoreUnusable):
        Store.open(place)
    with sqlite3.connect(place) as raw:
        assert raw.execute("SELECT version_num FROM alembic_version").fetchall() == [("0001",)]
        assert raw.execute("SELECT name FROM sqlite_master WHERE name = 'cards'").fetchall() == []
        raw.execute("DROP TABLE search")
    Store.open(place).close()


def _connection(place: Path) -> Connection:
    return sqlite.open_engine(URL.create("sqlite", database=str(place))).connect()


def test_the_headers_of_weight_files_become_one_source(tmp_path: Path) -> None:
    place = tmp_path / "registry.db"
    database_at(place, "0004")
    with sqlite3.connect(place) as raw:
        raw.execute("UPDATE claims SET source = 'safetensors headers of 2 files' WHERE id = 1")
    with Store.open(place) as store:
        claim = store.passport("maker/model").claim("context")
        assert claim is not None
        assert claim.source == "safetensors headers"
