"""What each step of a turn changes, on the stand-in engine and without a page."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from space.chat import Chat
from space.engine.state import Ready
from space.engine.supervisor import Supervisor
from space.examples import examples_for
from space.ui.session import Session
from space.ui.translate import NOTE, View
from space.ui.turn import SKIP, Progress, Taken, Turns
from tests.checkpoint_files import write_checkpoint
from tests.space.ui.conftest import echo_supervisor
from tests.space.ui.echo import EchoEngine


@pytest.fixture
def engine() -> EchoEngine:
    return EchoEngine()


@pytest.fixture
async def supervisor(engine: EchoEngine, tmp_path: Path) -> AsyncIterator[Supervisor]:
    supervisor = echo_supervisor(engine, write_checkpoint(tmp_path / "checkpoint"))
    running = asyncio.create_task(supervisor.run())
    async with asyncio.timeout(10):
        while not isinstance(supervisor.state, Ready):  # noqa: ASYNC110 - the state is a value, nothing announces it
            await asyncio.sleep(0)
    yield supervisor
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


@pytest.fixture
def turns(supervisor: Supervisor) -> Turns:
    return Turns(Chat(supervisor), supervisor, lambda: examples_for(is_pocket=False))


def draft(text: str, *files: Path) -> dict[str, Any]:
    return {"text": text, "files": [{"path": str(file), "orig_name": file.name} for file in files]}


async def take(turns: Turns, said: dict[str, Any], history: list[View], session: Session) -> Taken:
    return await turns.take(said, history, session, use_beginning=False)


async def answered(turns: Turns, session: Session) -> Progress:
    """The last of an answer's steps."""
    return [step async for step in turns.answer(session)][-1]


def texts(views: list[View]) -> list[str]:
    return [block["text"] for view in views for block in view["content"] if block["type"] == "text"]


async def test_a_turn_is_shown_answered_and_remembered(turns: Turns) -> None:
    session = Session()
    taken = await take(turns, draft("one two"), [], session)
    assert texts(taken.chatbot)[0] == "one two"
    assert taken.draft["value"] == {"text": "", "files": []}
    assert taken.draft["stop_btn"] is True
    done = await answered(turns, session)
    assert texts(done.chatbot)[:2] == ["one two", "You sent text: one two"]
    assert done.chatbot[-1]["metadata"]["id"] == NOTE
    assert [entry["text"] for entry in done.memory][:2] == ["one two", "You sent text: one two"]
    assert turns.settle(session) == {"submit_btn": True, "stop_btn": False, "__type__": "update"}


async def test_a_picture_stays_part_of_the_conversation(turns: Turns, engine: EchoEngine, upload: Path) -> None:
    session = Session()
    await take(turns, draft("What is it?", upload), [], session)
    first = await answered(turns, session)
    await take(turns, draft("And its colour?"), first.chatbot, session)
    await answered(turns, session)
    assert [len(message.attachments) for message in engine.requests[-1].messages] == [1, 0, 0]


@pytest.mark.parametrize("content", [b"", b"I am a letter, not a picture."])
async def test_a_bad_file_leaves_the_input_as_it_is(turns: Turns, upload_folder: Path, content: bytes) -> None:
    upload = upload_folder / "bad.png"
    upload.write_bytes(content)
    session = Session()
    refused = await take(turns, draft("What is it?", upload), [], session)
    assert refused.draft is SKIP
    assert refused.chatbot is SKIP
    assert "bad.png" in session.notice
    assert [step async for step in turns.answer(session)] == []


async def test_a_turn_that_fails_before_a_word_comes_back_to_the_input(turns: Turns) -> None:
    session = Session()
    await take(turns, draft("die now"), [], session)
    failed = await answered(turns, session)
    assert failed.chatbot == []
    assert "send the message again" in session.notice
    assert turns.settle(session)["value"]["text"] == "die now"


async def test_nothing_is_taken_while_the_engine_is_away(engine: EchoEngine, tmp_path: Path) -> None:
    away = echo_supervisor(engine, tmp_path)
    session = Session()
    refused = await take(Turns(Chat(away), away, lambda: ()), draft("hello"), [], session)
    assert refused.draft is SKIP
    assert "not been started" in session.notice


async def test_one_answer_at_a_time(turns: Turns, engine: EchoEngine) -> None:
    session = Session()
    await take(turns, draft("hold this"), [], session)
    growing = turns.answer(session)
    await anext(growing)
    await take(turns, draft("and this"), [], session)
    assert "One answer at a time" in session.notice
    await growing.aclose()
    assert engine.aborted == 1
    assert (await take(turns, draft("and now"), [], session)).chatbot is not SKIP


async def test_retry_sends_the_last_turn_again(turns: Turns, engine: EchoEngine) -> None:
    session = Session()
    await take(turns, draft("again"), [], session)
    first = await answered(turns, session)
    turns.retake(first.chatbot, session)
    second = await answered(turns, session)
    assert texts(second.chatbot)[:2] == texts(first.chatbot)[:2]
    assert [len(request.messages) for request in engine.requests] == [1, 1]


async def test_undo_gives_text_and_files_back(turns: Turns, upload: Path) -> None:
    session = Session()
    await take(turns, draft("What is it?", upload), [], session)
    undone = turns.undo((await answered(turns, session)).chatbot, session)
    assert undone.chatbot == []
    assert undone.memory == []
    assert undone.draft["value"]["text"] == "What is it?"
    assert [file["orig_name"] for file in undone.draft["value"]["files"]] == ["circle.png"]


async def test_a_stopped_answer_stays_and_says_so(turns: Turns) -> None:
    session = Session()
    taken = await take(turns, draft("hold"), [], session)
    stopped = turns.stop(taken.chatbot, session)
    assert texts(stopped.chatbot)[0] == "hold"
    assert "Stopped." in texts(stopped.chatbot)[-1]
    assert len(stopped.chatbot) == 2
