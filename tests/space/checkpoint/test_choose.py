"""Which model is served."""

import subprocess
import sys
from pathlib import Path

import pytest

from space.checkpoint.checkpoint import Checkpoint, HubModel
from space.checkpoint.choose import DEFAULT, checkpoint_elsewhere, choose, variants
from space.checkpoint.hardware import Gpu
from space.errors import CheckpointError
from tests.checkpoint_files import write_checkpoint

CARD = Gpu(name="L4", memory=24 << 30, free=24 << 30, compute_capability=(8, 9))
ROOT = Path(__file__).parents[3]


@pytest.fixture
def pocket(tmp_path: Path) -> Path:
    for name in ("bf16", "autoround", "gptq"):
        write_checkpoint(tmp_path / "pocket" / name)
    return tmp_path / "pocket"


def never(model: HubModel) -> bool:
    raise AssertionError(f"nobody may ask for {model}")


def test_without_a_card_the_pocket_is_served_and_the_hub_not_asked(pocket: Path) -> None:
    chosen = choose(None, None, gpus=[], is_at_hand=never, pocket=pocket)
    assert chosen == Checkpoint(folder=pocket / "autoround", repo_id="pocket-autoround", is_pocket=True)


def test_with_a_card_and_the_hub_the_real_model_is_served_at_its_commit(pocket: Path) -> None:
    chosen = choose(None, None, gpus=[CARD], is_at_hand=lambda model: model == DEFAULT, pocket=pocket)
    assert chosen == HubModel(
        repo_id="Vishva007/gemma-4-E2B-it-W4A16-AutoRound", revision="b5c22b35dcc1eb28dc20e801300ec221cd754d71"
    )


def test_with_a_card_and_no_hub_the_pocket_is_served(pocket: Path) -> None:
    chosen = choose(None, None, gpus=[CARD], is_at_hand=lambda model: False, pocket=pocket)
    assert isinstance(chosen, Checkpoint)
    assert chosen.is_pocket


def test_the_pocket_can_be_asked_for_on_any_machine(pocket: Path) -> None:
    chosen = choose("pocket", None, gpus=[CARD], is_at_hand=never, pocket=pocket)
    assert isinstance(chosen, Checkpoint)
    assert chosen.is_pocket


@pytest.mark.parametrize(("revision", "expected"), [("a-branch", "a-branch"), (None, None), ("", None)])
def test_a_repository_is_taken_as_it_is_spelt(pocket: Path, revision: str | None, expected: str | None) -> None:
    chosen = choose("Someone/Gemma-4.x", revision, gpus=[], is_at_hand=never, pocket=pocket)
    assert chosen == HubModel(repo_id="Someone/Gemma-4.x", revision=expected)


def test_a_folder_is_served_under_its_own_name(tmp_path: Path, pocket: Path) -> None:
    folder = write_checkpoint(tmp_path / "mine")
    chosen = choose(str(folder), None, gpus=[], is_at_hand=never, pocket=pocket)
    assert chosen == Checkpoint(folder=folder, repo_id="mine")


@pytest.mark.parametrize("name", ["bf16", "autoround", "gptq"])
def test_a_path_to_the_pocket_is_the_pocket(pocket: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / "link").symlink_to(pocket / name)
    for path in (pocket / name, tmp_path / "link"):
        chosen = choose(str(path), None, gpus=[], is_at_hand=never, pocket=pocket)
        assert chosen == Checkpoint(folder=pocket / name, repo_id=f"pocket-{name}", is_pocket=True)


def test_a_revision_alone_is_one_of_the_real_model(pocket: Path) -> None:
    wanted = HubModel(repo_id=DEFAULT.repo_id, revision="v2")
    assert choose(None, "v2", gpus=[CARD], is_at_hand=lambda model: model == wanted, pocket=pocket) == wanted


@pytest.mark.parametrize("model_id", [None, "pocket", "."])
def test_a_revision_is_never_passed_over_in_silence(pocket: Path, model_id: str | None) -> None:
    with pytest.raises(CheckpointError, match=r"MODEL_REVISION is “v2”.*no revisions"):
        choose(model_id, "v2", gpus=[], is_at_hand=never, pocket=pocket)


