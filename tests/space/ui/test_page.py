"""The page's doors for programs, and what a browser must not be able to do. On the stand-in engine."""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError

from space.conversation import Sampling
from tests.space.ui.conftest import ServedPage, unclosed_loops_collected


@pytest.fixture(scope="module")
def client(served: ServedPage) -> Iterator[Client]:
    with unclosed_loops_collected():
        client = Client(served.url, verbose=False)
        yield client
        client.close()


def test_chat_takes_text_files_history_and_knobs_by_name(served: ServedPage, client: Client, picture: Path) -> None:
    answer = client.predict(
        {"text": "What is it?", "files": [handle_file(str(picture))]},
        [{"role": "user", "content": "Hello"}, {"role": "assistant", "content": "Hi"}],
        temperature=0.5,
        seed=3,
        image_budget=70,
        api_name="/chat",
    )
    request = served.engine.requests[-1]
    assert answer == "You sent image: What is it?"
    assert [message.text for message in request.messages] == ["Hello", "Hi", "What is it?"]
    assert request.messages[-1].attachments[0].width == 96
    assert (request.sampling.temperature, request.sampling.seed, request.image_budget) == (0.5, 3, 70)


def test_what_a_program_leaves_out_is_the_checkpoints_own(served: ServedPage, client: Client) -> None:
    client.predict({"text": "Hello", "files": []}, api_name="/chat")
    request = served.engine.requests[-1]
    assert (request.sampling, request.image_budget, request.thinking) == (Sampling(), None, False)
    assert request.messages[0].role == "user", "no system prompt either"


def test_an_answer_that_was_cut_off_says_so(client: Client) -> None:
    answer = client.predict({"text": "one two three", "files": []}, max_new_tokens=4, api_name="/chat")
    assert answer == "You sent text: one\n\n[Cut off at the limit of 4 new tokens.]"


def test_a_conversation_of_too_many_files_is_refused_before_any_is_read(client: Client, picture: Path) -> None:
    file = {"path": str(picture), "meta": {"_type": "gradio.FileData"}}
    history = [{"role": "user", "content": file}] * 24
    with pytest.raises(AppError, match="names 25 files; 24 are the most"):
        client.predict({"text": "And this?", "files": [handle_file(str(picture))]}, history, api_name="/chat")


@pytest.mark.parametrize("knob", [{"temperature": 9}, {"image_budget": 300}, {"max_new_tokens": 0}, {"seed": -1}])
def test_a_knob_out_of_range_is_named(client: Client, knob: dict[str, float]) -> None:
    name = next(iter(knob)).replace("_", " ").capitalize()
    with pytest.raises(AppError, match=f"(?i){name} must be"):
        client.predict({"text": "Hello", "files": []}, api_name="/chat", **knob)


def test_an_answer_can_be_followed_as_it_grows(client: Client) -> None:
    job = client.submit({"text": "one two three", "files": []}, api_name="/chat")
    assert job.result() == "You sent text: one two three"
    assert job.outputs()[-1] == job.result()


@pytest.mark.parametrize(
    ("text", "sentence"), [(" ", "Write a question"), ("die", "send the message again"), ("reject", "4,096 fit")]
)
def test_a_refusal_is_its_sentence(client: Client, text: str, sentence: str) -> None:
    with pytest.raises(AppError, match=sentence):
        client.predict({"text": text, "files": []}, api_name="/chat")


def test_only_chat_and_what_the_registry_answers_are_public_endpoints(client: Client) -> None:
    assert set(client.view_api(return_format="dict", print_info=False)["named_endpoints"]) == {
        "/chat",
        "/search",
        "/get_passport",
        "/estimate_vram",
        "/compare",
        "/cite",
        "/temporary_passport",
        "/temporary_export",
        "/temporary_compare",
        "/passport",
        "/citation",
        "/which_variant_fits_my_card",
    }


@contextmanager
def chat_events(url: str, message: Mapping[str, object], session: str) -> Iterator[Iterator[dict[str, Any]]]:
    """What the page's own protocol sends about one call of `/chat`; leaving drops the connection."""
    with httpx.Client(base_url=url, timeout=30) as browser:
        config = browser.get("/config").json()
        chat = next(each for each in config["dependencies"] if each["api_name"] == "chat")
        values = {each["id"]: each["props"].get("value") for each in config["components"]}
        data = [message, *[values[number] for number in chat["inputs"][1:]]]
        call = {"data": data, "fn_index": chat["id"], "session_hash": session}
        browser.post("/gradio_api/queue/join", json=call).raise_for_status()
        with browser.stream("GET", "/gradio_api/queue/data", params={"session_hash": session}) as events:
            yield (json.loads(line.removeprefix("data:")) for line in events.iter_lines() if line)


def call_chat(url: str, path: str) -> bool:
    """Whether `/chat` succeeds when a browser claims to have uploaded `path`."""
    message = {"text": "hello", "files": [{"path": path, "meta": {"_type": "gradio.FileData"}}]}
    with chat_events(url, message, Path(path).parent.name) as events:
        return next(bool(each["success"]) for each in events if each["msg"] == "process_completed")


@pytest.mark.parametrize("text", ["slowly " + "word " * 1000, "brood"])
def test_a_dropped_connection_aborts_the_request(served: ServedPage, text: str) -> None:
    aborted = served.engine.aborted
    words = {"text": text, "files": []}
    with chat_events(served.url, words, "leaving") as events:
        assert next(each for each in events if each["msg"] == "process_generating")
        assert served.engine.aborted == aborted
    deadline = time.monotonic() + 30
    while served.engine.aborted == aborted:
        assert time.monotonic() < deadline, "nobody is there, and the engine still works on it"
        time.sleep(0.1)


def test_a_mounted_page_hands_out_no_file_of_the_server(served: ServedPage, picture: Path, upload: Path) -> None:
    """Gradio checks paths only on pages it launched itself; `mount` says that ours counts as one."""
    assert call_chat(served.url, str(upload))
    assert not call_chat(served.url, str(picture))


def test_nothing_is_recorded_and_no_traceback_is_sent(served: ServedPage) -> None:
    config = httpx.get(f"{served.url}/config").json()
    assert config["show_error"] is False
    assert httpx.get(f"{served.url}/gradio_api/monitoring").status_code in (401, 403, 404) or not config["monitoring"]
    assert "runs" not in json.dumps(config.get("footer_links"))


def test_the_page_asks_no_other_host(served: ServedPage) -> None:
    page = httpx.get(served.url).text
    theme = httpx.get(f"{served.url}/theme.css").text
    assert "fonts.googleapis" not in page + theme
    assert "url('http" not in theme
