import asyncio
import threading
import time
from collections.abc import AsyncGenerator, Callable

import pytest

from space import chat as chat_module
from space.answer import Answer, Lookup, Reply, fold
from space.chat import NO_MORE_CALLS, Chat, Knobs, paced
from space.conversation import Attachment, Message, Request, Tool, ToolCall
from space.errors import AnswerTooSlow, EngineDied, TurnRefused
from space.events import Event, Finished, ReasoningDelta, TextDelta, Timings, Usage
from space.toolbox import Toolbox

FINISHED = Finished(
    reason="stop",
    usage=Usage(prompt_tokens=1, text_tokens=1, image_tokens=0, audio_tokens=0, output_tokens=2),
    timings=Timings(time_to_first_token=0.1, decode=0.1, decoded=1),
)
PICTURE = Attachment(kind="image", media_type="image/png", data=b"x", width=1, height=1)


class Recital:
    """Streams given events, with a pause before each; what a page sees of an engine."""

    def __init__(self, *events: Event | Exception, pause: float = 0.0) -> None:
        self.events = events
        self.pause = pause
        self.requests: list[Request] = []
        self.closed = False

    async def stream(self, request: Request) -> AsyncGenerator[Event, None]:
        self.requests.append(request)
        try:
            for event in self.events:
                await asyncio.sleep(self.pause)
                if isinstance(event, Exception):
                    raise event
                yield event
        finally:
            self.closed = True


def chat(engine: Recital) -> Chat:
    return Chat(engine)


def said(text: str) -> Answer:
    return Answer(replies=(Reply(text=text),))


def user(text: str = "", *attachments: Attachment) -> Message:
    return Message(role="user", text=text, attachments=attachments)


def test_folding_separates_thoughts_text_and_calls() -> None:
    call = ToolCall(id="1", name="get_passport", arguments="{}")
    reply = Reply()
    for event in (ReasoningDelta(text="hm"), TextDelta(text="a"), TextDelta(text="b"), call, FINISHED):
        reply = fold(reply, event)
    assert reply == Reply(text="ab", thoughts="hm", lookups=(Lookup(call=call),), ended=FINISHED)


async def test_the_last_snapshot_is_whole_and_finished() -> None:
    engine = Recital(*(TextDelta(text=str(digit)) for digit in range(10)), FINISHED)
    answers = [answer async for answer in chat(engine).respond([user("count")], Knobs())]
    assert answers[-1].text == "0123456789"
    assert answers[-1].finished == FINISHED


async def test_a_fast_engine_is_shown_at_most_25_times_a_second() -> None:
    engine = Recital(*(TextDelta(text="x") for _ in range(300)), FINISHED, pause=0.001)
    started = time.monotonic()
    answers = [answer async for answer in chat(engine).respond([user("go")], Knobs())]
    assert len(answers) <= (time.monotonic() - started) / 0.04 + 2
    assert answers[-1].text == "x" * 300, "skipping snapshots must not lose text"


async def test_words_before_a_long_pause_are_shown_during_it() -> None:
    async def words() -> AsyncGenerator[Answer, None]:
        yield said("a")
        yield said("ab")
        await gate.wait()
        yield said("abc")

    gate = asyncio.Event()
    seen = paced(words(), 0.01)
    texts = [(await anext(seen)).text]
    while texts[-1] != "ab":
        texts.append((await asyncio.wait_for(anext(seen), timeout=5)).text)
    gate.set()
    assert [answer.text async for answer in seen][-1] == "abc"


async def test_while_nothing_comes_there_is_a_beat(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat_module, "BEAT_SECONDS", 0.02)
    engine = Recital(TextDelta(text="x"), pause=30)
    answers = chat(engine).respond([user("go")], Knobs())
    beats = [await asyncio.wait_for(anext(answers), 5) for _ in range(3)]
    assert all(answer.is_empty for answer in beats)
    await answers.aclose()
    assert engine.closed


async def test_closing_the_answer_closes_the_engines_stream() -> None:
    engine = Recital(*(TextDelta(text="x") for _ in range(10_000)), pause=0.001)
    answers = chat(engine).respond([user("go")], Knobs())
    await anext(answers)
    await answers.aclose()
    assert engine.closed, "Stop must reach the engine"


async def test_an_engines_failure_comes_after_what_was_said() -> None:
    engine = Recital(TextDelta(text="so far"), EngineDied("gone"), pause=0.01)
    answers = chat(engine).respond([user("go")], Knobs())
    assert (await anext(answers)).text == "so far"
    with pytest.raises(EngineDied):
        await anext(answers)


@pytest.mark.parametrize("history", [[], [user("  ")], [user("hi"), Message(role="assistant", text="hello")]])
def test_a_turn_without_a_question_is_refused(history: list[Message]) -> None:
    with pytest.raises(TurnRefused, match="Write a question"):
        chat(Recital()).request(history, Knobs())


def test_a_picture_alone_is_a_question() -> None:
    assert chat(Recital()).request([user("", PICTURE)], Knobs()).messages[0].attachments == (PICTURE,)


def test_every_knob_reaches_the_request() -> None:
    knobs = Knobs(
        system_prompt="be short",
        temperature=0.0,
        top_p=0.5,
        top_k=3,
        max_new_tokens=7,
        seed=0,
        image_budget=70,
        thinking=True,
    )
    request = chat(Recital()).request([user("hi")], knobs)
    sampling = request.sampling
    assert (sampling.temperature, sampling.top_p, sampling.top_k, sampling.seed, sampling.max_tokens) == (
        0.0,
        0.5,
        3,
        0,
        7,
    )
    assert (request.image_budget, request.thinking) == (70, True)
    assert request.messages[0] == Message(role="system", text="be short")


