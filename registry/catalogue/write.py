"""Writes a record as a data file of the catalogue, for a person to review: the reverse of load.py. Scores are left out.

`python -m registry.catalogue.write listing page.txt [owner/name]` and `… folder path/to/checkpoint [name]` print one.
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby
from pathlib import Path

from registry.add import folder_record
from registry.passport import Claim, Passport, Reading, Value
from registry.record import Record
from registry.sources.listing import listed_repo_id, listing_claims


def data_file(record: Record) -> str:
    """The text of a data file; read back it is the same record."""
    passport = record.passport
    aliases = record.aliases or None
    blocks = ["\n".join(_pairs(repo_id=passport.subject, revision=passport.revision, aliases=aliases))]
    for relation in record.relations:
        blocks.append("\n".join(["[[relations]]", *_pairs(kind=relation.kind, target=relation.target)]))
    for file in record.files:
        blocks.append("\n".join(["[[files]]", *_pairs(path=file.path, size=file.size, sha256=file.sha256)]))
    for _, claims in groupby(passport.claims, key=_speaker):
        blocks.append(_source(list(claims)))
    return "\n\n".join(blocks) + "\n"


def listing_record(text: str, repo_id: str | None = None) -> Record:
    """A listing page's claims on its model; what it says of other models is left out.

    A page gives no day: its claims have none.
    """
    subject = repo_id or listed_repo_id(text)
    if subject is None:
        raise ValueError("the page shows no repository: name it")
    reading = Reading(subject=subject, revision=None, as_of=date.min)
    claims = (replace(claim, as_of=None) for claim in listing_claims(text, reading) if claim.subject == subject)
    return Record(passport=Passport(subject=subject, revision=None, claims=tuple(claims)))


def _speaker(claim: Claim) -> tuple[str, str, str | None, str | None, date | None]:
    return claim.source, claim.method, claim.url, claim.revision, claim.as_of


def _source(claims: Sequence[Claim]) -> str:
    first = claims[0]
    head = _pairs(name=first.source, method=first.method, url=first.url, revision=first.revision)
    day = [f"as_of = {first.as_of.isoformat()}"] if first.as_of else []
    return "\n".join(["[[sources]]", *head, *day, "claims = [", *(f"    {_claim(claim)}," for claim in claims), "]"])


def _claim(claim: Claim) -> str:
    parts = [f"field = {_text(claim.field)}"]
    if claim.value is not None:
        parts.append(f"value = {_value(claim.value)}")
    if claim.conditions:
        under = ", ".join(f"{_text(name)} = {_text(given)}" for name, given in claim.conditions)
        parts.append(f"conditions = {{ {under} }}")
    parts += [f"{name} = {_text(word)}" for name, word in (("unit", claim.unit), ("note", claim.note)) if word]
    return f"{{ {', '.join(parts)} }}"


def _pairs(**given: str | int | tuple[str, ...] | None) -> list[str]:
    return [f"{name} = {_value(value)}" for name, value in given.items() if value is not None]


def _value(value: Value) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(_text(word) for word in value)}]"
    return json.dumps(value) if isinstance(value, bool) else _text(value) if isinstance(value, str) else str(value)


def _text(text: str) -> str:
    """JSON's strings are TOML's, but for one character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def main(arguments: Sequence[str]) -> int:
    match list(arguments):
        case ["listing", page, *name] if len(name) < 2:
            record = listing_record(Path(page).read_text(encoding="utf-8"), *name)
        case ["folder", path, *name] if len(name) < 2:
            record = folder_record(Path(path), name[0] if name else Path(path).name, date.today())
        case _:
            sys.stderr.write(__doc__ or "")
            return 2
    sys.stdout.write(data_file(record))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
