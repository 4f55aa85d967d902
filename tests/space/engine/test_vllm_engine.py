"""The real engine on the pocket: streams, aborts, refuses, dies and is replaced."""

import asyncio
import io
import os
import signal
import threading
import wave
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from types import SimpleNamespace

import psutil
import pytest
import pytest_asyncio

from registry.architecture import completed_text
from registry.attention import kv_layers
from registry.kv_reservation import ON_CPU, reserved_bytes
from registry.sources.config_file import read_config
from registry.sources.safetensors_header import read_header
from registry.sources.safetensors_index import weight_paths
from space.checkpoint.checkpoint import Checkpoint
from space.conversation import Attachment, Message, Request, Sampling
from space.engine.open import build_vllm_engine, open_engine
from space.engine.options import CPU
from space.engine.vllm_engine import VllmEngine
from space.engine.warmup import warm_up_request
from space.errors import CheckpointError, EngineDied, RequestRejected
from space.events import Event, Finished, TextDelta
from tests import pocket
from tests.pocket import endless_pocket

POCKET = pocket.POCKET / "autoround"

pytestmark = [pytest.mark.engine, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def engine() -> AsyncIterator[VllmEngine]:
    async with open_engine(POCKET, max_model_len=2048) as opened:
        assert isinstance(opened, VllmEngine)
        yield opened


def ask(text: str, max_tokens: int = 32) -> Request:
    sampling = Sampling(temperature=0.0, max_tokens=max_tokens)
    return Request(messages=(Message(role="user", text=text),), sampling=sampling)


async def answer(engine: VllmEngine, request: Request) -> list[Event]:
    async with aclosing(engine.stream(request)) as events:
        return [event async for event in events]


async def test_an_answer_is_text_and_one_finished_with_its_usage(engine: VllmEngine) -> None:
    *deltas, finished = await answer(engine, ask("Who are you?"))
    assert isinstance(finished, Finished)
    assert all(isinstance(delta, TextDelta) for delta in deltas)
    assert deltas, "the pocket knows who it is"
    assert finished.usage.text_tokens == finished.usage.prompt_tokens
    assert finished.usage.prompt_tokens
    assert finished.usage.output_tokens
    assert finished.timings.time_to_first_token > 0


async def test_the_same_greedy_question_gets_the_same_answer(engine: VllmEngine) -> None:
    first, second = await answer(engine, ask("Who are you?")), await answer(engine, ask("Who are you?"))
    assert [e for e in first if isinstance(e, TextDelta)] == [e for e in second if isinstance(e, TextDelta)]


async def test_max_tokens_ends_an_answer_with_length(engine: VllmEngine) -> None:
    finished = (await answer(engine, ask("Who are you?", max_tokens=1)))[-1]
    assert isinstance(finished, Finished)
    assert finished.reason == "length"
    assert finished.usage.output_tokens == 1


async def test_a_load_that_fails_after_it_was_cancelled_stays_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    loading, may_fail = threading.Event(), threading.Event()

    def load(_args: object) -> None:
        loading.set()
        may_fail.wait(30)
        raise RuntimeError("Engine core initialization failed")

    leaving = VllmEngine(Checkpoint(folder=POCKET, repo_id="pocket"), CPU)
    monkeypatch.setattr(leaving, "_load", load)
    starting = asyncio.create_task(leaving.start())
    assert await asyncio.to_thread(loading.wait, 30)
    starting.cancel()
    may_fail.set()
    with pytest.raises(asyncio.CancelledError):
        await starting


async def test_an_engine_that_is_stopped_while_a_request_is_read_has_died(
    engine: VllmEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stopped:
        async def create_chat_completion(self, _body: object) -> None:
            engine._llm = None
            raise RuntimeError("cannot schedule new futures after shutdown")

    monkeypatch.setattr(engine, "_llm", engine._llm)  # given back afterwards
    state = SimpleNamespace(openai_serving_chat=Stopped())
    monkeypatch.setattr(engine, "_application", SimpleNamespace(state=state))
    with pytest.raises(EngineDied, match="send the message once more"):
        await answer(engine, ask("Who are you?"))


async def test_a_prompt_over_the_context_is_rejected_and_the_engine_lives(engine: VllmEngine) -> None:
    with pytest.raises(RequestRejected, match="2048"):
        await answer(engine, ask("word " * 5000))
    assert isinstance((await answer(engine, ask("Who are you?")))[-1], Finished)


async def test_an_image_budget_the_model_does_not_offer_is_rejected(engine: VllmEngine) -> None:
    with pytest.raises(RequestRejected):
        await answer(engine, replace(warm_up_request(), image_budget=300))
    assert isinstance((await answer(engine, replace(warm_up_request(), image_budget=140)))[-1], Finished)


def hearing(seconds: float) -> Request:
    """A question about noise of that length."""
    data = io.BytesIO()
    with wave.open(data, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(16000)
        sound.writeframes(Random(int(10 * seconds)).randbytes(2 * int(16000 * seconds)))
    noise = Attachment(kind="audio", media_type="audio/wav", data=data.getvalue(), seconds=seconds)
    message = Message(role="user", text="What do you hear?", attachments=(noise,))
    return Request(messages=(message,), sampling=Sampling(temperature=0.0, max_tokens=8))


async def test_sounds_of_different_lengths_are_heard_at_once(engine: VllmEngine) -> None:
    """They killed earlier engines (vLLM #50957)."""
    answers = await asyncio.gather(*(answer(engine, hearing(seconds)) for seconds in (0.4, 1.1, 3.7, 9.2, 30.0)))
    ends = [events[-1] for events in answers]
    tokens = [end.usage.audio_tokens or 0 for end in ends if isinstance(end, Finished)]
    assert len(tokens) == 5
    assert tokens == sorted(set(tokens)), "a longer sound takes more tokens"


async def test_it_reports_the_weights_it_holds(engine: VllmEngine) -> None:
    """Against the headers of the files. What differs in the pocket, on a CPU: the output head is packed for its kernel
    beside the embedding it is tied to; int4 weights are repacked with an index of their groups (3 % of the whole);
    norms that the files leave out are there, and a bias may be in 32 bits (a few hundred bytes).
    """
    config = read_config(POCKET / "config.json")["text_config"]
    tensors = [tensor for path in weight_paths(POCKET) for tensor in read_header(path).tensors]
    head = config["vocab_size"] * config["hidden_size"] * 2
    assert engine.loaded is not None
    assert engine.loaded.weights_bytes == pytest.approx(sum(tensor.size for tensor in tensors) + head, rel=0.04)
    assert engine.loaded.load_seconds
    assert engine.loaded.load_seconds > 1


async def test_the_registry_s_reservation_is_the_engine_s_own(engine: VllmEngine) -> None:
    told = engine.loaded
    assert told is not None
    assert told.kv_cache_bytes == CPU.kv_cache_memory_bytes
    assert told.kv_cache_bytes
    assert told.most_at_a_time
    layers = kv_layers(completed_text(read_config(POCKET / "config.json")))
    one = reserved_bytes(layers, context=2048, settings=replace(ON_CPU, batch_tokens=CPU.max_num_batched_tokens or 0))
    assert told.kv_cache_bytes / told.most_at_a_time == pytest.approx(one, rel=0.02)


async def test_two_engines_live_in_one_process(engine: VllmEngine) -> None:
    async with open_engine(POCKET, max_model_len=512) as second:
        assert isinstance(second, VllmEngine)
        both = await asyncio.gather(answer(engine, ask("Who are you?")), answer(second, ask("Who are you?")))
    texts = ["".join(event.text for event in events if isinstance(event, TextDelta)) for events in both]
    assert texts[0] == texts[1] != ""
    assert isinstance((await answer(engine, ask("Who are you?")))[-1], Finished), "the first must outlive the second"


async def test_the_engines_allocator_is_not_left_in_this_process(engine: VllmEngine) -> None:
    assert "tcmalloc" not in os.environ.get("LD_PRELOAD", "")
    workers = [child for child in psutil.Process().children(recursive=True) if child.is_running()]
    assert any("libiomp5" in child.environ().get("LD_PRELOAD", "") for child in workers), "the children must have it"


async def test_a_folder_vllm_cannot_read_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    engine = await build_vllm_engine(Checkpoint(folder=tmp_path, repo_id="broken"), CPU)
    with pytest.raises(CheckpointError, match="broken"):
        await engine.start()


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        (("-tp", "3"), r"attention heads \(4\) must be divisible by tensor parallel size \(3\)\.$"),
        (("-dp", "0"), "data parallel size: Input should be greater than or equal to 1$"),
        (("-pp", "two"), "invalid int value: 'two'$"),
    ],
)
async def test_sizes_a_model_cannot_be_cut_into_are_refused_with_vllms_sentence(
    flags: tuple[str, ...], sentence: str
) -> None:
    engine = await build_vllm_engine(Checkpoint(folder=POCKET, repo_id="pocket"), replace(CPU, extra=flags))
    with pytest.raises(CheckpointError, match=sentence):
        await engine.start()


@dataclass(frozen=True, kw_only=True)
class Endless:
    """An engine whose answers do not end, and its processes."""

    engine: VllmEngine
    processes: frozenset[psutil.Process]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def endless(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Endless]:
    folder = endless_pocket(tmp_path_factory.mktemp("endless") / "pocket")
    before = set(psutil.Process().children(recursive=True))
    async with open_engine(folder, max_model_len=4096) as opened:
        assert isinstance(opened, VllmEngine)
        processes = set(psutil.Process().children(recursive=True)) - before
        yield Endless(engine=opened, processes=frozenset(processes))


LONG = ask("Who are you?", max_tokens=4000)


async def until_idle(engine: VllmEngine) -> None:
    """vLLM aborts in a task of its own a moment after its generator is dropped, long before 4,000 tokens are out."""
    async with asyncio.timeout(2):
        while engine.unfinished_requests():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_leaving_the_stream_aborts_the_request_in_the_engine(endless: Endless) -> None:
    stream = endless.engine.stream(LONG)
    await anext(stream)
    assert endless.engine.unfinished_requests() == 1
    await stream.aclose()
    await until_idle(endless.engine)


async def test_cancelling_the_reader_aborts_the_request_in_the_engine(endless: Endless) -> None:
    reading = asyncio.create_task(answer(endless.engine, LONG))
    while endless.engine.unfinished_requests() == 0:  # noqa: ASYNC110
        await asyncio.sleep(0)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    await until_idle(endless.engine)


async def test_a_killed_engine_is_reported_and_ends_its_streams(engine: VllmEngine, endless: Endless) -> None:
    stream = endless.engine.stream(LONG)
    await anext(stream)
    for process in endless.processes:
        process.send_signal(signal.SIGKILL)
    with pytest.raises(EngineDied):
        async for _ in stream:
            pass
    await asyncio.wait_for(endless.engine.died(), timeout=30)
    assert isinstance((await answer(engine, ask("Who are you?")))[-1], Finished), "the other engine must live on"
