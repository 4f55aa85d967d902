"""Licence: do the listing, the author and the base say the same? It knows names of licences, not what they allow."""

from collections.abc import Iterator

from registry.audit.evidence import Evidence, page
from registry.audit.finding import Finding
from registry.audit.words import joined, places, quoted, shown_by
from registry.licence import NO_NAME, licence_named
from registry.passport import Claim, Value


def licence_name(value: Value) -> str:
    """One name for one licence: its identifier where the registry knows it, otherwise as it is written."""
    known = licence_named(str(value))
    return known.identifier if known else " ".join(str(value).lower().split())


def licence_findings(evidence: Evidence) -> Iterator[Finding]:
    """One finding when the licences named differ, or when a page that is asked says it does not know."""
    own = [claim for claim in evidence.own if claim.field == "licence"]
    named = [claim for claim in own if licence_name(claim.value) not in NO_NAME and claim.value is not None]
    unknown = [claim for claim in own if claim not in named and claim.method == "listed"]
    upstream = [claim for claim in evidence.base if claim.field == "licence" and claim.value is not None]
    if not own or (not named and not unknown):
        return
    contradicted = [claim for claim in unknown if _answered(claim, named)]
    if len({licence_name(claim.value) for claim in (*named, *upstream)}) < 2 and not contradicted:
        return
    yield Finding(
        rule="licence",
        severity="doubtful",
        fields=("licence",),
        claims=(*named, *contradicted),
        evidence=tuple(upstream),
        sentence=_sentence(named, contradicted, upstream),
        right=joined(f"{shown_by(claim)} gives {quoted(claim.value)}" for claim in upstream) + "."
        if upstream
        else None,
    )


def _answered(unknown: Claim, named: list[Claim]) -> bool:
    """Whether the same page, or the author, names the licence that the page calls unknown."""
    return any(page(claim) == page(unknown) or claim.method in ("declared", "files") for claim in named)


def _sentence(named: list[Claim], unknown: list[Claim], upstream: list[Claim]) -> str:
    said = [f"{quoted(claim.value)} ({claim.source})" for claim in named]
    parts = [f"The licence is given as {joined(said)}"] if said else []
    if unknown:
        parts.append(f"{'but ' if parts else ''}called unknown ({places(unknown)})")
    if upstream:
        words = joined(quoted(claim.value) for claim in upstream)
        parts.append(f"{'while ' if parts else ''}the base model declares {words}")
    return f"{', '.join(parts)}."
