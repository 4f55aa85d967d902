"""registry audit: the rules a model's claims break, then the disagreements no rule speaks of."""

import argparse

from registry.audit import Finding
from registry.cli.answer import Answer
from registry.cli.model import argument, model
from registry.cli.place import opened
from registry.cli.table import folded

EXAMPLES = """\
  python -m registry audit Vishva007/gemma-4-E2B-it-W4A16-AutoRound
  python -m registry audit hf-model--vishva007--gemma-4-e2b-it-w4a16-autoround --json"""


def arguments(parser: argparse.ArgumentParser) -> None:
    argument(parser)


def run(given: argparse.Namespace) -> Answer:
    with opened(given.store) as store:
        found = model(store, given.model, given.revision)
    return Answer(
        text="\n".join(map(_lines, found.findings))
        or folded(f"Nothing that {found.resolution.subject}'s sources say breaks a rule."),
        data=found.findings,
    )


def _lines(finding: Finding) -> str:
    told = [folded(f"{finding.rule} ({finding.severity})", later="  "), folded(finding.sentence, "  ", "  ")]
    return "\n".join([*told, *([folded(finding.right, "  right: ", "    ")] if finding.right else [])])
