"""The registry of the running Space, on a real database and real folders."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from registry.errors import SourceUnreadable
from registry.opening import open_store
from registry.record import Query
from registry.refresh import DONE, FAILED
from registry.sources.engine import Conditions, Loaded
from registry.store import Store
from space.checkpoint.checkpoint import Checkpoint
from space.checkpoint.choose import DEFAULT, POCKET_FOLDER, pocket_checkpoint
from space.registrar import Registrar
from tests.checkpoint_files import write_checkpoint
from tests.hub_server import Repository, running_hub

POCKET = pocket_checkpoint(POCKET_FOLDER / "autoround")
OTHER_REVISION = "a" * 40


@asynccontextmanager
async def running(registrar: Registrar) -> AsyncIterator[Store]:
    task = asyncio.create_task(registrar.run())
    try:
        yield await asyncio.to_thread(registrar.store)
    finally:
        task.cancel()
        await asyncio.wait([task])


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "not there yet" / "registry.db"


async def test_it_is_open_with_the_catalogue_once_it_is_asked_for(place: Path) -> None:
    async with running(Registrar(place)) as store:
        assert DEFAULT.repo_id in store.subjects()
        assert store.search(Query(words="gemma")).found > 10


async def test_served_means_what_is_served_now(place: Path) -> None:
    registrar = Registrar(place)
    async with running(registrar) as store:
        await registrar.serving(POCKET, None)
        assert store.subject_of("served") == POCKET.repo_id
        real = Checkpoint(folder=POCKET.folder, repo_id=DEFAULT.repo_id, revision=DEFAULT.revision)
        await registrar.serving(real, None)
        assert store.subject_of("served") == DEFAULT.repo_id
        assert store.passport("served").revision == DEFAULT.revision


async def test_what_the_registry_knows_is_not_read_again(place: Path, tmp_path: Path) -> None:
    registrar = Registrar(place)
    async with running(registrar) as store:
        before = store.passport(DEFAULT.repo_id)
        await registrar.serving(Checkpoint(folder=tmp_path, repo_id=DEFAULT.repo_id, revision=DEFAULT.revision), None)
        assert store.passport("served") == before


async def test_another_revision_is_recorded_from_its_own_files(place: Path, tmp_path: Path) -> None:
    folder = write_checkpoint(tmp_path / "checkpoint")
    registrar = Registrar(place)
    async with running(registrar) as store:
        await registrar.serving(Checkpoint(folder=folder, repo_id=DEFAULT.repo_id, revision=OTHER_REVISION), None)
        assert store.passport("served").revision == OTHER_REVISION
        assert store.resolution("served").value("tensor_bytes") is not None
        assert store.files("served") == (), "what was fetched is not the list of what the repository has"


async def test_a_local_folder_is_read_anew_each_time_it_is_served(place: Path, tmp_path: Path) -> None:
    folder = write_checkpoint(tmp_path / "my-own-model")
    served = Checkpoint(folder=folder, repo_id=folder.name)
    registrar = Registrar(place)
    async with running(registrar) as store:
        await registrar.serving(served, None)
        (folder / "README.md").write_text("---\nlicense: mit\n---\n# Mine\n", encoding="utf-8")
        await registrar.serving(served, None)
        assert store.resolution("served").value("licence") == "mit"


async def test_a_damaged_folder_keeps_nobody_from_serving(
    place: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "config.json").write_text("{", encoding="utf-8")
    served = Checkpoint(folder=tmp_path, repo_id="someone/damaged", revision=OTHER_REVISION)
    registrar = Registrar(place)
    async with running(registrar) as store:
        await registrar.serving(served, None)
        assert served.repo_id not in store.subjects()
        assert "someone/damaged is served, which the registry does not show" in caplog.text
        with pytest.raises(SourceUnreadable):
            registrar.passport(served)


async def test_the_passport_shows_what_is_recorded_beyond_the_folder(place: Path, tmp_path: Path) -> None:
    """The catalogue knows the base model; the folder of this test is empty and could not tell."""
    registrar = Registrar(place)
    async with running(registrar):
        served = Checkpoint(folder=tmp_path, repo_id=DEFAULT.repo_id, revision=DEFAULT.revision)
        shown = await asyncio.to_thread(registrar.passport, served)
    assert shown is not None
    assert shown.value("base_model") == "google/gemma-4-E2B-it"
    assert shown.value("tensor_bytes") == 7_450_398_662


async def test_the_passport_of_what_is_not_recorded_comes_from_its_files(place: Path, tmp_path: Path) -> None:
    registrar = Registrar(place)
    folder = write_checkpoint(tmp_path / "checkpoint")
    async with running(registrar):
        served = Checkpoint(folder=folder, repo_id="someone/new", revision=OTHER_REVISION)
        shown = await asyncio.to_thread(registrar.passport, served)
    assert shown is not None
    assert (shown.subject, shown.revision) == ("someone/new", OTHER_REVISION)
    assert shown.value("tensor_bytes") is not None


async def test_an_unknown_model_of_a_server_elsewhere_has_no_passport_and_is_not_taken_for_another(place: Path) -> None:
    registrar = Registrar(place)
    elsewhere = Checkpoint(folder=None, repo_id="someone/elsewhere", is_remote=True)
    async with running(registrar) as store:
        await registrar.serving(POCKET, None)
        await registrar.serving(elsewhere, None)
        assert "served" not in {alias.name for alias in store.aliases()}
        assert await asyncio.to_thread(registrar.passport, elsewhere) is None
        await registrar.serving(Checkpoint(folder=None, repo_id=DEFAULT.repo_id, is_remote=True), None)
        assert store.subject_of("served") == DEFAULT.repo_id


async def test_a_place_that_cannot_be_used_is_replaced_until_the_end(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("a file where a folder should be", encoding="utf-8")
    registrar = Registrar(tmp_path / "file" / "registry.db")
    async with running(registrar) as store:
        assert DEFAULT.repo_id in store.subjects()
    [warning] = [record for record in caplog.records if record.levelno == logging.WARNING]
    assert "temporary registry" in warning.getMessage()


async def test_what_was_recorded_is_there_at_the_next_start(place: Path) -> None:
    registrar = Registrar(place)
    async with running(registrar):
        await registrar.serving(POCKET, None)
    with open_store(place) as store:
        assert store.subject_of("served") == POCKET.repo_id


FIELD = "weights_in_memory"
LOADED = Loaded(
    conditions=Conditions(hardware="Some CPU, 2 cores", engine="vLLM 0.29.0", context=8192, concurrency=8),
    weights_bytes=7_000_000_000,
    load_seconds=52.0,
)


async def test_what_the_engine_reports_is_measured_here_on_the_revision_it_loaded(place: Path, tmp_path: Path) -> None:
    registrar = Registrar(place)
    async with running(registrar) as store:
        current = store.passport(DEFAULT.repo_id).revision
        folder = write_checkpoint(tmp_path / "checkpoint")
        older = Checkpoint(folder=folder, repo_id=DEFAULT.repo_id, revision=OTHER_REVISION)
        await registrar.serving(older, LOADED)
        await registrar.serving(replace(older, revision=current), LOADED)
        for revision in (OTHER_REVISION, current):
            [weights] = [claim for claim in store.passport(DEFAULT.repo_id, revision).claims if claim.field == FIELD]
            assert (weights.method, weights.value) == ("measured", 7_000_000_000)


async def test_the_running_space_reads_the_hub_s_figures_once_a_day(place: Path) -> None:
    with running_hub() as hub:
        hub.repositories[DEFAULT.repo_id] = Repository(files={"config.json": b"{}"}, downloads=321, likes=7)
        async with running(Registrar(place, endpoint=hub.endpoint)) as store:
            async with asyncio.timeout(60):
                while store.last_event(DONE) is None:  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
            assert store.resolution(DEFAULT.repo_id).value("likes") == 7
            assert FAILED in {entry.kind for entry in store.events("google/gemma-4-E2B-it")}
        assert all(asked.token is None for asked in hub.asked)
