"""Whole passports from files alone: of a repository on a local Hub, and of a folder."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from registry.add import add, read
from registry.errors import SourceMissing, SourceUnreadable
from registry.record import Record, Relation
from registry.sources.hub_requests import Hub
from registry.store import Store
from tests.checkpoint_files import CONFIG, TENSOR_BYTES, checkpoint_files, safetensors, write_checkpoint
from tests.hub_server import COMMIT, HubServer, Repository, running_hub
from tests.registry.served_checkpoint import write_served_headers

REPO = "Someone/gemma-4-Small"
STRANGE: dict[str, Any] = {"model_type": "nobody-knows", "architectures": ["Nobody"], "auto_map": {"AutoModel": "x.py"}}


@pytest.fixture
def server() -> Iterator[HubServer]:
    with running_hub() as hub:
        files = checkpoint_files() | {"config.json": json.dumps(STRANGE).encode()}
        hub.repositories[REPO] = Repository(files=files, downloads=7, likes=1)
        yield hub


@pytest.fixture
def hub(server: HubServer) -> Hub:
    return Hub(endpoint=server.endpoint, pause=0)


def test_a_passport_has_what_files_configuration_card_and_hub_say(hub: Hub) -> None:
    record = read(REPO, hub)
    passport = record.passport
    assert (passport.subject, passport.revision) == (REPO, COMMIT)
    expected = {
        "tensor_bytes": TENSOR_BYTES,
        "architecture": "Nobody",
        "licence": "apache-2.0",
        "base_model": "google/gemma-4-E2B-it",
        "author": "Someone",
        "repo_id": REPO,
        "published": "2026-10-01",
        "downloads": 7,
        "likes": 1,
    }
    assert {field: passport.value(field) for field in expected} == expected
    assert {claim.revision for claim in passport.claims if claim.source != "Hugging Face Hub, engagement"} == {COMMIT}
    assert {file.path: file.size for file in record.files}["README.md"] == len(checkpoint_files()["README.md"])


def test_a_configuration_nobody_understands_leaves_the_cache_unknown_and_says_why(hub: Hub) -> None:
    need = read(REPO, hub).passport.claim("vram")
    assert need is not None
    assert need.value is None
    assert "KV cache is unknown" in (need.note or "")
    assert "nobody-knows" in (need.note or "")


def test_a_repository_with_weights_alone_has_a_passport(server: HubServer, hub: Hub) -> None:
    server.repositories[REPO].files = {"model.safetensors": safetensors({"a.weight": ("BF16", [2, 3], bytes(12))})}
    passport = read(REPO, hub).passport
    assert (passport.value("tensor_bytes"), passport.value("parameters")) == (12, 6)
    licence = passport.claim("licence")
    assert licence is not None
    assert (licence.value, licence.note) == (None, "There is no model card.")


def test_a_repository_without_safetensors_says_that_nothing_proves_its_weights(server: HubServer, hub: Hub) -> None:
    server.repositories[REPO].files = {"README.md": b"# A model", "model.gguf": b"GGUF"}
    claim = read(REPO, hub).passport.claim("tensor_bytes")
    assert claim is not None
    assert claim.value is None
    assert "no model.safetensors" in (claim.note or "")


def test_a_revision_can_be_named(server: HubServer, hub: Hub) -> None:
    server.repositories[REPO].branches = ("main", "v1")
    assert read(f"{REPO}@v1", hub).passport.revision == COMMIT
    with pytest.raises(SourceMissing, match="no such revision"):
        read(f"{REPO}@v2", hub)


@pytest.mark.parametrize(
    ("front", "config", "relation"),
    [
        ("base_model: a/b", STRANGE, Relation(kind="base", target="a/b")),
        (
            "base_model: a/b",
            STRANGE | {"quantization_config": {"bits": 4}},
            Relation(kind="quantized_from", target="a/b"),
        ),
        ("base_model: [a/b]\nbase_model_relation: finetune", STRANGE, Relation(kind="finetune", target="a/b")),
    ],
)
def test_the_card_names_what_it_was_made_from(
    server: HubServer, hub: Hub, front: str, config: dict[str, Any], relation: Relation
) -> None:
    card = f"---\n{front}\n---\n# A model\n".encode()
    server.repositories[REPO].files |= {"README.md": card, "config.json": json.dumps(config).encode()}
    assert read(REPO, hub).relations == (relation,)


def test_adding_records_it_and_adding_again_changes_nothing(tmp_path: Path, hub: Hub) -> None:
    with Store.open(tmp_path / "registry.db") as store:
        add(store, REPO, hub)
        first = store.passport(REPO)
        add(store, REPO, hub)
        assert store.passport(REPO) == first
        assert first.value("tensor_bytes") == TENSOR_BYTES
        assert len(store.files(REPO)) == len(checkpoint_files())


def test_what_no_database_keeps_is_not_stored(tmp_path: Path, server: HubServer, hub: Hub) -> None:
    config = STRANGE | {"architectures": ["half \ud800"], "max_position_embeddings": 10**30}
    server.repositories[REPO].files["config.json"] = json.dumps(config).encode()
    with Store.open(tmp_path / "registry.db") as store:
        passport = add(store, REPO, hub).passport
        assert passport.value("architecture") == "half ?"
        assert passport.value("context") is None
        assert store.resolution(REPO).value("context") is None


@pytest.mark.parametrize(
    "changed",
    [
        {"model_type": "half \ud800"},
        {"num_key_value_heads": 10**400, "head_dim": 10**400},
        {"head_dim": 2**40},
        {"hidden_size": True, "max_position_embeddings": True},
        {"layer_types": ["\ud800"] * 2},
        {"rope_scaling": {"a": [[10**400]]}},
        {"quantization_config": {"bits": 4, "quant_method": ["gptq"]}},
    ],
)
def test_an_absurd_configuration_ends_in_a_passport_that_can_be_kept(tmp_path: Path, changed: dict[str, Any]) -> None:
    llama = {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 64, "intermediate_size": 128}
    sizes = {"num_attention_heads": 4, "num_hidden_layers": 2, "num_key_value_heads": 2, "vocab_size": 100}
    (tmp_path / "config.json").write_text(json.dumps(llama | sizes | changed))
    with Store.open(tmp_path / "registry.db") as store:
        passport = add(store, str(tmp_path), Hub(), name="absurd").passport
        assert set(store.passport("absurd").claims) == set(passport.claims)
        need = passport.claim("vram")
        assert need is not None
        assert "True" not in dict(need.conditions).values()


def test_the_served_checkpoint_weighs_what_its_headers_say_though_no_weight_is_there(
    tmp_path: Path, server: HubServer, hub: Hub
) -> None:
    folder = write_served_headers(tmp_path)
    for found in (read(str(folder), hub, name="served"), _read_from_hub(server, hub, folder)):
        assert found.passport.value("tensor_bytes") == 7_450_398_662
        assert found.passport.value("mixture_of_experts") in (False, None)
        need = found.passport.claim("vram")
        assert need is not None
        assert isinstance(need.value, int)
        assert need.value > 7_450_398_662
        assert dict(need.conditions)["context"] == "8192"


def _read_from_hub(server: HubServer, hub: Hub, folder: Path) -> Record:
    server.repositories["owner/served"] = Repository(files={path.name: path.read_bytes() for path in folder.iterdir()})
    return read("owner/served", hub)


def test_a_folder_has_a_passport_under_its_own_name_or_a_given_one(tmp_path: Path, hub: Hub) -> None:
    config = json.dumps(CONFIG | STRANGE).encode()
    folder = write_checkpoint(tmp_path / "my-model", config__json=config)
    assert read(str(folder), hub).passport.subject == "my-model"
    named = read(str(folder), hub, name="named").passport
    assert (named.subject, named.revision) == ("named", None)
    assert named.value("tensor_bytes") == TENSOR_BYTES


def test_a_damaged_folder_has_none(tmp_path: Path, hub: Hub) -> None:
    folder = write_checkpoint(tmp_path / "broken", config__json=b"[]")
    with pytest.raises(SourceUnreadable, match=r"config\.json"):
        read(str(folder), hub)
