"""What is derived and kept, against what would be derived now. Each check gives the differences it finds; pure but for
reading the store and the catalogue's files.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from registry.audit import examined
from registry.cards import card_of
from registry.catalogue.load import FOLDER, read_record
from registry.citations import citations
from registry.errors import CatalogueUnreadable
from registry.fni import NAME, VERSION, index, listed_index
from registry.fni_factors import Inputs
from registry.passport import Claim, Passport, Value
from registry.record import Card, Query, Score
from registry.recorded import recorded_parts, recorded_tied
from registry.resolve import Resolution, resolve
from registry.store import Store

DTYPES = ("BF16", "F16", "F32", "F64", "F8_E4M3", "F8_E5M2", "I8", "U8", "I16", "I32", "I64", "BOOL")

CLAIMS = "the recorded claims"
INPUTS = "the inputs kept with it"


@dataclass(frozen=True, kw_only=True)
class Drift:
    """One thing that is kept otherwise than it would be derived now. `what` is a field, a score, a card; `source` is
    what it is derived from."""

    subject: str
    what: str
    kept: object
    derived: object
    source: str


def drifts(store: Store, subject: str) -> Iterator[Drift]:
    """All differences of one model."""
    decided = store.resolution(subject)
    yield from card_drift(store, decided)
    yield from sum_drift(decided)
    yield from score_drift(decided, store.scores(subject))
    yield from citation_drift(store, decided)


def catalogue_drift(store: Store) -> Iterator[Drift]:
    """Claims of the catalogue's files that do not stand as they are written there."""
    for path in sorted(FOLDER.rglob("*.toml")):
        try:
            written = read_record(path.read_bytes(), path.name).passport
        except CatalogueUnreadable as error:
            yield Drift(subject=path.name, what="catalogue file", kept=None, derived=str(error), source=path.name)
            continue
        yield from missing_claims(store, written, source=f"the catalogue's {path.name}")


def missing_claims(store: Store, derived: Passport, *, source: str) -> Iterator[Drift]:
    """Claims that would be derived now, and are not kept. A folder has no revision: what is kept of any will do."""
    if derived.subject not in store.subjects():
        yield Drift(subject=derived.subject, what="model", kept=None, derived="a model", source=source)
        return
    revision = derived.revision if derived.revision in store.revisions(derived.subject) else None
    kept = {_bare(claim, derived) for claim in store.passport(derived.subject, revision).claims}
    for claim in derived.claims:
        if (bare := _bare(claim, derived)) not in kept:
            same = _same_place(bare, kept)
            yield Drift(subject=derived.subject, what=claim.field, kept=same, derived=claim.value, source=source)


def card_drift(store: Store, decided: Resolution) -> Iterator[Drift]:
    """The line a list shows, against the passport it was made of."""
    card = _card(store, decided.subject)
    if card is None:
        yield Drift(subject=decided.subject, what="card", kept=None, derived="a card", source=CLAIMS)
        return
    base = store.base(decided.subject)
    claims = (*store.passport(decided.subject).claims, *(base.claims if base else ()))
    origin = store.origin(decided.subject)
    fresh = card_of(decided, card.fni, findings=len(examined(decided, claims)), origin=origin)
    for name, value in vars(fresh).items():
        if getattr(card, name) != value:
            kept = getattr(card, name)
            yield Drift(subject=decided.subject, what=f"card, {name}", kept=kept, derived=value, source=CLAIMS)


def sum_drift(decided: Resolution) -> Iterator[Drift]:
    """The bytes of the weights, against the sum of their dtypes and the sum of their parts."""
    whole = decided.value("tensor_bytes")
    dtypes = [decided.value(f"tensor_bytes.{dtype}") for dtype in DTYPES]
    parts = [part.size for part in (*recorded_parts(decided), *recorded_tied(decided))]
    known = {"their dtypes": [size for size in dtypes if isinstance(size, int)], "their parts": parts}
    for source, sizes in known.items():
        if sizes and isinstance(whole, int) and (total := sum(sizes)) != whole:
            yield Drift(subject=decided.subject, what="tensor_bytes", kept=whole, derived=total, source=source)


def score_drift(decided: Resolution, scores: tuple[Score, ...]) -> Iterator[Drift]:
    """Scores of this version, computed again from the inputs that were kept with them."""
    for score in scores:
        if score.name == NAME and score.version == VERSION and score.inputs:
            again = index(_inputs(score), score.factors.get("semantic"), listed_index(decided)).total
            if again != score.total:
                what = f"FNI of {score.as_of}"
                yield Drift(subject=decided.subject, what=what, kept=score.total, derived=again, source=INPUTS)


def citation_drift(store: Store, decided: Resolution) -> Iterator[Drift]:
    """Works kept for the model, against those that would be cited now."""
    base = store.base(decided.subject)
    fresh = {
        each.work.key: each.record(decided.subject)
        for each in citations(decided, [resolve(base)] if base else [], store.origin(decided.subject))
    }
    for kept in store.citations(decided.subject):
        if fresh.get(kept.key) != kept:
            derived = fresh[kept.key].work if kept.key in fresh else None
            what = f"citation {kept.key}"
            yield Drift(subject=decided.subject, what=what, kept=kept.work, derived=derived, source=CLAIMS)


def _card(store: Store, subject: str) -> Card | None:
    found = store.candidates(Query(words=f"{subject} "))
    return next((card for card in found if card.subject == subject), None)


def _inputs(score: Score) -> Inputs:
    days = ("updated", "harvested")
    known: dict[str, Any] = {name: value for name, value in score.inputs.items() if name in Inputs.__dataclass_fields__}
    dated = {name: date.fromisoformat(known[name]) for name in days if known.get(name)}
    return Inputs(**{**known, **dated, "as_of": score.as_of})


def _bare(claim: Claim, derived: Passport) -> Claim:
    """A claim but for the day it was read, and for the revision where what it is compared with names none."""
    return replace(claim, as_of=None, revision=claim.revision if derived.revision else None)


def _same_place(claim: Claim, kept: set[Claim]) -> Value:
    """What the same source is recorded to say on the same field."""
    place = (claim.field, claim.conditions, claim.method, claim.source)
    return next(
        (other.value for other in kept if (other.field, other.conditions, other.method, other.source) == place), None
    )
