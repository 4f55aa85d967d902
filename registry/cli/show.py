"""registry show: a passport. What it comes to and what the audit found on top, then every field with who says so."""

import argparse
from collections.abc import Iterator, Sequence

from registry.audit import Finding, verdict, wrong_others
from registry.cli.answer import Answer, bullets, sections
from registry.cli.model import argument, model
from registry.cli.place import opened
from registry.cli.table import folded, table
from registry.conflicts import how, in_words
from registry.errors import UnknownModel
from registry.lookup import Model
from registry.passport import Claim
from registry.record import RelationKind, registry_id
from registry.resolve import Fact
from registry.store import Store
from registry.whereabouts import page_of, whereabouts

EXAMPLES = """\
  python -m registry show google/gemma-4-E2B-it
  python -m registry show hf-model--google--gemma-4-e2b-it --field licence
  python -m registry show google/gemma-4-E2B-it --json
  python -m registry show ./checkpoint"""

NOBODY = "nobody says"

PLACES = {"hub": "on the Hub", "folder": "a folder: no repository is known", "nowhere": "not found on the Hub"}

RELATIONS: dict[RelationKind, tuple[str, str]] = {
    "base": ("made from", "base of"),
    "quantized_from": ("quantized from", "quantized as"),
    "sibling": ("sibling of", "sibling of"),
    "finetune": ("fine-tuned from", "fine-tuned as"),
}
"""What a target is to a model, and what the model is to the target."""


def arguments(parser: argparse.ArgumentParser) -> None:
    argument(parser)
    parser.add_argument("--field", help="one field with every claim ever made on it, such as licence")


def run(given: argparse.Namespace) -> Answer:
    with opened(given.store) as store:
        found = model(store, given.model, given.revision)
        return _field(store, found, given.field) if given.field else _whole(store, found)


def _whole(store: Store, found: Model) -> Answer:
    decided = found.resolution
    relations = () if found.folder else store.relations(decided.subject)
    related = () if found.folder else store.related(decided.subject)
    page = page_of(decided)
    head = [
        decided.subject,
        f"registry id  {registry_id(decided.subject)}",
        f"revision     {decided.revision or 'no source names one'}",
        f"where        {page or PLACES[whereabouts(decided)]}",
    ]
    ties = [
        *(f"{RELATIONS[relation.kind][0]} {relation.target}" for relation in relations),
        *(f"{RELATIONS[relation.kind][1]} {subject}" for subject, relation in related),
    ]
    ties = list(dict.fromkeys(ties))
    rows = [_row(fact, found.findings) for fact in decided.facts]
    text = sections(
        ("", "\n".join(head)),
        ("In short", folded(" ".join(found.synopsis))),
        ("What the audit found", bullets(map(_finding, found.findings))),
        ("Cautions and limitations", bullets(f"{each.kind}: {each.sentence}" for each in found.notices)),
        ("Evidence", table(("field", "shown", "how", "source", "claims", "audit"), rows)),
        ("Said otherwise, and wrong", bullets(_set_aside(found))),
        ("Notes", bullets(line for fact in decided.facts if (line := _note(fact)))),
        ("Lineage", bullets(ties)),
    )
    data = {
        "subject": decided.subject,
        "registry_id": registry_id(decided.subject),
        "revision": decided.revision,
        "url": page,
        "synopsis": found.synopsis,
        "findings": found.findings,
        "notices": found.notices,
        "conflicts": decided.conflicts,
        "facts": [_fact(fact, found.findings) for fact in decided.facts],
        "relations": relations,
        "related": [{"subject": subject, "kind": relation.kind} for subject, relation in related],
    }
    return Answer(text=text, data=data)


def _field(store: Store, found: Model, field: str) -> Answer:
    facts = [fact for fact in found.resolution.facts if fact.field.name == field]
    if not facts:
        raise UnknownModel(f"Nothing is recorded of {found.resolution.subject} on a field called “{field}”.")
    claims = [claim for fact in facts for claim in (fact.claim, fact.upstream, *fact.others) if claim]
    told = dict.fromkeys([*claims, *(() if found.folder else store.history(found.resolution.subject, field))])
    rows = [_claim_row(facts[0], claim, found.findings, standing=claim in claims) for claim in told]
    findings = [finding for finding in found.findings if field in finding.fields]
    text = sections(
        ("", bullets(map(_finding, findings))),
        ("", table(("value", "how", "source", "under", "as of", "of", "stands", "audit"), rows)),
    )
    return Answer(
        text=text,
        data={"facts": [_fact(fact, found.findings) for fact in facts], "findings": findings, "claims": [*told]},
    )


def _finding(finding: Finding) -> str:
    right = f" Right: {finding.right}" if finding.right else ""
    return f"{finding.severity}: {finding.sentence}{right}"


def _row(fact: Fact, findings: Sequence[Finding]) -> tuple[str, ...]:
    claim = fact.claim
    label = fact.field.label + "".join(f", {name} {value}" for name, value in fact.conditions)
    count = str(len(fact.others) + (claim is not None))
    if claim is None:
        upstream = f", base: {in_words(fact.field, fact.upstream)}" if fact.upstream else ""
        return (label, f"unknown{upstream}", NOBODY, "", count, "")
    source = f"{claim.source} of {claim.subject}" if fact.inherited else claim.source
    upstream = f" (base: {in_words(fact.field, fact.upstream)})" if fact.upstream else ""
    against = verdict(claim, findings) or ("others are wrong" if wrong_others(fact, findings) else "")
    return (label, in_words(fact.field, claim) + upstream, how(claim), source, count, against)


def _claim_row(fact: Fact, claim: Claim, findings: Sequence[Finding], *, standing: bool) -> tuple[str, ...]:
    under = ", ".join(f"{name} {value}" for name, value in claim.conditions)
    day = claim.as_of.isoformat() if claim.as_of else ""
    kept = "yes" if standing else "replaced, or of another revision"
    against = verdict(claim, findings) or ""
    return (in_words(fact.field, claim), how(claim), claim.source, under, day, claim.subject, kept, against)


def _set_aside(found: Model) -> Iterator[str]:
    for fact in found.resolution.facts:
        for claim in wrong_others(fact, found.findings):
            yield f"{fact.field.label}: {in_words(fact.field, claim)} ({how(claim)}: {claim.source})"


def _fact(fact: Fact, findings: Sequence[Finding]) -> dict[str, object]:
    return {
        "field": fact.field.name,
        "label": fact.field.label,
        "value": fact.value,
        "unit": (fact.claim.unit if fact.claim else None) or fact.field.unit,
        "conditions": dict(fact.conditions),
        "inherited": fact.inherited,
        "claim": fact.claim,
        "others": fact.others,
        "audit": {
            "claim": verdict(fact.claim, findings) if fact.claim else None,
            "others": [verdict(claim, findings) for claim in fact.others],
        },
        "upstream": fact.upstream,
    }


def _note(fact: Fact) -> str | None:
    return f"{fact.field.label}: {fact.claim.note}" if fact.claim and fact.claim.note else None
