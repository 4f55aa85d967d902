"""A Hub that breaks off, lies or leads elsewhere: each time one sentence, and what was recorded before stays whole."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from registry.add import add
from registry.errors import RegistryError, SourceAway, SourceUnreadable
from registry.passport import Reading
from registry.sources import hub_requests
from registry.sources.hub_requests import Hub
from registry.sources.safetensors_header import Header, Tensor
from registry.sources.weight_files import distinct_tensors, header_claims
from registry.store import Store
from tests.checkpoint_files import SHARDS, TENSOR_BYTES, checkpoint_files, safetensors
from tests.hub_server import Fault, HubServer, Repository, running_hub
from tests.registry.claims import DAY

REPO = "Someone/gemma-4-Small"
INDEX = "model.safetensors.index.json"
WEIGHTS = 64_000_000


@pytest.fixture
def server() -> Iterator[HubServer]:
    with running_hub() as hub:
        hub.repositories[REPO] = Repository(files=checkpoint_files(), downloads=7)
        yield hub


@pytest.fixture
def hub(server: HubServer) -> Hub:
    return Hub(endpoint=server.endpoint, token="hf_secret", pause=0)


@pytest.fixture
def store(tmp_path: Path, hub: Hub) -> Iterator[Store]:
    """With one whole passport."""
    with Store.open(tmp_path / "registry.db") as opened:
        add(opened, REPO, hub)
        yield opened


def refused(store: Store, hub: Hub) -> str:
    """The sentence; what was known before is all still there."""
    before = store.passport(REPO), store.files(REPO), store.events()
    assert before[0].value("tensor_bytes") == TENSOR_BYTES
    with pytest.raises(RegistryError) as caught:
        add(store, REPO, hub)
    assert (store.passport(REPO), store.files(REPO), store.events()) == before
    sentence = str(caught.value)
    assert re.fullmatch(r"[^\n]{10,300}[^.]\.", sentence), sentence
    assert "hf_secret" not in sentence
    return sentence


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault(path="/api/models", cut_after=30), "does not answer"),
        (Fault(path="/README.md", cut_after=3), "does not answer"),
        (Fault(path="/storage/", cut_after=3), "does not answer"),
        (Fault(path="/storage/", length=10**9), "does not answer"),
        (Fault(path="/config.json", length=10**12), "does not answer"),
        (Fault(path="/storage/", length=4), "cut short"),
        (Fault(path="/storage/", part="bytes 100-107/500"), "another part"),
        (Fault(path="/storage/", part="bytes 0-499/500"), "another part"),
        (Fault(path="/storage/", part="bytes */500"), "another part"),
        (Fault(path="/storage/", part=""), "another part"),
        (Fault(path="/storage/", status=416), "cut short"),
        (Fault(path="/storage/", status=404), "has no model-"),
        (Fault(path="/storage/", status=302, headers={"Location": "/storage/" + "0" * 64}), "."),
        (Fault(path="/config.json", status=302, headers={"Location": "/x/y/resolve/main/a.json"}), "has no"),
        (
            Fault(path="/config.json", status=302, headers={"Location": f"/{REPO}/resolve/main/config.json"}),
            "redirects",
        ),
        (Fault(path="/config.json", status=302, headers={"Location": "http://127.0.0.1:9/"}), "does not answer"),
        (Fault(path="/config.json", status=302, headers={"Location": "file:///etc/passwd"}), "does not answer"),
    ],
    ids=lambda value: value if isinstance(value, str) else " ",
)
def test_an_answer_that_breaks_off_or_lies_is_a_sentence(
    server: HubServer, store: Store, hub: Hub, fault: Fault, words: str
) -> None:
    server.faults = [fault]
    assert words in refused(store, hub)


def lying_length(length: int) -> Callable[[dict[str, bytes]], None]:
    def change(files: dict[str, bytes]) -> None:
        files[SHARDS[1]] = length.to_bytes(8, "little") + files[SHARDS[1]][8:]

    return change


def other_tensor(files: dict[str, bytes]) -> None:
    files[SHARDS[1]] = safetensors({"model.language_model.embed_tokens.weight": ("BF16", [2], bytes(4))})


def absent_shard(files: dict[str, bytes]) -> None:
    files[INDEX] = json.dumps({"weight_map": {"a": SHARDS[0], "b": "model-00009-of-00009.safetensors"}}).encode()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lying_length(10**6), "cut short inside its header"),
        (lying_length(90_000_000), "too long"),
        (lying_length(2**63), "no safetensors file"),
        (lying_length(0), "no safetensors file"),
        (lying_length(100), "damaged header"),
        (other_tensor, "different tensors by the name “model.language_model.embed_tokens.weight”"),
        (absent_shard, "lacks weights that its index names: model-00009-of-00009.safetensors"),
    ],
)
def test_files_that_lie_are_a_sentence(
    server: HubServer, store: Store, hub: Hub, change: Callable[[dict[str, bytes]], None], words: str
) -> None:
    change(server.repositories[REPO].files)
    assert words in refused(store, hub)


@pytest.mark.parametrize("fault", [Fault(path="/storage/", whole=True), Fault(path="/storage/", part="bytes 0-1/9")])
def test_a_server_that_sends_the_whole_file_is_not_listened_to(
    tmp_path: Path, server: HubServer, hub: Hub, fault: Fault
) -> None:
    weights = safetensors({"a": ("U8", [WEIGHTS], bytes(WEIGHTS))})
    server.repositories[REPO].files = {"model.safetensors": weights}
    server.faults, server.sent = [fault], 0
    with Store.open(tmp_path / "registry.db") as store, pytest.raises(SourceUnreadable):
        add(store, REPO, hub)
    assert server.sent < WEIGHTS / 4


def test_a_refusal_without_end_is_not_read_to_its_end(server: HubServer, store: Store, hub: Hub) -> None:
    server.faults = [Fault(path="/config.json", status=403, body=b" " * WEIGHTS)]
    server.sent = 0
    assert "refuses" in refused(store, hub)
    assert server.sent < WEIGHTS / 4


def test_a_server_that_drips_is_given_up(
    server: HubServer, store: Store, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_requests, "LONGEST_ANSWER", 0.2)
    server.faults = [Fault(path="/config.json", drip=0.05)]
    assert "too slowly" in refused(store, hub)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("path", ["/api/models", "/config.json", "/storage/"])
def test_the_token_follows_no_redirect_to_another_host(
    tmp_path: Path, server: HubServer, hub: Hub, status: int, path: str
) -> None:
    with running_hub() as elsewhere:
        for place in (elsewhere.endpoint, elsewhere.storage):
            server.faults = [Fault(path=path, status=status, headers={"Location": f"{place}/stolen"})]
            with Store.open(tmp_path / "registry.db") as store, pytest.raises(RegistryError):
                add(store, REPO, hub)
        assert {asked.path for asked in elsewhere.asked} == {"/stolen"}
        assert {asked.token for asked in elsewhere.asked} == {None}
    assert "Bearer hf_secret" in {asked.token for asked in server.asked}


def test_a_hub_that_is_away_is_told_from_one_that_lies(server: HubServer, store: Store, hub: Hub) -> None:
    server.faults = [Fault(path="/storage/", cut_after=3)]
    with pytest.raises(SourceAway):
        add(store, REPO, hub)
    server.faults = [Fault(path="/storage/", part="bytes 1-8/9")]
    with pytest.raises(SourceUnreadable):
        add(store, REPO, hub)


def test_a_tensor_that_two_files_repeat_counts_once_and_the_claim_says_so() -> None:
    twice = Tensor(name="a", dtype="BF16", shape=(2,), size=4)
    headers = [Header(tensors=(twice,), file_size=100)] * 2
    assert distinct_tensors(headers) == [twice]
    claims = header_claims(headers, Reading(subject=REPO, revision=None, as_of=DAY), bits=None, tied_output=False)
    assert {claim.field: claim.value for claim in claims} == {
        "tensor_bytes": 4, "tensor_bytes.BF16": 4, "parameters": 2,
    }  # fmt: skip
    assert all("Counted once: 1" in (claim.note or "") for claim in claims)
