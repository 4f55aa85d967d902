"""Files to take along: the command line's own text, named safely, and a sentence where there is none."""

from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from registry.catalogue.load import load_catalogue
from registry.citations import Format
from registry.cli.main import main
from registry.exports.formats import ExportFormat
from registry.passport import Passport
from registry.record import Record
from registry.store import Store
from space.api.exports import FILES, exports_router
from space.errors import RegistryAway
from tests.registry.claims import said

SEED = "Vishva007/gemma-4-E2B-it-W4A16-AutoRound"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("exports") / "registry.db"
    with Store.open(place) as store:
        load_catalogue(store)
    return place


@pytest.fixture(scope="module")
def client(place: Path) -> Iterator[TestClient]:
    with Store.open(place) as store:
        yield client_of(store)


def client_of(store: Store) -> TestClient:
    app = FastAPI()
    app.include_router(exports_router(lambda: store, lambda key: None))
    return TestClient(app)


def test_every_format_of_the_registry_is_offered() -> None:
    assert set(FILES) == {*get_args(Format), *get_args(ExportFormat)}


@pytest.mark.parametrize("written", get_args(Format))
def test_a_citation_is_byte_for_byte_the_command_lines(
    client: TestClient, place: Path, capsys: pytest.CaptureFixture[str], written: str
) -> None:
    assert main(["cite", SEED, "--format", written, "--store", str(place)]) == 0
    assert client.get(f"/exports/{written}", params={"model": SEED}).text == capsys.readouterr().out


@pytest.mark.parametrize("written", get_args(ExportFormat))
def test_an_export_is_byte_for_byte_the_command_lines(
    client: TestClient, place: Path, capsys: pytest.CaptureFixture[str], written: str
) -> None:
    assert main(["export", SEED, "--format", written, "--store", str(place)]) == 0
    answer = client.get(f"/exports/{written}", params={"model": SEED})
    assert answer.text == capsys.readouterr().out or written == "cyclonedx"  # a bill has the moment it was made
    assert answer.headers["content-disposition"].startswith("attachment; filename=")
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("path", "status", "sentence"),
    [
        ("/exports/bibtex?model=no/such", 404, "The registry has no model “no/such”."),
        ("/exports/word?model=" + SEED, 404, "There is no such format."),
        ("/exports/bibtex", 422, ""),
        ("/exports/bibtex?model=" + "x" * 300, 422, ""),
    ],
)
def test_what_there_is_not_is_said(client: TestClient, path: str, status: int, sentence: str) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert sentence in answer.text


def test_a_registry_that_is_away_says_so() -> None:
    def away() -> Store:
        raise RegistryAway("The registry is still being opened.")

    app = FastAPI()
    app.include_router(exports_router(away, lambda key: None))
    answer = TestClient(app).get("/exports/json", params={"model": SEED})
    assert (answer.status_code, answer.text) == (503, "The registry is still being opened.\n")


def test_no_name_of_a_repository_gets_into_a_header(tmp_path: Path) -> None:
    name = 'a/b"; filename="x.exe\r\nSet-Cookie: y'
    with Store.open(tmp_path / "registry.db") as store:
        store.add(Record(passport=Passport(subject=name, revision=None, claims=(said("author", "a", subject=name),))))
        answer = client_of(store).get("/exports/json", params={"model": name})
    assert answer.headers["content-disposition"] == 'attachment; filename="a--b--filename--x.exe--Set-Cookie--y.json"'
    assert "set-cookie" not in answer.headers
