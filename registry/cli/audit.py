"""registry audit: the rules a model's claims break, then the disagreements no rule speaks of."""

import argparse

from registry.audit import Finding, audit
from registry.cli.answer import Answer
from registry.cli.model import argument, model
from registry.cli.place import opened
from registry.one_line import one_line
from registry.passport import Conflict

EXAMPLES = """\
  python -m registry audit Vishva007/gemma-4-E2B-it-W4A16-AutoRound
  python -m registry audit hf-model--vishva007--gemma-4-e2b-it-w4a16-autoround --json"""

LONGEST = 2_000


def arguments(parser: argparse.ArgumentParser) -> None:
    argument(parser)


def run(given: argparse.Namespace) -> Answer:
    with opened(given.store) as store:
        found = model(store, given.model, given.revision)
    findings = audit(found.passport.subject, found.claims)
    covered = {field for finding in findings for field in finding.fields}
    conflicts = [conflict for conflict in found.resolution.conflicts if conflict.field not in covered]
    lines = [*map(_finding_lines, findings), *(f"disagreement\n  {_line(each.sentence)}" for each in conflicts)]
    return Answer(
        text="\n".join(lines) or f"Nothing that {found.passport.subject}'s sources say breaks a rule.",
        data=[*map(_finding, findings), *map(_conflict, conflicts)],
    )


def _finding_lines(finding: Finding) -> str:
    right = f"\n  right: {_line(finding.right)}" if finding.right else ""
    return f"{finding.rule} ({finding.severity})\n  {_line(finding.sentence)}{right}"


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "kind": "finding",
        "rule": finding.rule,
        "severity": finding.severity,
        "fields": finding.fields,
        "sentence": finding.sentence,
        "right": finding.right,
        "claims": finding.claims,
    }


def _conflict(conflict: Conflict) -> dict[str, object]:
    return {
        "kind": "conflict",
        "rule": "disagreement",
        "severity": "doubtful",
        "fields": (conflict.field,),
        "sentence": conflict.sentence,
        "right": None,
        "claims": conflict.claims,
    }


def _line(text: str) -> str:
    return one_line(text, LONGEST)
