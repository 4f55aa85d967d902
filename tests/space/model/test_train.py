"""Training learns, stops and goes on, and writes a folder that loads."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch
import torch.distributed as dist
from transformers import Gemma4ForConditionalGeneration, Gemma4Processor

from space.model.architecture import new_pocket
from space.model.folder import SHARD_BYTES, pocket_processor, save_pocket
from space.model.hints import Hints
from space.model.rounding import rounded_weights
from space.model.train import CHECKPOINT, Plan, Student, optimizers, progress, rate_share, run_tokenizer

PLAN = Plan(steps=4, batch=1, workers=1, warm_up=2, round_from=0.5)


@pytest.fixture(autouse=True)
def alone(tmp_path: Path) -> Iterator[None]:
    """A group of one worker, which is this process."""
    dist.init_process_group("gloo", init_method=f"file://{tmp_path / 'meeting'}", rank=0, world_size=1)
    yield
    dist.destroy_process_group()


def test_a_run_that_stops_and_goes_on_ends_with_the_same_weights(processor: Gemma4Processor, tmp_path: Path) -> None:
    straight = Student(PLAN, processor)
    for step in range(PLAN.steps):
        straight.learn(step, 0)
    stopped = Student(PLAN, processor)
    for step in range(2):
        stopped.learn(step, 0)
    stopped.save(tmp_path / CHECKPOINT, 2)
    resumed = Student(replace(PLAN), processor)
    assert resumed.resume(tmp_path / CHECKPOINT) == 2
    for step in range(2, PLAN.steps):
        resumed.learn(step, 0)
    for name, tensor in straight.model.state_dict().items():
        assert torch.equal(tensor, resumed.model.state_dict()[name]), name


def test_the_saved_folder_loads_and_no_file_is_too_large_for_git(processor: Gemma4Processor, tmp_path: Path) -> None:
    model = new_pocket(1)
    save_pocket(tmp_path / "pocket", model, processor.tokenizer)
    loaded = Gemma4ForConditionalGeneration.from_pretrained(tmp_path / "pocket", dtype=torch.bfloat16)
    for name, tensor in model.state_dict().items():
        assert torch.equal(tensor.to(torch.bfloat16), loaded.state_dict()[name].to(torch.bfloat16)), name
    assert max(path.stat().st_size for path in (tmp_path / "pocket").iterdir()) < SHARD_BYTES + 100_000


def test_rounding_leaves_whole_weights_behind() -> None:
    model = new_pocket(2)
    weight = model.model.language_model.layers[0].mlp.up_proj.weight
    before = weight.detach().clone()
    with rounded_weights(model):
        within = weight.detach().clone()
    assert torch.equal(weight, before)
    assert not torch.equal(within, before)
    for group in within[0].unflatten(0, (-1, 128)):
        assert len(group.unique()) <= 16


def test_a_run_goes_on_from_the_weights_and_the_tokenizer_of_an_earlier_folder(
    processor: Gemma4Processor, tmp_path: Path
) -> None:
    save_pocket(tmp_path / "earlier", new_pocket(5), processor.tokenizer)
    plan = replace(PLAN, start=str(tmp_path / "earlier"), begin=0.4)
    tokenizer = run_tokenizer(tmp_path / "run" / "tokenizer", plan)
    assert tokenizer.get_vocab() == processor.tokenizer.get_vocab()
    student = Student(plan, pocket_processor(tokenizer))
    for name, tensor in new_pocket(5).state_dict().items():
        assert torch.equal(tensor.to(torch.bfloat16).float(), student.model.state_dict()[name]), name
    assert [round(progress(step, plan), 2) for step in (0, 2, 4)] == [0.4, 0.7, 1.0]


def test_every_parameter_is_learned_by_one_optimizer_and_matrices_by_muon() -> None:
    model, hints = new_pocket(3), Hints(8)
    muon, adam = (
        [parameter for group in optimizer.param_groups for parameter in group["params"]]
        for optimizer in optimizers(model, hints, 1e-3)
    )
    every = [*model.parameters(), *hints.parameters()]
    assert sorted(map(id, muon + adam)) == sorted(map(id, every))
    assert model.model.language_model.layers[0].mlp.up_proj.weight in set(muon)
    assert model.model.language_model.embed_tokens.weight in set(adam)


def test_the_learning_rate_rises_then_falls_to_nothing() -> None:
    plan = Plan(steps=100, warm_up=10)
    shares = [rate_share(step, plan) for step in range(100)]
    assert shares.index(max(shares)) == pytest.approx(10, abs=1)
    assert shares[-1] < 0.02


def test_training_hears_as_serving_does(processor: Gemma4Processor) -> None:
    """The audio tower must not be trained under a mask that no server uses."""
    model = Student(PLAN, processor).model
    frames = torch.randn(1, 120, 128)
    present = torch.ones(1, 120, dtype=torch.bool)
    served = new_pocket(PLAN.seed)
    with torch.no_grad():
        trained_with = model.model.get_audio_features(frames, present, return_dict=True).pooler_output
        served_with = served.model.get_audio_features(frames, present, return_dict=True).pooler_output
    assert torch.allclose(trained_with, served_with, atol=1e-5)
