"""Fetching from a real HTTP server that speaks the Hub's API: what is asked, what is kept, what each failure says."""

import hashlib
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from threading import Event

import pytest

from space.checkpoint import hub as hub_module
from space.checkpoint.checkpoint import Checkpoint, HubModel
from space.checkpoint.hub import Hub, Progress, answers, cached, fetch, is_at_hand
from space.checkpoint.transfer import Stopped
from space.errors import CheckpointError, HubUnavailable
from tests.checkpoint_files import OBSOLETE, SHARDS, checkpoint_files, safetensors
from tests.hub_server import COMMIT, Fault, HubServer, Repository, running_hub

REPO = "someone/gemma-4-small"
PINNED = HubModel(repo_id=REPO, revision=COMMIT)
GATED = {"X-Error-Code": "GatedRepo"}
LARGE_SHARD = SHARDS[1]
ROOT = Path(hub_module.__file__).parents[2]


@pytest.fixture
def server() -> Iterator[HubServer]:
    with running_hub() as hub:
        hub.repositories[REPO] = Repository(files=checkpoint_files())
        yield hub


@pytest.fixture
def hub(server: HubServer, tmp_path: Path) -> Hub:
    return Hub(endpoint=server.endpoint, cache=tmp_path / "cache")


def get(hub: Hub, revision: str | None = COMMIT, *, steps: list[Progress] | None = None) -> Checkpoint:
    model = HubModel(repo_id=REPO, revision=revision)
    return fetch(model, hub, on_progress=(steps if steps is not None else []).append, stopped=Event())


def folder_of(checkpoint: Checkpoint) -> Path:
    assert checkpoint.folder is not None, "what was fetched is in a folder"
    return checkpoint.folder


def refusal(hub: Hub, revision: str | None = COMMIT) -> str:
    with pytest.raises(CheckpointError) as refused:
        get(hub, revision)
    return str(refused.value)


def enlarge_second_shard(server: HubServer) -> bytes:
    """A shard of several megabytes, so that a connection can be cut in its middle."""
    content = safetensors({"model.weight": ("BF16", [2, 1 << 20], os.urandom(4 << 20))})
    server.repositories[REPO].files[LARGE_SHARD] = content
    return content


def test_a_fetched_checkpoint_is_the_repository_at_its_commit(server: HubServer, hub: Hub) -> None:
    checkpoint = get(hub)
    assert (checkpoint.repo_id, checkpoint.revision, checkpoint.is_pocket) == (REPO, COMMIT, False)
    for name in ("config.json", "chat_template.jinja", "README.md", *SHARDS):
        assert (folder_of(checkpoint) / name).read_bytes() == server.repositories[REPO].files[name]


def test_shards_that_the_index_does_not_name_are_never_requested(server: HubServer, hub: Hub) -> None:
    folder = folder_of(get(hub))
    for name in (*OBSOLETE, ".gitattributes"):
        assert not any(path.endswith(f"/{name}") for path in server.paths())
        assert not (folder / name).exists()


def test_a_checkpoint_of_one_file_needs_no_index(server: HubServer, hub: Hub) -> None:
    files = server.repositories[REPO].files
    del files["model.safetensors.index.json"]
    assert (folder_of(get(hub)) / "model.safetensors").read_bytes() == files["model.safetensors"]


def test_a_branch_is_resolved_once_and_its_commit_reported(server: HubServer, hub: Hub) -> None:
    assert get(hub, None).revision == COMMIT
    assert [path for path in server.paths() if path.startswith("/api/")] == [f"/api/models/{REPO}"]
    fetched = [path for path in server.paths("GET") if "/resolve/" in path]
    assert fetched
    assert all(f"/resolve/{COMMIT}/" in path for path in fetched)


def test_a_pinned_checkpoint_in_the_cache_costs_no_network(server: HubServer, hub: Hub) -> None:
    first = get(hub)
    server.asked.clear()
    assert get(hub) == first
    assert server.asked == []


def test_a_branch_in_the_cache_is_served_when_the_hub_is_gone(tmp_path: Path) -> None:
    with running_hub() as server:
        server.repositories[REPO] = Repository(files=checkpoint_files())
        hub = Hub(endpoint=server.endpoint, cache=tmp_path / "cache")
        first = get(hub, None)
    assert get(hub, None) == first
    assert not answers(hub)
    assert is_at_hand(HubModel(repo_id=REPO), hub)
    assert not is_at_hand(HubModel(repo_id="someone/else"), hub)


def test_what_huggingface_hub_downloaded_by_itself_is_found(server: HubServer, hub: Hub) -> None:
    """As the preload of a Space does, with huggingface_hub's own command."""
    environment = {**os.environ, "HF_ENDPOINT": server.endpoint, "HF_HUB_CACHE": str(hub.cache)}
    command = [str(Path(sys.executable).with_name("hf")), "download", REPO, "--revision", COMMIT, "--quiet"]
    subprocess.run(command, env=environment, check=True, capture_output=True)
    server.asked.clear()
    assert get(hub).revision == COMMIT
    assert server.asked == []


