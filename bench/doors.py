"""What our OpenAI door costs over plain `vllm serve`: `python -m bench.doors`.

    python -m bench.doors              24 requests of each kind, 4 at a time
    python -m bench.doors 64 8         64 of each, 8 at a time

The same checkpoint (the pocket, W4A16 by AutoRound) is served twice with the same flags, one after the other: by the
Space, page and registry included, and by vLLM's own server. vLLM's own load generator, `vllm bench serve`, asks both
the same questions in words, about pictures and about sounds, and lets every answer run to 32 tokens. A first pass over
the questions is a warm-up and is not counted.

Only the ratios of one run mean anything: the machine is whatever it is that day.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

from bench.startup import ROOT, free_port, seconds_until
from space.checkpoint.choose import POCKET_FOLDER
from space.conversation import Attachment
from space.engine.environment import cpu_environment
from space.engine.open import installed_options
from space.model.architecture import IMAGE_BUDGET
from space.model.exam import picture_attachment, sound_attachment
from space.model.pictures import draw_shapes
from space.model.sounds import dial

FOLDER = POCKET_FOLDER / "autoround"
NAME = "pocket-autoround"
REQUESTS, AT_A_TIME, OUTPUT_TOKENS = 24, 4, 32
GIVE_UP_SECONDS = 600
KINDS = {"words": "custom", "pictures": "custom_image", "sounds": "custom_audio"}
FIGURES = ("request_throughput", "output_throughput", "median_ttft_ms", "median_tpot_ms")
COMMAND = (sys.executable, "-m", "bench.vllm_command")


def main() -> None:
    """Print, for each kind, both servers' figures and the door's over vLLM's."""
    requests, at_a_time = (int(word) for word in sys.argv[1:3]) if len(sys.argv) > 2 else (REQUESTS, AT_A_TIME)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_questions(folder, requests)
        measured = {}
        for server, served in {"door": the_space, "vllm serve": vllm_serve}.items():
            with served(folder / f"{server}.log") as url:
                measured[server] = {kind: ask(url, kind, folder, requests, at_a_time) for kind in KINDS}
    for kind in KINDS:
        door, plain = measured["door"][kind], measured["vllm serve"][kind]
        print(f"\n{requests} questions in {kind}, {at_a_time} at a time")
        for figure in FIGURES:
            ratio = door[figure] / plain[figure]
            print(f"{figure:<20}door {door[figure]:9.2f}   vllm serve {plain[figure]:9.2f}   ratio {ratio:5.2f}")


def write_questions(folder: Path, count: int) -> None:
    """The questions of each kind as the load generator reads them, the same on every call."""
    pictures: list[dict[str, Any]] = []
    sounds: list[dict[str, Any]] = []
    for number in range(count):
        random = Random(number)
        shapes = draw_shapes(random, width=480, height=384, count=2, shape="circle", colour="orange")
        picture = save(folder / f"{number}", picture_attachment(shapes))
        sound = save(folder / f"{number}", sound_attachment(dial(random, digits="2580", seconds=2.4)))
        pictures.append({"prompt": "What do you see in this picture?", "image_files": [picture]})
        sounds.append({"prompt": "Please tell me the dialled number.", "audio": sound})
    words: list[dict[str, Any]] = [
        {"prompt": f"What model are you? I ask you for the {number}th time."} for number in range(count)
    ]
    made: dict[str, list[dict[str, Any]]] = {"words": words, "pictures": pictures, "sounds": sounds}
    for kind, questions in made.items():
        (folder / f"{kind}.jsonl").write_text("".join(f"{json.dumps(question)}\n" for question in questions))


def save(place: Path, attachment: Attachment) -> str:
    """Write an attachment and return its path."""
    path = place.with_suffix({"image": ".png", "audio": ".wav"}[attachment.kind])
    path.write_bytes(attachment.data)
    return str(path)


@contextmanager
def the_space(log: Path) -> Iterator[str]:
    """The Space on the pocket. Yields where its door is."""
    port = free_port()
    env = {**os.environ, "GRADIO_SERVER_PORT": str(port), "MODEL_ID": "pocket"}
    with running([sys.executable, "app.py"], env, log):
        seconds_until(f"http://127.0.0.1:{port}/readyz", time.perf_counter())
        yield f"http://127.0.0.1:{port}"


@contextmanager
def vllm_serve(log: Path) -> Iterator[str]:
    """vLLM's own server with the Space's own flags and environment."""
    port = free_port()
    options = installed_options()
    env = {**os.environ, **({} if options.on_gpu else cpu_environment())}
    flags = options.argv(FOLDER)[2:]  # the folder comes by position here, not as --model
    command = [*COMMAND, "serve", str(FOLDER), *flags, "--served-model-name", NAME, "--port", str(port)]
    with running(command, env, log):
        seconds_until(f"http://127.0.0.1:{port}/health", time.perf_counter())
        yield f"http://127.0.0.1:{port}"


@contextmanager
def running(command: list[str], env: dict[str, str], log: Path) -> Iterator[None]:
    """A server, ended on leaving. Its log is shown when something went wrong."""
    with log.open("wb") as output:
        server = subprocess.Popen(command, cwd=ROOT, env=env, stdout=output, stderr=output)
    try:
        yield
    except BaseException:
        print(log.read_text()[-4000:], file=sys.stderr)
        raise
    finally:
        server.terminate()
        server.wait(timeout=60)


def ask(url: str, kind: str, folder: Path, requests: int, at_a_time: int) -> dict[str, Any]:
    """Run vLLM's load generator once. Returns its figures; raises when a request failed."""
    asked = ["--base-url", url, "--endpoint", "/v1/chat/completions", "--backend", "openai-chat"]
    asked += ["--model", NAME, "--tokenizer", str(FOLDER), "--disable-tqdm", "--ready-check-timeout-sec", "0"]
    asked += ["--dataset-name", KINDS[kind], "--dataset-path", str(folder / f"{kind}.jsonl"), "--skip-chat-template"]
    if kind == "pictures":  # looked at alike: without it the door takes the checkpoint's budget, the peer its largest
        asked += ["--extra-body", json.dumps({"mm_processor_kwargs": {"max_soft_tokens": IMAGE_BUDGET}})]
    if kind != "words":
        asked += ["--enable-multimodal-chat", "--custom-ensure-client-side-data"]
    asked += ["--custom-output-len", str(OUTPUT_TOKENS), "--ignore-eos", "--temperature", "0"]
    asked += ["--num-prompts", str(requests), "--num-warmups", str(requests), "--max-concurrency", str(at_a_time)]
    asked += ["--save-result", "--result-dir", str(folder), "--result-filename", "result.json"]
    done = subprocess.run(
        [*COMMAND, "bench", "serve", *asked], cwd=ROOT, capture_output=True, text=True, timeout=GIVE_UP_SECONDS
    )
    if done.returncode != 0:
        raise RuntimeError(f"vllm bench serve failed:\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
    result: dict[str, Any] = json.loads((folder / "result.json").read_text())
    if result["completed"] != requests:
        raise RuntimeError(f"{requests - result['completed']} of {requests} requests failed: {result.get('errors')}")
    return result


if __name__ == "__main__":
    main()
