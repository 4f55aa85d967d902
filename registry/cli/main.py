"""The command line: finds the command, gives it its arguments, prints its answer or a sentence on what went wrong.

Only the module of the command that was asked for is imported, so that `list` needs not wait for what `vram` needs.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from registry.cli.answer import DONE, FAILED, Answer, put
from registry.cli.plain import printable
from registry.errors import RegistryError

COMMANDS = {
    "list": "every model recorded",
    "search": "models that match words and limits, the best score first",
    "show": "a model's passport: what is known, who says so, and where sources disagree",
    "audit": "which claims about a model break a rule, and what is right",
    "vram": "memory a model needs, and the cards that have it",
    "fni": "a model's FNI with each factor explained",
    "cite": "how to cite a model, in six formats",
    "commands": "how to run a model",
    "compare": "two to four models side by side",
    "export": "a passport or the whole registry for other programs",
    "add": "record a repository, a folder or an exported registry",
    "refresh": "read likes, downloads and dates anew",
    "verify": "derive everything derived again and report what differs",
}

STOPPED = 130
"""What shells answer for a command stopped from the keyboard."""


class Command(Protocol):
    """A module of this folder."""

    EXAMPLES: str

    def arguments(self, parser: argparse.ArgumentParser) -> None: ...

    def run(self, given: argparse.Namespace) -> Answer: ...


def main(words: Sequence[str]) -> int:
    """Run the command a line asks for; its exit code."""
    _escape_what_cannot_be_shown()
    given = _parser(words).parse_args(words)
    command = _module(given.command)
    try:
        return put(command.run(given), as_json=given.json)
    except RegistryError as error:
        sys.stderr.write(f"registry {given.command}: {printable(str(error))}\n")
        return FAILED
    except BrokenPipeError:
        # Whoever read stopped reading, such as `head`. Python would complain once more when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt:
        return STOPPED


def _parser(words: Sequence[str]) -> argparse.ArgumentParser:
    """Every command by name; only the one that is asked for knows its arguments."""
    parser = argparse.ArgumentParser(
        prog="python -m registry",
        description="A record of models: every claim with who makes it, what files prove, where sources disagree.",
        epilog="Exit codes: 0 done, 1 no answer, 2 wrong command line, 3 verify found drift.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    asked = next((word for word in words if word in COMMANDS), None)
    for name, summary in COMMANDS.items():
        if name != asked:
            commands.add_parser(name, help=summary)
            continue
        module = _module(name)
        own = commands.add_parser(
            name,
            help=summary,
            description=f"{summary[0].upper()}{summary[1:]}.",
            epilog=f"examples:\n{module.EXAMPLES}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        own.add_argument("--json", action="store_true", help="print JSON")
        own.add_argument(
            "--store",
            type=Path,
            metavar="FILE",
            help="the registry's file (registry.db in model-passports under $XDG_DATA_HOME or ~/.local/share)",
        )
        module.arguments(own)
    return parser


def _module(name: str) -> Command:
    return cast(Command, import_module(f"registry.cli.{name}"))


def _escape_what_cannot_be_shown() -> None:
    """A terminal without UTF-8 gets escapes instead of an error."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
