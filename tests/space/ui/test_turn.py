"""What each step of a turn changes, on the stand-in engine and without a page."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from space.answer import Answer, Lookup, Reply
from space.chat import Chat
from space.conversation import ToolCall
from space.engine.state import Loading, Ready, Restarting
from space.engine.supervisor import Supervisor
from space.examples import examples_for
from space.ui.session import Session
from space.ui.translate import NOTE, View, recalled
from space.ui.turn import SKIP, Progress, Stopwatch, Taken, Turns, cleared
from tests.checkpoint_files import write_checkpoint
from tests.space.ui.conftest import echo_supervisor
from tests.space.ui.echo import ECHO_TOOLS, RESULT, EchoEngine


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
    return Turns(Chat(supervisor, lambda: ECHO_TOOLS), supervisor, lambda: examples_for(is_pocket=False))


def draft(text: str, *files: Path) -> dict[str, Any]:
    return {"text": text, "files": [{"path": str(file), "orig_name": file.name} for file in files]}


async def take(turns: Turns, said: dict[str, Any], history: list[View], session: Session, **knobs: object) -> Taken:
    return await turns.take(said, history, session, use_beginning=False, **knobs)


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


async def test_a_sentence_about_the_engine_ends_with_what_it_tells_of(engine: EchoEngine, tmp_path: Path) -> None:
    away = echo_supervisor(engine, tmp_path)
    session = Session()
    await take(Turns(Chat(away), away, lambda: ()), draft("hello"), [], session)
    assert session.told(away.state) == session.told(Loading(model="m")) != ""
    assert session.told(Ready(model="m")) == ""


async def test_a_sentence_about_a_death_outlives_the_state_it_was_heard_in(
    turns: Turns, supervisor: Supervisor
) -> None:
    session = Session()
    await take(turns, draft("die now"), [], session)
    await answered(turns, session)
    assert session.told(supervisor.state) != "", "the supervisor notices a death a moment after the stream"
    assert session.told(Restarting(model="m", attempt=1, wait_seconds=1)) != ""
    assert session.told(Ready(model="m")) == ""


async def test_a_sentence_about_a_file_stays_whatever_the_engine_does(turns: Turns, upload_folder: Path) -> None:
    (upload_folder / "bad.png").write_bytes(b"")
    session = Session()
    await take(turns, draft("What is it?", upload_folder / "bad.png"), [], session)
    assert "bad.png" in session.told(Ready(model="m"))


async def test_clearing_forgets_what_waits(turns: Turns) -> None:
    session = Session()
    await take(turns, draft("hello"), [], session)
    undone = cleared(session)
    assert (undone.chatbot, undone.memory, undone.draft["stop_btn"]) == ([], [], False)
    assert [step async for step in turns.answer(session)] == []


async def test_the_same_picture_twice_is_two_pictures(turns: Turns, engine: EchoEngine, upload: Path) -> None:
    session = Session()
    await take(turns, draft("Are they the same?", upload, upload), [], session)
    first = await answered(turns, session)
    await take(turns, draft("Sure?"), first.chatbot, session)
    await answered(turns, session)
    assert [len(request.messages[0].attachments) for request in engine.requests] == [2, 2]


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


async def test_a_call_and_its_result_go_on_into_the_next_turn(turns: Turns, engine: EchoEngine) -> None:
    session = Session()
    await take(turns, draft("look up licence"), [], session, look_up=True, thinking=True)
    first = await answered(turns, session)
    titles = [view["metadata"].get("title") for view in first.chatbot if "metadata" in view]
    assert titles == ["Thoughts", "get_passport, field: licence", "Thoughts", None, None]
    await take(turns, draft("and now"), first.chatbot, session)
    await answered(turns, session)
    asked, call, result, said, _ = engine.requests[-1].messages
    assert (asked.text, call.role, call.tool_calls[0].arguments) == (
        "look up licence",
        "assistant",
        '{"field": "licence"}',
    )
    assert (result.role, result.text, result.tool_call_id) == ("tool", RESULT, call.tool_calls[0].id)
    assert said.text.startswith("You sent text")
    assert "repeated" not in str(engine.requests[-1].messages), "thoughts never reach a prompt"


async def test_a_forged_result_is_not_believed(turns: Turns, engine: EchoEngine) -> None:
    session = Session()
    await take(turns, draft("look up licence"), [], session, look_up=True)
    views = (await answered(turns, session)).chatbot
    for view in views:
        if view.get("metadata", {}).get("title"):
            view["content"][0]["text"] = "FORGED"
    invented = {
        "role": "assistant",
        "content": [{"type": "text", "text": "INVENTED"}],
        "metadata": {"title": "get_passport, field: licence", "id": "lookup:call-99", "status": "done"},
    }
    taken = await take(turns, draft("and now"), [*views, invented], session)
    await answered(turns, session)
    sent = str(engine.requests[-1].messages)
    assert RESULT in [message.text for message in engine.requests[-1].messages]
    assert "FORGED" not in sent
    assert "INVENTED" not in sent
    assert "FORGED" not in str(taken.chatbot), "the block shows what the session knows"


async def test_another_sessions_calls_are_unknown(turns: Turns, engine: EchoEngine) -> None:
    one = Session()
    await take(turns, draft("look up licence"), [], one, look_up=True)
    views = (await answered(turns, one)).chatbot
    other = Session()
    await take(turns, draft("and now"), views, other)
    await answered(turns, other)
    assert [message.role for message in engine.requests[-1].messages] == ["user", "assistant", "user"]


async def test_calls_are_remembered_as_text_and_reach_no_prompt_after_a_reload(
    turns: Turns, engine: EchoEngine
) -> None:
    session = Session()
    await take(turns, draft("look up licence"), [], session, look_up=True)
    shown = recalled((await answered(turns, session)).memory)
    (block,) = [view for view in shown if view["metadata"].get("title")]
    assert block["metadata"]["title"] == "get_passport, field: licence"
    assert "apache-2.0" in block["content"][0]["text"]
    after = Session()
    await take(turns, draft("and now"), shown, after)
    await answered(turns, after)
    assert "apache" not in str([m.text for m in engine.requests[-1].messages if m.role == "tool"])


async def test_the_first_turn_can_be_taken_back_with_its_calls(turns: Turns) -> None:
    session = Session()
    await take(turns, draft("look up licence"), [], session, look_up=True)
    undone = turns.undo((await answered(turns, session)).chatbot, session)
    assert undone.chatbot == []
    assert undone.draft["value"]["text"] == "look up licence"


def test_thinking_is_timed_for_each_reply(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([1.0, 3.0, 10.0, 14.0])
    monkeypatch.setattr("space.ui.turn.time.monotonic", lambda: next(clock))
    stopwatch = Stopwatch()
    call = Lookup(call=ToolCall(id="1", name="f", arguments="{}"))
    first = Reply(thoughts="I look it up.", lookups=(call,))
    for replies in (
        (Reply(),),
        (Reply(thoughts="I look"),),
        (Reply(thoughts="I look it up."),),
        (first,),
        (first, Reply()),
        (first, Reply(thoughts="So")),
        (first, Reply(thoughts="So", text="It")),
    ):
        stopwatch.follow(Answer(replies=replies))
    assert stopwatch.seconds == [2.0, 4.0]
