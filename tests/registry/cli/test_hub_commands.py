"""The commands that ask a Hub, on a local one."""

from collections.abc import Iterator

import pytest

from tests.checkpoint_files import TENSOR_BYTES, checkpoint_files
from tests.hub_server import COMMIT, HubServer, Repository, running_hub
from tests.registry.cli.commands import Commands

REPO = "Someone/gemma-4-Small"


@pytest.fixture
def server() -> Iterator[HubServer]:
    with running_hub() as hub:
        hub.repositories[REPO] = Repository(files=checkpoint_files(), downloads=7, likes=1)
        yield hub


def test_a_repository_is_added_refreshed_and_verified(run: Commands, server: HubServer) -> None:
    at = ("--endpoint", server.endpoint)
    added = run("add", REPO, *at, "--json").data
    assert (added["subject"], added["revision"]) == (REPO, COMMIT)
    assert run("vram", REPO, "--json").data["weights_bytes"] == TENSOR_BYTES
    assert run("verify", REPO, "--online", *at).code == 0
    server.repositories[REPO] = Repository(files=checkpoint_files(), downloads=9, likes=2)
    assert run("refresh", REPO, *at, "--json").data["read"] == [REPO]
    facts = {fact["field"]: fact["value"] for fact in run("show", REPO, "--json").data["facts"]}
    assert (facts["downloads"], facts["likes"]) == (9, 2)


def test_the_memory_of_what_is_not_recorded_is_read_from_the_hub(run: Commands, server: HubServer) -> None:
    needed = run("vram", REPO, "--online", "--endpoint", server.endpoint, "--json").data
    assert needed["weights_bytes"] == TENSOR_BYTES
    assert run("show", REPO).code == 1


def test_what_the_hub_does_not_have_is_a_sentence(run: Commands, server: HubServer) -> None:
    at = ("--endpoint", server.endpoint)
    for words in (("add", "maker/absent"), ("vram", "maker/absent", "--online"), ("add", "not a name")):
        failed = run(*words, *at)
        assert failed.code == 1
        assert failed.err.count("\n") == 1
    refreshed = run("refresh", "google/gemma-4-E2B-it", *at)
    assert refreshed.code == 1
    assert "kept" in refreshed.out
