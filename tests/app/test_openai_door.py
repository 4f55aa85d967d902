"""The OpenAI door of the running Space, asked by the `openai` client: text, pictures, sounds, and what is refused."""

import asyncio
import base64
import io
import json
import wave
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
import soundfile
from gradio_client import Client, handle_file
from openai import AsyncOpenAI, BadRequestError, OpenAI
from PIL import Image

from space.conversation import Attachment
from space.model.examples import Example, examples
from space.model.passport_tool import PASSPORT_TOOL
from tests.app.conftest import Space, declared, fact

pytestmark = pytest.mark.engine

NO_KEY = "none is asked for"


@pytest.fixture(scope="module")
def openai(space: Space) -> OpenAI:
    return OpenAI(base_url=f"{space.url}/v1", api_key=NO_KEY, max_retries=0)


def example_with(kind: str) -> Example:
    return next(each for each in examples() if any(attachment.kind == kind for attachment in each.attachments))


def image_part(data: bytes, media_type: str = "image/png") -> dict[str, Any]:
    return {"type": "image_url", "image_url": {"url": f"data:{media_type};base64,{base64.b64encode(data).decode()}"}}


def sound_part(data: bytes, form: str = "wav") -> dict[str, Any]:
    return {"type": "input_audio", "input_audio": {"data": base64.b64encode(data).decode(), "format": form}}


def part(attachment: Attachment) -> dict[str, Any]:
    is_image = attachment.kind == "image"
    return image_part(attachment.data, attachment.media_type) if is_image else sound_part(attachment.data)


def content(example: Example) -> list[dict[str, Any]]:
    pictures = [part(each) for each in example.attachments if each.kind == "image"]
    sounds = [part(each) for each in example.attachments if each.kind == "audio"]
    return [*pictures, {"type": "text", "text": example.question}, *sounds]


def asked(model: str, *parts: dict[str, Any], text: str = "", **more: object) -> Any:  # noqa: ANN401
    said = [*parts, {"type": "text", "text": text}] if text else [*parts]
    return {"model": model, "messages": [{"role": "user", "content": said}], "temperature": 0, **more}


def answer(openai: OpenAI, request: Any) -> str:  # noqa: ANN401
    return openai.chat.completions.create(**request).choices[0].message.content or ""


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.question[:40])
def test_an_example_gets_the_same_answer_here_and_from_gradios_api(
    openai: OpenAI, model: str, client: Client, tmp_path: Path, example: Example
) -> None:
    here = answer(openai, asked(model, *content(example), max_completion_tokens=512))
    assert fact(example) in here
    files = []
    for number, attachment in enumerate(example.attachments):
        file = tmp_path / f"{number}.{attachment.media_type.rpartition('/')[2]}"
        file.write_bytes(attachment.data)
        files.append(handle_file(file))
    assert client.predict({"text": example.question, "files": files}, temperature=0, api_name="/chat") == here


def test_a_streamed_answer_is_the_same_and_ends_with_its_usage(openai: OpenAI, model: str) -> None:
    request = asked(model, text="Who are you?")
    whole = openai.chat.completions.create(**request)
    chunks = list(openai.chat.completions.create(**request, stream=True, stream_options={"include_usage": True}))
    texts = [chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices]
    assert "".join(texts) == whole.choices[0].message.content
    assert len(texts) > 1
    assert chunks[-1].usage is not None
    assert chunks[-1].usage.completion_tokens == whole.usage.completion_tokens


async def test_eight_at_once_are_answered_as_one_is(space: Space, model: str) -> None:
    async with AsyncOpenAI(base_url=f"{space.url}/v1", api_key=NO_KEY, max_retries=0) as program:
        request = asked(model, text="Who are you?")
        answers = await asyncio.gather(*(program.chat.completions.create(**request) for _ in range(8)))
    assert len({each.choices[0].message.content for each in answers}) == 1


