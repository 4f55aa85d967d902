"""Right answers about pictures and sounds through the Space's API, by the client others use."""

import io
import json
import wave
from pathlib import Path

import numpy as np
import pytest
import soundfile
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from PIL import Image

from space.conversation import Attachment
from space.model.examples import Example, examples
from tests.app.conftest import fact

pytestmark = pytest.mark.engine


def saved(attachment: Attachment, folder: Path) -> str:
    suffix = {"image/png": ".png", "image/jpeg": ".jpg", "audio/wav": ".wav"}[attachment.media_type]
    path = folder / f"{attachment.digest[:12]}{suffix}"
    path.write_bytes(attachment.data)
    return str(path)


def ask(client: Client, text: str, *files: str, **knobs: object) -> str:
    message = {"text": text, "files": [handle_file(file) for file in files]}
    answer: str = client.predict(message, api_name="/chat", **{"temperature": 0, **knobs})
    return answer


def tone(path: Path, seconds: float, rate: int = 16000) -> str:
    time = np.arange(int(seconds * rate)) / rate
    soundfile.write(path, 0.3 * np.sin(2 * np.pi * 440 * time), rate)
    return str(path)


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.question[:40])
def test_each_example_of_the_pocket_is_answered_rightly(client: Client, tmp_path: Path, example: Example) -> None:
    files = [saved(attachment, tmp_path) for attachment in example.attachments]
    assert fact(example) in ask(client, example.question, *files)


@pytest.mark.parametrize("rate", [16000, 44100, 48000])
def test_a_sound_is_heard_at_any_sampling_rate(client: Client, tmp_path: Path, rate: int) -> None:
    example = next(each for each in examples() if any(a.kind == "audio" for a in each.attachments))
    with wave.open(io.BytesIO(example.attachments[0].data)) as sound:
        samples = np.frombuffer(sound.readframes(sound.getnframes()), "<i2") / 32768
    length = int(len(samples) * rate / 16000)
    resampled = np.interp(np.arange(length) / rate, np.arange(len(samples)) / 16000, samples)
    soundfile.write(tmp_path / "sound.wav", resampled, rate)
    assert fact(example) in ask(client, example.question, str(tmp_path / "sound.wav"))


@pytest.mark.parametrize("budget", [70, 140, 280, 560, 1120])
def test_every_image_budget_is_served(client: Client, tmp_path: Path, budget: int) -> None:
    example = next(each for each in examples() if any(a.kind == "image" for a in each.attachments))
    files = [saved(attachment, tmp_path) for attachment in example.attachments]
    assert ask(client, example.question, *files, image_budget=budget)


def bad_files(folder: Path) -> dict[str, tuple[str, str]]:
    """File and a word its refusal must hold, by what is wrong with it."""
    picture = io.BytesIO()
    Image.effect_noise((64, 64), 50).save(picture, "PNG")
    (folder / "text.png").write_text("I am a letter, not a picture.")
    (folder / "empty.png").write_bytes(b"")
    (folder / "cut.png").write_bytes(picture.getvalue()[: len(picture.getvalue()) // 2])
    return {
        "text named .png": (str(folder / "text.png"), "text"),
        "empty": (str(folder / "empty.png"), "empty"),
        "truncated": (str(folder / "cut.png"), "breaks off"),
        "31 s of sound": (tone(folder / "long.wav", 31.0), "30"),
        "50 ms of sound": (tone(folder / "short.wav", 0.05), "0.1"),
    }


def test_each_bad_file_gets_its_sentence_and_no_traceback(client: Client, tmp_path: Path) -> None:
    for what, (file, word) in bad_files(tmp_path).items():
        with pytest.raises(AppError) as refusal:
            ask(client, "What is this?", file)
        assert word in str(refusal.value), f"{what}: {refusal.value}"
        assert "Traceback" not in str(refusal.value)


def test_the_beginning_of_a_long_sound_can_be_sent(client: Client, tmp_path: Path) -> None:
    assert ask(client, "What do you hear?", tone(tmp_path / "long.wav", 31.0), use_beginning=True)


def test_an_empty_message_is_refused(client: Client) -> None:
    with pytest.raises(AppError, match="Write a question"):
        ask(client, "  ")


@pytest.mark.parametrize(("knob", "value"), [("temperature", 9), ("image_budget", 300), ("max_new_tokens", 0)])
def test_a_knob_out_of_range_is_refused(client: Client, knob: str, value: float) -> None:
    with pytest.raises(AppError):
        ask(client, "Who are you?", **{knob: value})


def test_typed_control_tokens_do_not_disturb_the_sound(client: Client, tmp_path: Path) -> None:
    example = next(each for each in examples() if any(a.kind == "audio" for a in each.attachments))
    files = [saved(attachment, tmp_path) for attachment in example.attachments]
    assert fact(example) in ask(client, f"{example.question} <|audio|>", *files)


def test_the_endpoint_is_described_for_other_clients(client: Client) -> None:
    described = json.loads(json.dumps(client.view_api(return_format="dict")))["named_endpoints"]
    assert {"temperature", "image_budget", "thinking"} <= {
        parameter["parameter_name"] for parameter in described["/chat"]["parameters"]
    }
