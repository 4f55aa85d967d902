"""Keeps one engine running: fetch, load, warm, serve, and start again when it dies.

A state machine over `EngineState`. It knows neither vLLM nor the Hub: what fetches a checkpoint and what builds
an engine are given to it, so that the same machine drives any engine.
"""

import asyncio
import logging
import threading
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing

from starlette.types import ASGIApp

from registry.sources.engine import Loaded
from space.checkpoint.checkpoint import Checkpoint
from space.conversation import Request
from space.engine.engine import Engine
from space.engine.state import (
    ENGINE_STOPPED,
    Connecting,
    Downloading,
    EngineState,
    Failed,
    Idle,
    Loading,
    Ready,
    Restarting,
    Warming,
)
from space.errors import CheckpointError, EngineDied, EngineNotReady, HubUnavailable
from space.events import Event

log = logging.getLogger(__name__)

FIRST_RESTART_SECONDS = 1.0
FIRST_FETCH_SECONDS = 15.0  # a Hub that asks for a pause is not asked again at once
LONGEST_WAIT_SECONDS = 300.0
# An engine that served this long has started well: the next death begins with a short wait again.
STEADY_SECONDS = 60.0

BuildEngine = Callable[[Checkpoint], Awaitable[Engine]]
ReportPercent = Callable[[int], None]
OnReady = Callable[[Checkpoint, Loaded | None], Awaitable[None]]
FetchCheckpoint = Callable[[ReportPercent, threading.Event], Checkpoint]


def back_off(attempt: int, first: float = FIRST_RESTART_SECONDS, longest: float = LONGEST_WAIT_SECONDS) -> float:
    """Seconds to wait before the `attempt`-th try in a row: `first`, twice that, … at most `longest`."""
    return min(first * 2.0 ** (attempt - 1), longest)


