"""The use-case: check a turn, build the request, let the model look things up, and grow the answer from its events.

Knows neither Gradio nor vLLM. The engine is anything that streams events for a request.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Protocol

from space.admission import NO_LIMIT, Admission
from space.answer import Answer, Reply, fold, summed
from space.conversation import Message, Request, Sampling
from space.errors import AnswerTooSlow, TurnRefused
from space.events import Event
from space.toolbox import Toolbox

UPDATE_SECONDS = 0.04  # 25 updates a second: smooth to read, cheap to send
BEAT_SECONDS = 1.0
ANSWER_SECONDS = 600.0
MOST_CALLS = 3  # of one turn
NO_MORE_CALLS = f"Not looked up: {MOST_CALLS} calls a turn are the limit. Answer with what is known."


@dataclass(frozen=True, kw_only=True)
class Knobs:
    """What a visitor may set. None leaves it to the served checkpoint. `look_up` declares its tools to the model."""

    system_prompt: str = ""
    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    max_new_tokens: int = 512
    seed: int | None = None
    image_budget: int | None = None
    thinking: bool = False
    look_up: bool | None = None


class Streams(Protocol):
    """Whatever can answer a request."""

    def stream(self, request: Request) -> AsyncGenerator[Event, None]:
        """See `space.engine.engine.Engine.stream`."""


class Chat:
    """Answers conversations with one engine."""

    def __init__(
        self, engine: Streams, toolbox: Callable[[], Toolbox] = Toolbox, admission: Admission | None = None
    ) -> None:
        """`toolbox` gives the tools of the checkpoint that is served at the moment."""
        self._engine = engine
        self._admission = admission or Admission(NO_LIMIT)
        self.toolbox = toolbox

    async def respond(
        self, history: Sequence[Message], knobs: Knobs, *, client: str = ""
    ) -> AsyncGenerator[Answer, None]:
        """Yield the growing answer to the last message of `history`, at least once and at most 25 times a second.

        The model may call tools on the way, at most three times. The last answer has `finished` set. Closing the
        generator aborts the request. Raises `TurnRefused` for a turn that cannot be sent, `AnswerTooSlow` past the
        deadline, which is the whole turn's, `TooManyAnswers` where `client` or others have too many under way, and
        whatever the engine raises.
        """
        box = self.toolbox()
        request = self.request(history, knobs, box)
        with self._admission.entered("page", client):
            async with aclosing(paced(self._within_deadline(request, box))) as answers:
                async for answer in answers:
                    yield answer

    def request(self, history: Sequence[Message], knobs: Knobs, box: Toolbox | None = None) -> Request:
        """Check a conversation and put it into a request. `box` is what is declared, where looking up is on."""
        if not history or history[-1].role not in ("user", "tool"):
            raise TurnRefused("Write a question, or attach a picture or a sound.")
        last = history[-1]
        if not last.text.strip() and not last.attachments:
            raise TurnRefused("Write a question, or attach a picture or a sound.")
        system = [Message(role="system", text=knobs.system_prompt)] if knobs.system_prompt.strip() else []
        box = box or self.toolbox()
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
            tools=box.tools if (box.at_first if knobs.look_up is None else knobs.look_up) else (),
            image_budget=knobs.image_budget,
        )

    async def _within_deadline(self, request: Request, box: Toolbox) -> AsyncGenerator[Answer, None]:
        try:
            async with asyncio.timeout(ANSWER_SECONDS), aclosing(self._answers(request, box)) as answers:
                async for answer in answers:
                    yield answer
        except TimeoutError as error:
            raise AnswerTooSlow(f"The answer took over {ANSWER_SECONDS / 60:.0f} minutes and was stopped.") from error

    async def _answers(self, request: Request, box: Toolbox) -> AsyncGenerator[Answer, None]:
        """Reply after reply: one that ends in calls is followed by another, which has read what they returned."""
        earlier: tuple[Reply, ...] = ()
        left = MOST_CALLS
        while True:
            reply = Reply()
            async with aclosing(self._engine.stream(request)) as events:
                async for event in events:
                    reply = fold(reply, event)
                    yield Answer(replies=(*earlier, reply))
            calls = tuple(lookup.call for lookup in reply.lookups)
            for number, call in enumerate(calls):
                result = await asyncio.to_thread(box.run, call) if number < left else NO_MORE_CALLS
                reply = reply.returned(number, result)
                yield Answer(replies=(*earlier, reply))
            earlier = (*earlier, reply)
            if not calls or left <= 0:
                break
            left -= len(calls)
            request = replace(request, messages=(*request.messages, *reply.messages()))
        yield Answer(replies=earlier, finished=summed(earlier))


async def paced(
    answers: AsyncGenerator[Answer, None], interval: float = UPDATE_SECONDS
) -> AsyncGenerator[Answer, None]:
    """Yield the newest answer at most every `interval` seconds; the last one is always yielded.

    Reading goes on while the receiver is busy, so a slow page never slows the engine's other requests. While nothing
    new comes, what there is comes again once a second: Gradio looks whether a visitor has left only when it is given
    something.
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
            beat = not await happens(fresh, BEAT_SECONDS)
            fresh.clear()
            if beat or newest is not sent:
                sent = newest
                yield sent or Answer()
                await asyncio.wait({reader}, timeout=interval)
        if newest is not None and newest is not sent:
            yield newest
        await reader
    finally:
        reader.cancel()
        await asyncio.gather(reader, return_exceptions=True)


async def happens(event: asyncio.Event, seconds: float) -> bool:
    """Wait for `event`, at most so long; whether it came."""
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return False
    return True
