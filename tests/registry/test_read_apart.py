"""Reading a repository in a process of its own: what that process prints, and what it is kept from."""

import json
import re
import time
from collections.abc import Iterator

import pytest

from registry.read_apart import REFUSED, main, read_apart
from tests.checkpoint_files import checkpoint_files
from tests.hub_server import Fault, HubServer, Repository, running_hub

REPO = "Someone/gemma-4-Small"


@pytest.fixture
def server() -> Iterator[HubServer]:
    with running_hub() as hub:
        hub.repositories[REPO] = Repository(files=checkpoint_files())
        yield hub


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (Fault(path="/api/models", status=401), "does not show it without a token"),
        (Fault(path="/api/models", status=403, headers={"X-Error-Code": "GatedRepo"}), "is gated"),
        (Fault(path="/api/models", status=404, headers={"X-Error-Code": "RepoNotFound"}), "has no"),
        (Fault(path="/api/models", status=429, headers={"Retry-After": "90"}), "asked again in 90 seconds"),
        (Fault(path="/storage/", cut_after=4), "cut short|does not answer"),
    ],
    ids=["401", "gated", "404", "429", "cut"],
)
def test_each_refusal_of_the_hub_is_a_sentence(
    server: HubServer, fault: Fault, sentence: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    server.faults.append(fault)
    assert main([server.endpoint, REPO]) == REFUSED
    assert re.search(sentence, capsys.readouterr().out)


def test_a_repository_that_asks_for_too_much_is_refused(server: HubServer) -> None:
    config = {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "num_hidden_layers": 10**9}
    server.repositories[REPO].files = {"config.json": json.dumps(config).encode()}
    found = read_apart(server.endpoint, REPO, seconds=300)
    need = found.passport.claim("vram")
    assert need is not None
    assert "more than any model has" in (need.note or "")
