"""A deterministic stand-in for the engine, for tests about the page alone."""

import asyncio
import json
from collections.abc import AsyncGenerator
from typing import Literal

from registry.sources.engine import Loaded
from space.checkpoint.checkpoint import Checkpoint
from space.conversation import Message, Request, Tool, ToolCall
from space.errors import EngineDied, RequestRejected
from space.events import Event, Finished, ReasoningDelta, TextDelta, Timings, Usage
from space.toolbox import Toolbox


class EchoEngine:
    """Answers with what it was asked, word by word; a few words in the question make it do other things.

    `brood` waits for `released` before the first word, `hold` after it, `slowly` takes 50 ms a word, `die` raises
    `EngineDied`, `reject` raises `RequestRejected`, the thinking knob thinks first, each word counts as a token,
    and `look up WORD` calls the first declared tool, then echoes what it returned.
    """

    def __init__(self) -> None:
        self.checkpoint = Checkpoint(folder=None, repo_id="echo")
        self.loaded: Loaded | None = None
        self.requests: list[Request] = []
        self.aborted = 0
        self.released = asyncio.Event()

    async def start(self) -> None:
        """Nothing to load."""

    async def warm(self) -> None:
        """Nothing to warm."""

    async def stop(self) -> None:
        """Nothing to end."""

    def openai_application(self) -> None:
        """None: nothing but a page talks to it."""

    async def died(self) -> None:
        """Never dies on its own."""
        await asyncio.Event().wait()

    async def stream(self, request: Request) -> AsyncGenerator[Event, None]:
        """The events of one echo."""
        self.requests.append(request)
        question = request.messages[-1]
        if "die" in question.text:
            raise EngineDied("The engine stopped while answering. It is being restarted; send the message again.")
        if "reject" in question.text:
            raise RequestRejected("The conversation has 5,000 tokens and 4,096 fit.")
        try:
            if request.thinking:
                yield ReasoningDelta(text="The question has to be repeated.")
            if request.tools and question.role == "user" and "look up" in question.text:
                word = question.text.split("look up ")[1]
                name = request.tools[0].name
                yield ToolCall(id=f"call-{len(self.requests)}", name=name, arguments=json.dumps({"field": word}))
                yield finished("tool_calls", question, output_tokens=5)
                return
            kinds = " and ".join(attachment.kind for attachment in question.attachments) or "text"
            all_words = f"You sent {kinds}: {question.text}".split(" ")
            words = all_words[: request.sampling.max_tokens]
            for number, word in enumerate(words):
                if (number == 0 and "brood" in question.text) or (number == 1 and "hold" in question.text):
                    await self.released.wait()
                await asyncio.sleep(0.05 if "slowly" in question.text else 0)
                yield TextDelta(text=word if number == 0 else f" {word}")
        except (GeneratorExit, asyncio.CancelledError):
            self.aborted += 1
            raise
        yield finished("stop" if words == all_words else "length", question, output_tokens=len(words))


def finished(reason: Literal["stop", "length", "tool_calls"], question: Message, *, output_tokens: int) -> Finished:
    images = 280 * sum(attachment.kind == "image" for attachment in question.attachments)
    sounds = 25 * sum(attachment.kind == "audio" for attachment in question.attachments)
    text = len(question.text.split()) + 8
    return Finished(
        reason=reason,
        usage=Usage(
            prompt_tokens=text + images + sounds,
            text_tokens=text,
            image_tokens=images,
            audio_tokens=sounds,
            output_tokens=output_tokens,
        ),
        timings=Timings(time_to_first_token=0.25, decode=0.5, decoded=output_tokens - 1),
    )


RESULT = "apache-2.0 <b>&</b> **bold**\n\nsecond line"
ECHO_TOOLS = Toolbox(
    tools=(Tool(name="get_passport", description="Looks up a field.", parameters='{"type": "object"}'),),
    run=lambda call: RESULT,
)
