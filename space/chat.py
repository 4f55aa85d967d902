"""The use-case: check a turn, build the request, fold the engine's events into a growing answer.

Knows neither Gradio nor vLLM. The engine is anything that streams events for a request.
"""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Protocol, assert_never

from space.conversation import Message, Request, Sampling, ToolCall
from space.errors import AnswerTooSlow, TurnRefused
from space.events import Event, Finished, ReasoningDelta, TextDelta

UPDATE_SECONDS = 0.04  # 25 updates a second: smooth to read, cheap to send
ANSWER_SECONDS = 600.0


@dataclass(frozen=True, kw_only=True)
class Knobs:
    """What a visitor may set. None leaves it to the served checkpoint."""

    system_prompt: str = ""
    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    max_new_tokens: int = 512
    seed: int | None = None
    image_budget: int | None = None
    thinking: bool = False


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What has been answered so far; `finished` is set in the last one."""

    text: str = ""
    thoughts: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    finished: Finished | None = None


class Streams(Protocol):
    """Whatever can answer a request."""

    def stream(self, request: Request) -> AsyncGenerator[Event, None]:
        """See `space.engine.engine.Engine.stream`."""


def fold(answer: Answer, event: Event) -> Answer:
    """The answer after one more event."""
    match event:
        case TextDelta():
            return replace(answer, text=answer.text + event.text)
        case ReasoningDelta():
            return replace(answer, thoughts=answer.thoughts + event.text)
        case ToolCall():
            return replace(answer, tool_calls=(*answer.tool_calls, event))
        case Finished():
            return replace(answer, finished=event)
        case _:
            assert_never(event)


class Chat:
    """Answers conversations with one engine."""

    def __init__(self, engine: Streams) -> None:
        self._engine = engine

    async def respond(self, history: Sequence[Message], knobs: Knobs) -> AsyncGenerator[Answer, None]:
        """Yield the growing answer to the last message of `history`, at most 25 times a second.

        The last answer has `finished` set. Closing the generator aborts the request. Raises `TurnRefused` for a
        turn that cannot be sent, `AnswerTooSlow` past the deadline, and whatever the engine raises.
        """
        async with aclosing(paced(self._answers(self.request(history, knobs)), UPDATE_SECONDS)) as answers:
            async for answer in answers:
                yield answer

    def request(self, history: Sequence[Message], knobs: Knobs) -> Request:
        """Check a conversation and put it into a request."""
        if not history or history[-1].role not in ("user", "tool"):
            raise TurnRefused("Write a question, or attach a picture or a sound.")
        last = history[-1]
        if not last.text.strip() and not last.attachments:
            raise TurnRefused("Write a question, or attach a picture or a sound.")
        system = [Message(role="system", text=knobs.system_prompt)] if knobs.system_prompt.strip() else []
        return Request(
            messages=(*system, *history),
            sampling=Sampling(
                temperature=knobs.temperature,
                top_p=knobs.top_p,
                top_k=knobs.top_k,
                seed=knobs.seed,
                max_tokens=knobs.max_new_tokens,
            ),
            thinking=knobs.thinking,
            image_budget=knobs.image_budget,
        )

    async def _answers(self, request: Request) -> AsyncGenerator[Answer, None]:
        answer = Answer()
        try:
            async with asyncio.timeout(ANSWER_SECONDS), aclosing(self._engine.stream(request)) as events:
                async for event in events:
                    answer = fold(answer, event)
                    yield answer
        except TimeoutError as error:
            raise AnswerTooSlow(f"The answer took over {ANSWER_SECONDS / 60:.0f} minutes and was stopped.") from error


async def paced(answers: AsyncGenerator[Answer, None], interval: float) -> AsyncGenerator[Answer, None]:
    """Yield the newest answer at most every `interval` seconds; the last one is always yielded.

    Reading goes on while the receiver is busy, so a slow page never slows the engine's other requests.
    """
    newest: Answer | None = None
    fresh = asyncio.Event()

    async def read() -> None:
        nonlocal newest
        try:
            async with aclosing(answers):
                async for answer in answers:
                    newest = answer
                    fresh.set()
        finally:
            fresh.set()

    reader = asyncio.create_task(read())
    try:
        sent: Answer | None = None
        while not reader.done():
            await fresh.wait()
            fresh.clear()
            if newest is not None and newest is not sent:
                sent = newest
                yield sent
                await asyncio.wait({reader}, timeout=interval)
        if newest is not None and newest is not sent:
            yield newest
        await reader
    finally:
        reader.cancel()
        await asyncio.gather(reader, return_exceptions=True)