@pytest.mark.parametrize("model_id", ["~nobody-of-that-name/model", "a" * 5000])
def test_a_path_nobody_can_follow_is_refused(pocket: Path, model_id: str) -> None:
    with pytest.raises(CheckpointError, match="no path that can be followed"):
        choose(model_id, None, gpus=[], is_at_hand=never, pocket=pocket)


@pytest.mark.parametrize("model_id", ["/nowhere/at/all", "./nowhere", "~/nowhere"])
def test_a_path_without_a_checkpoint_is_refused(pocket: Path, model_id: str) -> None:
    with pytest.raises(CheckpointError, match=r"no folder with a config\.json"):
        choose(model_id, None, gpus=[], is_at_hand=never, pocket=pocket)


@pytest.mark.parametrize("model_id", ["gemma", "a/b/c", "owner/na me", "owner/", "https://example.org/owner/name"])
def test_what_is_neither_folder_nor_repository_is_refused(pocket: Path, model_id: str) -> None:
    with pytest.raises(CheckpointError, match="neither a folder nor a repository"):
        choose(model_id, None, gpus=[], is_at_hand=never, pocket=pocket)


def test_a_missing_pocket_says_where_it_should_be(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="pocket model is missing"):
        choose(None, None, gpus=[], is_at_hand=never, pocket=tmp_path)


def test_what_runs_elsewhere_is_named_and_neither_fetched_nor_switched(pocket: Path) -> None:
    unnamed = checkpoint_elsewhere(None, "the model at host", pocket=pocket)
    assert (unnamed.repo_id, unnamed.folder, unnamed.is_remote) == ("the model at host", None, True)
    named = checkpoint_elsewhere("owner/name", "the model at host", pocket=pocket)
    assert (named.repo_id, named.folder) == ("owner/name", None)
    served = checkpoint_elsewhere("pocket", "the model at host", pocket=pocket)
    assert (served.folder, served.is_pocket) == (pocket / "autoround", True)
    assert [variant.checkpoint for variant in variants(served)] == [served]
    with pytest.raises(CheckpointError, match="MODEL_ID"):
        checkpoint_elsewhere(str(pocket), "the model at host", pocket=pocket)


def test_the_picker_offers_the_pockets_formats_that_are_there(pocket: Path) -> None:
    served = choose(None, None, gpus=[], is_at_hand=never, pocket=pocket)
    assert isinstance(served, Checkpoint)
    assert [variant.checkpoint.repo_id for variant in variants(served)] == [
        "pocket-bf16",
        "pocket-autoround",
        "pocket-gptq",
    ]
    (pocket / "gptq" / "config.json").unlink()
    assert [variant.name for variant in variants(served)] == ["BF16", "W4A16 AutoRound"]
    assert served in [variant.checkpoint for variant in variants(served)]


def test_any_other_model_is_its_own_only_variant(tmp_path: Path) -> None:
    served = Checkpoint(folder=tmp_path, repo_id="someone/model", revision="c0ffee")
    assert [variant.checkpoint for variant in variants(served)] == [served]


def test_choosing_the_pocket_opens_no_socket(pocket: Path) -> None:
    """The whole path from the machine's cards to a checked folder, in a process that may not connect."""
    program = """
import socket, sys
def refuse(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo"):
        raise AssertionError(f"{event} {arguments}")
sys.addaudithook(refuse)
from pathlib import Path
from space.checkpoint.choose import choose
from space.checkpoint.hardware import available_memory, find_gpus
from space.checkpoint.hub import Hub, answers, is_at_hand
from space.checkpoint.preflight import Room, check
chosen = choose(None, None, gpus=[], is_at_hand=lambda model: is_at_hand(model, Hub()), pocket=Path(sys.argv[1]))
check(chosen.folder, room=Room(memory=64 << 30), kv_cache=0)
assert chosen.is_pocket
try:
    answers(Hub(endpoint="http://127.0.0.1:9"))
except AssertionError:
    print("the guard works")
"""
    done = subprocess.run(
        [sys.executable, "-c", program, str(pocket)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "the guard works" in done.stdout