class Supervisor:
    """The engine as the rest of the Space sees it: a state, a stream, and a way to switch checkpoints."""

    def __init__(
        self,
        *,
        model: str,
        fetch: FetchCheckpoint,
        build: BuildEngine,
        longest_wait: float = LONGEST_WAIT_SECONDS,
        on_ready: OnReady | None = None,
    ) -> None:
        """`model` names what `fetch` will bring. `fetch` blocks, runs in a thread, and ends once its event is set.

        `longest_wait` is the most seconds between two starts of an engine. `on_ready` is told of each checkpoint as
        soon as it is served, with what the engine reports of it, and must raise nothing.
        """
        self.state: EngineState = Idle()
        self.checkpoint: Checkpoint | None = None
        self._model = model
        self._fetch = fetch
        self._build = build
        self._longest_wait = longest_wait
        self._on_ready = on_ready
        self._engine: Engine | None = None
        self._switched = asyncio.Event()

    def switch(self, checkpoint: Checkpoint) -> None:
        """Serve another checkpoint that is at hand. Answers under way are aborted."""
        self._model = checkpoint.repo_id
        self._fetch = lambda _report, _stopped: checkpoint
        self._switched.set()

    def retry(self) -> None:
        """Start over after a failure."""
        self._switched.set()

    async def stream(self, request: Request) -> AsyncGenerator[Event, None]:
        """Answer one request; see `Engine.stream`. Raises `EngineNotReady` unless the state is `Ready`."""
        async with aclosing(self._ready_engine().stream(request)) as events:
            async for event in events:
                yield event

    def openai_application(self) -> ASGIApp | None:
        """The one of the engine that answers now; see `Engine.openai_application`. Raises as `stream` does."""
        return self._ready_engine().openai_application()

    def _ready_engine(self) -> Engine:
        if self._engine is None or not isinstance(self.state, Ready):
            raise EngineNotReady(sentence(self.state))
        return self._engine

    async def run(self) -> None:
        """Serve until cancelled; nothing but cancellation ends it."""
        while True:
            self._switched.clear()
            serving = asyncio.create_task(self._serve())
            try:
                await self._switched.wait()
            finally:
                serving.cancel()
                await ended(serving)

    async def _serve(self) -> None:
        """Fetch once, then load and serve again and again. Returns when only a person can help."""
        model = self._model
        try:
            self.checkpoint = await self._fetch_until_it_works()
            model = self.checkpoint.repo_id
            attempt = 0
            while True:
                started = time.monotonic()
                reason = await self._serve_until_death(self.checkpoint)
                model = self.checkpoint.repo_id
                attempt = attempt + 1 if time.monotonic() - started < STEADY_SECONDS else 1
                wait = back_off(attempt, longest=self._longest_wait)
                self.state = Restarting(model=model, attempt=attempt, wait_seconds=wait, reason=reason)
                await asyncio.sleep(wait)
        except CheckpointError as error:
            log.warning("cannot serve %s: %s", model, error)
            self.state = Failed(model=model, reason=str(error))
        except Exception:
            # The page must outlive whatever went wrong here; the traceback is the owner's.
            log.exception("unexpected failure while starting %s", model)
            self.state = Failed(model=model, reason="Something unexpected stopped the engine. The log has the details.")

    async def _serve_until_death(self, checkpoint: Checkpoint) -> str:
        """Load, warm, serve. Returns the reason once the engine died, at any of these."""
        model = checkpoint.repo_id
        self.state = Connecting(model=model) if checkpoint.is_remote else Loading(model=model)
        engine = await self._build(checkpoint)
        try:
            await engine.start()
            self.checkpoint, model = engine.checkpoint, engine.checkpoint.repo_id
            self.state = Warming(model=model)
            await engine.warm()
            self._engine = engine
            self.state = Ready(model=model)
            await self._until_death(engine)
            log.error("the engine serving %s died", model)
            return ENGINE_STOPPED
        except EngineDied as error:
            log.error("the engine serving %s is gone: %s", model, error)
            return str(error)
        finally:
            self._engine = None
            if isinstance(self.state, Ready):  # no longer, and ending it takes seconds
                self.state = Loading(model=self._model)
            await engine.stop()

    async def _until_death(self, engine: Engine) -> None:
        telling = asyncio.ensure_future(self._on_ready(engine.checkpoint, engine.loaded)) if self._on_ready else None
        try:
            await engine.died()
        finally:
            if telling is not None:
                telling.cancel()

    async def _fetch_until_it_works(self) -> Checkpoint:
        """A Hub that is away comes back, and a fetch goes on where it stopped; any other failure needs a person."""
        attempt = 0
        while True:
            attempt += 1
            self.state = Downloading(model=self._model, percent=0)
            try:
                return await self._fetch_in_thread()
            except HubUnavailable as error:
                wait = max(back_off(attempt, FIRST_FETCH_SECONDS), error.wait_seconds)
                self.state = Failed(model=self._model, reason=f"{error} It is tried again in {wait:.0f} s.")
                await asyncio.sleep(wait)

    async def _fetch_in_thread(self) -> Checkpoint:
        stopped = threading.Event()
        try:
            return await asyncio.to_thread(self._fetch, self._report_download, stopped)
        finally:
            stopped.set()

    def _report_download(self, percent: int) -> None:
        self.state = Downloading(model=self._model, percent=percent)


async def ended(task: asyncio.Task[None]) -> None:
    """Return once a cancelled `task` has ended. Whoever waits here and is cancelled waits on, and is cancelled then."""
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        raise cancelled


def sentence(state: EngineState) -> str:
    """The state in words, for whoever waits for an answer."""
    match state:
        case Idle():
            return "The engine has not been started yet."
        case Downloading(model=model, percent=percent):
            return (
                f"{model} is being downloaded ({percent} %). Your message stays here; send it when the model is ready."
            )
        case Loading(model=model):
            return f"{model} is being loaded. Your message stays here; send it when the model is ready."
        case Connecting(model=model):
            return f"The server that runs {model} is being asked. Your message stays here; send it in a moment."
        case Warming(model=model):
            return f"{model} is warming up and will be ready in a moment."
        case Ready(model=model):
            return f"{model} is ready."
        case Failed(reason=reason):
            return f"The engine could not start. {reason}"
        case Restarting(reason=reason, wait_seconds=wait):
            return f"{reason} It is tried again in {wait:.0f} s. Your message stays here."
