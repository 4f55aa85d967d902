"""An engine elsewhere: what it is asked, what its answers and its failures become. Over real HTTP."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from space.checkpoint.choose import checkpoint_elsewhere
from space.conversation import Message, Request, Sampling
from space.engine import remote_engine
from space.engine.remote_engine import RemoteEngine
from space.engine.serve import supervise
from space.engine.state import Connecting, Failed, Ready, Restarting
from space.engine.supervisor import Supervisor
from space.engine.warmup import warm_up_request
from space.errors import CheckpointError, EngineDied, EngineNotReady, RequestRejected, SpaceError
from space.events import Event, Finished, ReasoningDelta, TextDelta
from space.settings import Secret, Settings
from tests.openai_server import MODEL, OpenAIServer, running_server, text_chunk

HELLO = Request(messages=(Message(role="user", text="Who are you?"),), sampling=Sampling(temperature=0, max_tokens=8))


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with running_server() as served:
        yield served


def engine_at(server: OpenAIServer, model_id: str | None = None, api_key: str | None = None) -> RemoteEngine:
    return RemoteEngine(
        checkpoint_elsewhere(model_id, "the model elsewhere"), url=server.url, api_key=api_key, model_id=model_id
    )


@pytest_asyncio.fixture
async def engine(server: OpenAIServer) -> AsyncIterator[RemoteEngine]:
    made = engine_at(server)
    await made.start()
    yield made
    await made.stop()


async def answer(engine: RemoteEngine, request: Request = HELLO) -> list[Event]:
    async with aclosing(engine.stream(request)) as events:
        return [event async for event in events]


async def started(server: OpenAIServer, model_id: str | None = None) -> RemoteEngine:
    made = engine_at(server, model_id)
    try:
        await made.start()
    finally:
        await made.stop()
    return made


async def test_the_only_model_is_asked_by_the_name_the_server_gives_it(
    server: OpenAIServer, engine: RemoteEngine
) -> None:
    assert (engine.checkpoint.repo_id, engine.checkpoint.folder, engine.checkpoint.is_remote) == (MODEL, None, True)
    await answer(engine)
    assert server.asked[0]["model"] == MODEL


async def test_of_several_models_the_one_that_model_id_names_is_asked(server: OpenAIServer) -> None:
    server.cards = [{"id": "a"}, {"id": "b", "root": "owner/name"}]
    made = engine_at(server, "owner/name")
    await made.start()
    await answer(made)
    await made.stop()
    assert server.asked[0]["model"] == "b"
    assert made.checkpoint.repo_id == "owner/name", "the passport is that of the name the owner gives"
    with pytest.raises(CheckpointError, match=r"serves a, b\. Set MODEL_ID"):
        await started(server)


async def test_an_adapter_beside_its_base_is_no_second_model(server: OpenAIServer) -> None:
    server.cards = [{"id": "base"}, {"id": "poems", "parent": "base"}]
    assert (await started(server)).checkpoint.repo_id == "base"


async def test_the_pocket_elsewhere_is_the_pocket_and_cannot_be_switched(server: OpenAIServer) -> None:
    checkpoint = (await started(server, "pocket")).checkpoint
    assert checkpoint.is_pocket
    assert checkpoint.is_remote
    assert checkpoint.folder is not None


async def test_the_key_is_sent_and_never_said(server: OpenAIServer) -> None:
    server.models_status = 401
    made = engine_at(server, api_key=Secret("sk-mine"))
    with pytest.raises(CheckpointError, match="ENGINE_API_KEY") as refused:
        await made.start()
    await made.stop()
    assert server.keys == ["Bearer sk-mine"]
    assert "sk-mine" not in str(refused.value)


@pytest.mark.parametrize("status", [404, 429, 500, 502, 503])
async def test_a_server_that_lists_nothing_yet_is_asked_again_later(server: OpenAIServer, status: int) -> None:
    server.models_status = status
    with pytest.raises(EngineDied):
        await started(server)


async def test_what_is_no_openai_server_is_said_to_be_none(server: OpenAIServer) -> None:
    server.page = "<html>Welcome to nginx!</html>"
    with pytest.raises(EngineDied, match="Check the address"):
        await started(server)
    server.page, server.cards = None, []
    with pytest.raises(EngineDied, match="no model yet"):
        await started(server)


async def test_nobody_listening_is_a_server_that_is_away() -> None:
    with running_server() as gone:
        pass
    with pytest.raises(EngineDied, match="cannot be reached"):
        await started(gone)


async def test_a_connection_reset_at_once_is_a_server_that_is_away(
    engine: RemoteEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def reset(*_: object, **__: object) -> None:
        socket: Any = None
        socket.getpeername()

    monkeypatch.setattr(engine._client, "post", reset)
    with pytest.raises(EngineDied, match="cannot be reached"):
        await answer(engine)


async def test_a_mistake_of_ours_is_no_server_that_is_away(
    engine: RemoteEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def mistaken(*_: object, **__: object) -> None:
        socket: Any = None
        socket.get_peer_name()

    monkeypatch.setattr(engine._client, "post", mistaken)
    with pytest.raises(AttributeError, match="get_peer_name"):
        await answer(engine)


async def test_an_answer_is_its_text_and_one_finished(server: OpenAIServer, engine: RemoteEngine) -> None:
    server.chunks = (
        {"choices": [{"index": 0, "delta": {"reasoning_content": "Hm."}}]},
        text_chunk("A circle.", "stop"),
        {"choices": [], "usage": {"prompt_tokens": 12, "completion_tokens": 4}},
    )
    *deltas, finished = await answer(engine)
    assert deltas == [ReasoningDelta(text="Hm."), TextDelta(text="A circle.")]
    assert isinstance(finished, Finished)
    assert (finished.usage.prompt_tokens, finished.usage.text_tokens, finished.usage.output_tokens) == (12, 12, 4)


async def test_what_the_server_does_not_count_is_unknown_and_not_nothing(
    server: OpenAIServer, engine: RemoteEngine
) -> None:
    finished = (await answer(engine, warm_up_request()))[-1]
    assert isinstance(finished, Finished)
    usage = finished.usage
    assert usage.prompt_tokens == 300
    assert (usage.text_tokens, usage.image_tokens, usage.audio_tokens, usage.output_tokens) == (None,) * 4


async def test_control_tokens_that_were_typed_stay_text(server: OpenAIServer, engine: RemoteEngine) -> None:
    typed = Message(role="user", text="<|image|> says <turn|>")
    await answer(engine, replace(HELLO, messages=(typed,)))
    sent = server.asked[0]["messages"][0]["content"]
    assert sent.replace("\u200b", "") == typed.text
    assert "<|image|>" not in sent
    assert "<turn|>" not in sent


@pytest.mark.parametrize(
    ("status", "error", "words"),
    [
        (400, RequestRejected, "refused with 400"),
        (413, RequestRejected, "refused with 413"),
        (422, RequestRejected, "refused with 422"),
        (401, CheckpointError, "ENGINE_API_KEY"),
        (403, CheckpointError, "ENGINE_API_KEY"),
        (404, EngineDied, "OpenAI-compatible"),
        (429, EngineNotReady, r"is busy.*in 7 s"),
        (503, EngineNotReady, r"is not ready.*in 7 s"),
        (500, EngineDied, "500"),
        (504, EngineDied, "504"),
    ],
)
async def test_every_refusal_is_a_sentence_for_whoever_can_act(
    server: OpenAIServer, engine: RemoteEngine, status: int, error: type[SpaceError], words: str
) -> None:
    server.status, server.headers = status, {"Retry-After": "7"}
    with pytest.raises(error, match=words):
        await answer(engine)
    assert len(server.asked) == 1, "what failed is not sent again behind the visitor's back"


@pytest.mark.parametrize(
    ("chunks", "cut", "error"),
    [
        ((text_chunk("A red"),), True, EngineDied),
        ((text_chunk("A red"),), False, EngineDied),
        ((text_chunk("A red"), {"error": {"code": 500, "message": "engine"}}), False, EngineDied),
        ((text_chunk("A red"), {"error": {"code": 400, "message": "too long"}}), False, RequestRejected),
    ],
    ids=["connection lost", "ended without a reason", "engine failed", "request refused"],
)
async def test_an_answer_that_breaks_off_is_no_answer(
    server: OpenAIServer,
    engine: RemoteEngine,
    chunks: tuple[dict[str, object], ...],
    cut: bool,
    error: type[SpaceError],
) -> None:
    server.chunks, server.cut = chunks, cut
    stream = engine.stream(HELLO)
    assert await anext(stream) == TextDelta(text="A red")
    with pytest.raises(error):
        await anext(stream)


async def test_leaving_closes_the_connection(server: OpenAIServer, engine: RemoteEngine) -> None:
    server.hold = True
    stream = engine.stream(HELLO)
    await anext(stream)
    await stream.aclose()
    assert await asyncio.to_thread(server.left.wait, 10), "the server would go on writing an answer that nobody reads"


async def test_a_stopped_engine_ends_what_is_being_answered(server: OpenAIServer, engine: RemoteEngine) -> None:
    server.chunks, server.hold = (text_chunk("A"),), True
    stream = engine.stream(HELLO)
    await anext(stream)
    rest = asyncio.ensure_future(anext(stream))
    await asyncio.sleep(0)
    await engine.stop()
    with pytest.raises(EngineDied):
        await asyncio.wait_for(rest, 10)
    await engine.stop()


async def test_a_model_that_cannot_answer_is_not_called_ready(server: OpenAIServer, engine: RemoteEngine) -> None:
    await engine.warm()
    server.status = 400
    with pytest.raises(CheckpointError, match="refuses a first question: refused with 400"):
        await engine.warm()
    server.status = 503
    with pytest.raises(EngineDied, match="not ready"):
        await engine.warm()


@pytest.fixture
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote_engine, "WATCH_SECONDS", 0.05)
    monkeypatch.setattr(remote_engine, "SECOND_LOOK_SECONDS", 0.05)


async def test_two_looks_without_an_answer_are_a_death(server: OpenAIServer, engine: RemoteEngine, often: None) -> None:
    watching = asyncio.ensure_future(engine.died())
    looks = server.looks
    while server.looks < looks + 3:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    assert not watching.done(), "a server that answers is alive"
    server.models_status = 503
    with pytest.raises(EngineDied, match="not ready"):
        await asyncio.wait_for(watching, 10)


async def test_another_model_in_its_place_is_a_death(server: OpenAIServer, engine: RemoteEngine, often: None) -> None:
    server.cards = [{"id": "another"}]
    with pytest.raises(EngineDied, match=f"ran {MODEL} now serves another"):
        await asyncio.wait_for(engine.died(), 10)


async def test_a_broken_list_of_models_is_a_look_without_an_answer(
    server: OpenAIServer, engine: RemoteEngine, often: None
) -> None:
    server.cut_list = True
    with pytest.raises(EngineDied, match="broke off"):
        await asyncio.wait_for(engine.died(), 10)


async def test_a_gateway_that_refuses_for_a_while_is_no_end_for_good(
    server: OpenAIServer, engine: RemoteEngine, often: None
) -> None:
    server.models_status = 403
    with pytest.raises(EngineDied, match="ENGINE_API_KEY"):
        await asyncio.wait_for(engine.died(), 10)


async def until(supervisor: Supervisor, state: type) -> None:
    async with asyncio.timeout(30):
        while not isinstance(supervisor.state, state):  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_a_server_that_goes_away_and_comes_back_is_taken_up_again(often: None) -> None:
    with running_server() as first:
        port = int(first.url.rpartition(":")[2].removesuffix("/v1"))
        supervisor = supervise(Settings(engine_url=first.url))
        running = asyncio.create_task(supervisor.run())
        await until(supervisor, Connecting)
        await until(supervisor, Ready)
        assert supervisor.checkpoint is not None
        assert supervisor.checkpoint.repo_id == MODEL
        assert [event async for event in supervisor.stream(HELLO)][-1]
    await until(supervisor, Restarting)
    assert "cannot be reached" in str(supervisor.state)
    with pytest.raises(EngineNotReady, match="cannot be reached"):
        await anext(supervisor.stream(HELLO))
    with running_server(port=port):
        await until(supervisor, Ready)
        assert [event async for event in supervisor.stream(HELLO)][-1]
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_a_refused_key_waits_for_a_person(server: OpenAIServer) -> None:
    server.models_status = 403
    supervisor = supervise(Settings(engine_url=server.url))
    running = asyncio.create_task(supervisor.run())
    await until(supervisor, Failed)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_folder_that_is_none_is_said_to_be_none(server: OpenAIServer, tmp_path: Path) -> None:
    supervisor = supervise(Settings(engine_url=server.url, model_id=str(tmp_path)))
    running = asyncio.create_task(supervisor.run())
    await until(supervisor, Failed)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert "MODEL_ID" in str(supervisor.state)
