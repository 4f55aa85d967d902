"""Which of many claims is shown for each field, and where the sources disagree. A pure function of values.

It knows no source and no model; each field's own order of methods is in fields.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from registry.conflicts import conflict, sides
from registry.fields import Field, field
from registry.passport import Claim, Conflict, Method, Passport, Value

Conditions = tuple[tuple[str, str], ...]
Place = tuple[str, Conditions]

FIRST_HAND: frozenset[Method] = frozenset({"measured", "files", "configuration", "declared"})
"""Methods that ask the model itself or its author. The base's first-hand word counts before others' on a variant."""


@dataclass(frozen=True, kw_only=True)
class Fact:
    """What is shown for one field under one set of conditions.

    `claim` is None when nobody says anything of this model itself. `others` are all further claims, the strongest
    first; in a conditional field also those that name no conditions. `inherited` means `claim` is about the base model.
    `upstream` is the base model's own, for the licence alone.
    """

    field: Field
    conditions: Conditions
    claim: Claim | None
    others: tuple[Claim, ...] = ()
    inherited: bool = False
    upstream: Claim | None = None

    @property
    def value(self) -> Value:
        return self.claim.value if self.claim else None


@dataclass(frozen=True, kw_only=True)
class Resolution:
    """A passport decided: one fact for each field and set of conditions, in the order they were first claimed."""

    subject: str
    revision: str | None
    facts: tuple[Fact, ...]
    conflicts: tuple[Conflict, ...]

    def fact(self, name: str, conditions: Conditions = ()) -> Fact | None:
        return next((fact for fact in self.facts if fact.field.name == name and fact.conditions == conditions), None)

    def value(self, name: str, conditions: Conditions = ()) -> Value:
        """None when it is unknown, or nobody says."""
        fact = self.fact(name, conditions)
        return fact.value if fact else None

    @property
    def shown(self) -> Passport:
        """What is shown alone: of each fact its one claim, the base model's where it is inherited."""
        claims = tuple(fact.claim for fact in self.facts if fact.claim is not None)
        return Passport(subject=self.subject, revision=self.revision, claims=claims)


def resolve(passport: Passport, base: Resolution | None = None) -> Resolution:
    """Decide every field of a passport; `base` is the model it was made from, decided before.

    A claim that names no revision is read as speaking of the passport's own; claims of other revisions are left out.

    Raises:
        UnknownField: a claim is on a field outside the vocabulary.
    """
    groups = _groups(passport)
    upstream = {fact.field.name: fact for fact in base.facts if not fact.conditions} if base else {}
    for name, fact in upstream.items():
        if fact.field.inherited or (name == "licence" and fact.value is not None):
            groups.setdefault((name, ()), [])
    facts = {
        (name, conditions): _fact(field(name), conditions, claims, None if conditions else upstream.get(name))
        for (name, conditions), claims in groups.items()
    }
    beside = _beside(facts)
    conflicts: list[Conflict] = []
    for key, claims in groups.items():
        shown = facts[beside.get(key, key)].claim
        opposed = sides(facts[key].field, claims)
        if len(opposed) > 1 and shown is not None:
            conflicts.append(conflict(facts[key].field, opposed, shown, passport.revision))
    for key, under in beside.items():
        moved = facts.pop(key)
        told = (moved.claim, *moved.others)
        facts[under] = replace(facts[under], others=(*facts[under].others, *(claim for claim in told if claim)))
    return Resolution(
        subject=passport.subject, revision=passport.revision, facts=tuple(facts.values()), conflicts=tuple(conflicts)
    )


def _beside(facts: Mapping[Place, Fact]) -> dict[Place, Place]:
    """Which facts without conditions stand beside which with some: the strongest of the same field, where the field is
    conditional and it is not weaker.
    """
    found: dict[Place, Place] = {}
    for key, bare in facts.items():
        if key[1] or not bare.field.conditional or bare.claim is None:
            continue
        under = [(place, fact) for place, fact in facts.items() if place[0] == key[0] and place[1]]
        known = [(place, _rank(fact)) for place, fact in under if fact.value is not None]
        best = min(known, key=lambda pair: pair[1], default=None)
        if best and (bare.value is None or best[1] <= _rank(bare)):
            found[key] = best[0]
    return found


def _rank(fact: Fact) -> int:
    assert fact.claim is not None
    return fact.field.order.index(fact.claim.method)


def _groups(passport: Passport) -> dict[tuple[str, Conditions], list[Claim]]:
    """Claims on the same field and conditions, the strongest first."""
    groups: dict[tuple[str, Conditions], list[Claim]] = {}
    for claim in passport.claims:
        if claim.subject == passport.subject and claim.revision in (None, passport.revision):
            groups.setdefault((claim.field, claim.conditions), []).append(claim)
    return {(name, under): _strongest_first(field(name), claims) for (name, under), claims in groups.items()}


def _fact(word: Field, conditions: Conditions, own: list[Claim], upstream: Fact | None) -> Fact:
    above = upstream.claim if upstream else None
    candidates = list(own)
    if word.inherited and above is not None:
        candidates.append(above)
        candidates.sort(key=lambda claim: (claim.value is None, claim.method not in FIRST_HAND, claim is above))
    shown = candidates[0] if candidates else None
    return Fact(
        field=word,
        conditions=conditions,
        claim=shown,
        others=tuple(candidates[1:]),
        inherited=shown is not None and shown is above,
        upstream=above if word.name == "licence" else None,
    )


def _strongest_first(word: Field, claims: list[Claim]) -> list[Claim]:
    """Known before unknown, the field's own order of methods, the newest; then names, so that order never matters."""

    def strength(claim: Claim) -> tuple[bool, int, int, str, str]:
        age = -claim.as_of.toordinal() if claim.as_of else 0
        return (claim.value is None, word.order.index(claim.method), age, claim.source, repr(claim.value))

    return sorted(claims, key=strength)
