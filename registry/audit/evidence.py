"""The claims about one model and its base, as an audit asks for them: who says what, and who knows best.

It knows how strong each method is and what a base passes on; it judges no field.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from registry.passport import Claim, Method, Value
from registry.units import quantity

STRENGTH: tuple[Method, ...] = ("measured", "files", "configuration", "declared", "reported", "listed")
"""Strongest first."""

PROOF: tuple[Method, ...] = ("measured", "files", "configuration")

INHERITED = {
    "architecture",
    "mixture_of_experts",
    "experts",
    "parameters",
    "effective_parameters",
    "context",
    "modalities",
}
"""What a quantized or fine-tuned model has from its base."""


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Claims about `subject`, and about those models that it or the caller names as its base."""

    subject: str
    own: tuple[Claim, ...]
    base: tuple[Claim, ...]

    def said(self, *fields: str) -> tuple[Claim, ...]:
        """What is said about the subject, unknown values left out, in the order of the fields."""
        return tuple(claim for name in fields for claim in self.own if claim.field == name and claim.value is not None)

    def said_under(self, prefix: str) -> tuple[Claim, ...]:
        return tuple(claim for claim in self.own if claim.field.startswith(prefix) and claim.value is not None)

    def strongest(self, field: str) -> Claim | None:
        """The claim to trust, by strength of method; None when nobody says. The base counts for what it passes on."""
        candidates = [*self.said(field)]
        if field in INHERITED:
            candidates += [claim for claim in self.base if claim.field == field and claim.value is not None]
        return min(candidates, key=self._rank, default=None)

    def proof(self, field: str) -> Claim | None:
        """The strongest claim, when files, configuration or a measurement gave it."""
        claim = self.strongest(field)
        return claim if claim and claim.method in PROOF else None

    def against(self, truth: Claim, agrees: Callable[[Value, Value], bool]) -> tuple[Claim, ...]:
        """What is said about the subject in the field of `truth` and does not agree with it. A proof is never wrong."""
        return tuple(
            claim
            for claim in self.said(truth.field)
            if claim.method not in PROOF
            and self._rank(claim) >= self._rank(truth)
            and not agrees(claim.value, truth.value)
        )

    def _rank(self, claim: Claim) -> tuple[int, bool]:
        """Smaller is stronger. What a base's author declares of it counts more than what others declare of it."""
        return STRENGTH.index(claim.method), claim.subject == self.subject and claim.method == "declared"


def evidence(subject: str, claims: Iterable[Claim]) -> Evidence:
    """Sort the claims: those about the subject, and those about any other model, which is its base.

    Figures are converted to base units: 5.1 billion is compared as 5,100,000,000.
    """
    everything = tuple(in_base_unit(claim) for claim in claims)
    return Evidence(
        subject=subject,
        own=tuple(claim for claim in everything if claim.subject == subject),
        base=tuple(claim for claim in everything if claim.subject != subject),
    )


def in_base_unit(claim: Claim) -> Claim:
    """The claim as rules compare it: 5.1 billion is 5,100,000,000."""
    if claim.unit is None or isinstance(claim.value, bool) or not isinstance(claim.value, int | float):
        return claim
    found = quantity(claim.value, claim.unit)
    whole = found.value == int(found.value)
    return replace(claim, value=int(found.value) if whole else float(found.value), unit=found.unit)


def page(claim: Claim) -> str:
    """The document a claim was read from, without the place in it."""
    return claim.source.partition(",")[0]
