"""registry audit: the rules a model's claims break, then the disagreements no rule speaks of."""

import argparse

from registry.audit import Finding
from registry.cli.answer import Answer
from registry.cli.model import argument, model
from registry.cli.place import opened
from registry.one_line import one_line

EXAMPLES = """\
  python -m registry audit Vishva007/gemma-4-E2B-it-W4A16-AutoRound
  python -m registry audit hf-model--vishva007--gemma-4-e2b-it-w4a16-autoround --json"""

LONGEST = 2_000


def arguments(parser: argparse.ArgumentParser) -> None:
    argument(parser)


def run(given: argparse.Namespace) -> Answer:
    with opened(given.store) as store:
        found = model(store, given.model, given.revision)
    return Answer(
        text="\n".join(map(_lines, found.findings))
        or f"Nothing that {found.resolution.subject}'s sources say breaks a rule.",
        data=found.findings,
    )


def _lines(finding: Finding) -> str:
    right = f"\n  right: {_line(finding.right)}" if finding.right else ""
    return f"{finding.rule} ({finding.severity})\n  {_line(finding.sentence)}{right}"


def _line(text: str) -> str:
    return one_line(text, LONGEST)
