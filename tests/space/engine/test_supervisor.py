"""The engine's life under supervision, with the real engine on the pocket."""

import asyncio
import signal
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event

import psutil
import pytest

from registry.sources.engine import Loaded
from space.checkpoint.checkpoint import Checkpoint
from space.conversation import Message, Request, Sampling
from space.engine.engine import Engine
from space.engine.open import build_vllm_engine
from space.engine.options import CPU
from space.engine.state import Connecting, Downloading, EngineState, Failed, Loading, Ready, Restarting, Warming
from space.engine.supervisor import Supervisor, back_off, sentence
from space.errors import CheckpointError, EngineDied, EngineNotReady
from space.events import Event as AnswerEvent
from space.events import Finished
from tests.pocket import POCKET, endless_pocket

AUTOROUND = Checkpoint(folder=POCKET / "autoround", repo_id="pocket-autoround", is_pocket=True)
GPTQ = Checkpoint(folder=POCKET / "gptq", repo_id="pocket-gptq", is_pocket=True)
BF16 = Checkpoint(folder=POCKET / "bf16", repo_id="pocket-bf16", is_pocket=True)
HELLO = Request(messages=(Message(role="user", text="Who are you?"),), sampling=Sampling(temperature=0, max_tokens=4))


def build(checkpoint: Checkpoint) -> "asyncio.Future[Engine]":
    return asyncio.ensure_future(build_vllm_engine(checkpoint, replace(CPU, max_model_len=1024)))


@asynccontextmanager
async def running(supervisor: Supervisor) -> AsyncIterator[list[EngineState]]:
    """Run a supervisor and collect the states it passes through."""
    states: list[EngineState] = []

    async def watch() -> None:
        while True:
            if not states or states[-1] != supervisor.state:
                states.append(supervisor.state)
            await asyncio.sleep(0.01)

    tasks = [asyncio.create_task(supervisor.run()), asyncio.create_task(watch())]
    try:
        yield states
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def until(reached: Callable[[], bool], seconds: float = 240) -> None:
    async with asyncio.timeout(seconds):
        while not reached():  # noqa: ASYNC110
            await asyncio.sleep(0.02)


def engine_processes() -> list[psutil.Process]:
    """Every living process below this one but multiprocessing's own tracker, which outlives any engine."""
    return [child for child in psutil.Process().children(recursive=True) if is_engine(child)]


def is_engine(child: psutil.Process) -> bool:
    try:
        return "resource_tracker" not in " ".join(child.cmdline())
    except psutil.NoSuchProcess:  # gone meanwhile, or a zombie
        return False


async def answered(supervisor: Supervisor, request: Request = HELLO) -> Finished:
    events = [event async for event in supervisor.stream(request)]
    assert isinstance(events[-1], Finished)
    return events[-1]


async def read_on(stream: AsyncIterator[object]) -> None:
    async for _ in stream:
        pass


@pytest.mark.engine
@pytest.mark.timeout(900)
async def test_a_life_load_serve_die_come_back_switch_and_stop(tmp_path: Path) -> None:
    endless = Checkpoint(folder=endless_pocket(tmp_path / "endless"), repo_id="endless")
    supervisor = Supervisor(model="pocket", fetch=lambda _report, _stopped: endless, build=build)
    before = set(engine_processes())

    def kill_engine() -> None:
        for child in set(engine_processes()) - before:
            child.send_signal(signal.SIGKILL)

    async with running(supervisor) as states:
        with pytest.raises(EngineNotReady, match=r"loaded|downloaded|started"):
            await anext(supervisor.stream(HELLO))
        await until(lambda: bool(states) and isinstance(states[-1], Ready))
        assert [type(state) for state in states if not isinstance(state, Downloading)][-3:] == [Loading, Warming, Ready]
        await answered(supervisor)

        kill_engine()
        await until(lambda: isinstance(supervisor.state, Restarting))
        with pytest.raises(EngineNotReady, match="tried again"):
            await anext(supervisor.stream(HELLO))
        await until(lambda: isinstance(supervisor.state, Loading) and bool(set(engine_processes()) - before))
        kill_engine()  # while it loads
        await until(lambda: isinstance(supervisor.state, Restarting) and supervisor.state.attempt == 2)
        await until(lambda: isinstance(supervisor.state, Ready))
        await answered(supervisor)

        under_way = supervisor.stream(replace(HELLO, sampling=Sampling(max_tokens=900)))
        await anext(under_way)
        supervisor.switch(GPTQ)
        with pytest.raises(EngineDied, match="once more"):
            await asyncio.wait_for(read_on(under_way), timeout=60)
        await until(lambda: isinstance(supervisor.state, Loading))
        supervisor.switch(BF16)  # another visitor's wish, while the first still loads
        await until(lambda: supervisor.state == Ready(model="pocket-bf16"))
        assert supervisor.checkpoint == BF16
        await answered(supervisor)
        supervisor.switch(GPTQ)
        await until(lambda: supervisor.state == Ready(model="pocket-gptq"))
        await answered(supervisor)
    assert set(engine_processes()) <= before, "leaving must end the engine's processes"


