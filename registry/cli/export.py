"""registry export: a passport as a model card, an ML-BOM, a citation file or JSON; or the whole registry."""

import argparse
from collections.abc import Callable
from pathlib import Path

from registry.citations import citations, cite
from registry.cli.answer import Answer
from registry.cli.model import NAME, Model, model
from registry.cli.place import default_place, opened
from registry.cli.plain import json_text
from registry.errors import StoreUnusable
from registry.store import Store

EXAMPLES = """\
  python -m registry export google/gemma-4-E2B-it --format model-card > README.md
  python -m registry export Vishva007/gemma-4-E2B-it-W4A16-AutoRound --format cyclonedx --output bom.json
  python -m registry export --all --output registry.json
  python -m registry add registry.json --store copy.db"""

FORMATS = ("model-card", "cyclonedx", "csl-json", "ris", "cff", "json")


def arguments(parser: argparse.ArgumentParser) -> None:
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("model", nargs="?", help=NAME)
    what.add_argument("--all", action="store_true", help="the whole registry, which `add` reads again without loss")
    parser.add_argument("--format", choices=FORMATS, default="json", help="of one model (json unless given)")
    parser.add_argument("--output", type=Path, metavar="FILE", help="write there instead of printing")


def run(given: argparse.Namespace) -> Answer:
    with opened(given.store) as store:
        text = _whole(given.store) if given.all else WRITERS[given.format](store, model(store, given.model))
    what = "registry" if given.all else given.format
    if given.output is None:
        return Answer(text=text, data={"format": what, "text": text})
    try:
        given.output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise StoreUnusable(f"{given.output} cannot be written: {error}.") from error
    data = {"format": what, "file": str(given.output), "characters": len(text)}
    return Answer(text=f"Written to {given.output}.", data=data)


def _whole(place: Path | None) -> str:
    from registry.exports.whole import WholeStore

    with WholeStore.open(default_place() if place is None else place) as store:
        return store.dump()


def _card(store: Store, found: Model) -> str:
    from registry.exports.model_card import model_card

    return model_card(found.resolution, () if found.folder else store.relations(found.resolution.subject))


def _bom(store: Store, found: Model) -> str:
    """A bill that breaks its standard is not handed out."""
    from registry.exports.ml_bom import check_ml_bom, ml_bom

    files = () if found.folder else store.files(found.resolution.subject, found.resolution.revision)
    text = ml_bom(found.resolution, files)
    check_ml_bom(text)
    return text


def _csl(store: Store, found: Model) -> str:
    return cite([each.work for each in citations(found.resolution, found.bases)], "csl-json")


def _ris(store: Store, found: Model) -> str:
    return cite([each.work for each in citations(found.resolution, found.bases)], "ris")


def _cff(store: Store, found: Model) -> str:
    return cite([each.work for each in citations(found.resolution, found.bases)], "cff")


def _json(store: Store, found: Model) -> str:
    return json_text(found.passport)


WRITERS: dict[str, Callable[[Store, Model], str]] = {
    "model-card": _card, "cyclonedx": _bom, "csl-json": _csl, "ris": _ris, "cff": _cff, "json": _json,
}  # fmt: skip
