"""Reads the catalogue's data files. It stores what sources say, never a decision and never a sentence of theirs.

One TOML file for each model, in this folder or one below it:

    repo_id = "owner/name"                        # exact
    revision = "40 hexadecimal digits"            # optional: the current revision
    aliases = ["default"]                         # optional: names that mean it, unless somebody has moved them

    [[relations]]
    kind = "quantized_from"                       # or base, sibling, finetune
    target = "owner/base"

    [[files]]
    path = "model.safetensors"
    size = 123                                    # bytes, and sha256; each optional

    [[sources]]
    name = "config.json"
    method = "configuration"                      # how its values were found, see registry/passport.py
    url = "https://…"                             # optional
    revision = "40 hexadecimal digits"            # optional: where the source speaks of one revision
    as_of = 2026-10-01                            # optional: the day it was read
    claims = [
        { field = "context", value = 131072, unit = "tokens" },
        { field = "vram", value = 8, unit = "GB", conditions = { engine = "vLLM" }, note = "minimum of the recipe" },
        { field = "architecture", note = "The page prints null." },   # no value: unknown
    ]

Unknown keys are refused: a misspelt one would lose a fact in silence.
"""

import hashlib
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from registry.errors import CatalogueUnreadable, RegistryError
from registry.fields import check
from registry.licence import TABLE, licences
from registry.passport import Claim, Method, Passport, Value
from registry.record import File, Record, Relation, RelationKind

if TYPE_CHECKING:
    # Only a name here: who reads a configuration kept in this folder need not wait for SQLAlchemy.
    from registry.store import Store

FOLDER = Path(__file__).parent


def load_catalogue(store: "Store", folder: Path = FOLDER) -> bool:
    """Record every data file of a folder and the terms of known licences, all or none; nothing where they are what was
    loaded last. Whether it did.

    Raises:
        CatalogueUnreadable: a file breaks the format; nothing is recorded.
    """
    paths = sorted(folder.rglob("*.toml"))
    texts = [path.read_bytes() for path in paths]
    terms = TABLE.read_bytes()
    digest = hashlib.sha256(b"".join(hashlib.sha256(text).digest() for text in (*texts, terms))).hexdigest()
    names = [path.relative_to(folder).as_posix() for path in paths]
    records = (read_record(text, name) for text, name in zip(texts, names, strict=True))
    return store.load_once(records, digest, licences())


def read_record(text: bytes, name: str) -> Record:
    """One data file; `name` is for the complaint.

    Raises:
        CatalogueUnreadable: it breaks the format.
    """
    try:
        return _record(tomllib.loads(text.decode("utf-8")))
    except (ValueError, KeyError, TypeError, RegistryError) as error:
        what = f"“{error.args[0]}” is missing" if isinstance(error, KeyError) else str(error)
        raise CatalogueUnreadable(f"{name}: {what}.") from error


def _record(file: Mapping[str, Any]) -> Record:
    _only(file, "repo_id", "revision", "aliases", "relations", "files", "sources")
    subject, revision = _word(file["repo_id"]), file.get("revision")
    claims = tuple(claim for source in file.get("sources", ()) for claim in _claims(source, subject))
    return Record(
        passport=Passport(subject=subject, revision=revision, claims=claims),
        files=tuple(_file(item) for item in file.get("files", ())),
        relations=tuple(_relation(item) for item in file.get("relations", ())),
        aliases=tuple(_word(name) for name in file.get("aliases", ())),
    )


def _claims(source: Mapping[str, Any], subject: str) -> list[Claim]:
    _only(source, "name", "method", "url", "revision", "as_of", "claims")
    method, as_of = source["method"], source.get("as_of")
    if method not in get_args(Method):
        raise ValueError(f"“{method}” is no method")
    if as_of is not None and type(as_of) is not date:
        raise ValueError(f"“{as_of}” is no day")
    return [_claim(claim, source, subject) for claim in source["claims"]]


def _claim(claim: Mapping[str, Any], source: Mapping[str, Any], subject: str) -> Claim:
    _only(claim, "field", "value", "unit", "conditions", "note")
    found = Claim(
        subject=subject,
        field=_word(claim["field"]),
        value=_value(claim.get("value")),
        method=source["method"],
        source=_word(source["name"]),
        unit=claim.get("unit"),
        url=source.get("url"),
        revision=source.get("revision"),
        as_of=source.get("as_of"),
        conditions=tuple((name, _word(given)) for name, given in claim.get("conditions", {}).items()),
        note=claim.get("note"),
    )
    check(found)
    return found


def _value(value: object) -> Value:
    if isinstance(value, list):
        return tuple(_word(word) for word in value)
    if value is None or isinstance(value, str | int | float | bool):
        return value
    raise ValueError(f"“{value}” is no value")


def _file(item: Mapping[str, Any]) -> File:
    _only(item, "path", "size", "sha256")
    return File(path=_word(item["path"]), size=item.get("size"), sha256=item.get("sha256"))


def _relation(item: Mapping[str, Any]) -> Relation:
    _only(item, "kind", "target")
    if item["kind"] not in get_args(RelationKind):
        raise ValueError(f"“{item['kind']}” is no kind of relation")
    return Relation(kind=item["kind"], target=_word(item["target"]))


def _word(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError(f"“{value}” should be a text")
    return value


def _only(item: Mapping[str, Any], *keys: str) -> None:
    if extra := set(item) - set(keys):
        raise ValueError(f"unknown key “{min(extra)}”")
