"""What the commands and snippets of a page amount to as claims: the text itself, and the serving flags in it."""

from collections.abc import Sequence

from registry.passport import Claim, Method, Reading
from registry.sources.python_snippets import python_snippets
from registry.sources.shell_commands import Command, max_soft_tokens, serving_flags, shell_commands


def code_claims(lines: Sequence[str], reading: Reading, *, method: Method, source: str) -> tuple[Claim, ...]:
    """One claim for each command, snippet and set of flags; equal flags of two commands count once."""
    claims = [
        reading.claim(f"snippet.{language}", text, method=method, source=source)
        for language, text in (("python", snippet) for snippet in python_snippets(lines))
    ]
    for command in shell_commands(lines):
        claims.append(reading.claim(f"command.{command.tool}", command.text, method=method, source=source))
        claims += _serving(command, reading, method, source)
    return tuple(dict.fromkeys(claims))


def _serving(command: Command, reading: Reading, method: Method, source: str) -> list[Claim]:
    flags, budget = serving_flags(command.text), max_soft_tokens(command.text)
    claims = [reading.claim("serving.flags", flags, method=method, source=source)] if flags else []
    if budget is not None:
        claims.append(
            reading.claim("serving.max_soft_tokens", budget, unit="soft tokens", method=method, source=source)
        )
    return claims
