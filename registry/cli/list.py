"""registry list: every model recorded, the best score first."""

import argparse

from registry.cli.answer import Answer
from registry.cli.cards import HEADER, row
from registry.cli.numbers import count
from registry.cli.place import opened
from registry.cli.table import table
from registry.record import Card, Query
from registry.store import Store

EXAMPLES = """\
  python -m registry list
  python -m registry list --order size --limit 10
  python -m registry list --json"""

PAGE = 200


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--order", choices=("fni", "size", "updated"), default="fni", help="fni unless given")
    parser.add_argument("--limit", type=count, default=PAGE, help=f"models at most ({PAGE} unless given)")


def run(given: argparse.Namespace) -> Answer:
    with opened(given.store) as store:
        cards, all_models = _cards(store, Query(order=given.order, limit=given.limit)), len(store.subjects())
    rest = f"\n{len(cards)} of {all_models} models." if len(cards) < all_models else ""
    return Answer(text=table(HEADER, map(row, cards)) + rest, data=cards)


def _cards(store: Store, query: Query) -> tuple[Card, ...]:
    return store.search(query).cards
