"""Measures a checkpoint folder on the exam, through the very engine that serves the Space.

It knows how to ask and to count; what is right is the exam's business.
"""

import argparse
import asyncio
import json
import signal
import sys
from collections.abc import Coroutine, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

from space.checkpoint.hardware import available_memory
from space.checkpoint.preflight import Room, check
from space.conversation import Request, ToolCall
from space.engine.engine import Engine
from space.engine.open import installed_options, open_engine
from space.errors import CheckpointError
from space.events import ReasoningDelta, TextDelta
from space.model.exam import Answered, Task, request, right, tasks
from space.model.speech import refuse_silence

DEFAULT_FOLDER = Path(__file__).parent / "pocket" / "autoround"
AT_ONCE = 16
Named = TypeVar("Named", str, int)
TERMINATED = 128 + signal.SIGTERM  # what a shell shows


@dataclass(frozen=True, kw_only=True)
class Mark:
    """How one task went."""

    task: str
    budget: int | None
    samples: int
    right: int

    @property
    def accuracy(self) -> float:
        return self.right / self.samples


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, nargs="?", default=DEFAULT_FOLDER, metavar="FOLDER")
    parser.add_argument("--samples", type=int, default=500, help="questions a task (default: %(default)s)")
    parser.add_argument("--tasks", nargs="*", metavar="TASK", help="only these tasks, by name")
    parser.add_argument("--budgets", nargs="*", type=int, metavar="TOKENS", help="only pictures at these budgets")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--show-wrong", type=int, default=0, metavar="N", help="print up to N wrong answers a task")


def run(args: argparse.Namespace) -> int:
    chosen = choose(args.tasks or (), args.budgets or ())
    if args.samples < 1:
        raise CheckpointError(f"An exam needs at least one question a task, not {args.samples}.")
    if any(task.speech for task in chosen):
        refuse_silence()
    room = Room(memory=available_memory())
    check(args.folder, room=room, kv_cache=installed_options().kv_cache_memory_bytes or 0)
    marks = asyncio.run(_until_terminated(evaluate(args.folder, chosen, args.samples, args.show_wrong)))
    if marks is None:
        return TERMINATED
    print(as_json(marks) if args.json else as_table(marks))
    return 0


def choose(names: Sequence[str], budgets: Sequence[int]) -> list[Task]:
    """The tasks of these names, those about pictures at these budgets; none named means all.

    Raises CheckpointError for a name or a budget that no task has.
    """
    known = tasks()
    _refuse_unknown(names, {task.name for task in known})
    _refuse_unknown(budgets, {task.budget for task in known if task.budget is not None})
    return [
        task
        for task in known
        if (not names or task.name in names) and (not budgets or task.budget is None or task.budget in budgets)
    ]


def _refuse_unknown(named: Sequence[Named], known: set[Named]) -> None:
    if unknown := sorted(set(named) - known):
        raise CheckpointError(
            f"No task has {', '.join(map(repr, unknown))}; there are {', '.join(map(str, sorted(known)))}."
        )


async def _until_terminated(work: Coroutine[None, None, list[Mark]]) -> list[Mark] | None:
    """The result of `work`; None when the process was asked to end, after the engine's processes have ended too."""
    running = asyncio.ensure_future(work)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, running.cancel)
    try:
        return await running
    except asyncio.CancelledError:
        return None


async def evaluate(folder: Path, chosen: Sequence[Task], samples: int, show_wrong: int = 0) -> list[Mark]:
    """Ask every chosen task `samples` questions."""
    marks = []
    async with open_engine(folder, max_num_seqs=AT_ONCE) as engine:
        for task in chosen:
            mark = await _measure(engine, task, max(1, samples // task.every), show_wrong)
            print(f"{task.name} {task.budget or ''}: {mark.right}/{mark.samples}", file=sys.stderr, flush=True)
            marks.append(mark)
    return marks


async def _measure(engine: Engine, task: Task, samples: int, show_wrong: int) -> Mark:
    door = asyncio.Semaphore(AT_ONCE)
    shown = 0

    async def ask(number: int) -> bool:
        nonlocal shown
        async with door:
            lesson = task.lesson(number)
            answered = await answer(engine, request(lesson, task.budget))
        good = right(task, lesson, answered)
        if not good and shown < show_wrong:
            shown += 1
            last = lesson.turns[-1]
            print(f"  {number}: {last.question!r} → {answered} instead of {last.answer!r}", file=sys.stderr)
        return good

    results = await asyncio.gather(*(ask(number) for number in range(samples)))
    return Mark(task=task.name, budget=task.budget, samples=samples, right=sum(results))


async def answer(engine: Engine, asked: Request) -> Answered:
    """The whole answer to one request."""
    text, thought, calls = "", "", list[ToolCall]()
    async for event in engine.stream(asked):
        if isinstance(event, TextDelta):
            text += event.text
        elif isinstance(event, ReasoningDelta):
            thought += event.text
        elif isinstance(event, ToolCall):
            calls.append(event)
    return Answered(text=text, thought=thought, calls=tuple(calls))


def as_json(marks: Sequence[Mark]) -> str:
    """One object a task and budget, keyed by both."""
    return json.dumps({_key(mark): {**asdict(mark), "accuracy": round(mark.accuracy, 4)} for mark in marks}, indent=2)


def as_table(marks: Sequence[Mark]) -> str:
    """One line a task and budget."""
    return "\n".join(
        f"{_key(mark):24} {mark.right:5} / {mark.samples:<5} {100 * mark.accuracy:6.1f} %" for mark in marks
    )


def _key(mark: Mark) -> str:
    return mark.task if mark.budget is None else f"{mark.task} at {mark.budget}"
