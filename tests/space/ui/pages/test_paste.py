"""A repository that a visitor names, from form to passport, on a local server that speaks the Hub's API."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import gradio as gr
import pytest
import pytest_asyncio
from starlette.requests import Request

from space.allowance import Allowance
from space.registrar import Registrar
from space.temporary import TemporaryPassports
from space.ui.pages.passport import PassportPage
from space.ui.pages.paste import LIMIT, Reader, visitor
from tests.checkpoint_files import checkpoint_files
from tests.hub_server import COMMIT, HubServer, Repository, running_hub
from tests.space.ui.pages.reading import read_html

pytestmark = pytest.mark.asyncio(loop_scope="module")

REPO = "someone/small"
PATIENT = 300.0  # seconds: what is tested is not how fast this machine is


@pytest.fixture
def server() -> Iterator[HubServer]:
    with running_hub() as hub:
        hub.repositories[REPO] = Repository(files=checkpoint_files(), likes=1)
        yield hub


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def registrar(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Registrar]:
    registrar = Registrar(tmp_path_factory.mktemp("registry") / "registry.db")
    task = asyncio.create_task(registrar.run())
    await asyncio.to_thread(registrar.store)
    yield registrar
    task.cancel()
    await asyncio.wait([task])


def request(query: str = "", **headers: str) -> gr.Request:
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "query_string": query.encode(), "headers": named, "client": ("192.0.2.7", 1)}
    return gr.Request(Request(scope))


async def test_a_named_repository_gets_a_passport_that_says_it_is_not_kept(
    registrar: Registrar, server: HubServer, tmp_path: Path
) -> None:
    temporary = TemporaryPassports(registrar, server.endpoint, seconds=PATIENT)
    answer = read_html(await Reader(temporary=temporary).read(REPO, request()))
    assert answer.values("data-goto") == [f"passport?read={REPO}@{COMMIT}"]
    page = PassportPage(store=registrar.store, temporary=temporary)
    opened = await page.open(request(f"read={REPO}@{COMMIT}"))
    assert REPO in read_html(opened.opening).words
    rest = read_html(opened.record)
    assert "This passport was read just now and is not kept" in rest.words
    assert not [link for link in rest.values("href") if link.startswith("exports/")]
    told = await Reader(temporary=temporary).temporary_passport(REPO, request())
    assert (told["subject"], told["revision"], told["recorded"]) == (REPO, COMMIT, False)
    assert {claim["field"] for claim in told["claims"]} >= {"tensor_bytes", "licence"}


async def test_a_passport_that_was_forgotten_says_so(registrar: Registrar, server: HubServer) -> None:
    page = PassportPage(store=registrar.store, temporary=TemporaryPassports(registrar, server.endpoint))
    opened = await page.open(request("read=a/b@c"))
    assert "is forgotten by now" in read_html(opened.opening).words
    assert await page.weigh(8192, 1, "auto", request("read=a/b@c")) == ""


@pytest.mark.parametrize("asked", ["", "no slash", "../../etc/passwd", "http://169.254.169.254/x", "a/b/c"])
async def test_what_is_no_repository_is_a_sentence(registrar: Registrar, server: HubServer, asked: str) -> None:
    reader = Reader(temporary=TemporaryPassports(registrar, server.endpoint))
    answer = read_html(await reader.read(asked, request())).words
    assert "Write a repository of the Hub as owner/name" in answer
    with pytest.raises(gr.Error, match="Write a repository"):
        await reader.temporary_passport(asked, request())
    assert not server.asked


async def test_who_asks_too_often_is_told_to_wait(registrar: Registrar, server: HubServer) -> None:
    allowance = Allowance(each=1, all_together=9, seconds=600)
    allowance.take("192.0.2.7")
    reader = Reader(temporary=TemporaryPassports(registrar, server.endpoint, allowance=allowance))
    answer = read_html(await reader.read(REPO, request())).words
    assert answer.startswith("You have asked 1 times within 10 minutes")
    assert not server.asked


async def test_the_form_says_how_often_one_may_ask() -> None:
    assert LIMIT == "5 repositories in 10 minutes; what was read is kept for half an hour."


async def test_an_allowance_is_that_of_the_address_the_nearest_proxy_saw() -> None:
    assert visitor(request()) == "192.0.2.7"
    assert visitor(request(x_forwarded_for="198.51.100.1, 203.0.113.9")) == "203.0.113.9"
