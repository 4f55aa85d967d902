"""registry search: models that match, ranked by FNI with S measured against the words that were asked for."""

import argparse

from registry.cli.answer import Answer
from registry.cli.cards import HEADER, row
from registry.cli.numbers import count, gigabytes
from registry.cli.place import opened
from registry.cli.table import table
from registry.errors import UnknownModel
from registry.gpus import gpu_named
from registry.ranking import ranked
from registry.record import Query
from registry.vram import on_card

EXAMPLES = """\
  python -m registry search gemma w4a16
  python -m registry search --modality audio --licence apache-2.0
  python -m registry search gemma --fits L4 --order size --json"""

MOST = 500


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", nargs="*", help="all must occur; the last may be the beginning of a word")
    parser.add_argument("--modality", help="such as image")
    parser.add_argument("--licence", help="exactly as it is shown, such as apache-2.0")
    parser.add_argument("--scheme", help="such as W4A16")
    parser.add_argument("--at-most", type=gigabytes, metavar="GB", help="weights of at most so many GB")
    parser.add_argument("--fits", metavar="CARD", help="a card with room for the model where vLLM runs it, such as L4")
    parser.add_argument("--order", choices=("fni", "size", "updated"), default="fni", help="fni unless given")
    parser.add_argument("--limit", type=count, default=24, help="models at most (24 unless given)")


def run(given: argparse.Namespace) -> Answer:
    query = _query(given)
    with opened(given.store) as store:
        cards = store.candidates(query)
        if given.order == "fni" and query.words.strip():
            cards = ranked(query.words, cards)
    shown = cards[: given.limit]
    found = f"at least {MOST}" if len(cards) >= MOST else str(len(cards))
    nothing = "No model matches. Fewer words or limits find more."
    rest = f"\n{len(shown)} of {found} found." if len(shown) < len(cards) else ""
    return Answer(text=table(HEADER, map(row, shown)) + rest if shown else nothing, data=shown)


def _query(given: argparse.Namespace) -> Query:
    query = Query(
        words=" ".join(given.words),
        modality=given.modality,
        licence=given.licence,
        scheme=given.scheme,
        size_at_most=int(given.at_most * 10**9) if given.at_most is not None else None,
        order=given.order,
        limit=MOST,
    )
    if given.fits is None:
        return query
    card = gpu_named(given.fits)
    if card is None:
        raise UnknownModel(f"No one card is called “{given.fits}”: `vram MODEL` prints all that are known.")
    return on_card(query, card)