def test_a_connection_cut_inside_a_file_goes_on_where_it_stopped(server: HubServer, hub: Hub) -> None:
    content = enlarge_second_shard(server)
    digest = hashlib.sha256(content).hexdigest()
    server.faults.append(Fault(path=f"/storage/{digest}", cut_after=3 << 20, times=1))
    checkpoint = get(hub)
    assert (folder_of(checkpoint) / LARGE_SHARD).read_bytes() == content
    assert [asked.range for asked in server.asked if digest in asked.path] == [None, f"bytes={3 << 20}-"]


def test_a_stopped_fetch_is_resumed_by_the_next_one(server: HubServer, hub: Hub) -> None:
    enlarge_second_shard(server)
    stopped = Event()

    def stop_inside_the_shard(progress: Progress) -> None:
        if progress.file == LARGE_SHARD and progress.percent > 50:
            stopped.set()

    with pytest.raises(Stopped):
        fetch(PINNED, hub, on_progress=stop_inside_the_shard, stopped=stopped)
    assert cached(PINNED, hub) is None
    server.asked.clear()
    steps: list[Progress] = []
    get(hub, steps=steps)
    assert steps[0].percent > 40
    resumed = {int(asked.range[6:-1]) for asked in server.asked if asked.range}
    assert min(resumed) > 2 << 20
    assert not any("config.json" in path for path in server.paths())


def test_progress_runs_from_nothing_to_everything(server: HubServer, hub: Hub) -> None:
    enlarge_second_shard(server)
    steps: list[Progress] = []
    get(hub, steps=steps)
    percents = [step.percent for step in steps]
    assert percents == sorted(percents)
    assert percents[0] < 5
    assert percents[-1] == 100
    assert len(percents) > 50
    assert len(percents) == len({(step.percent, step.file) for step in steps})


def test_progress_is_told_while_a_file_is_still_arriving(server: HubServer, hub: Hub) -> None:
    digest = hashlib.sha256(enlarge_second_shard(server)).hexdigest()
    rest, half_there = Event(), Event()
    server.faults.append(Fault(path=f"/storage/{digest}", hold=rest, times=1))

    def note(progress: Progress) -> None:
        if progress.percent >= 45:
            half_there.set()

    with ThreadPoolExecutor() as pool:
        running = pool.submit(fetch, PINNED, hub, on_progress=note, stopped=Event())
        assert half_there.wait(30)
        assert not running.done()
        rest.set()
        assert running.result(30).revision == COMMIT


def test_a_file_with_other_bytes_than_listed_is_refused_and_removed(server: HubServer, hub: Hub) -> None:
    blob = (folder_of(get(hub)) / LARGE_SHARD).resolve()
    (folder_of(get(hub)) / LARGE_SHARD).unlink()
    blob.rename(blob.with_name(f"{blob.name}.incomplete"))
    partial = blob.with_name(f"{blob.name}.incomplete")
    partial.write_bytes(bytes(len(partial.read_bytes())))
    assert "arrived damaged" in refusal(hub)
    assert not partial.exists()
    assert get(hub).revision == COMMIT


def test_a_file_shorter_than_listed_is_refused(server: HubServer, hub: Hub) -> None:
    server.repositories[REPO].listed_sizes[LARGE_SHARD] = 100_000
    assert refusal(hub).startswith(f"{LARGE_SHARD} ends too early")


def test_an_unknown_repository_says_to_check_its_name(server: HubServer, hub: Hub) -> None:
    server.repositories.clear()
    assert "Check the spelling of MODEL_ID" in refusal(hub)


def test_an_unknown_revision_says_to_set_another(hub: Hub) -> None:
    assert "no revision “nowhere”. Set MODEL_REVISION" in refusal(hub, "nowhere")


@pytest.mark.parametrize("name", ["config.json", "processor_config.json", "tokenizer.json"])
def test_a_repository_without_a_file_that_is_needed_is_refused(server: HubServer, hub: Hub, name: str) -> None:
    del server.repositories[REPO].files[name]
    assert f"has no {name}" in refusal(hub)
    assert "/storage/" not in str(server.paths())


def test_a_shard_that_is_named_and_absent_is_refused_before_the_weights(server: HubServer, hub: Hub) -> None:
    del server.repositories[REPO].files[LARGE_SHARD]
    assert f"lacks weights that it needs: {LARGE_SHARD}" in refusal(hub)
    assert "/storage/" not in str(server.paths())


