"""registry show: a passport. Conflicts on top, then every field with who says so."""

import argparse

from registry.cli.answer import Answer, bullets, sections, table
from registry.cli.model import argument, model
from registry.cli.place import opened
from registry.conflicts import HOW, in_words
from registry.errors import UnknownModel
from registry.lookup import Model
from registry.passport import Claim
from registry.record import registry_id
from registry.resolve import Fact
from registry.store import Store

EXAMPLES = """\
  python -m registry show google/gemma-4-E2B-it
  python -m registry show hf-model--google--gemma-4-e2b-it --field licence
  python -m registry show google/gemma-4-E2B-it --json
  python -m registry show ./checkpoint"""

NOBODY = "nobody says"


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
    head = [
        f"{decided.subject}",
        f"registry id  {registry_id(decided.subject)}",
        f"revision     {decided.revision or 'none: a local folder, or no source names one'}",
    ]
    ties = [
        *(f"{relation.kind.replace('_', ' ')}: {relation.target}" for relation in relations),
        *(f"{subject} calls it its {relation.kind.replace('_', ' ')}" for subject, relation in related),
    ]
    text = sections(
        ("", "\n".join(head)),
        ("Sources disagree", bullets(conflict.sentence for conflict in decided.conflicts)),
        ("Evidence", table(("field", "shown", "how", "source", "claims"), map(_row, decided.facts))),
        ("Notes", bullets(line for fact in decided.facts if (line := _note(fact)))),
        ("Lineage", bullets(ties)),
    )
    data = {
        "subject": decided.subject,
        "registry_id": registry_id(decided.subject),
        "revision": decided.revision,
        "conflicts": decided.conflicts,
        "facts": [_fact(fact) for fact in decided.facts],
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
    rows = [_claim_row(facts[0], claim, standing=claim in claims) for claim in told]
    conflicts = [conflict for conflict in found.resolution.conflicts if conflict.field == field]
    text = sections(
        ("", bullets(conflict.sentence for conflict in conflicts)),
        ("", table(("value", "how", "source", "under", "as of", "of", "stands"), rows)),
    )
    return Answer(text=text, data={"facts": [_fact(fact) for fact in facts], "conflicts": conflicts, "claims": [*told]})


def _row(fact: Fact) -> tuple[str, ...]:
    claim = fact.claim
    label = fact.field.label + "".join(f", {name} {value}" for name, value in fact.conditions)
    count = str(len(fact.others) + (claim is not None))
    if claim is None:
        upstream = f", base: {in_words(fact.field, fact.upstream)}" if fact.upstream else ""
        return (label, f"unknown{upstream}", NOBODY, "", count)
    source = f"{claim.source} of {claim.subject}" if fact.inherited else claim.source
    upstream = f" (base: {in_words(fact.field, fact.upstream)})" if fact.upstream else ""
    return (label, in_words(fact.field, claim) + upstream, HOW[claim.method], source, count)


def _claim_row(fact: Fact, claim: Claim, *, standing: bool) -> tuple[str, ...]:
    under = ", ".join(f"{name} {value}" for name, value in claim.conditions)
    day = claim.as_of.isoformat() if claim.as_of else ""
    kept = "yes" if standing else "replaced, or of another revision"
    return (in_words(fact.field, claim), HOW[claim.method], claim.source, under, day, claim.subject, kept)


def _fact(fact: Fact) -> dict[str, object]:
    return {
        "field": fact.field.name,
        "label": fact.field.label,
        "value": fact.value,
        "unit": (fact.claim.unit if fact.claim else None) or fact.field.unit,
        "conditions": dict(fact.conditions),
        "inherited": fact.inherited,
        "claim": fact.claim,
        "others": fact.others,
        "upstream": fact.upstream,
    }


def _note(fact: Fact) -> str | None:
    return f"{fact.field.label}: {fact.claim.note}" if fact.claim and fact.claim.note else None
