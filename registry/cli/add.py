"""registry add: record a repository of the Hub, a folder, or all of an exported registry."""

import argparse
from pathlib import Path

from registry.add import add
from registry.cli import hub
from registry.cli.answer import Answer, bullets, sections
from registry.cli.place import opened, own_place
from registry.errors import SourceUnreadable
from registry.record import Record, registry_id
from registry.resolve import Resolution

EXAMPLES = """\
  python -m registry add owner/name
  python -m registry add owner/name@0123abc
  python -m registry add ./checkpoint --name my/model
  python -m registry add registry.json --store copy.db"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("target", help="owner/name[@revision], a folder, or a file that `export --all` wrote")
    parser.add_argument("--name", help="what a folder goes by (its own name unless given)")
    hub.arguments(parser)


def run(given: argparse.Namespace) -> Answer:
    if Path(given.target).is_file():
        return _import(Path(given.target), given.store)
    with opened(given.store) as store:
        record = add(store, given.target, hub.hub(given), name=given.name)
        decided = store.resolution(record.passport.subject)
    return _answer(record, decided)


def _answer(record: Record, decided: Resolution) -> Answer:
    subject, revision = record.passport.subject, record.passport.revision
    unknown = [
        f"{fact.field.label} is unknown{f': {fact.claim.note}' if fact.claim and fact.claim.note else '.'}"
        for fact in decided.facts
        if fact.value is None
    ]
    at = f" at {revision}" if revision else ""
    known = sum(claim.value is not None for claim in record.passport.claims)
    text = sections(
        ("", f"Recorded {subject}{at}: {known} claims from its own files and page."),
        ("Sources disagree", bullets(conflict.sentence for conflict in decided.conflicts)),
        ("Unknown", bullets(unknown)),
    )
    data = {
        "subject": subject,
        "registry_id": registry_id(subject),
        "revision": revision,
        "claims": record.passport.claims,
        "files": record.files,
        "relations": record.relations,
        "conflicts": decided.conflicts,
    }
    return Answer(text=text, data=data)


def _import(path: Path, place: Path | None) -> Answer:
    from registry.exports.whole import WholeStore, is_export

    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceUnreadable(f"{path} cannot be read: {error}.") from error
    if not is_export(text):
        raise SourceUnreadable(f"{path} is neither a folder nor a registry's export.")
    place = place or own_place()
    with WholeStore.open(place) as store:
        count = store.fill(text)
    return Answer(text=f"Recorded {count} models from {path}.", data={"models": count, "file": str(path)})
