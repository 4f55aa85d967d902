"""The page "Use it from code": what needs no other machine is run as it stands, against the real engine."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from space.conversation import Attachment
from space.model.examples import examples
from tests.app.conftest import Space

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "use-it-from-code.md").read_text()
ADDRESS = "http://127.0.0.1:7860"
ELSEWHERE = ("ENGINE_URL=", "from ray ")

pytestmark = pytest.mark.engine


def snippets(language: str) -> dict[str, str]:
    """The blocks of each section, one after the other as a reader would type them, by the section's name."""
    found: dict[str, str] = {}
    for section in re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]:
        name, _, body = section.partition("\n")
        blocks = re.findall(rf"^```{language}\n(.*?)^```", body, flags=re.MULTILINE | re.DOTALL)
        here = [block for block in blocks if not block.startswith(ELSEWHERE)]
        if here:
            found[name] = "\n".join(here)
    return found


def attachment(kind: str) -> Attachment:
    return next(each for example in examples() for each in example.attachments if each.kind == kind)


def run(command: list[str], folder: Path) -> str:
    (folder / "picture.png").write_bytes(attachment("image").data)
    (folder / "sound.wav").write_bytes(attachment("audio").data)
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=200)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize(
    ("section", "facts"),
    [
        ("OpenAI client", ("pocket", "two orange circles", "2580", "'image': ", "get_passport", "Apache-2.0")),
        ("gradio_client", ("2580",)),
        ("MCP", ("'search'", "'estimate_vram'", "@misc{")),
    ],
)
def test_the_python_of_a_section_runs_and_prints_what_it_says(
    space: Space, tmp_path: Path, section: str, facts: tuple[str, ...]
) -> None:
    code = snippets("python")[section]
    assert ADDRESS in code
    said = run([sys.executable, "-c", code.replace(ADDRESS, space.url)], tmp_path)
    missing = [fact for fact in facts if fact not in said]
    assert not missing, f"{missing} should be in what {section} prints:\n{said}"


def test_the_shell_commands_run(space: Space, tmp_path: Path) -> None:
    commands = snippets("sh")
    assert list(commands) == ["curl"]
    said = run(["sh", "-ec", commands["curl"].replace(ADDRESS, space.url)], tmp_path)
    assert '"object":"list"' in said
    assert "pocket" in said.partition('"choices"')[2]


def test_the_clients_configuration_names_the_address_that_the_snippet_visits() -> None:
    (block,) = re.findall(r"^```json\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)
    (server,) = json.loads(block)["mcpServers"].values()
    assert f'streamable_http_client("{server["url"]}")' in snippets("python")["MCP"]


def test_only_what_needs_another_machine_is_not_run() -> None:
    blocks = re.findall(r"^```\w+\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)
    elsewhere = [block for block in blocks if block.startswith(ELSEWHERE)]
    assert len(elsewhere) == 2
    assert "not run here" in PAGE
    for block in elsewhere:
        if block.startswith("from ray"):
            ast.parse(block)
