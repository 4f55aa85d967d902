"""Writes a record as a data file of the catalogue, for a person to review: the reverse of load.py. Scores are left out.

`python -m registry.catalogue.write …` prints one:

    listing page.txt [owner/name]                    what a listing's page says
    folder path/to/checkpoint [name]                 all that a folder tells
    headers path/to/checkpoint owner/name [commit]   what the headers of the weight files prove, and nothing else

`… memory` writes the files of the folder memory anew: what each catalogued model needs, by what is recorded of it.
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby
from pathlib import Path

from registry.add import folder_record
from registry.catalogue.load import FOLDER, load_catalogue
from registry.commands import refused_by_vllm
from registry.hub_address import hub_url
from registry.lookup import Model, recorded_model
from registry.passport import Claim, Passport, Reading, Value
from registry.record import Record, registry_id
from registry.recorded import counted_by, recorded_footprint
from registry.sources.config_file import quantized_bits, tied_output
from registry.sources.listing import listed_repo_id, listing_claims
from registry.sources.memory import CONTEXT, need_claim, part_claims
from registry.sources.snapshot import folder_snapshot
from registry.sources.weight_files import distinct_tensors, header_claims
from registry.store import Store
from registry.vram import Load
from registry.weights import weights_of


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


def headers_record(folder: Path, subject: str, revision: str | None = None) -> Record:
    """What the headers in a folder prove of the weights: bytes by dtype and by part, and parameters. `revision` is the
    commit they are of, None for a folder of our own.

    Of config.json only the bits of a packed weight are taken, and whether the output head is the embedding.

    Raises:
        SourceUnreadable: a file of the folder is damaged.
    """
    found = folder_snapshot(folder, subject)
    reading = Reading(subject=subject, revision=revision, as_of=date.min)
    bits, tied = quantized_bits(dict(found.config)), tied_output(found.config)
    claims = (
        *header_claims(found.headers, reading, bits=bits, tied_output=tied),
        *part_claims(weights_of(distinct_tensors(found.headers), bits=bits, tied_output=tied), reading),
    )
    url = hub_url(subject, revision)
    told = tuple(replace(claim, as_of=None, url=url) for claim in claims)
    return Record(passport=Passport(subject=subject, revision=revision, claims=told))


def memory_records() -> dict[str, Record]:
    """What each model of the catalogue needs at the usual load, by the name of its data file. Only weights that files
    prove are reckoned with, and only of what vLLM serves.
    """
    with Store.open("sqlite://") as store:
        load_catalogue(store)
        models = [recorded_model(store, subject) for subject in store.subjects()]
    computed = {model.resolution.subject: _memory_record(model) for model in models}
    return {
        f"{registry_id(subject).removeprefix('hf-model--')}.toml": record
        for subject, record in computed.items()
        if record is not None
    }


def _memory_record(model: Model) -> Record | None:
    decided, found = model.resolution, recorded_footprint(model)
    method = counted_by(found, decided)
    if method is None or found.layers is None or refused_by_vllm(decided):
        return None
    reading = Reading(subject=decided.subject, revision=decided.revision, as_of=date.min)
    need = need_claim(found, reading, Load(context=min(CONTEXT, found.longest or CONTEXT)), method=method)
    told = (replace(need, as_of=None),)
    return Record(passport=Passport(subject=decided.subject, revision=decided.revision, claims=told))


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
        case ["headers", path, name, *revision] if len(revision) < 2:
            record = headers_record(Path(path), name, *revision)
        case ["memory"]:
            for name, record in memory_records().items():
                (FOLDER / "memory" / name).write_text(data_file(record), encoding="utf-8")
            return 0
        case _:
            sys.stderr.write(__doc__ or "")
            return 2
    sys.stdout.write(data_file(record))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