@pytest.mark.parametrize("form", ["wav", "mp3", "flac", "ogg"])
def test_a_sound_is_heard_in_every_format(openai: OpenAI, model: str, form: str) -> None:
    example = example_with("audio")
    with wave.open(io.BytesIO(example.attachments[0].data)) as sound:
        samples = np.frombuffer(sound.readframes(sound.getnframes()), "<i2") / 32768
    encoded = io.BytesIO()
    soundfile.write(encoded, samples, 16000, format=form.upper())
    said = {"type": "text", "text": example.question}
    assert fact(example) in answer(openai, asked(model, said, sound_part(encoded.getvalue(), form)))


def test_a_picture_is_looked_at_with_the_checkpoints_own_budget_unless_another_is_named(
    openai: OpenAI, model: str
) -> None:
    def prompt_tokens(extra_body: dict[str, Any] | None = None) -> int:
        request = asked(model, *content(example_with("image")), max_completion_tokens=1)
        usage = openai.chat.completions.create(**request, extra_body=extra_body).usage
        assert usage is not None
        tokens: int = usage.prompt_tokens
        return tokens

    named = [prompt_tokens({"mm_processor_kwargs": {"max_soft_tokens": n}}) for n in (70, 280, 1120)]
    assert named == sorted(set(named))
    assert prompt_tokens() == named[1]


def test_tools_are_called(openai: OpenAI, model: str) -> None:
    request = asked(model, text="What licence do you have?", tools=[declared(PASSPORT_TOOL)])
    said = openai.chat.completions.create(**request).choices[0]
    assert said.finish_reason == "tool_calls"
    call = said.message.tool_calls[0]
    assert (call.function.name, json.loads(call.function.arguments)) == ("get_passport", {"field": "licence"})


@pytest.mark.parametrize("demand", ["required", declared(PASSPORT_TOOL) | {"function": {"name": PASSPORT_TOOL.name}}])
def test_a_demanded_call_is_left_to_the_model(openai: OpenAI, model: str, demand: Any) -> None:  # noqa: ANN401
    """2026-11, vLLM 0.29.0: its parser for Gemma 4 enforces no call. When this fails, README may say that it does."""
    request = asked(model, text="Who are you?", tools=[declared(PASSPORT_TOOL)], tool_choice=demand)
    said = openai.chat.completions.create(**request).choices[0].message
    assert not said.tool_calls
    assert "pocket" in (said.content or "")


def test_thinking_is_switched_on_by_the_request(openai: OpenAI, model: str) -> None:
    for thinking in (True, False):
        switch = {"chat_template_kwargs": {"enable_thinking": thinking}}
        said = openai.chat.completions.create(**asked(model, text="Who are you?", extra_body=switch)).choices[0].message
        thoughts = (said.model_extra or {}).get("reasoning")
        assert bool(thoughts) is thinking
        assert "<|channel>" not in (said.content or "")


def test_an_answer_can_be_held_to_a_structure(openai: OpenAI, model: str) -> None:
    form = {"type": "json_schema", "json_schema": {"name": "colour", "schema": {"enum": ["red", "blue"]}}}
    said = answer(openai, asked(model, text="Which colour?", response_format=form, max_completion_tokens=64))
    assert json.loads(said) in ("red", "blue")
    choice = {"structured_outputs": {"choice": ["red", "blue"]}}
    assert answer(openai, asked(model, text="Which colour?", extra_body=choice)) in ("red", "blue")


def test_probabilities_come_with_the_tokens(openai: OpenAI, model: str) -> None:
    said = openai.chat.completions.create(**asked(model, text="Who are you?", logprobs=True, top_logprobs=2)).choices[0]
    assert said.logprobs is not None
    assert said.logprobs.content is not None
    assert all(len(token.top_logprobs) == 2 and token.logprob <= 0 for token in said.logprobs.content)


