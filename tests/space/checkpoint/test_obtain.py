"""From what was asked for to a folder that can be served."""

from pathlib import Path
from threading import Event

import pytest

from space.checkpoint.hardware import Gpu
from space.checkpoint.hub import Hub
from space.checkpoint.obtain import Wanted, obtain
from space.checkpoint.parallel import ONE_PROCESS, ParallelSizes
from space.errors import CheckpointError
from tests.checkpoint_files import checkpoint_files, write_checkpoint
from tests.hub_server import COMMIT, Repository, running_hub

REPO = "someone/gemma-4-small"


def card(free: int, capability: tuple[int, int] = (9, 0)) -> Gpu:
    return Gpu(name="a card", memory=64 << 30, free=free, compute_capability=capability)


def wanted(
    model_id: str,
    hub: Hub,
    *,
    gpus: tuple[Gpu, ...] = (card(64 << 30),),
    kv_cache: int = 0,
    sizes: ParallelSizes = ONE_PROCESS,
) -> Wanted:
    return Wanted(
        model_id=model_id, model_revision=None, hub=hub, on_gpu=True, gpus=gpus, kv_cache=kv_cache, sizes=sizes
    )


def test_a_repository_is_fetched_and_checked_while_its_percentage_is_told(tmp_path: Path) -> None:
    percents: list[int] = []
    with running_hub() as server:
        server.repositories[REPO] = Repository(files=checkpoint_files())
        hub = Hub(endpoint=server.endpoint, cache=tmp_path)
        checkpoint = obtain(wanted(REPO, hub), percents.append, Event())
    assert (checkpoint.repo_id, checkpoint.revision) == (REPO, COMMIT)
    assert percents[-1] == 100


def test_a_fetched_repository_that_cannot_be_served_is_refused(tmp_path: Path) -> None:
    with running_hub() as server:
        server.repositories[REPO] = Repository(files={**checkpoint_files(), "config.json": b"{}"})
        hub = Hub(endpoint=server.endpoint, cache=tmp_path)
        with pytest.raises(CheckpointError, match="no architecture at all"):
            obtain(wanted(REPO, hub), lambda percent: None, Event())


def test_the_cards_free_memory_is_what_counts_where_there_is_one(tmp_path: Path) -> None:
    folder = str(write_checkpoint(tmp_path))
    gpus = (card(1 << 30), card(4 << 30))
    assert obtain(wanted(folder, Hub(), gpus=gpus), lambda percent: None, Event()).folder == tmp_path
    with pytest.raises(CheckpointError, match="are free"):
        obtain(wanted(folder, Hub(), gpus=gpus, kv_cache=3 << 30), lambda percent: None, Event())


@pytest.mark.parametrize("gpus", [(card(16 << 30, (7, 5)),), ()], ids=["too old", "none"])
def test_cards_that_cannot_run_the_model_are_named(tmp_path: Path, gpus: tuple[Gpu, ...]) -> None:
    with pytest.raises(CheckpointError, match=f"cards are: {'a card' if gpus else 'none'}"):
        obtain(wanted(str(write_checkpoint(tmp_path)), Hub(), gpus=gpus), lambda percent: None, Event())


def test_of_several_cards_the_least_free_one_that_is_used_counts(tmp_path: Path) -> None:
    folder = str(write_checkpoint(tmp_path))
    gpus = (card(1 << 30), card(4 << 30), card(6 << 30))
    two, three = ParallelSizes(tensor=2), ParallelSizes(data=3)
    assert obtain(wanted(folder, Hub(), gpus=gpus, sizes=two), lambda percent: None, Event()).folder == tmp_path
    with pytest.raises(CheckpointError, match="on each of 3 cards"):
        obtain(wanted(folder, Hub(), gpus=gpus, sizes=three), lambda percent: None, Event())


def test_more_parts_than_cards_are_refused_in_a_sentence(tmp_path: Path) -> None:
    folder = str(write_checkpoint(tmp_path))
    gpus = (card(64 << 30), card(64 << 30), card(64 << 30, (7, 5)))
    sizes = ParallelSizes(tensor=2, data=2)
    with pytest.raises(CheckpointError, match=r"asks for 4 cards \(tensor 2 by pipeline 1 by data 2\).*has 2 that can"):
        obtain(wanted(folder, Hub(), gpus=gpus, sizes=sizes), lambda percent: None, Event())
