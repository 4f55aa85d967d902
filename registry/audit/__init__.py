"""Where the claims about a model break a rule that holds for every model. The rules know no repository and no site."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import get_args

from registry.audit.agreement import agreement_findings
from registry.audit.architecture import architecture_findings
from registry.audit.commands import command_findings
from registry.audit.evidence import Evidence, evidence, in_base_unit
from registry.audit.finding import Finding, Rule, Severity
from registry.audit.identity import identity_findings
from registry.audit.licence import licence_findings
from registry.audit.memory import memory_findings
from registry.audit.quantization import quantization_findings
from registry.audit.snippets import snippet_findings
from registry.passport import Claim, Conflict
from registry.resolve import Fact, Resolution

__all__ = ["VERDICTS", "Finding", "Rule", "Severity", "audit", "examined", "verdict", "wrong_others"]

VERDICTS: dict[Severity, str] = {"wrong": "does not hold", "doubtful": "doubtful", "needless": "needless"}
"""What is said of a claim that a finding objects to."""

_FAMILIES: tuple[Callable[[Evidence], Iterator[Finding]], ...] = (
    licence_findings,
    architecture_findings,
    memory_findings,
    quantization_findings,
    command_findings,
    snippet_findings,
    identity_findings,
    agreement_findings,
)


def audit(subject: str, claims: Iterable[Claim]) -> tuple[Finding, ...]:
    """All findings about `subject`, family by family. Claims about any other model must be about its base.

    The same claims give the same findings; their order among themselves decides only which is named first.
    """
    known = evidence(subject, claims)
    return tuple(finding for family in _FAMILIES for finding in family(known))


def examined(resolution: Resolution, claims: Iterable[Claim]) -> tuple[Finding, ...]:
    """All that is to be told of a decided passport: what breaks a rule, then the disagreements no rule speaks of.

    `claims` are its own and its base's.
    """
    broken = audit(resolution.subject, claims)
    covered = {field for finding in broken for field in finding.fields}
    return (*broken, *(_disagreement(each) for each in resolution.conflicts if each.field not in covered))


def verdict(claim: Claim, findings: Iterable[Finding]) -> Severity | None:
    """What findings say against one claim, the gravest; None where they do not object to it."""
    compared = in_base_unit(claim)
    against = {finding.severity for finding in findings if claim in finding.claims or compared in finding.claims}
    return next((severity for severity in get_args(Severity) if severity in against), None)


def wrong_others(fact: Fact, findings: Sequence[Finding]) -> tuple[Claim, ...]:
    """Claims that are not shown, because they are wrong."""
    return tuple(claim for claim in fact.others if verdict(claim, findings) == "wrong")


def _disagreement(conflict: Conflict) -> Finding:
    return Finding(
        rule="disagreement",
        severity="doubtful",
        fields=(conflict.field,),
        claims=conflict.claims,
        sentence=conflict.sentence,
        right=None,
    )
