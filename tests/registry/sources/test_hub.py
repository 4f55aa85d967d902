"""A repository read from a real HTTP server that speaks the Hub's API: what is asked, and what each failure says."""

import json
from collections.abc import Iterator

import pytest

from registry.errors import SourceAway, SourceMissing, SourceRefused, SourceUnreadable
from registry.sources.hub import read_listing, read_repository
from registry.sources.hub_requests import ATTEMPTS, Hub
from tests.checkpoint_files import CARD, CONFIG, OBSOLETE, SHARDS, checkpoint_files, safetensors
from tests.hub_server import COMMIT, Fault, HubServer, Repository, running_hub

REPO = "someone/gemma-4-small"
GATED = {"X-Error-Code": "GatedRepo"}


@pytest.fixture
def server() -> Iterator[HubServer]:
    with running_hub() as hub:
        hub.repositories[REPO] = Repository(files=checkpoint_files(), downloads=1_234, likes=5)
        yield hub


@pytest.fixture
def hub(server: HubServer) -> Hub:
    return Hub(endpoint=server.endpoint, pause=0)


def header_end(content: bytes) -> int:
    """Where the header ends and the weights begin."""
    return 8 + int.from_bytes(content[:8], "little")


def test_a_repository_is_its_commit_files_configuration_card_and_headers(hub: Hub) -> None:
    snapshot = read_repository(hub, REPO).snapshot
    assert (snapshot.subject, snapshot.commit) == (REPO, COMMIT)
    assert snapshot.config == CONFIG
    assert snapshot.card == CARD
    assert snapshot.size == sum(map(len, checkpoint_files().values()))
    assert [len(header.tensors) for header in snapshot.headers] == [1, 2]
    assert {file.path for file in snapshot.files} == set(checkpoint_files())


def test_the_bytes_of_the_weights_are_never_requested(server: HubServer, hub: Hub) -> None:
    read_repository(hub, REPO)
    contents = checkpoint_files()
    ends = [header_end(contents[name]) for name in SHARDS]
    parts = [asked.range for asked in server.asked if ".safetensors" in asked.path and "index" not in asked.path]
    stored = [asked.range for asked in server.asked if asked.path.startswith("/storage/")]
    expected = sorted(["bytes=0-7", "bytes=0-7", *(f"bytes=8-{end - 1}" for end in ends)])
    assert sorted(map(str, parts)) == sorted(map(str, stored)) == expected
    assert not [path for path in server.paths() if path.rpartition("/")[2] in OBSOLETE]


def test_the_token_goes_to_the_hub_and_not_to_its_storage(server: HubServer, hub: Hub) -> None:
    read_repository(Hub(endpoint=hub.endpoint, token="hf_secret", pause=0), REPO)
    tokens = {asked.path.startswith("/storage/"): asked.token for asked in server.asked}
    assert tokens == {False: "Bearer hf_secret", True: None}
    assert "hf_secret" not in repr(Hub(token="hf_secret"))


def test_one_file_without_an_index_is_read_too(server: HubServer, hub: Hub) -> None:
    content = safetensors({"a": ("F32", [2], bytes(8))})
    server.repositories[REPO].files = {"model.safetensors": content}
    snapshot = read_repository(hub, REPO, COMMIT).snapshot
    assert [tensor.name for header in snapshot.headers for tensor in header.tensors] == ["a"]
    assert snapshot.config == {}
    assert snapshot.card is None


def test_a_repository_without_safetensors_has_no_headers(server: HubServer, hub: Hub) -> None:
    server.repositories[REPO].files = {"model.gguf": b"GGUF", "pytorch_model.bin": b"pickle"}
    assert read_repository(hub, REPO).snapshot.headers == ()


@pytest.mark.parametrize("path", ["/api/models", "/config.json", "/storage/"])
def test_a_connection_that_is_cut_is_tried_again(server: HubServer, hub: Hub, path: str) -> None:
    server.faults = [Fault(path=path, cut_after=4, times=2)]
    assert read_repository(hub, REPO).snapshot.config == CONFIG


@pytest.mark.parametrize("path", ["/api/models", "/config.json", "/storage/"])
def test_a_connection_that_is_always_cut_is_given_up(server: HubServer, hub: Hub, path: str) -> None:
    server.faults = [Fault(path=path, cut_after=4)]
    with pytest.raises(SourceAway, match="does not answer"):
        read_repository(hub, REPO)
    asked = [found for found in server.paths() if path in found]
    assert len(asked) % ATTEMPTS == 0


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_hub_that_asks_for_patience_gets_it(server: HubServer, hub: Hub, status: int) -> None:
    server.faults = [Fault(path="/api/models", status=status, headers={"Retry-After": "0"}, times=ATTEMPTS - 1)]
    assert read_listing(hub, REPO) is not None
    assert len(server.asked) == ATTEMPTS


