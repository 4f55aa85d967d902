"""Trains the pocket on CPU cores, one worker process a core, and writes its BF16 folder.

It begins from nothing, or from an earlier BF16 folder. Workers learn from lessons of their own and average their
gradients. A run stops and goes on at its checkpoints; the same plan gives the same lessons whatever happened in
between. It knows nothing about quantization or serving.
"""

import argparse
import json
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
import torch.distributed as dist
from torch import nn
from torch.multiprocessing import spawn
from transformers import Gemma4Processor, PreTrainedTokenizerFast
from transformers.modeling_outputs import BaseModelOutputWithPooling

from space.errors import CheckpointError
from space.model.architecture import new_pocket
from space.model.curriculum import Lecture, lecture, texts
from space.model.encoding import IGNORED, encode, picture_tensors
from space.model.folder import load_pocket, pocket_processor, save_pocket
from space.model.hints import Hints, copied
from space.model.plot import plot_losses
from space.model.rounding import rounded_weights
from space.model.speech import refuse_silence
from space.model.vocabulary import learn_tokenizer

CHECKPOINT = "checkpoint.pt"
LOG = "log.jsonl"
TOKENIZER = "tokenizer"
TOKENIZER_LESSONS = 6000


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How to train. `batch` is lessons a worker and step; `rate` is the highest learning rate.

    From the share `round_from` of the steps on, the weights that quantization rounds are learned under rounding.
    `start` is a BF16 folder whose weights and tokenizer the run takes over; its lessons then begin at the share `begin`
    of the curriculum, which those weights have behind them.
    """

    seed: int = 4
    steps: int = 5400
    workers: int = 2
    batch: int = 12
    rate: float = 2.4e-3
    warm_up: int = 100
    hint_weight: float = 0.5
    save_every: int = 150
    round_from: float = 0.8
    start: str | None = None
    begin: float = 0.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    plan = Plan()
    parser.add_argument("--run-folder", type=Path, default=Path("runs/pocket"), help="log, checkpoints, loss plot")
    parser.add_argument("--out", type=Path, help="where the BF16 checkpoint goes (default: bf16 in the run folder)")
    parser.add_argument("--steps", type=int, default=plan.steps)
    parser.add_argument("--seed", type=int, default=plan.seed)
    parser.add_argument("--rate", type=float, default=plan.rate, help="highest learning rate (default: %(default)s)")
    parser.add_argument("--start", type=Path, help="a BF16 folder to go on from, with its tokenizer (default: nothing)")
    parser.add_argument(
        "--begin", type=float, default=plan.begin, help="share of the curriculum that the start has behind it"
    )
    parser.add_argument("--workers", type=int, default=plan.workers, help="one a core (default: %(default)s)")


def run(args: argparse.Namespace) -> int:
    start = None if args.start is None else str(args.start)
    plan = Plan(seed=args.seed, steps=args.steps, workers=args.workers, rate=args.rate, start=start, begin=args.begin)
    train(args.run_folder, args.run_folder / "bf16" if args.out is None else args.out, plan)
    return 0


def train(folder: Path, out: Path, plan: Plan) -> None:
    """Train in `folder` (log, checkpoints, loss plot), going on where it stopped; write the result to `out`.

    Raises CheckpointError when `folder` holds another plan's run, when there is nothing to start from, or when nobody
    can speak.
    """
    refuse_silence()
    _take_plan(folder, plan)
    meeting = folder.resolve() / "rendezvous"  # a URL with a relative path would name a host
    meeting.unlink(missing_ok=True)
    run_tokenizer(folder / TOKENIZER, plan)
    spawn(_work, (folder, out, plan, meeting), nprocs=plan.workers)


def _take_plan(folder: Path, plan: Plan) -> None:
    if plan.start is not None:
        load_pocket(Path(plan.start))
    path, text = folder / "plan.json", json.dumps(asdict(plan), indent=2) + "\n"
    if path.exists() and path.read_text(encoding="utf-8") != text:
        raise CheckpointError(f"{folder} holds the run of another plan; name another run folder, or remove this one.")
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _work(worker: int, folder: Path, out: Path, plan: Plan, meeting: Path) -> None:
    torch.set_num_threads(1)
    dist.init_process_group("gloo", init_method=f"file://{meeting}", rank=worker, world_size=plan.workers)
    tokenizer = run_tokenizer(folder / TOKENIZER, plan)
    student = Student(plan, pocket_processor(tokenizer))
    first = student.resume(folder / CHECKPOINT)
    parent, started = os.getppid(), time.monotonic()
    for step in range(first, plan.steps):
        if os.getppid() != parent:
            raise SystemExit("the command that started this worker is gone")
        busy = time.process_time()
        losses = student.learn(step, worker)
        busy = round(time.process_time() - busy, 3)
        if worker:
            continue
        seconds = round((time.monotonic() - started) / (step + 1 - first), 3)
        _log(folder, {"step": step, **losses, "seconds_per_step": seconds, "processor_seconds": busy})
        if (step + 1) % plan.save_every == 0 or step + 1 == plan.steps:
            student.save(folder / CHECKPOINT, step + 1)
            save_pocket(out, student.model, tokenizer)
            plot_losses(folder / LOG, folder / "loss.png")
            print(f"step {step + 1} of {plan.steps}, {seconds} s a step", flush=True)
    dist.barrier()
    dist.destroy_process_group()


def new_tokenizer(seed: int) -> PreTrainedTokenizerFast:
    """The tokenizer learned from the lessons' own words; the same for the same seed."""
    return learn_tokenizer(texts(seed, TOKENIZER_LESSONS))


