"""The registry's tools as endpoints, by Gradio's own client. On the stand-in engine."""

import asyncio
import threading
from collections.abc import Iterator

import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError

from registry.errors import UnknownModel
from space.tools.box import FUNCTIONS
from space.ui.desk import AT_ONCE, MOST_WAITING, Desk, Sorry
from tests.space.ui.conftest import ServedPage, unclosed_loops_collected

CARD = "Vishva007/gemma-4-E2B-it-W4A16-AutoRound"


@pytest.fixture(scope="module")
def client(recorded: ServedPage) -> Iterator[Client]:
    with unclosed_loops_collected():
        client = Client(recorded.url, verbose=False)
        yield client
        client.close()


def test_each_tool_is_typed_and_answers_by_name(client: Client) -> None:
    asked: dict[str, tuple[dict[str, object], str]] = {
        "search": ({"words": "autoround", "limit": 1, "offset": 1}, "found, 2 to 2:"),
        "get_passport": ({"model": CARD}, "In doubt:"),
        "estimate_vram": ({"model": CARD, "context": 131072}, "774.00 MiB"),
        "compare": ({"models": [CARD, "google/gemma-4-E2B-it"]}, "They differ:"),
        "cite": ({"model": CARD, "format": "ris"}, "TY  - "),
    }
    assert list(asked) == [function.__name__ for function in FUNCTIONS]
    for name, (arguments, words) in asked.items():
        assert words in client.predict(api_name=f"/{name}", **arguments)


@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    [
        ("search", {"limit": 99}, "less than or equal to 20"),
        ("get_passport", {"model": "no/such"}, "no model “no/such”"),
    ],
)
def test_a_refusal_is_its_sentence(client: Client, name: str, arguments: dict[str, object], words: str) -> None:
    with pytest.raises(AppError, match=words):
        client.predict(api_name=f"/{name}", **arguments)


async def test_a_few_are_answered_at_a_time_and_too_many_are_told_to_wait() -> None:
    desk, gate, at_once = Desk(), threading.Event(), list[int]()
    busy = 0

    def slow() -> str:
        nonlocal busy
        busy += 1
        at_once.append(busy)
        gate.wait(timeout=10)
        busy -= 1
        return "done"

    asked = [asyncio.create_task(desk.ask(slow)) for _ in range(MOST_WAITING + 1)]
    while not any(task.done() for task in asked):  # noqa: ASYNC110 - the one that is refused
        await asyncio.sleep(0.01)
    (refused,) = [task for task in asked if task.done()]
    with pytest.raises(Sorry, match="too much to answer"):
        await refused
    gate.set()
    assert await asyncio.gather(*(task for task in asked if task is not refused)) == ["done"] * MOST_WAITING
    assert max(at_once) <= AT_ONCE


async def test_sentences_are_passed_on_and_faults_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    def fails(error: Exception) -> str:
        raise error

    with pytest.raises(Sorry) as told:
        await Desk().ask(lambda: fails(UnknownModel("The registry has no model “x”.")))
    assert str(told.value) == "The registry has no model “x”."
    with pytest.raises(Sorry, match="it has been logged") as unexpected:
        await Desk().ask(lambda: fails(ZeroDivisionError("secret")))
    assert "secret" not in str(unexpected.value)
    assert "secret" in caplog.text