@pytest.mark.parametrize("headers", [{"Retry-After": "3600"}, {"ratelimit": '"api";r=0;t=3600'}])
def test_a_hub_that_asks_for_an_hour_is_left_alone(server: HubServer, hub: Hub, headers: dict[str, str]) -> None:
    server.faults = [Fault(path="/api/models", status=429, headers=headers)]
    with pytest.raises(SourceAway, match=r"too many requests\. It may be asked again in 3600 seconds"):
        read_listing(hub, REPO)
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("status", "headers", "token", "error", "words"),
    [
        (401, {}, None, SourceMissing, "does not show it without a token"),
        (401, {}, "hf_wrong", SourceRefused, "the token is wrong"),
        (403, {}, "hf_wrong", SourceRefused, "the token is wrong"),
        (403, GATED, "hf_wrong", SourceRefused, "gated"),
        (401, GATED, None, SourceRefused, "gated"),
        (404, {}, None, SourceMissing, "private"),
        (418, {}, None, SourceUnreadable, "status 418"),
    ],
)
def test_a_refusal_is_a_sentence_and_is_not_repeated(
    server: HubServer,
    hub: Hub,
    status: int,
    headers: dict[str, str],
    token: str | None,
    error: type[Exception],
    words: str,
) -> None:
    server.faults = [Fault(path="/api/models", status=status, headers=headers)]
    with pytest.raises(error, match=words):
        read_listing(Hub(endpoint=hub.endpoint, token=token, pause=0), REPO)
    assert len(server.asked) == 1


@pytest.mark.parametrize("refused", [403, 404])
def test_a_file_that_is_refused_is_not_taken_for_absent(server: HubServer, hub: Hub, refused: int) -> None:
    server.faults = [Fault(path="/config.json", status=refused)]
    with pytest.raises((SourceMissing, SourceRefused), match=r"config\.json"):
        read_repository(hub, REPO)


def test_what_does_not_exist_is_missing(hub: Hub) -> None:
    with pytest.raises(SourceMissing, match="someone/else"):
        read_repository(hub, "someone/else")
    with pytest.raises(SourceMissing, match="no such revision"):
        read_repository(hub, REPO, "v9")


@pytest.mark.parametrize("name", ["", "a/b/c", "../x", "owner/na me", "owner/name?x=1", "http://elsewhere/x"])
def test_what_cannot_be_a_repository_is_not_asked_for(server: HubServer, hub: Hub, name: str) -> None:
    with pytest.raises(SourceMissing, match="owner/name"):
        read_repository(hub, name)
    assert server.asked == []


def test_nobody_there_is_away() -> None:
    with pytest.raises(SourceAway, match="does not answer"):
        read_listing(Hub(endpoint="http://127.0.0.1:9", pause=0), REPO)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("config.json", b"[]"),
        ("config.json", b"[" * 100_000),
        ("config.json", b" " * 4_000_001),
        ("model.safetensors.index.json", b"{}"),
        ("model.safetensors.index.json", json.dumps({"weight_map": {"a": "absent.safetensors"}}).encode()),
        (SHARDS[0], b"abc"),
        (SHARDS[0], b"\xff" * 64),
        (SHARDS[0], (1 << 20).to_bytes(8, "little") + b"{}"),
        (SHARDS[0], safetensors({"a": ("F32", [-1], b"")})),
        (SHARDS[0], safetensors({"a": ("F32", [2**40, 2**40], b"")})),
        (SHARDS[0], safetensors({"a": ("<b>", [1], b"")})),
    ],
)
def test_damaged_files_are_refused(server: HubServer, hub: Hub, name: str, content: bytes) -> None:
    server.repositories[REPO].files[name] = content
    with pytest.raises(SourceUnreadable):
        read_repository(hub, REPO)


def test_headers_too_long_together_are_not_fetched(server: HubServer, hub: Hub) -> None:
    for name in SHARDS:
        server.repositories[REPO].files[name] = (90_000_000).to_bytes(8, "little") + b"{}"
    with pytest.raises(SourceUnreadable, match="too long"):
        read_repository(hub, REPO)


def test_a_listing_is_not_sent_again_when_nothing_has_changed(server: HubServer, hub: Hub) -> None:
    first = read_listing(hub, REPO)
    assert first is not None
    assert read_listing(hub, REPO, etag=first.etag) is None
    server.repositories[REPO].likes += 1
    again = read_listing(hub, REPO, etag=first.etag)
    assert again is not None
    assert again.info.likes == 6
