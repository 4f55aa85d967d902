"""A whole registry, written out and read again: nothing is lost, and nothing half-read is kept."""

import json
from datetime import date
from pathlib import Path

import pytest

from registry.errors import RegistryError, SourceUnreadable, StoreUnusable
from registry.exports.whole import WholeStore, is_export
from registry.passport import Passport
from registry.record import File, Licence, Query, Record, Relation, Score
from tests.registry.claims import DAY, MODEL, record, said
from tests.registry.cli.commands import Commands

A, B = "a" * 40, "b" * 40


def fill(store: WholeStore) -> None:
    """One of everything, with claims that were replaced and a revision that is not the current one."""
    store.add(record(said("licence", "gemma", "declared"), said("context", 1, unit="tokens", revision=A), revision=A))
    store.add(record(said("licence", "mit\x1b\u202e", "declared", conditions=(("on", "x"),)), revision=B))
    passport = Passport(subject="maker/base", revision=None, claims=(said("parameters", None, subject="maker/base"),))
    score = Score(name="fni", version="V2.0", as_of=DAY, total=38.6, factors={"semantic": None, "quality": 65.0})
    relations = (Relation(kind="finetune", target="elsewhere/x"),)
    store.add(Record(passport=passport, relations=relations, scores=(score,)))
    files = (File(path="w.safetensors", size=2**40, sha256="ab"), File(path="README.md", size=None))
    store.add(Record(passport=Passport(subject=MODEL, revision=B, claims=()), files=files))
    store.put_licence(Licence(identifier="MIT", title="MIT License", allows=("use",)))
    store.move_alias("served", MODEL, A)
    store.log("engagement not read", MODEL, {"reason": "away"})


def dumped(folder: Path) -> str:
    with WholeStore.open(folder / "one.db") as store:
        fill(store)
        return store.dump()


def test_what_is_read_again_is_written_as_the_same_text(tmp_path: Path) -> None:
    text = dumped(tmp_path)
    with WholeStore.open(tmp_path / "two.db") as copy, WholeStore.open(tmp_path / "one.db") as first:
        assert copy.fill(text) == 2
        assert copy.dump() == text
        for name in (MODEL, "maker/base", "served"):
            assert copy.passport(name) == first.passport(name)
            assert copy.resolution(name) == first.resolution(name)
            assert copy.scores(name) == first.scores(name)
        assert copy.history(MODEL, "licence") == first.history(MODEL, "licence")
        assert copy.revisions(MODEL) == (A, B)
        assert copy.files(MODEL) == first.files(MODEL)
        assert copy.events() == first.events()
        assert copy.search(Query(words="maker")) == first.search(Query(words="maker"))
        assert copy.scores("maker/base")[0].as_of == date(2026, 10, 1)


def test_a_registry_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    text = dumped(tmp_path)
    with WholeStore.open(tmp_path / "one.db") as store, pytest.raises(StoreUnusable, match="not empty"):
        store.fill(text)


def test_an_export_of_the_first_version_is_read(tmp_path: Path) -> None:
    """It had the works to cite as well, which are derived."""
    first = json.loads(dumped(tmp_path)) | {"version": 1}
    first["tables"]["citations"] = {"columns": ["id"], "rows": [[1]]}
    with WholeStore.open(tmp_path / "two.db") as copy:
        assert copy.fill(json.dumps(first)) == 2
        assert copy.citations(MODEL)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"version": 2', '"version": 3'),
        ('"declared"', '"guessed"'),
        ('"licence"', '"nonsense"'),
        ('"2026-10-01"', '"someday"'),
        ('"columns": ["id", "subject"', '"columns": ["subject", "id"'),
        ('"tables"', '"chairs"'),
        ("}}", "}"),
    ],
)
def test_a_damaged_export_is_refused_whole(tmp_path: Path, old: str, new: str) -> None:
    text = dumped(tmp_path)
    assert old in text
    with WholeStore.open(tmp_path / "two.db") as copy:
        empty = copy.dump()
        with pytest.raises(RegistryError):
            copy.fill(text.replace(old, new, 1))
        assert copy.dump() == empty


def test_any_other_json_is_no_export(tmp_path: Path) -> None:
    with WholeStore.open(tmp_path / "two.db") as copy:
        for text in ("", "[]", "{}", "null", '{"format": "model passports"}'):
            with pytest.raises(SourceUnreadable):
                copy.fill(text)
    assert is_export(dumped(tmp_path))
    assert not is_export(json.dumps({"a": 1}))


def test_the_command_line_exports_and_adds_it(run: Commands, tmp_path: Path) -> None:
    target = tmp_path / "registry.json"
    assert run("export", "--all", "--output", str(target)).code == 0
    copy = Commands(store=tmp_path / "copy.db", capture=run.capture)
    assert copy("add", str(target)).code == 0
    assert copy("export", "--all").out == target.read_text(encoding="utf-8")
    assert copy("list", "--json").out == run("list", "--json").out
