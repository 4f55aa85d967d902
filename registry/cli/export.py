"""registry export: a passport as a model card, an ML-BOM, a citation file or JSON; or the whole registry."""

import argparse
from pathlib import Path
from typing import get_args

from registry.cli.answer import Answer
from registry.cli.model import NAME, model
from registry.cli.place import opened, own_place
from registry.errors import StoreUnusable
from registry.exports.formats import ExportFormat, export, recorded

EXAMPLES = """\
  python -m registry export google/gemma-4-E2B-it --format model-card > README.md
  python -m registry export Vishva007/gemma-4-E2B-it-W4A16-AutoRound --format cyclonedx --output bom.json
  python -m registry export --all --output registry.json
  python -m registry add registry.json --store copy.db"""


def arguments(parser: argparse.ArgumentParser) -> None:
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("model", nargs="?", help=NAME)
    what.add_argument("--all", action="store_true", help="the whole registry, which `add` reads again without loss")
    parser.add_argument(
        "--format", choices=get_args(ExportFormat), default="json", help="of one model (json unless given)"
    )
    parser.add_argument("--output", type=Path, metavar="FILE", help="write there instead of printing")


def run(given: argparse.Namespace) -> Answer:
    with opened(given.store) as store:
        text = _whole(given.store) if given.all else export(recorded(store, model(store, given.model)), given.format)
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

    with WholeStore.open(place or own_place()) as store:
        return store.dump()
