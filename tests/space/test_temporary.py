"""Temporary passports of a local Hub's repositories, each read by a real process of its own."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from registry.record import Query
from space.allowance import Allowance
from space.errors import PassportRefused, TooManyRequests
from space.registrar import Registrar
from space.temporary import KEPT, MOST_WAITING, TemporaryPassports
from tests.checkpoint_files import TENSOR_BYTES, checkpoint_files
from tests.hub_server import COMMIT, Fault, HubServer, Repository, running_hub

pytestmark = pytest.mark.asyncio(loop_scope="module")

REPO = "Someone/gemma-4-Small"
CONFIG = {"model_type": "nobody-knows", "architectures": ["Nobody"], "auto_map": {"AutoModel": "evil.py--Model"}}

PATIENT = 300.0  # seconds: what is tested is not how fast this machine is


class Clock:
    now = datetime(2026, 11, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def server() -> Iterator[HubServer]:
    with running_hub() as hub:
        files = checkpoint_files() | {"config.json": json.dumps(CONFIG).encode()}
        hub.repositories[REPO] = Repository(files=files, likes=1)
        yield hub


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def registrar(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Registrar]:
    registrar = Registrar(tmp_path_factory.mktemp("registry") / "registry.db")
    task = asyncio.create_task(registrar.run())
    await asyncio.to_thread(registrar.store)
    yield registrar
    task.cancel()
    await asyncio.wait([task])


async def test_a_temporary_passport_is_whole_and_leaves_the_registry_alone(
    registrar: Registrar, server: HubServer
) -> None:
    store, clock = registrar.store(), Clock()
    before = (store.subjects(), store.search(Query(words="small")).found, len(store.events()))
    temporary = TemporaryPassports(registrar, server.endpoint, clock=clock, seconds=PATIENT)
    found = await temporary.read(f" {server.endpoint}/{REPO}/ ", visitor="one")
    decided = found.model.resolution
    assert (decided.subject, decided.revision, found.key) == (REPO, COMMIT, f"{REPO}@{COMMIT}")
    assert decided.value("tensor_bytes") == TENSOR_BYTES
    assert found.model.base is not None, "its base is recorded, and hands down what is inherited"
    assert not found.recorded
    assert {file.path for file in found.files} == set(checkpoint_files())
    assert (store.subjects(), store.search(Query(words="small")).found, len(store.events())) == before
    weights = [asked.range for asked in server.asked if asked.path.startswith("/storage/")]
    assert all(range_ is not None for range_ in weights), "weights are never read, only their headers"
    assert all(asked.token is None for asked in server.asked)
    requests = len(server.asked)
    assert await temporary.read(REPO, visitor="two") is temporary.find(found.key) is found
    assert len(server.asked) == requests, "what is kept is not asked for again"
    clock.now += KEPT + timedelta(seconds=1)
    assert temporary.find(found.key) is None


@pytest.mark.parametrize(
    "asked",
    ["", "name", "a/b/c", "../../etc/passwd", "http://127.0.0.1:8000/x/y", "https://huggingface.co.evil.com/a/b",
     "file:///etc/passwd", "owner/name@", "owner/name@../../x y", "@", "owner/na me", "owner/<b>", "a/" + "b" * 400],
)  # fmt: skip
async def test_what_is_no_repository_is_refused_before_anything_is_asked(asked: str) -> None:
    nowhere = TemporaryPassports(Registrar(Path("never opened")), "http://127.0.0.1:9", allowance=None)
    with pytest.raises(PassportRefused, match="owner/name@revision"):
        await nowhere.read(asked, visitor="one")


@pytest.mark.parametrize(
    ("asked", "target"),
    [
        ("https://huggingface.co/owner/name", "owner/name"),
        ("https://huggingface.co/owner/name/tree/v1.0", "owner/name@v1.0"),
        ("https://huggingface.co/owner/name/blob/main/config.json", "owner/name@main"),
        (" owner/name@0123abc ", "owner/name@0123abc"),
    ],
)
async def test_the_address_of_a_page_names_its_repository(asked: str, target: str) -> None:
    assert TemporaryPassports(Registrar(Path("never opened")))._target(asked) == target


async def test_a_slow_hub_is_given_up_and_the_reader_ends(registrar: Registrar, server: HubServer) -> None:
    server.faults.append(Fault(path="/api/models", hold=threading.Event()))
    temporary = TemporaryPassports(registrar, server.endpoint, seconds=2)
    with pytest.raises(PassportRefused, match="not read within 2 seconds"):
        await temporary.read(REPO, visitor="one")


async def test_only_so_many_are_read_and_wait_at_a_time(registrar: Registrar, server: HubServer) -> None:
    hold = threading.Event()
    server.faults.append(Fault(path="/api/models", hold=hold))
    plenty = Allowance(each=100, all_together=100, seconds=600)
    temporary = TemporaryPassports(registrar, server.endpoint, allowance=plenty, seconds=1)
    under_way = [asyncio.create_task(temporary.read(f"{REPO}@v{n}", visitor="one")) for n in range(MOST_WAITING)]
    await asyncio.sleep(0)
    with pytest.raises(TooManyRequests, match="being read"):
        await temporary.read(REPO, visitor="two")
    hold.set()
    results = await asyncio.gather(*under_way, return_exceptions=True)
    assert all(isinstance(result, PassportRefused) for result in results)


async def test_a_visitor_who_asks_too_often_waits(registrar: Registrar, server: HubServer) -> None:
    temporary = TemporaryPassports(registrar, server.endpoint, allowance=Allowance(each=1, all_together=9, seconds=600))
    with pytest.raises(PassportRefused, match="has no"):
        await temporary.read("nobody/nothing", visitor="one")
    with pytest.raises(TooManyRequests):
        await temporary.read("nobody/else", visitor="one")
