"""registry commands: how to run this very variant, and why what is not offered is not."""

import argparse
from typing import get_args

from registry.cli.answer import Answer, bullets
from registry.cli.model import argument, model
from registry.cli.place import opened
from registry.commands import Command, Tool, commands
from registry.errors import SourceUnreadable
from registry.lookup import Model
from registry.recorded import recorded_config
from registry.sources.config_file import read_config

EXAMPLES = """\
  python -m registry commands Vishva007/gemma-4-E2B-it-W4A16-AutoRound
  python -m registry commands google/gemma-4-E2B-it --tool vllm
  python -m registry commands ./checkpoint --json"""


def arguments(parser: argparse.ArgumentParser) -> None:
    argument(parser)
    parser.add_argument("--tool", choices=get_args(Tool), help="one tool; its command alone is printed")


def run(given: argparse.Namespace) -> Answer:
    with opened(given.store) as store:
        found = model(store, given.model, given.revision)
    offered = commands(found.resolution, config=_config(found), folder=found.folder)
    if given.tool is None:
        return Answer(text="\n\n".join(map(_lines, offered)), data=offered)
    one = next(command for command in offered if command.tool == given.tool)
    if one.text is None:
        raise SourceUnreadable(f"There is no {one.tool} command for {found.resolution.subject}. {one.reason}")
    return Answer(text=one.text, data=one)


def _config(found: Model) -> dict[str, object] | None:
    return read_config(found.folder / "config.json") if found.folder else recorded_config(found.resolution.subject)


def _lines(command: Command) -> str:
    if command.text is None:
        return f"# {command.tool}: not offered. {command.reason}"
    notes = f"\n{bullets(command.notes)}" if command.notes else ""
    return f"# {command.tool}\n{command.text.rstrip()}{notes}"
