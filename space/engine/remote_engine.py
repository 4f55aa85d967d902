"""An engine elsewhere: any server that speaks OpenAI's chat completions in vLLM's dialect, asked over HTTP.

The second implementation of `Engine`. Request bodies and chunks are the same as for the engine in this process;
what differs is that this one is neither loaded nor ended here, only asked, and watched.
"""

import asyncio
import json
import logging
import time
from collections.abc import AsyncGenerator
from contextlib import suppress
from dataclasses import replace
from typing import Any

from openai import APIError, AsyncOpenAI, AsyncStream, Timeout

from registry.sources.engine import Loaded
from space.checkpoint.checkpoint import Checkpoint
from space.checkpoint.choose import POCKET_FOLDER
from space.conversation import Message, Request, Sampling
from space.engine.body import request_body
from space.engine.chunks import ChunkReader
from space.engine.remote_failures import BROKEN_OFF, failure, reset_at_once_is_away
from space.engine.remote_models import served_model
from space.errors import CheckpointError, EngineDied, EngineNotReady, RequestRejected
from space.events import Event
from space.special_tokens import special_tokens

log = logging.getLogger(__name__)

WATCH_SECONDS = 5.0
SECOND_LOOK_SECONDS = 1.0
MOST_LOOKS = 2
"""One unanswered look can be a passing fault of the network; two in a row are a server that is away."""

CONNECT = Timeout(10.0)
ANSWER = Timeout(None, connect=10.0)  # how long an answer may take, the chat decides
NO_KEY = "EMPTY"  # what vLLM's documentation sends where no key is asked for


class RemoteEngine:
    """An `Engine` on the server at `url`, which ends in /v1. Knows the model by the name the server gives it."""

    def __init__(self, checkpoint: Checkpoint, *, url: str, api_key: str | None, model_id: str | None) -> None:
        """`model_id` is the owner's word for what is served, None to take the server's."""
        self.checkpoint = checkpoint
        self.loaded: Loaded | None = None
        self._url = url
        self._model_id = model_id
        self._model = ""
        # The visitor and the supervisor decide what is tried again, not the client.
        self._client = AsyncOpenAI(base_url=url, api_key=api_key or NO_KEY, timeout=ANSWER, max_retries=0)
        self._doubted = asyncio.Event()
        # A folder that is not here is taken for a Gemma 4's; the pocket has those control tokens too.
        folder = checkpoint.folder or POCKET_FOLDER / "autoround"
        self._control_tokens = special_tokens(folder / "tokenizer.json")

    async def start(self) -> None:
        """Ask the server what it serves. See `Engine.start`."""
        log.info("asking %s what it serves", self._url)
        self._model = await self._served_model()
        if self._model_id is None:
            self.checkpoint = replace(self.checkpoint, repo_id=self._model)

    async def warm(self) -> None:
        """Ask for one token: a server can list a model that it cannot run."""
        hello = Message(role="user", text="Hello")
        try:
            async for _ in self.stream(Request(messages=(hello,), sampling=Sampling(temperature=0.0, max_tokens=1))):
                pass
        except RequestRejected as error:
            raise CheckpointError(f"The server behind ENGINE_URL refuses a first question: {error}") from error
        except EngineNotReady as error:
            raise EngineDied(str(error)) from error

    async def stop(self) -> None:
        """Close the connections; what is being answered on them ends in `EngineDied`."""
        await self._client.close()

    def openai_application(self) -> None:
        """None: the server has an address of its own for programs."""

    async def died(self) -> None:
        """Look at the server now and then, and at once when an answer broke off. Raises what is wrong with it."""
        looks = 0
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._doubted.wait(), SECOND_LOOK_SECONDS if looks else WATCH_SECONDS)
            self._doubted.clear()
            try:
                served, looks = await self._served_model(), 0
            except EngineDied:
                looks += 1
                if looks == MOST_LOOKS:
                    raise
            except CheckpointError as error:  # it was fine when it began: a gateway in between, or a key being changed
                looks += 1
                if looks == MOST_LOOKS:
                    raise EngineDied(str(error)) from error
            else:
                if served != self._model:
                    raise EngineDied(f"The server that ran {self._model} now serves {served}.")

    async def stream(self, request: Request) -> AsyncGenerator[Event, None]:
        """Answer one request; see `Engine.stream`. Leaving closes the connection, which aborts it in the server."""
        reader = ChunkReader(started=time.perf_counter(), has_media=request.has_media)
        try:
            async with await self._open(request) as chunks:
                async for chunk in chunks:
                    for event in reader.read(chunk, time.perf_counter()):
                        yield event
        except APIError as error:
            self._doubted.set()
            raise failure(error) from error
        except EngineDied:
            self._doubted.set()
            raise
        except json.JSONDecodeError as error:
            raise EngineDied(BROKEN_OFF) from error
        if reader.reason is None:
            self._doubted.set()
            raise EngineDied(BROKEN_OFF)
        for event in reader.finish(time.perf_counter()):
            yield event

    async def _open(self, request: Request) -> AsyncStream[dict[str, Any]]:
        """Send the request. Chunks come as they were sent, because the client's own types lack what vLLM adds."""
        body = request_body(request, self._model, self._control_tokens)
        with reset_at_once_is_away():
            return await self._client.post(
                "/chat/completions",
                body=body,
                cast_to=dict[str, Any],
                stream=True,
                stream_cls=AsyncStream[dict[str, Any]],
            )

    async def _served_model(self) -> str:
        """The name the server has for the model to ask. Raises `CheckpointError` and `EngineDied`."""
        try:
            with reset_at_once_is_away():
                answer = await self._client.get("/models", cast_to=object, options={"timeout": CONNECT})
        except APIError as error:
            problem = failure(error)
            raise problem if isinstance(problem, CheckpointError) else EngineDied(str(problem)) from error
        except json.JSONDecodeError as error:
            raise EngineDied(BROKEN_OFF) from error
        return served_model(answer, self._model_id, self.checkpoint)
