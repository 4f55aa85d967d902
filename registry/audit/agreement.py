"""Agreement: does one page give two values for one thing, or a constant where a measurement should stand?"""

from collections.abc import Iterator

from registry.audit.evidence import Evidence, page
from registry.audit.finding import Finding
from registry.audit.words import joined, quoted, values
from registry.passport import Value

SINGLE = (
    "vram",
    "author",
    "architecture",
    "pipeline_tag",
    "quantization.group_size",
    "quantization.calibration_samples",
)
"""Fields that can have one value only, and that no other rule compares."""

UNMEASURED = 50
"""The semantic score such listings print when no query was asked: a constant."""


def agreement_findings(evidence: Evidence) -> Iterator[Finding]:
    yield from _same_page(evidence)
    yield from _constant_score(evidence)


def _same_page(evidence: Evidence) -> Iterator[Finding]:
    for field in SINGLE:
        said = evidence.said(field)
        for source, under in dict.fromkeys((page(claim), claim.conditions) for claim in said):
            claims = tuple(claim for claim in said if (page(claim), claim.conditions) == (source, under))
            if any(not _fits(claim.value, claims[0].value) for claim in claims):
                yield Finding(
                    rule="disagreement",
                    severity="doubtful",
                    fields=(field,),
                    claims=claims,
                    sentence=f"One page gives different values for one thing ({field}): "
                    f"{joined(f'{quoted(claim.value)} ({claim.source})' for claim in claims)}.",
                    right=None,
                )


def _fits(one: Value, other: Value) -> bool:
    """The same, or one text within the other: gemma4 and Gemma4ForConditionalGeneration, an account and a full name."""
    first, second = str(one).casefold(), str(other).casefold()
    text = isinstance(one, str) and isinstance(other, str)
    return first == second or (text and (first in second or second in first))


def _constant_score(evidence: Evidence) -> Iterator[Finding]:
    constant = tuple(
        claim for claim in evidence.said("fni.semantic") if claim.method == "listed" and claim.value == UNMEASURED
    )
    if constant:
        yield Finding(
            rule="constant score",
            severity="doubtful",
            fields=("fni.semantic",),
            claims=constant,
            sentence=f"The semantic score {values(constant)} is what the listing prints when nothing was asked: it "
            "was not measured, yet it counts in the total.",
            right=None,
        )
