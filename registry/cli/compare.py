"""registry compare: two to four models, field by field; where they differ is marked."""

import argparse

from registry.audit import VERDICTS
from registry.cli.answer import Answer
from registry.cli.model import NAME, model
from registry.cli.place import opened
from registry.cli.table import table
from registry.comparison import FEWEST, MOST, Cell, compare

EXAMPLES = """\
  python -m registry compare google/gemma-4-E2B-it Vishva007/gemma-4-E2B-it-W4A16-AutoRound
  python -m registry compare google/gemma-4-E2B-it ./checkpoint --json"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("models", nargs="+", metavar="model", help=f"two to four; each {NAME}", action=_TwoToFour)


def run(given: argparse.Namespace) -> Answer:
    with opened(given.store) as store:
        found = [model(store, name) for name in given.models]
    rows = compare(found)
    subjects = [each.resolution.subject for each in found]
    lines = [(row.label, *map(_words, row.values), "differ" if row.differ else "") for row in rows]
    return Answer(text=table(("", *subjects, ""), lines), data={"models": subjects, "fields": rows})


def _words(cell: Cell) -> str:
    return f"{cell.words or 'unknown'}{f' ({VERDICTS[cell.doubt]})' if cell.doubt else ''}"


class _TwoToFour(argparse.Action):
    """argparse cannot say "two to four" itself."""

    def __call__(
        self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, values: object, option: object = None
    ) -> None:
        assert isinstance(values, list)
        if not FEWEST <= len(values) <= MOST:
            parser.error(f"compare takes {FEWEST} to {MOST} models, not {len(values)}")
        if len(set(values)) < len(values):
            parser.error("compare takes each model once")
        namespace.models = values