class Caller:
    """Asks for each of its calls in turn, then says how many tool results it has read."""

    def __init__(self, *calls: ToolCall, at_once: int = 1) -> None:
        self.calls = list(calls)
        self.at_once = at_once
        self.requests: list[Request] = []

    async def stream(self, request: Request) -> AsyncGenerator[Event, None]:
        self.requests.append(request)
        asked, self.calls = self.calls[: self.at_once], self.calls[self.at_once :]
        yield ReasoningDelta(text="I look it up.")
        for call in asked:
            yield call
        if not asked:
            yield TextDelta(text=f"{sum(message.role == 'tool' for message in request.messages)} results")
        yield FINISHED


def call(number: int, arguments: str = '{"field": "licence"}') -> ToolCall:
    return ToolCall(id=f"call-{number}", name="get_passport", arguments=arguments)


TOOL = Tool(name="get_passport", description="Looks up a field.", parameters="{}")


def looking_up(engine: Caller, run: Callable[[ToolCall], str] = lambda call: f"result of {call.id}") -> Chat:
    return Chat(engine, lambda: Toolbox(tools=(TOOL,), run=run, at_first=True))


async def last_answer(chat: Chat, knobs: Knobs | None = None) -> Answer:
    return [answer async for answer in chat.respond([user("What licence?")], knobs or Knobs())][-1]


async def test_a_call_is_run_and_its_result_goes_back_to_the_model() -> None:
    engine = Caller(call(1))
    answer = await last_answer(looking_up(engine))
    assert answer.text == "1 results"
    assert [reply.lookups for reply in answer.replies] == [(Lookup(call=call(1), result="result of call-1"),), ()]
    assert engine.requests[1].messages[1:] == (
        Message(role="assistant", tool_calls=(call(1),)),
        Message(role="tool", text="result of call-1", tool_call_id="call-1"),
    ), "the conversation goes on with the call and its result, and without thoughts"


async def test_a_call_is_shown_before_its_result_is_there() -> None:
    gate = threading.Event()

    def slow(call: ToolCall) -> str:
        gate.wait(timeout=10)
        return "late"

    answers = looking_up(Caller(call(1)), slow).respond([user("What licence?")], Knobs())
    shown = [lookup async for answer in answers for lookup in seen(answer, gate)]
    assert shown[0].result is None
    assert shown[-1].result == "late"


def seen(answer: Answer, gate: threading.Event) -> list[Lookup]:
    lookups = [lookup for reply in answer.replies for lookup in reply.lookups]
    if lookups:
        gate.set()
    return lookups


@pytest.mark.parametrize("at_once", [1, 5])
async def test_a_turn_makes_three_calls_at_most_and_then_answers(at_once: int) -> None:
    run: list[str] = []

    def noted(call: ToolCall) -> str:
        run.append(call.id)
        return "found"

    engine = Caller(*(call(number) for number in range(5)), at_once=at_once)
    answer = await last_answer(looking_up(engine, noted))
    assert run == ["call-0", "call-1", "call-2"]
    assert answer.finished is not None
    results = [lookup.result for reply in answer.replies for lookup in reply.lookups]
    assert set(results[3:]) == {NO_MORE_CALLS}


async def test_tokens_of_all_replies_are_added_up() -> None:
    answer = await last_answer(looking_up(Caller(call(1), call(2))))
    assert answer.finished is not None
    usage = answer.finished.usage
    assert (usage.prompt_tokens, usage.text_tokens, usage.output_tokens) == (3, 3, 6)
    assert answer.finished.timings.time_to_first_token == FINISHED.timings.time_to_first_token


@pytest.mark.parametrize("arguments", ["{field: licence", "[1]", ""])
async def test_arguments_that_are_no_json_do_not_stop_the_conversation(arguments: str) -> None:
    engine = Caller(call(1, arguments))
    await last_answer(looking_up(engine))
    assert engine.requests[1].messages[1].tool_calls[0].arguments == "{}"


@pytest.mark.parametrize(("look_up", "declared"), [(None, True), (True, True), (False, False)])
async def test_the_knob_decides_and_the_checkpoint_where_it_is_not_set(look_up: bool | None, declared: bool) -> None:
    engine = Caller()
    await last_answer(looking_up(engine), Knobs(look_up=look_up))
    assert engine.requests[0].tools == ((TOOL,) if declared else ())


def slowly(call: ToolCall) -> str:
    time.sleep(0.15)
    return "found"


async def test_the_deadline_is_that_of_the_whole_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat_module, "ANSWER_SECONDS", 0.2)
    engine = Caller(call(1), call(2), call(3))
    with pytest.raises(AnswerTooSlow):
        await last_answer(looking_up(engine, slowly))


async def test_closing_the_answer_while_a_tool_runs_asks_the_engine_nothing_more() -> None:
    engine = Caller(call(1), call(2))
    answers = looking_up(engine, slowly).respond([user("go")], Knobs())
    async for answer in answers:
        if answer.replies[0].lookups:
            break
    await answers.aclose()
    await asyncio.sleep(0.3)
    assert len(engine.requests) == 1
