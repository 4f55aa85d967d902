"""One record as a JSON text and back, without loss: what a process that reads a repository hands to another one."""

import json
from dataclasses import asdict
from datetime import date
from typing import Any

from registry.passport import Claim, Passport
from registry.record import File, Record, Relation, Score


def record_text(record: Record) -> str:
    return json.dumps(asdict(record), default=date.isoformat)


def record_from(text: str) -> Record:
    """The record of what `record_text` wrote.

    Raises:
        ValueError, KeyError, TypeError: it is something else.
    """
    found: dict[str, Any] = json.loads(text)
    passport = found["passport"]
    return Record(
        passport=Passport(
            subject=passport["subject"],
            revision=passport["revision"],
            claims=tuple(_claim(claim) for claim in passport["claims"]),
        ),
        files=tuple(File(**file) for file in found["files"]),
        relations=tuple(Relation(**relation) for relation in found["relations"]),
        aliases=tuple(found["aliases"]),
        scores=tuple(Score(**{**score, "as_of": _day(score["as_of"])}) for score in found["scores"]),
    )


def _claim(told: dict[str, Any]) -> Claim:
    value = told["value"]
    changed = {
        "value": tuple(value) if isinstance(value, list) else value,
        "as_of": _day(told["as_of"]),
        "conditions": tuple((name, given) for name, given in told["conditions"]),
    }
    return Claim(**{**told, **changed})


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
