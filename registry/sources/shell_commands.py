"""Finds the commands that a page tells its visitors to run, in plain text without any markup.

It knows how commands begin, continue over lines, and share one line. It knows nothing of what they do.
"""

import json
import re
import shlex
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

_STARTS = (
    r"docker run", r"vllm serve", r"ollama (?:run|pull)", r"huggingface-cli \w+", r"hf download", r"pip install",
    r"llama-(?:cli|server)",
)  # fmt: skip
_START = re.compile(rf"(?:sudo )?(?:{'|'.join(_STARTS)})\s")
_NEXT = re.compile(rf"(?<=\s)(?={'|'.join(f'{start} ' for start in _STARTS)})")


@dataclass(frozen=True, kw_only=True)
class Command:
    """One command on one line. `tool` is the program's name."""

    tool: str
    text: str


def shell_commands(lines: Iterable[str]) -> tuple[Command, ...]:
    """All commands, each once, in order. Lines that end in a backslash, or lead on to a flag, are joined."""
    texts = [part.strip() for line in _joined(lines) if _START.match(line) for part in _apart(line)]
    return tuple(Command(tool=_tool(text), text=text) for text in dict.fromkeys(map(_without_ornament, texts)))


def words(command: str) -> tuple[str, ...]:
    """The words of a command as a shell splits them; where its quotes do not match, those between blanks."""
    try:
        return tuple(shlex.split(command))
    except ValueError:
        return tuple(command.split())


def served_model(command: str) -> str | None:
    """What `vllm serve` is told to serve; None when the command does not run it or gives no name."""
    parts = words(command)
    for position, (first, second) in enumerate(pairwise(parts)):
        if (first, second) == ("vllm", "serve"):
            name = parts[position + 2 : position + 3]
            return name[0] if name and not name[0].startswith("-") else flag(command, "--model")
    return None


def serving_flags(command: str) -> tuple[str, ...]:
    """The flags that follow `vllm serve`, each with its value: "--max-model-len 18432"."""
    parts = words(command)
    start = next((i for i, pair in enumerate(pairwise(parts)) if pair == ("vllm", "serve")), None)
    flags: list[str] = []
    for word in parts[start + 2 :] if start is not None else ():
        if word.startswith("-"):
            flags.append(word)
        elif flags:
            flags[-1] = f"{flags[-1]} {word}"
    return tuple(flags)


def flag(command: str, *names: str) -> str | None:
    """The value of a flag, written `--name value` or `--name=value`; None where it is not given or has none."""
    parts = words(command)
    for position, word in enumerate(parts):
        name, _, value = word.partition("=")
        if name in names:
            return value or next(iter(parts[position + 1 : position + 2]), None)
    return None


def max_soft_tokens(command: str) -> int | None:
    """The image budget that `--mm-processor-kwargs` sets for the whole server."""
    try:
        options = json.loads(flag(command, "--mm-processor-kwargs") or "{}")
    except (ValueError, RecursionError):
        return None
    budget = options.get("max_soft_tokens") if isinstance(options, dict) else None
    return budget if type(budget) is int and 0 < budget < 10**6 else None


def _joined(lines: Iterable[str]) -> list[str]:
    joined: list[list[str]] = []
    open_line = False
    for raw in lines:
        line = raw.strip().removeprefix("$ ")
        leads_on = line.startswith("--") and bool(joined) and _START.match(joined[-1][0]) is not None
        continues = bool(joined) and (open_line or leads_on)
        open_line = line.endswith("\\")
        line = line.removesuffix("\\").strip()
        if continues:
            joined[-1].append(line)
        else:
            joined.append([line])
    return [" ".join(parts) for parts in joined]


def _apart(line: str) -> list[str]:
    """Several commands on one line, apart; what `docker run` is given to run inside belongs to it."""
    return [line] if re.match(r"(?:sudo )?docker ", line) else _NEXT.split(line)


def _tool(text: str) -> str:
    return text.removeprefix("sudo ").split()[0]


def _without_ornament(text: str) -> str:
    """Without the damaged symbols a page leaves at the end of a line."""
    while len(parts := text.rsplit(maxsplit=1)) == 2 and not parts[1][0].isascii():
        text = parts[0]
    return text
