"""Short ways to write claims, passports and records in tests."""

from datetime import date

from registry.passport import Claim, Method, Passport, Value
from registry.record import Record, Relation

MODEL = "maker/model-4bit"
DAY = date(2026, 10, 1)


def said(
    field: str,
    value: Value,
    method: Method = "configuration",
    *,
    subject: str = MODEL,
    source: str | None = None,
    unit: str | None = None,
    revision: str | None = None,
    as_of: date | None = DAY,
    conditions: tuple[tuple[str, str], ...] = (),
) -> Claim:
    """A claim; its source is named after its method unless given."""
    return Claim(
        subject=subject,
        field=field,
        value=value,
        method=method,
        source=source or f"the {method} source",
        unit=unit,
        revision=revision,
        as_of=as_of,
        conditions=conditions,
    )


def passport(*claims: Claim, subject: str = MODEL, revision: str | None = None) -> Passport:
    return Passport(subject=subject, revision=revision, claims=claims)


def record(
    *claims: Claim, subject: str = MODEL, revision: str | None = None, relations: tuple[Relation, ...] = ()
) -> Record:
    return Record(passport=passport(*claims, subject=subject, revision=revision), relations=relations)
