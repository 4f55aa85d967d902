"""Architecture: mixture of experts, parameters, context and modalities, against whoever knows best.

Names tell sizes, but not always the size that is meant: in "E2B" the 2 is effective parameters, in "30B-A3B" the 3 is
active ones. Listings take such numbers for all parameters.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from registry.audit.evidence import PROOF, Evidence
from registry.audit.finding import Finding, Rule
from registry.audit.words import quoted, shown_by, values
from registry.passport import Claim, Value

DEFAULT_CONTEXT = 4096
"""What listings print when they do not know the context."""

_PARTIAL = re.compile(r"(?<![A-Za-z0-9])([EA])(\d+(?:\.\d+)?)B(?![A-Za-z0-9])", re.IGNORECASE)
_MEANING = {"E": "effective", "A": "active"}


def architecture_findings(evidence: Evidence) -> Iterator[Finding]:
    yield from _experts(evidence)
    yield from _parameters(evidence)
    yield from _context(evidence)
    yield from _modalities(evidence)


def _experts(evidence: Evidence) -> Iterator[Finding]:
    def sentence(wrong: tuple[Claim, ...], truth: Claim) -> str:
        said, is_so = ("a dense model", "a mixture of experts") if truth.value else ("a mixture of experts", "dense")
        return f"The model is called {said} ({wrong[0].source}), but it is {is_so}."

    yield from _differing(evidence, "mixture_of_experts", "mixture of experts", lambda a, b: a == b, sentence)


def _parameters(evidence: Evidence) -> Iterator[Finding]:
    """Against the truth if there is one; otherwise a number that only repeats a part of the name."""
    partial = {
        round(float(number) * 1e9): _MEANING[letter.upper()] for letter, number in _PARTIAL.findall(evidence.subject)
    }

    def sentence(wrong: tuple[Claim, ...], truth: Claim) -> str:
        kind = next(
            (partial[claim.value] for claim in wrong if isinstance(claim.value, int) and claim.value in partial), None
        )
        hint = f" The number comes from the name, where it counts {kind} parameters." if kind else ""
        return f"The model is said to have {values(wrong)} parameters; it has {quoted(truth.value)}.{hint}"

    found = list(_differing(evidence, "parameters", "parameters", _close(0.1), sentence))
    yield from found
    repeated = [claim for claim in evidence.said("parameters") if claim.method == "listed" and claim.value in partial]
    known = evidence.strongest("parameters")
    if repeated and not found and known in repeated:
        kind = partial[repeated[0].value] if isinstance(repeated[0].value, int) else "some"
        yield Finding(
            rule="parameters",
            severity="doubtful",
            fields=("parameters",),
            claims=tuple(repeated),
            sentence=f"{values(repeated)} parameters repeat the model's name, where the number counts {kind} "
            "parameters, not all of them.",
            right=None,
        )


def _context(evidence: Evidence) -> Iterator[Finding]:
    def sentence(wrong: tuple[Claim, ...], truth: Claim) -> str:
        default = any(claim.value == DEFAULT_CONTEXT and claim.method == "listed" for claim in wrong)
        hint = f" {DEFAULT_CONTEXT:,} is what listings fill in when they do not know." if default else ""
        return f"The context is given as {values(wrong)} tokens; it is {quoted(truth.value)}.{hint}"

    # 3 %: "128K" is printed for 128,000 and for 131,072.
    for finding in _differing(evidence, "context", "context", _close(0.03), sentence):
        yield replace(finding, severity="doubtful") if _may_be_meant(finding, evidence) else finding


def _may_be_meant(finding: Finding, evidence: Evidence) -> bool:
    """An author may advise fewer tokens than the configuration allows, or stretch its positions to a multiple of them;
    then whoever repeats that is not wrong."""
    limit = next(claim.value for claim in finding.evidence)
    assert isinstance(limit, int | float)
    advised = {claim.value for claim in evidence.said("context") if claim.method == "declared"}
    figures = [claim.value for claim in finding.claims]
    return all(
        figure in advised or (isinstance(figure, int | float) and figure > limit > 0 and figure % limit == 0)
        for figure in figures
    )


def _modalities(evidence: Evidence) -> Iterator[Finding]:
    def sentence(wrong: tuple[Claim, ...], truth: Claim) -> str:
        return f"The model is said to take {values(wrong)}; its configuration has {quoted(truth.value)}."

    def agrees(said: Value, true: Value) -> bool:
        return isinstance(said, tuple) and isinstance(true, tuple) and set(said) <= set(true) | {"video"}

    if evidence.proof("modalities"):
        yield from _differing(evidence, "modalities", "modalities", agrees, sentence)


def _differing(
    evidence: Evidence,
    field: str,
    rule: Rule,
    agrees: Callable[[Value, Value], bool],
    sentence: Callable[[tuple[Claim, ...], Claim], str],
) -> Iterator[Finding]:
    """One finding for all claims that a stronger one contradicts."""
    truth = evidence.strongest(field)
    wrong = evidence.against(truth, agrees) if truth else ()
    if truth and wrong:
        yield Finding(
            rule=rule,
            severity="wrong" if truth.method in PROOF else "doubtful",
            fields=(field,),
            claims=wrong,
            evidence=(truth,),
            sentence=sentence(wrong, truth),
            right=f"{_words(truth)}, by {shown_by(truth)}.",
        )


def _words(truth: Claim) -> str:
    if truth.field == "mixture_of_experts":
        return "A mixture of experts" if truth.value else "Dense"
    return f"{quoted(truth.value)}{f' {truth.unit}' if truth.unit else ''}"


def _close(share: float) -> Callable[[Value, Value], bool]:
    def agrees(said: Value, true: Value) -> bool:
        if not isinstance(said, int | float) or not isinstance(true, int | float):
            return said == true
        return abs(said - true) <= share * abs(true)

    return agrees
