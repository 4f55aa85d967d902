"""Quantization: does the recipe agree with itself and with the configuration, and do the towers have one dtype?"""

import re
from collections.abc import Callable, Iterator, Sequence

from registry.audit.evidence import PROOF, Evidence, page
from registry.audit.finding import Finding
from registry.audit.words import joined, places, quoted, shown_by, values
from registry.methods import dtypes_fit, methods_fit, schemes_fit
from registry.passport import Claim, Value

COMPONENTS = ("vision", "audio", "projector")

RECIPE = ("scheme", *(f"quantization.{name}" for name in ("method", "bits", "group_size", "symmetric", "iterations")))
"""Fields of a recipe that a configuration states too."""

WEIGHTS_ALONE = re.compile(r"w\d+a(?:16|32)$", re.IGNORECASE)
"""Schemes that leave activations alone: where they are quantized too, data may calibrate those."""


def quantization_findings(evidence: Evidence) -> Iterator[Finding]:
    yield from _towers(evidence)
    yield from _calibration(evidence)
    yield from _recipe(evidence)


def _towers(evidence: Evidence) -> Iterator[Finding]:
    """One finding for all components that are given two dtypes, or another one than the files have."""
    claims: list[Claim] = []
    for component in COMPONENTS:
        said = evidence.said(f"dtype.{component}")
        if any(not dtypes_fit(claim.value, said[0].value) for claim in said):
            claims += said
    if not claims:
        return
    fields = tuple(dict.fromkeys(claim.field for claim in claims))
    names = joined(field.partition(".")[2] for field in fields)
    proofs = [claim for claim in claims if claim.method in PROOF]
    inside = len({page(claim) for claim in claims}) == 1
    yield Finding(
        rule="tower dtype",
        severity="wrong" if proofs else "doubtful",
        fields=fields,
        claims=tuple(claim for claim in claims if not _proved(claim, proofs)),
        evidence=tuple(proofs),
        sentence=f"{'One page gives' if inside else 'Sources give'} two dtypes to the same unquantized parts "
        f"({names}): {values(claims)}.",
        right=f"{values(proofs)}, by {places(proofs)}." if proofs else None,
    )


def _proved(claim: Claim, proofs: Sequence[Claim]) -> bool:
    return any(proof.field == claim.field and dtypes_fit(claim.value, proof.value) for proof in proofs)


def _calibration(evidence: Evidence) -> Iterator[Finding]:
    """Rounding to nearest looks at no data: with it, any number of calibration samples above 0 was not used."""
    samples = [
        claim
        for claim in evidence.said("quantization.calibration_samples")
        if isinstance(claim.value, int) and claim.value > 0
    ]
    rounding, scheme = _rounds_to_nearest(evidence), evidence.strongest("scheme")
    if not samples or rounding is None or (scheme and not WEIGHTS_ALONE.match(str(scheme.value).strip())):
        return
    lengths = evidence.said("quantization.calibration_sequence_length")
    yield Finding(
        rule="calibration",
        severity="wrong",
        fields=(
            "quantization.calibration_samples",
            *(("quantization.calibration_sequence_length",) if lengths else ()),
        ),
        claims=(*samples, *lengths),
        evidence=(rounding,),
        sentence=f"{values(samples)} calibration samples are named, but the weights were rounded to nearest "
        f"({rounding.source}), which uses none.",
        right="Nothing was calibrated.",
    )


def _rounds_to_nearest(evidence: Evidence) -> Claim | None:
    """The claim that says so; the number of iterations counts before words, since it is what the tool was given."""
    iterations = evidence.strongest("quantization.iterations")
    if iterations is not None:
        return iterations if iterations.value == 0 else None
    rounding = evidence.strongest("quantization.rounding")
    return rounding if rounding and re.search(r"\bRTN\b|round to nearest", str(rounding.value)) else None


def _recipe(evidence: Evidence) -> Iterator[Finding]:
    """One finding for each field in which a source and the configuration differ."""
    for field in RECIPE:
        truth = evidence.proof(field)
        wrong = evidence.against(truth, FITS.get(field, _same)) if truth else ()
        if truth and wrong:
            label = field.rpartition(".")[2].replace("_", " ")
            yield Finding(
                rule="recipe",
                severity="wrong",
                fields=(field,),
                claims=wrong,
                evidence=(truth,),
                sentence=f"The {label} of the quantization is given as {values(wrong)}, but the configuration has "
                f"{quoted(truth.value)}.",
                right=f"{quoted(truth.value)}, by {shown_by(truth)}.",
            )


def _same(said: Value, true: Value) -> bool:
    if isinstance(said, int | float) and isinstance(true, int | float):
        return said == true
    return str(said).lower() == str(true).lower()


FITS: dict[str, Callable[[Value, Value], bool]] = {"quantization.method": methods_fit, "scheme": schemes_fit}
