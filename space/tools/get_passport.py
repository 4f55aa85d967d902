"""get_passport: what is known about one model, who says so, and where sources disagree."""

from typing import Annotated

from pydantic import Field

from registry.comparison import FIELDS
from registry.conflicts import how, in_words
from registry.errors import UnknownField
from registry.lookup import Model, recorded_model
from registry.one_line import one_line
from registry.passport import Claim
from registry.resolve import Fact
from space.tools.arguments import SERVED, ModelName, Registry


def get_passport(
    registry: Registry,
    model: ModelName = SERVED,
    field: Annotated[
        str, Field(description="One field with every claim on it, such as licence; empty for all.", max_length=80)
    ] = "",
) -> str:
    """Read a model's passport: each fact with who says so and how it is known; what is in doubt comes first."""
    found = recorded_model(registry, model)
    return _field(found, field.strip().lower()) if field.strip() else _whole(found)


def _whole(found: Model) -> str:
    decided = found.resolution
    main = [fact for name in FIELDS for fact in decided.facts if fact.field.name == name]
    rest = dict.fromkeys(fact.field.name for fact in decided.facts if fact not in main)
    sections = (
        ("In doubt", [finding.sentence for finding in found.findings]),
        ("Notices", [notice.sentence for notice in found.notices]),
        ("Facts", [_fact(fact) for fact in main]),
    )
    return "\n".join(
        [
            _head(found),
            *(line for title, lines in sections if lines for line in (f"{title}:", *(f"- {each}" for each in lines))),
            f"Also recorded, by field: {', '.join(rest)}.",
        ]
    )


def _field(found: Model, name: str) -> str:
    facts = [fact for fact in found.resolution.facts if name in (fact.field.name.lower(), fact.field.label.lower())]
    if not facts:
        known = ", ".join(dict.fromkeys(fact.field.name for fact in found.resolution.facts))
        raise UnknownField(f"Nothing is recorded on “{one_line(name, 80)}”. Recorded fields: {known}.")
    names = {fact.field.name for fact in facts}
    conflicts = [conflict.sentence for conflict in found.resolution.conflicts if conflict.field in names]
    told = [line for fact in facts for line in (f"- {_fact(fact)}", *_others(fact))]
    return "\n".join([_head(found), *conflicts, *told])


def _head(found: Model) -> str:
    revision = found.resolution.revision
    return one_line(f"{found.resolution.subject}, revision {revision or 'unknown'}", 300)


def _fact(fact: Fact) -> str:
    under = "".join(f", {name} {value}" for name, value in fact.conditions)
    label = one_line(f"{fact.field.label}{under}", 160)
    upstream = f"; its base: {in_words(fact.field, fact.upstream)}" if fact.upstream else ""
    if fact.claim is None:
        return f"{label}: unknown, nobody says{upstream}"
    return f"{label}: {_claim(fact, fact.claim)}{upstream}"


def _others(fact: Fact) -> list[str]:
    """Every claim but the one that is shown."""
    return [f"  also claimed: {_claim(fact, claim)}" for claim in fact.others]


def _claim(fact: Fact, claim: Claim) -> str:
    day = f", {claim.as_of.isoformat()}" if claim.as_of else ""
    note = f". {one_line(claim.note)}" if claim.note else ""
    about = f", of {one_line(claim.subject, 200)}" if fact.inherited and claim is fact.claim else ""
    return f"{in_words(fact.field, claim)} ({how(claim)}: {one_line(claim.source, 160)}{about}{day}){note}"
