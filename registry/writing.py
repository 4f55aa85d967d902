"""From values to rows, for many models at a time. It opens no transaction: the store does, and all of it is in one.

What a source says now replaces what the same source said before about the same revision: the older claim stays in
the table, marked as replaced. A claim that is merely said again keeps its row and takes the newer date.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Executable, delete, insert, select, update
from sqlalchemy.orm import Session

from registry import sqlite
from registry.audit import examined
from registry.cards import card_of, facets_of, place_of, words_of
from registry.citations.work import csl_item
from registry.citations.works import Cited, citations
from registry.fields import check, field
from registry.fni import index, inputs_of, listed_index
from registry.passport import Claim, Passport
from registry.reading import bases, claim_of, claim_rows, newest_scores, newest_totals, origins, passports, resolved
from registry.record import Card, Json, Licence, Record, Score, registry_id
from registry.resolve import Resolution, resolve
from registry.tables import (
    AliasRow,
    CardRow,
    CitationRow,
    ClaimRow,
    EventRow,
    FileRow,
    LicenceRow,
    ModelRow,
    RelationRow,
    RevisionRow,
    ScoreRow,
)

BATCH = 400
"""Models written at a time: well under SQLite's limit of variables in one statement."""

Rows = list[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Change:
    """What one record changed: rows to write, and how many claims are new, replaced, or said again.

    `lasting` is whether it is more than figures that change from day to day.
    """

    lasting: bool
    new: Rows
    replaced: Rows
    dated: Rows

    @property
    def summary(self) -> dict[str, Json]:
        return {"new": len(self.new), "replaced": len(self.replaced), "said again": len(self.dated)}


def write(session: Session, records: Iterable[Record], now: datetime) -> None:
    """Write any number of records; a model that comes twice is written twice, in order.

    Raises:
        UnknownField, UnknownUnit: a claim is outside the vocabulary.
    """
    batch: dict[str, Record] = {}
    for record in records:
        if record.passport.subject in batch or len(batch) == BATCH:
            _write_batch(session, batch, now)
            batch = {}
        batch[record.passport.subject] = record
    if batch:
        _write_batch(session, batch, now)


def log(session: Session, now: datetime, kind: str, subject: str | None, detail: Mapping[str, Json]) -> None:
    session.execute(insert(EventRow), [{"at": now, "kind": kind, "subject": subject, "detail": dict(detail)}])


def _write_batch(session: Session, batch: Mapping[str, Record], now: datetime) -> None:
    for record in batch.values():
        _check(record)
    models = _models(session, batch)
    revisions = _revisions(session, batch, models, now)
    changes = _changes(session, batch, models, revisions, now)
    _execute(session, insert(ClaimRow), [row for change in changes.values() for row in change.new])
    _execute(session, update(ClaimRow), [row for change in changes.values() for row in change.replaced])
    _execute(session, update(ClaimRow), [row for change in changes.values() for row in change.dated])
    _files(session, batch, models, revisions)
    _relations(session, batch, models)
    _scores(session, batch, models, revisions)
    _aliases(session, batch, models, revisions)
    told = [
        {"at": now, "kind": "recorded", "subject": subject, "detail": change.summary}
        for subject, change in changes.items()
    ]
    _execute(session, insert(EventRow), told)
    lasting = [subject for subject, change in changes.items() if change.lasting]
    write_cards(session, list(models.values()), now, lasting)


def _check(record: Record) -> None:
    for claim in record.passport.claims:
        if claim.subject != record.passport.subject:
            raise ValueError(f"a claim on {claim.subject} in the passport of {record.passport.subject}")
        check(claim)


def _models(session: Session, batch: Mapping[str, Record]) -> dict[str, int]:
    """The number of each model; unknown ones are recorded. The revision read last is the current one."""
    known = select(ModelRow.subject, ModelRow.id).where(ModelRow.subject.in_(batch))
    models = dict(session.execute(known).all())
    missing = [subject for subject in batch if subject not in models]
    if missing:
        rows = [{"subject": subject, "registry_id": registry_id(subject)} for subject in missing]
        adding = insert(ModelRow).returning(ModelRow.subject, ModelRow.id)
        models |= dict(session.execute(adding, rows).all())
    current = [
        {"id": models[subject], "revision": record.passport.revision}
        for subject, record in batch.items()
        if record.passport.revision is not None
    ]
    _execute(session, update(ModelRow), current)
    return models


def _revisions(
    session: Session, batch: Mapping[str, Record], models: Mapping[str, int], now: datetime
) -> dict[tuple[int, str], int]:
    """The number of each revision a record speaks of, by model and name."""
    wanted = {
        (models[subject], name)
        for subject, record in batch.items()
        for name in (
            record.passport.revision,
            *(claim.revision for claim in record.passport.claims),
            *(score.revision for score in record.scores),
        )
        if name is not None
    }
    columns = (RevisionRow.model_id, RevisionRow.name, RevisionRow.id)
    known = session.execute(select(*columns).where(RevisionRow.model_id.in_(models.values())))
    revisions = {(model, name): number for model, name, number in known}
    rows = [{"model_id": model, "name": name, "recorded": now} for model, name in sorted(wanted - revisions.keys())]
    if rows:
        added = session.execute(insert(RevisionRow).returning(*columns), rows)
        revisions |= {(model, name): number for model, name, number in added}
    return revisions


def _changes(
    session: Session,
    batch: Mapping[str, Record],
    models: Mapping[str, int],
    revisions: Mapping[tuple[int, str], int],
    now: datetime,
) -> dict[str, Change]:
    standing: dict[int, dict[Claim, tuple[int, date | None]]] = {number: {} for number in models.values()}
    rows = session.execute(claim_rows().where(ClaimRow.model_id.in_(models.values()), ClaimRow.replaced.is_(None)))
    for row in rows:
        standing[row.model_id][replace(claim_of(row), as_of=None)] = (row.id, row.as_of)
    return {
        subject: _change(record, models[subject], standing[models[subject]], revisions, now)
        for subject, record in batch.items()
    }


def _change(
    record: Record,
    model: int,
    standing: Mapping[Claim, tuple[int, date | None]],
    revisions: Mapping[tuple[int, str], int],
    now: datetime,
) -> Change:
    told = {replace(claim, as_of=None): claim for claim in record.passport.claims}
    speakers = {(claim.revision, claim.method, claim.source) for claim in told}
    new = [
        _claim_row(claim, model, revisions[model, claim.revision] if claim.revision else None)
        for bare, claim in told.items()
        if bare not in standing
    ]
    dated: Rows = []
    replaced: Rows = []
    for bare, (number, as_of) in standing.items():
        if bare not in told and (bare.revision, bare.method, bare.source) in speakers:
            replaced.append({"id": number, "replaced": now})
        elif bare in told and (newer := told[bare].as_of) is not None and (as_of is None or newer > as_of):
            dated.append({"id": number, "as_of": newer})
    gone = {row["id"] for row in replaced}
    changed = [bare for bare in told if bare not in standing] + [
        bare for bare, (number, _) in standing.items() if number in gone
    ]
    return Change(
        lasting=any(not field(claim.field).changes for claim in changed), new=new, replaced=replaced, dated=dated
    )


def _claim_row(claim: Claim, model: int, revision: int | None) -> dict[str, Any]:
    return {
        "model_id": model,
        "revision_id": revision,
        "field": claim.field,
        "value": list(claim.value) if isinstance(claim.value, tuple) else claim.value,
        "unit": claim.unit,
        "method": claim.method,
        "source": claim.source,
        "url": claim.url,
        "as_of": claim.as_of,
        "conditions": [list(pair) for pair in claim.conditions] or None,
        "note": claim.note,
    }


def _files(
    session: Session,
    batch: Mapping[str, Record],
    models: Mapping[str, int],
    revisions: Mapping[tuple[int, str], int],
) -> None:
    """The files of a revision never change: the first list of them stays."""
    lists = {
        revisions[models[subject], record.passport.revision]: record.files
        for subject, record in batch.items()
        if record.files and record.passport.revision is not None
    }
    known = set(session.scalars(select(FileRow.revision_id).where(FileRow.revision_id.in_(lists)).distinct()))
    rows = [
        {"revision_id": number, **asdict(file)}
        for number, files in lists.items()
        if number not in known
        for file in files
    ]
    _execute(session, insert(FileRow), rows)


def _relations(session: Session, batch: Mapping[str, Record], models: Mapping[str, int]) -> None:
    wanted = {
        (models[subject], relation.kind, relation.target)
        for subject, record in batch.items()
        for relation in record.relations
    }
    if wanted:
        columns = (RelationRow.model_id, RelationRow.kind, RelationRow.target)
        known = session.execute(select(*columns).where(RelationRow.model_id.in_(models.values())))
        missing = sorted(wanted - {(model, kind, target) for model, kind, target in known})
        rows = [{"model_id": model, "kind": kind, "target": target} for model, kind, target in missing]
        _execute(session, insert(RelationRow), rows)


def _scores(
    session: Session,
    batch: Mapping[str, Record],
    models: Mapping[str, int],
    revisions: Mapping[tuple[int, str], int],
) -> None:
    rows = [
        _score_row(score, models[subject], revisions[models[subject], score.revision] if score.revision else None)
        for subject, record in batch.items()
        for score in record.scores
    ]
    _execute(session, insert(ScoreRow), rows)


def _aliases(
    session: Session,
    batch: Mapping[str, Record],
    models: Mapping[str, int],
    revisions: Mapping[tuple[int, str], int],
) -> None:
    """Names that mean nothing yet. One that somebody has moved stays where it is."""
    rows = [
        {
            "name": name,
            "model_id": models[subject],
            "revision_id": revisions[models[subject], record.passport.revision] if record.passport.revision else None,
        }
        for subject, record in batch.items()
        for name in record.aliases
        if session.get(AliasRow, name) is None
    ]
    _execute(session, insert(AliasRow), rows)


def put_licence(session: Session, licence: Licence) -> None:
    words = {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(licence).items()}
    session.merge(LicenceRow(**words))


def write_cards(session: Session, numbers: Sequence[int], now: datetime | None, changed: Collection[str] = ()) -> None:
    """Resolve, audit and cite these models anew, and after them those that were made from one of `changed`.

    They are scored as of `now`; not at all where it is None.
    """
    heirs = select(CardRow.model_id).where(CardRow.base_model.in_(changed)) if changed else None
    found = sorted(set(session.scalars(heirs)) - set(numbers)) if heirs is not None else []
    for some in (numbers, found):
        for begin in range(0, len(some), BATCH):
            _write_cards(session, some[begin : begin + BATCH], now)


def _write_cards(session: Session, numbers: Sequence[int], now: datetime | None) -> None:
    read = passports(session, numbers)
    above = bases(session, read.values())
    decided = resolved(read.values(), above)
    made_from = origins(session, read.values())
    if now is not None:
        _score(session, {number: decided[each.subject] for number, each in read.items()}, now.date())
    totals = newest_totals(session, numbers)
    before = session.scalars(select(CardRow.place).where(CardRow.model_id.in_(numbers))).all()
    if before:
        sqlite.unindex(session.connection(), before)
        session.execute(delete(CardRow).where(CardRow.model_id.in_(numbers)))
    cards = {
        number: card_of(
            decided[each.subject],
            totals.get(number, _index(decided[each.subject])),
            findings=_findings(each, decided[each.subject], above.get(each.subject)),
            origin=made_from.get(each.subject),
        )
        for number, each in read.items()
    }
    places = {number: place_of(card.fni, number) for number, card in cards.items()}
    _execute(session, insert(CardRow), [_card_row(card, number, places[number]) for number, card in cards.items()])
    sqlite.index(
        session.connection(),
        [(places[number], words_of(decided[card.subject]), facets_of(card)) for number, card in cards.items()],
    )

    session.execute(delete(CitationRow).where(CitationRow.model_id.in_(numbers)))
    upstream = {subject: (resolve(base),) for subject, base in above.items()}
    cited = [
        _citation_row(work, number)
        for number, each in read.items()
        for work in citations(decided[each.subject], upstream.get(each.subject, ()), made_from.get(each.subject))
    ]
    _execute(session, insert(CitationRow), cited)


def _score(session: Session, decided: Mapping[int, Resolution], day: date) -> None:
    """The FNI of each, with what it was computed from; kept where it can be computed and is not what it was last."""
    last = newest_scores(session, decided)
    rows: Rows = []
    for number, each in decided.items():
        score = index(inputs_of(each, as_of=day), listed=listed_index(each)).score(None)
        kept = last.get(number)
        same = kept and (kept.version, kept.total, kept.inputs) == (score.version, score.total, score.inputs)
        if score.total is not None and not same:
            rows.append(_score_row(score, number, None))
    _execute(session, insert(ScoreRow), rows)


def _citation_row(cited: Cited, number: int) -> dict[str, Any]:
    return {"model_id": number, "key": cited.work.key, "role": cited.role, "work": csl_item(cited.work)}


def _score_row(score: Score, model: int, revision: int | None) -> dict[str, Any]:
    return {
        "model_id": model,
        "revision_id": revision,
        "name": score.name,
        "version": score.version,
        "as_of": score.as_of,
        "total": score.total,
        "factors": dict(score.factors),
        "inputs": dict(score.inputs),
    }


def _index(decided: Resolution) -> float | None:
    """The FNI of a model nobody has scored yet, as far as what is recorded of it gives one."""
    return index(inputs_of(decided, as_of=datetime.now(UTC).date()), None, listed_index(decided)).total


def _findings(passport: Passport, decided: Resolution, base: Passport | None) -> int:
    return len(examined(decided, (*passport.claims, *(base.claims if base else ()))))


def _card_row(card: Card, number: int, place: int) -> dict[str, Any]:
    return {**asdict(card), "modalities": " ".join(card.modalities), "model_id": number, "place": place}


def _execute(session: Session, statement: Executable, rows: Rows) -> None:
    """One statement for many rows; nothing for none."""
    if rows:
        # Without this option rows are sorted into statements by which of their columns are None.
        session.execute(statement, rows, execution_options={"render_nulls": True})