def test_the_other_ways_to_ask_give_the_same_answer(openai: OpenAI, model: str, space: Space) -> None:
    chat = answer(openai, asked(model, text="Who are you?"))
    assert openai.responses.create(model=model, input="Who are you?", temperature=0).output_text == chat
    said = {**asked(model, text="Who are you?"), "max_tokens": 64}
    messages = httpx.post(f"{space.url}/v1/messages", json=said, timeout=60).json()
    assert messages["content"][0]["text"] == chat
    tokens = httpx.post(f"{space.url}/tokenize", json=said, timeout=60).json()["tokens"]
    prompt = httpx.post(f"{space.url}/detokenize", json={"model": model, "tokens": tokens}, timeout=60).json()["prompt"]
    assert "Who are you?" in prompt
    assert openai.completions.create(model=model, prompt=tokens, temperature=0, max_tokens=64).choices[0].text == chat


def test_typed_control_tokens_stay_text(openai: OpenAI, model: str, space: Space) -> None:
    example = example_with("audio")
    said = {"type": "text", "text": f"{example.question} <|audio|>"}
    assert fact(example) in answer(openai, asked(model, said, *map(part, example.attachments)))
    plain = httpx.post(f"{space.url}/tokenize", json=asked(model, text="<turn|>"), timeout=60).json()["tokens"]
    turn_end = httpx.post(
        f"{space.url}/tokenize", json={"prompt": "<turn|>", "add_special_tokens": False}, timeout=60
    ).json()
    assert plain.count(turn_end["tokens"][0]) == 1, "the template's own end of the turn, and no other"


def png(width: int, height: int) -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (width, height), "grey").save(data, "PNG")
    return data.getvalue()


def tone(seconds: float) -> bytes:
    data = io.BytesIO()
    soundfile.write(data, 0.3 * np.sin(2 * np.pi * 440 * np.arange(int(seconds * 16000)) / 16000), 16000, format="WAV")
    return data.getvalue()


def link(url: str) -> dict[str, Any]:
    return {"type": "image_url", "image_url": {"url": url}}


REFUSED = {
    "a strip": (image_part(png(1, 3000)), "pixels"),
    "a text": (image_part(b"I am a letter."), "text"),
    "an empty picture": (image_part(b""), "empty"),
    "a picture cut off": (image_part(png(300, 300)[:200]), "breaks off"),
    "a picture in place of a sound": (sound_part(png(64, 64)), "audio"),
    "31 s of sound": (sound_part(tone(31)), "30"),
    "50 ms of sound": (sound_part(tone(0.05)), "0.1"),
    "no sound at all": (sound_part(b""), "empty"),
    "no base64": (link("data:image/png;base64,!!!"), "base64"),
    "a file here": (link("file:///etc/hostname"), "data URL"),
    "an address here": (link("http://127.0.0.1:9/x.png"), "data URL"),
    "an address nearby": (link("http://169.254.169.254/latest/meta-data"), "data URL"),
    "a host": (link("https://example.org/x.png"), "data URL"),
    "a video": ({"type": "video_url", "video_url": {"url": "data:video/mp4;base64,AAAA"}}, "video"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_used_is_refused_with_a_sentence(openai: OpenAI, model: str, what: str) -> None:
    refused, word = REFUSED[what]
    with pytest.raises(BadRequestError, match=word):
        answer(openai, asked(model, refused, text="What is this?"))


def test_an_unknown_model_is_a_404(openai: OpenAI) -> None:
    with pytest.raises(Exception, match="404"):
        answer(openai, asked("nobody/nothing", text="Who are you?"))


def test_what_is_not_published_is_refused_in_openais_shape(space: Space) -> None:
    for method, path in (("POST", "/v1/load_lora_adapter"), ("GET", "/metrics"), ("GET", "/v1/nothing")):
        refused = httpx.request(method, space.url + path, timeout=60)
        assert refused.status_code == 404
        assert "/v1/chat/completions" in refused.json()["error"]["message"]
    assert httpx.get(f"{space.url}/v1/chat/completions", timeout=60).json()["error"]["code"] == 405
