"""From rows to values. It opens no transaction and writes nothing."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row as Result
from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload

from registry.errors import AmbiguousName, UnknownModel
from registry.passport import Claim, Passport, Value
from registry.record import ORIGINS, Card, Entry, Score, registry_id
from registry.resolve import Resolution, resolve
from registry.tables import AliasRow, ClaimRow, EventRow, ModelRow, RelationRow, RevisionRow, ScoreRow


def find_model(session: Session, name: str) -> tuple[ModelRow, str | None]:
    """The model a name means, and the revision: by exact repository id, alias, or registry id in any case.

    Raises:
        UnknownModel: none.
        AmbiguousName: several share this registry id.
    """
    if row := session.scalar(select(ModelRow).where(ModelRow.subject == name)):
        return row, row.revision
    whole = select(AliasRow).options(joinedload(AliasRow.model), joinedload(AliasRow.revision))
    if alias := session.scalar(whole.where(AliasRow.name == name)):
        return alias.model, alias.revision.name if alias.revision else alias.model.revision
    ids = {name.lower(), registry_id(name)}
    rows = session.scalars(select(ModelRow).where(ModelRow.registry_id.in_(ids)).limit(5)).all()
    if not rows:
        raise UnknownModel(f"The registry has no model “{name}”.")
    if len(rows) > 1:
        names = ", ".join(row.subject for row in rows)
        raise AmbiguousName(f"“{name}” may be {names}: write the repository's exact name.")
    return rows[0], rows[0].revision


def passports(session: Session, numbers: Collection[int]) -> dict[int, Passport]:
    """The passports of models at their current revisions, by number."""
    models = session.execute(
        select(ModelRow.id, ModelRow.subject, ModelRow.revision).where(ModelRow.id.in_(numbers))
    ).all()
    claims: dict[int, list[Claim]] = {number: [] for number, _, _ in models}
    current = or_(ClaimRow.revision_id.is_(None), RevisionRow.name == ModelRow.revision)
    standing = claim_rows().where(ClaimRow.model_id.in_(numbers), ClaimRow.replaced.is_(None), current)
    for row in session.execute(standing):
        claims[row.model_id].append(claim_of(row))
    return {
        number: Passport(subject=subject, revision=revision, claims=tuple(claims[number]))
        for number, subject, revision in models
    }


def passport(session: Session, model: ModelRow, revision: str | None) -> Passport:
    """The passport of one model at one revision: its own claims and those that name no revision."""
    at = or_(ClaimRow.revision_id.is_(None), RevisionRow.name == revision)
    rows = session.execute(claim_rows().where(ClaimRow.model_id == model.id, ClaimRow.replaced.is_(None), at))
    return Passport(subject=model.subject, revision=revision, claims=tuple(claim_of(row) for row in rows))


def bases(session: Session, found: Collection[Passport]) -> dict[str, Passport]:
    """The passport of the one model each was made from, where it is recorded; by the subject of what was made."""
    above = origins(session, found)
    names = set(above.values())
    numbers = session.scalars(select(ModelRow.id).where(ModelRow.subject.in_(names))).all() if names else []
    recorded = {base.subject: base for base in passports(session, numbers).values()} if numbers else {}
    return {subject: recorded[name] for subject, name in above.items() if name in recorded}


def resolved(found: Collection[Passport], above: Mapping[str, Passport]) -> dict[str, Resolution]:
    """Passports decided, each with its base from `above`; by subject."""
    decided = {base.subject: resolve(base) for base in above.values()}
    return {
        each.subject: resolve(each, decided[above[each.subject].subject] if each.subject in above else None)
        for each in found
    }


def origins(session: Session, found: Collection[Passport]) -> dict[str, str]:
    """The one model each was made from: as its sources say, and where they are silent, as its relations do."""
    above = {each.subject: base_of(each) for each in found}
    silent = [each.subject for each in found if not _names_base(each)]
    ties = select(ModelRow.subject, RelationRow.target).join(RelationRow, RelationRow.model_id == ModelRow.id)
    rows = session.execute(ties.where(ModelRow.subject.in_(silent), RelationRow.kind.in_(ORIGINS))) if silent else ()
    targets: dict[str, set[str]] = {}
    for subject, target in rows:
        targets.setdefault(subject, set()).add(target)
    related = {
        subject: next(iter(names)) for subject, names in targets.items() if len(names) == 1 and subject not in names
    }
    return related | {subject: name for subject, name in above.items() if name is not None}


def _names_base(passport: Passport) -> bool:
    return any(claim.field == "base_model" and claim.value is not None for claim in passport.claims)


def base_of(passport: Passport) -> str | None:
    """The one model it says it was made from; None where it names none, several, or itself."""
    own = tuple(claim for claim in passport.claims if claim.field == "base_model")
    value = resolve(Passport(subject=passport.subject, revision=passport.revision, claims=own)).value("base_model")
    names = value if isinstance(value, tuple) else (value,)
    name = names[0] if len(names) == 1 else None
    return name if isinstance(name, str) and name != passport.subject else None


def claim_rows() -> Select[Any]:
    """The columns claim_of needs, in the order of recording."""
    return (
        select(
            ClaimRow.id,
            ClaimRow.model_id,
            ModelRow.subject,
            RevisionRow.name.label("revision"),
            ClaimRow.field,
            ClaimRow.value,
            ClaimRow.unit,
            ClaimRow.method,
            ClaimRow.source,
            ClaimRow.url,
            ClaimRow.as_of,
            ClaimRow.conditions,
            ClaimRow.note,
        )
        .join(ModelRow, ModelRow.id == ClaimRow.model_id)
        .outerjoin(RevisionRow, RevisionRow.id == ClaimRow.revision_id)
        .order_by(ClaimRow.id)
    )


def claim_of(row: Result[Any]) -> Claim:
    value: Value = tuple(row.value) if isinstance(row.value, list) else row.value
    return Claim(
        subject=row.subject,
        field=row.field,
        value=value,
        method=row.method,
        source=row.source,
        unit=row.unit,
        url=row.url,
        revision=row.revision,
        as_of=row.as_of,
        conditions=tuple((name, given) for name, given in row.conditions or ()),
        note=row.note,
    )


def card_from(row: Result[Any]) -> Card:
    """A card from the columns of its table."""
    return Card(
        subject=row.subject,
        registry_id=row.registry_id,
        revision=row.revision,
        title=row.title,
        author=row.author,
        architecture=row.architecture,
        licence=row.licence,
        base_model=row.base_model,
        scheme=row.scheme,
        modalities=tuple(row.modalities.split()),
        parameters=row.parameters,
        context=row.context,
        size=row.size,
        vram=row.vram,
        updated=row.updated,
        findings=row.findings,
        fni=row.fni,
    )


def scores(session: Session, model: ModelRow) -> tuple[Score, ...]:
    """All scores of a model, the newest first."""
    rows: Iterable[tuple[ScoreRow, str | None]] = session.execute(
        select(ScoreRow, RevisionRow.name)
        .outerjoin(RevisionRow, RevisionRow.id == ScoreRow.revision_id)
        .where(ScoreRow.model_id == model.id)
        .order_by(ScoreRow.as_of.desc(), ScoreRow.id.desc())
    )
    return tuple(
        Score(
            name=row.name,
            version=row.version,
            as_of=row.as_of,
            total=row.total,
            factors=row.factors,
            inputs=row.inputs,
            revision=revision,
        )
        for row, revision in rows
    )


def newest_scores(session: Session, numbers: Collection[int]) -> dict[int, ScoreRow]:
    """Each model's newest FNI, by number."""
    newest = select(ScoreRow).where(ScoreRow.model_id.in_(numbers), ScoreRow.name == "fni")
    return {row.model_id: row for row in session.scalars(newest.order_by(ScoreRow.as_of, ScoreRow.id))}


def newest_totals(session: Session, numbers: Sequence[int]) -> dict[int, float | None]:
    """Each model's newest FNI, by number."""
    rows = session.execute(
        select(ScoreRow.model_id, ScoreRow.total)
        .where(ScoreRow.model_id.in_(numbers), ScoreRow.name == "fni")
        .order_by(ScoreRow.as_of, ScoreRow.id)
    )
    return dict(rows.all())


def entry(row: EventRow) -> Entry:
    return Entry(at=utc(row.at), kind=row.kind, subject=row.subject, detail=row.detail)


def utc(moment: datetime) -> datetime:
    """SQLite keeps no time zone; every moment in the registry is UTC."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