def run_tokenizer(folder: Path, plan: Plan) -> PreTrainedTokenizerFast:
    """The run's tokenizer, learned or taken over at its start: token ids must not move under half-trained weights."""
    if not folder.exists() and plan.start is None:
        new_tokenizer(plan.seed).save_pretrained(folder)
    elif not folder.exists():
        PreTrainedTokenizerFast.from_pretrained(plan.start).save_pretrained(folder)
    loaded: PreTrainedTokenizerFast = PreTrainedTokenizerFast.from_pretrained(folder)
    return loaded


class Student:
    """The model, its hints and its optimizers: what a checkpoint holds."""

    def __init__(self, plan: Plan, processor: Gemma4Processor) -> None:
        self.plan = plan
        self.processor = processor
        self.model = (new_pocket(plan.seed) if plan.start is None else load_pocket(Path(plan.start))).train()
        # Eager gives the attention weights that the hints read; fused kernels are faster on a thousand patches. Never
        # eager for the audio tower: transformers 5.19.0 gives it an additive mask then, read upside down (2026-11).
        self.model.set_attn_implementation({"text_config": "eager", "vision_config": "sdpa"})
        self.hints = Hints(self.model.config.text_config.hidden_size)
        self.parameters = [*self.model.parameters(), *self.hints.parameters()]
        # Clipped apart: the large gradients of hints must not shrink what a picture teaches the language model.
        speaking = list(self.model.model.language_model.parameters())
        spoken = {id(parameter) for parameter in speaking}
        self.clipped = (speaking, [parameter for parameter in self.parameters if id(parameter) not in spoken])
        self.optimizers = optimizers(self.model, self.hints, plan.rate)

    def learn(self, step: int, worker: int) -> dict[str, float | str]:
        """One step: losses of this worker's lessons, gradients of all workers' lessons."""
        plan = self.plan
        for optimizer in self.optimizers:
            for group in optimizer.param_groups:
                group["lr"] = plan.rate * rate_share(step, plan)
            optimizer.zero_grad()
        given = lecture(plan.seed, step, worker, progress=progress(step, plan), batch=plan.batch)
        with rounded_weights(self.model) if step >= plan.round_from * plan.steps else nullcontext():
            with torch.autocast("cpu", torch.bfloat16):
                said, hinted = self._losses(given)
            (said + plan.hint_weight * hinted).backward()
        average_gradients(self.parameters)
        for part in self.clipped:
            nn.utils.clip_grad_norm_(part, 1.0)
        for optimizer in self.optimizers:
            optimizer.step()
        return {"kind": _kind(given), "loss": round(said.item(), 4), "hints": round(hinted.item(), 4)}

    def _losses(self, given: Lecture) -> tuple[torch.Tensor, torch.Tensor]:
        """Loss of the words to say (zero for pictures without questions), and of the hints."""
        lessons, core = given.lessons, self.model.model
        if given.grid is not None and not lessons[0].turns:
            seen = core.get_image_features(*picture_tensors(lessons, given.grid), return_dict=True)
            return torch.zeros(()), self._sight(seen, given)
        batch = encode(self.processor, lessons, given.grid)
        hinted = torch.zeros(())
        if batch.patches is not None:
            seen = core.get_image_features(batch.patches, batch.positions, return_dict=True)
            hinted = self._sight(seen, given)
            out = core(input_ids=batch.input_ids, use_cache=False, mm_encoder_outputs={"image": seen})
        elif batch.frames is not None:
            present = torch.ones(batch.frames.shape[:2], dtype=torch.bool)
            out = core(batch.input_ids, use_cache=False, input_features=batch.frames, input_features_mask=present)
            tokens = out.audio_hidden_states.unflatten(0, (len(lessons), -1))
            hinted = self.hints.heard(tokens, [lesson.sound for lesson in lessons if lesson.sound is not None])
        else:
            with attentions(core.language_model.layers[:2]) as seen_by:
                out = core(input_ids=batch.input_ids, use_cache=False)
            hinted = copied(batch.input_ids, batch.labels, seen_by[0][:, 0].float(), seen_by[1][:, 0].float())
        wanted = batch.labels[:, 1:] != IGNORED
        logits = self.model.lm_head(out.last_hidden_state[:, :-1][wanted]).float()
        cap = self.model.config.text_config.final_logit_softcapping
        return nn.functional.cross_entropy(cap * torch.tanh(logits / cap), batch.labels[:, 1:][wanted]), hinted

    def _sight(self, seen: BaseModelOutputWithPooling, given: Lecture) -> torch.Tensor:
        pictures = [lesson.picture for lesson in given.lessons if lesson.picture is not None]
        assert given.grid is not None
        return self.hints.seen(torch.stack(seen.pooler_output), pictures, given.grid)

    def save(self, path: Path, step: int) -> None:
        """Write a checkpoint in one piece: a stop while writing leaves the one before."""
        state = {
            "step": step,
            "model": self.model.state_dict(),
            "hints": self.hints.state_dict(),
            "optimizers": [optimizer.state_dict() for optimizer in self.optimizers],
        }
        torch.save(state, path.with_suffix(".part"))
        os.replace(path.with_suffix(".part"), path)

    def resume(self, path: Path) -> int:
        """Load a checkpoint if there is one; the step to go on with."""
        if not path.exists():
            return 0
        state = torch.load(path, weights_only=True)
        self.model.load_state_dict(state["model"])
        self.hints.load_state_dict(state["hints"])
        for optimizer, held in zip(self.optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(held)
        return int(state["step"])


def optimizers(model: nn.Module, hints: nn.Module, rate: float) -> tuple[torch.optim.Optimizer, torch.optim.Optimizer]:
    """Muon for the matrices between layers, AdamW for embeddings, convolutions, norms and hints.

    Muon (Jordan et al., 2024). Its updates are scaled to the size of AdamW's (Liu et al., 2025), so one learning rate
    serves both.
    """
    matrices = [part for name, part in model.named_parameters() if part.ndim == 2 and "embed_tokens" not in name]
    taken = {id(part) for part in matrices}
    others = [part for part in (*model.parameters(), *hints.parameters()) if id(part) not in taken]
    return (
        torch.optim.Muon(matrices, lr=rate, weight_decay=0.01, adjust_lr_fn="match_rms_adamw"),
        torch.optim.AdamW(others, lr=rate, betas=(0.9, 0.98), weight_decay=0.01, fused=True),
    )


@contextmanager
def attentions(layers: Iterable[nn.Module]) -> Iterator[list[torch.Tensor]]:
    """Collects the attention weights of decoder layers, [lessons, heads, tokens, tokens] each, while they run."""
    weights: list[torch.Tensor] = []
    hooks = [
        layer.self_attn.register_forward_hook(lambda _module, _inputs, output: weights.append(output[1]))
        for layer in layers
    ]
    try:
        yield weights
    finally:
        for hook in hooks:
            hook.remove()


def rate_share(step: int, plan: Plan) -> float:
    """The learning rate's share of its highest value: up during `warm_up`, then down to zero in a straight line."""
    return min((step + 1) / plan.warm_up, (plan.steps - step) / max(1, plan.steps - plan.warm_up), 1.0)


def progress(step: int, plan: Plan) -> float:
    """The share of the curriculum that lies behind, from `begin` to 1."""
    return plan.begin + (1 - plan.begin) * step / plan.steps


def average_gradients(parameters: list[nn.Parameter]) -> None:
    """Give every worker the mean gradient. A step's lessons are of one kind everywhere, so the same ones are None."""
    gradients = [parameter.grad for parameter in parameters if parameter.grad is not None]
    flat = torch.cat([gradient.flatten() for gradient in gradients])
    dist.all_reduce(flat)
    flat /= dist.get_world_size()
    for gradient, mean in zip(gradients, flat.split([gradient.numel() for gradient in gradients]), strict=True):
        gradient.copy_(mean.view_as(gradient))


def _kind(given: Lecture) -> str:
    if not given.lessons[0].turns:
        return "collage"
    if given.grid is not None:
        return "picture" if given.grid[0] * given.grid[1] <= 70 else "large picture"
    return "sound" if given.lessons[0].sound is not None else "words"


def _log(folder: Path, line: dict[str, object]) -> None:
    with (folder / LOG).open("a") as log:
        log.write(json.dumps(line) + "\n")
