"""What is known about a checkpoint, claim by claim: each figure with who says so, how it was found and when. Values.

A leaf. It knows no source and decides nothing: what a claim is worth against another is not its business.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Value = str | int | float | bool | tuple[str, ...] | None
"""None is unknown: never 0, never a default."""

Method = Literal["measured", "files", "configuration", "declared", "reported", "listed"]
"""How a value was found: measured here, proved by the files, read from the configuration, declared by the author in the
model card, reported by others, printed in a listing."""


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One source's word on one field of one model.

    `unit` is None for what has none. `source` names the place, and stays the same from one reading to the next, so that
    a later reading replaces an earlier one; `url` is where a visitor can look it up. `revision` is the commit the
    figure belongs to, None when the source names none. `conditions` are name and value pairs under which a figure
    holds, sorted by name. `note` says what the value alone does not, such as why it is unknown.
    """

    subject: str
    field: str
    value: Value
    method: Method
    source: str
    unit: str | None = None
    url: str | None = None
    revision: str | None = None
    as_of: date | None = None
    conditions: tuple[tuple[str, str], ...] = ()
    note: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "conditions", tuple(sorted(self.conditions)))


@dataclass(frozen=True, kw_only=True)
class Reading:
    """Which model a source is read for, at which revision, on which day: what all of its claims share."""

    subject: str
    revision: str | None
    as_of: date

    def claim(
        self,
        field: str,
        value: Value,
        *,
        method: Method,
        source: str,
        unit: str | None = None,
        url: str | None = None,
        conditions: tuple[tuple[str, str], ...] = (),
        note: str | None = None,
    ) -> Claim:
        return Claim(
            subject=self.subject,
            field=field,
            value=value,
            method=method,
            source=source,
            unit=unit,
            url=url,
            revision=self.revision,
            as_of=self.as_of,
            conditions=conditions,
            note=note,
        )


@dataclass(frozen=True, kw_only=True)
class Passport:
    """All claims about one checkpoint."""

    subject: str
    revision: str | None
    claims: tuple[Claim, ...]

    def claim(self, field: str) -> Claim | None:
        """The first claim on a field."""
        return next((claim for claim in self.claims if claim.field == field), None)

    def value(self, field: str) -> Value:
        """None when nobody says, or when those who were asked do not know."""
        claim = self.claim(field)
        return claim.value if claim else None


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """Claims that cannot all be true: same subject, revision, field and conditions, different values.

    `claims` holds them all, what is shown first. `sentence` tells a visitor who says what, and what is shown and why.
    """

    subject: str
    revision: str | None
    field: str
    conditions: tuple[tuple[str, str], ...]
    claims: tuple[Claim, ...]
    sentence: str