def test_a_file_that_vanished_says_so(server: HubServer, hub: Hub) -> None:
    server.faults.append(Fault(path="chat_template.jinja", status=404, headers={"X-Error-Code": "EntryNotFound"}))
    assert "missing at revision" in refusal(hub)


@pytest.mark.parametrize("status", [401, 403])
def test_a_gated_repository_says_to_accept_the_licence(server: HubServer, hub: Hub, status: int) -> None:
    server.faults.append(Fault(path="/resolve/", status=status, headers=GATED))
    sentence = refusal(hub)
    assert f"accept its licence at {server.endpoint}/{REPO}" in sentence
    assert "set HF_TOKEN" in sentence


@pytest.mark.parametrize("status", [401, 403])
def test_a_wrong_token_is_named(server: HubServer, hub: Hub, status: int) -> None:
    server.faults.append(Fault(path="/api/models/", status=status))
    assert "HF_TOKEN" in refusal(hub)


def in_an_hour_and_a_half() -> str:
    return format_datetime(datetime.now(UTC) + timedelta(minutes=90), usegmt=True)


@pytest.mark.parametrize("path", ["/api/models/", "/resolve/", "/storage/"])
@pytest.mark.parametrize(
    ("headers", "pause"),
    [
        ({"Retry-After": "120"}, 120),
        ({"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0),
        ({"Retry-After": in_an_hour_and_a_half()}, 3600),
        ({"Retry-After": "soon"}, 0),
        ({"ratelimit": '"api";r=0;t=55'}, 55),
        ({}, 0),
    ],
)
def test_too_many_requests_says_so_and_keeps_the_pause_the_hub_asks_for(
    server: HubServer, hub: Hub, path: str, headers: dict[str, str], pause: float
) -> None:
    server.faults.append(Fault(path=path, status=429, headers=headers))
    with pytest.raises(HubUnavailable, match="asks for a pause") as refused:
        get(hub)
    assert refused.value.wait_seconds == pause, "an hour is the longest"


def test_a_hub_that_is_down_can_be_tried_again(server: HubServer, hub: Hub) -> None:
    server.faults.append(Fault(path="/api/models/", status=503))
    with pytest.raises(CheckpointError, match="out of order") as refused:
        get(hub)
    assert refused.value.recoverable


def test_an_unreachable_hub_offers_the_pocket(tmp_path: Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        hub = Hub(endpoint=f"http://127.0.0.1:{unused.getsockname()[1]}", cache=tmp_path)
        assert not answers(hub)
        assert "cannot be reached" in refusal(hub)
        assert "pocket" in refusal(hub)


def test_a_connection_cut_again_and_again_says_that_it_goes_on(server: HubServer, hub: Hub) -> None:
    server.faults.append(Fault(path="/storage/", cut_after=0))
    assert "goes on where it stopped" in refusal(hub)


def test_a_disk_that_is_too_small_is_found_before_any_weight_is_fetched(server: HubServer, hub: Hub) -> None:
    server.repositories[REPO].listed_sizes[LARGE_SHARD] = 10**16
    sentence = refusal(hub)
    assert "10000000.00 GB" in sentence or "10000001.07 GB" in sentence
    assert "Free some space" in sentence
    assert "/storage/" not in str(server.paths())


def test_an_index_that_names_a_path_is_refused(server: HubServer, hub: Hub) -> None:
    server.repositories[REPO].files["model.safetensors.index.json"] = b'{"weight_map": {"a": "../../a.safetensors"}}'
    assert "not a safetensors file of the same folder" in refusal(hub)


def test_a_token_goes_to_the_hub_and_never_to_its_storage(server: HubServer, hub: Hub) -> None:
    get(Hub(endpoint=hub.endpoint, cache=hub.cache, token="hf_secret"))
    assert {asked.token for asked in server.asked if asked.host.startswith("127.")} == {"Bearer hf_secret"}
    assert {asked.token for asked in server.asked if asked.host.startswith("localhost")} == {None}
    assert "hf_secret" not in repr(Hub(token="hf_secret"))


def test_without_a_token_none_is_taken_from_elsewhere(server: HubServer, hub: Hub, tmp_path: Path) -> None:
    """The environment is read in one place; huggingface_hub must not find a token of its own."""
    program = (
        "import sys; from pathlib import Path; from threading import Event; from space.checkpoint.hub import *; "
        f"fetch({PINNED!r}, Hub(endpoint=sys.argv[1], cache=Path(sys.argv[2])), on_progress=print, "
        "stopped=Event())"
    )
    subprocess.run(
        [sys.executable, "-c", program, server.endpoint, str(tmp_path / "another")],
        env={**os.environ, "HF_TOKEN": "hf_stray"},
        check=True,
        capture_output=True,
        cwd=ROOT,
    )
    assert {asked.token for asked in server.asked} == {None}
