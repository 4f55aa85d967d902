import asyncio
import time
from collections.abc import AsyncGenerator

import pytest

from space.chat import Answer, Chat, Knobs, fold, paced
from space.conversation import Attachment, Message, Request, ToolCall
from space.errors import EngineDied, TurnRefused
from space.events import Event, Finished, ReasoningDelta, TextDelta, Timings, Usage

FINISHED = Finished(
    reason="stop",
    usage=Usage(prompt_tokens=1, text_tokens=1, image_tokens=0, audio_tokens=0, output_tokens=2),
    timings=Timings(time_to_first_token=0.1, decode=0.1),
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


def user(text: str = "", *attachments: Attachment) -> Message:
    return Message(role="user", text=text, attachments=attachments)


def test_folding_separates_thoughts_text_and_calls() -> None:
    call = ToolCall(id="1", name="get_passport", arguments="{}")
    answer = Answer()
    for event in (ReasoningDelta(text="hm"), TextDelta(text="a"), TextDelta(text="b"), call, FINISHED):
        answer = fold(answer, event)
    assert answer == Answer(text="ab", thoughts="hm", tool_calls=(call,), finished=FINISHED)


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
        yield Answer(text="a")
        yield Answer(text="ab")
        await gate.wait()
        yield Answer(text="abc")

    gate = asyncio.Event()
    seen = paced(words(), 0.01)
    texts = [(await anext(seen)).text]
    while texts[-1] != "ab":
        texts.append((await asyncio.wait_for(anext(seen), timeout=5)).text)
    gate.set()
    assert [answer.text async for answer in seen][-1] == "abc"


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