class Slow:
    """An engine that starts at once and takes its time to end."""

    def __init__(self, checkpoint: Checkpoint) -> None:
        self.checkpoint = checkpoint
        self.loaded: Loaded | None = None
        self.may_end = asyncio.Event()
        self.ended = False

    async def start(self) -> None:
        """Nothing to load."""

    async def warm(self) -> None:
        """Nothing to warm."""

    async def died(self) -> None:
        await asyncio.Event().wait()

    async def stop(self) -> None:
        await self.may_end.wait()
        self.ended = True

    def stream(self, request: Request) -> AsyncGenerator[AnswerEvent, None]:
        raise AssertionError("nothing is streamed here")

    def openai_application(self) -> None:
        """None."""


async def test_an_engine_that_is_being_ended_is_not_ready_and_a_stop_meanwhile_ends_all() -> None:
    engines: list[Slow] = []

    async def make(checkpoint: Checkpoint) -> Engine:
        engines.append(Slow(checkpoint))
        return engines[-1]

    supervisor = Supervisor(model="pocket", fetch=lambda _report, _stopped: AUTOROUND, build=make)
    running = asyncio.create_task(supervisor.run())
    await until(lambda: isinstance(supervisor.state, Ready))
    supervisor.switch(GPTQ)
    await until(lambda: supervisor.state == Loading(model="pocket-gptq"))
    running.cancel()
    await asyncio.sleep(0.05)
    assert not running.done(), "leaving waits for the engine's end"
    engines[0].may_end.set()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(running, 10)
    assert [engine.ended for engine in engines] == [True], "no other engine is started"


async def test_a_checkpoint_that_cannot_be_had_leaves_a_reason_and_can_be_tried_again() -> None:
    tries: list[int] = []

    def fetch(report: Callable[[int], None], stopped: Event) -> Checkpoint:
        tries.append(len(tries))
        report(40)
        raise CheckpointError("The repository owner/name does not exist. Check MODEL_ID.")

    supervisor = Supervisor(model="owner/name", fetch=fetch, build=build)
    async with running(supervisor):
        await until(lambda: isinstance(supervisor.state, Failed))
        assert supervisor.state == Failed(
            model="owner/name", reason="The repository owner/name does not exist. Check MODEL_ID."
        )
        with pytest.raises(EngineNotReady, match="Check MODEL_ID"):
            await anext(supervisor.stream(HELLO))
        supervisor.retry()
        await until(lambda: len(tries) == 2)


async def test_a_mistake_in_fetching_fails_the_engine_and_not_the_page() -> None:
    def fetch(report: Callable[[int], None], stopped: Event) -> Checkpoint:
        raise KeyError("a bug")

    supervisor = Supervisor(model="owner/name", fetch=fetch, build=build)
    async with running(supervisor):
        await until(lambda: isinstance(supervisor.state, Failed))
        assert "log" in sentence(supervisor.state)


async def test_stopping_while_fetching_tells_the_fetch() -> None:
    told, fetching = Event(), Event()

    def fetch(report: Callable[[int], None], stopped: Event) -> Checkpoint:
        fetching.set()
        told.set() if stopped.wait(timeout=10) else None
        raise CheckpointError("stopped")

    async with running(Supervisor(model="owner/name", fetch=fetch, build=build)):
        await until(fetching.is_set)
    assert await asyncio.to_thread(told.wait, 10)


def test_waiting_doubles_up_to_five_minutes() -> None:
    assert [back_off(attempt) for attempt in (1, 2, 3, 4)] == [1, 2, 4, 8]
    assert back_off(50) == 300


@pytest.mark.parametrize(
    "state",
    [
        Downloading(model="m", percent=3),
        Loading(model="m"),
        Connecting(model="m"),
        Warming(model="m"),
        Failed(model="m", reason="Mend it."),
        Restarting(model="m", attempt=1, wait_seconds=1.0, reason="It is away."),
    ],
)
def test_every_state_has_a_sentence(state: EngineState) -> None:
    assert sentence(state).endswith(".")
