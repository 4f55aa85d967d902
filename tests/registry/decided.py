"""Decided passports for tests: facts by name, with who says so."""

from datetime import date

from registry.passport import Claim, Method, Passport, Reading, Value
from registry.resolve import Resolution, resolve

DAY = date(2026, 11, 20)
COMMIT = "b5c22b35dcc1eb28dc20e801300ec221cd754d71"

Said = tuple[str, Value] | tuple[str, Value, Method]


def decided(
    subject: str, *said: Said, revision: str | None = COMMIT, base: Resolution | None = None, as_of: date = DAY
) -> Resolution:
    """A passport in which each (field, value, method) is one claim; the method is "declared" where none is given."""
    reading = Reading(subject=subject, revision=revision, as_of=as_of)
    return resolve(
        Passport(subject=subject, revision=revision, claims=tuple(_claim(reading, *each) for each in said)), base
    )


def _claim(reading: Reading, field: str, value: Value, method: Method = "declared") -> Claim:
    return reading.claim(field, value, method=method, source=f"a {method} source")
