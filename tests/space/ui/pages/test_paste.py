"""A repository that a visitor names, from form to passport, on a local server that speaks the Hub's API."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import cast, get_args

import gradio as gr
import pytest
import pytest_asyncio
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from starlette.requests import Request

from registry.citations import FORMATS
from space.allowance import Allowance
from space.api.exports import FILES, exports_router
from space.registrar import Registrar
from space.temporary import TemporaryPassports
from space.ui.pages.compare import Comparer
from space.ui.pages.passport import PassportPage
from space.ui.pages.paste import LIMIT, Reader
from space.ui.pages.programs import Programs, Written
from space.ui.visitor import visitor
from tests.checkpoint_files import checkpoint_files
from tests.hub_server import COMMIT, HubServer, Repository, running_hub
from tests.space.ui.pages.reading import read_html

pytestmark = pytest.mark.asyncio(loop_scope="module")

REPO = "someone/small"
BASE = "google/gemma-4-E2B-it"
KEY = f"{REPO}@{COMMIT}"
NOW = datetime(2026, 11, 30, 8, 17, tzinfo=UTC)
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


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def lately(registrar: Registrar) -> AsyncIterator[TemporaryPassports]:
    """Those that are kept, with the repository read."""
    with running_hub() as hub:
        hub.repositories[REPO] = Repository(files=checkpoint_files(), likes=1)
        temporary = TemporaryPassports(registrar, hub.endpoint, clock=lambda: NOW, seconds=PATIENT)
        await temporary.read(REPO, "192.0.2.7")
        yield temporary


def request(query: str = "", **headers: str) -> gr.Request:
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "query_string": query.encode(), "headers": named, "client": ("192.0.2.7", 1)}
    return gr.Request(Request(scope))


async def test_a_named_repository_gets_a_passport_that_says_it_is_not_kept(
    registrar: Registrar, lately: TemporaryPassports
) -> None:
    answer = read_html(await Reader(temporary=lately).read(REPO, request()))
    assert answer.values("data-goto") == [f"passport?read={KEY}"]
    opened = await PassportPage(store=registrar.store, temporary=lately).open(request(f"read={KEY}"))
    assert REPO in read_html(opened.opening).words
    assert (
        "Not kept. Read from the Hub at 08:17 UTC; nobody has reviewed it. It is forgotten at 08:47 UTC"
        in read_html(opened.opening).words
    )
    assert "This passport was read just now and is not kept" in read_html(opened.record).words


async def test_it_is_cited_copied_and_exported_as_a_kept_one_is(
    registrar: Registrar, lately: TemporaryPassports
) -> None:
    page = PassportPage(store=registrar.store, temporary=lately)
    record = read_html((await page.open(request(f"read={KEY}"))).record)
    assert {f"cite-{each}" for each in FORMATS} <= {*record.values("data-copies")}
    links = [link for link in record.values("href") if link.startswith("exports/")]
    assert {link.partition("?")[0] for link in links} == {f"exports/{each}" for each in FILES}
    files = FastAPI()
    files.include_router(exports_router(registrar.store, lately.find))
    async with AsyncClient(transport=ASGITransport(app=files), base_url="http://space") as client:
        for link in links:
            answer = await client.get(f"/{link}")
            assert (answer.status_code, answer.text[-1:]) == (200, "\n"), link
            assert COMMIT in answer.text or "/ris?" in link or "/apa?" in link or "/model-card?" in link, link
        card = (await client.get(f"/exports/model-card?read={KEY}")).text
        assert "This passport was read just now and is not kept" in card
        bill = json.loads((await client.get(f"/exports/cyclonedx?read={KEY}")).text)
        told = [each["value"] for each in bill["metadata"]["component"]["properties"]]
        assert any(each.startswith("config.json: ") for each in told), "its own files are in the bill"
        forgotten = await client.get("/exports/bibtex?read=a/b@c")
        assert (forgotten.status_code, forgotten.text[:30]) == (404, "No passport of a/b@c is kept. ")


async def test_it_is_compared_with_recorded_models_by_an_address(
    registrar: Registrar, lately: TemporaryPassports
) -> None:
    page = PassportPage(store=registrar.store, temporary=lately)
    opening = read_html((await page.open(request(f"read={KEY}"))).opening)
    address = f"compare?model={KEY}&model={BASE}"
    assert address in opening.values("href"), "its base is recorded"
    comparer = Comparer(store=registrar.store, temporary=lately)
    opened = await comparer.open(request(address.partition("?")[2]))
    table = read_html(opened.table)
    assert f"{REPO} at {COMMIT[:7]}, not kept {BASE}" in table.words
    assert f"passport?read={KEY}" in table.values("href")
    assert table.values("data-address") == [address]
    assert f"{REPO} at {COMMIT[:7]}, not kept: " in read_html(await comparer.weigh([KEY, BASE])).words
    assert "can be read on the Models page" in await comparer.compare(["someone/other@main", BASE], False)


async def test_a_passport_that_was_forgotten_is_read_again_at_a_press_of_a_button(
    registrar: Registrar, server: HubServer
) -> None:
    temporary = TemporaryPassports(registrar, server.endpoint, seconds=PATIENT)
    page = PassportPage(store=registrar.store, temporary=temporary)
    address = request(f"read={REPO}@{COMMIT}")
    opened = await page.open(address)
    assert "is forgotten after half an hour" in read_html(opened.opening).words
    assert opened.again["visible"] is True
    assert await page.weigh(8192, 1, "auto", address) == ""
    assert not server.asked, "opening an address asks the Hub nothing"
    opened = await page.again(address)
    assert read_html(opened.opening).values("data-title") == [f"{REPO} · passport"]
    assert opened.again["visible"] is False
    assert "Total" in read_html(await page.weigh(8192, 1, "auto", address)).words


async def test_an_unknown_model_can_be_read_where_it_can_be_a_repository(
    registrar: Registrar, server: HubServer
) -> None:
    page = PassportPage(store=registrar.store, temporary=TemporaryPassports(registrar, server.endpoint))
    links = read_html((await page.open(request("model=someone/unknown"))).opening).values("href")
    assert "passport?read=someone/unknown" in links
    links = read_html((await page.open(request("model=unknown"))).opening).values("href")
    assert not [link for link in links if "read=" in link]


async def test_programs_get_claims_files_and_a_comparison_of_it(
    registrar: Registrar, lately: TemporaryPassports
) -> None:
    programs = Programs(store=registrar.store, temporary=lately)
    told = await programs.temporary_passport(REPO, request())
    assert (told["subject"], told["revision"], told["recorded"]) == (REPO, COMMIT, False)
    assert {claim["field"] for claim in told["claims"]} >= {"tensor_bytes", "licence"}
    assert (await programs.temporary_export(REPO, "bibtex", request())).startswith("@misc{someone_")
    assert "is not kept" in await programs.temporary_export(REPO, "model-card", request())
    assert (await programs.temporary_compare(REPO, [BASE], request())).startswith(
        f"{REPO} against {BASE}\nThey differ:"
    )
    with pytest.raises(gr.Error, match="no such format"):
        await programs.temporary_export(REPO, cast(Written, "word"), request())
    with pytest.raises(gr.Error, match="Name one to 3"):
        await programs.temporary_compare(REPO, [], request())
    with pytest.raises(gr.Error, match="no model “no/such”"):
        await programs.temporary_compare(REPO, ["no/such"], request())


async def test_programs_are_offered_every_format() -> None:
    assert set(get_args(Written)) == set(FILES)


@pytest.mark.parametrize("asked", ["", "no slash", "../../etc/passwd", "http://169.254.169.254/x", "a/b/c"])
async def test_what_is_no_repository_is_a_sentence(registrar: Registrar, server: HubServer, asked: str) -> None:
    temporary = TemporaryPassports(registrar, server.endpoint)
    programs = Programs(store=registrar.store, temporary=temporary)
    answer = read_html(await Reader(temporary=temporary).read(asked, request())).words
    assert "Write a repository of the Hub as owner/name" in answer
    with pytest.raises(gr.Error, match="Write a repository"):
        await programs.temporary_export(asked, "json", request())
    assert not server.asked


async def test_who_asks_too_often_is_told_to_wait(registrar: Registrar, server: HubServer) -> None:
    allowance = Allowance(each=1, all_together=9, seconds=600)
    allowance.take("192.0.2.7")
    temporary = TemporaryPassports(registrar, server.endpoint, allowance=allowance)
    answers = [
        await Reader(temporary=temporary).read(REPO, request()),
        (await PassportPage(store=registrar.store, temporary=temporary).again(request(f"read={REPO}"))).opening,
    ]
    for answer in answers:
        assert "You have asked 1 times within 10 minutes" in read_html(answer).words
    programs = Programs(store=registrar.store, temporary=temporary)
    with pytest.raises(gr.Error, match="You have asked 1 times"):
        await programs.temporary_export(REPO, "bibtex", request())
    assert not server.asked


async def test_the_form_says_how_often_one_may_ask() -> None:
    assert LIMIT == "5 repositories in 10 minutes; what was read is kept for half an hour."


async def test_an_allowance_is_that_of_the_address_the_nearest_proxy_saw() -> None:
    assert visitor(request()) == "192.0.2.7"
    assert visitor(request(x_forwarded_for="198.51.100.1, 203.0.113.9")) == "203.0.113.9"
