"""A deterministic stand-in for the engine, for tests about the page alone."""

import asyncio
from collections.abc import AsyncGenerator

from space.checkpoint.checkpoint import Checkpoint
from space.conversation import Request
from space.errors import EngineDied, RequestRejected
from space.events import Event, Finished, ReasoningDelta, TextDelta, Timings, Usage


class EchoEngine:
    """Answers with what it was asked, word by word; a few words in the question make it do other things.

    `hold` waits for `released` after the first word, `die` raises `EngineDied`, `reject` raises `RequestRejected`,
    `think` (or the thinking knob) thinks first.
    """

    def __init__(self) -> None:
        self.checkpoint = Checkpoint(folder=None, repo_id="echo")
        self.requests: list[Request] = []
        self.aborted = 0
        self.released = asyncio.Event()

    async def start(self) -> None:
        """Nothing to load."""

    async def warm(self) -> None:
        """Nothing to warm."""

    async def stop(self) -> None:
        """Nothing to end."""

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
            kinds = " and ".join(attachment.kind for attachment in question.attachments) or "text"
            words = f"You sent {kinds}: {question.text}".split(" ")
            for number, word in enumerate(words):
                if number == 1 and "hold" in question.text:
                    await self.released.wait()
                await asyncio.sleep(0)
                yield TextDelta(text=word if number == 0 else f" {word}")
        except (GeneratorExit, asyncio.CancelledError):
            self.aborted += 1
            raise
        images = 280 * sum(attachment.kind == "image" for attachment in question.attachments)
        sounds = 25 * sum(attachment.kind == "audio" for attachment in question.attachments)
        text = len(question.text.split()) + 8
        yield Finished(
            reason="stop",
            usage=Usage(
                prompt_tokens=text + images + sounds,
                text_tokens=text,
                image_tokens=images,
                audio_tokens=sounds,
                output_tokens=len(words),
            ),
            timings=Timings(time_to_first_token=0.25, decode=0.5),
        )
