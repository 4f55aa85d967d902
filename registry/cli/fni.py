"""registry fni: FNI V2.0 of a model, each factor explained, beside what a listing prints and what is recorded."""

import argparse
from datetime import UTC, datetime

from registry.cards import card_of, told_by
from registry.cli.answer import Answer, bullets, sections
from registry.cli.model import argument, model
from registry.cli.place import opened
from registry.cli.table import table
from registry.fni import Index, ListedIndex, index, inputs_of, listed_index
from registry.lookup import Model
from registry.record import Score

EXAMPLES = """\
  python -m registry fni Vishva007/gemma-4-E2B-it-W4A16-AutoRound
  python -m registry fni google/gemma-4-E2B-it --query "small model that hears" --json"""


def arguments(parser: argparse.ArgumentParser) -> None:
    argument(parser)
    parser.add_argument("--query", help="measure S, how well the model fits these words")


def run(given: argparse.Namespace) -> Answer:
    with opened(given.store) as store:
        found = model(store, given.model, given.revision)
        recorded = () if found.folder else store.scores(found.resolution.subject)
    listed = listed_index(found.resolution)
    today = datetime.now(UTC).date()
    semantic = _semantic(given.query, found) if given.query else None
    computed = index(inputs_of(found.resolution, as_of=today), semantic, listed)
    return Answer(
        text=_text(found.resolution.subject, computed, listed, recorded),
        data={
            "subject": found.resolution.subject,
            "version": computed.version,
            "total": computed.total,
            "label": computed.label,
            "as_of": today,
            "staleness": computed.staleness,
            "factors": computed.parts,
            "inputs": computed.inputs,
            "listed": listed,
            "recorded": recorded,
        },
    )


def _semantic(query: str, found: Model) -> float:
    from registry.semantic import packed, semantic_scores

    card = card_of(found.resolution, None, findings=0, origin=found.origin)
    return semantic_scores(query, packed([told_by(card)]))[0]


def _text(subject: str, computed: Index, listed: ListedIndex | None, recorded: tuple[Score, ...]) -> str:
    total = "unknown" if computed.total is None else f"{computed.total:g}"
    rows = [
        (part.letter, "not measured" if part.value is None else f"{part.value:.1f}", f"{part.weight:g}")
        for part in computed.parts
    ]
    scores = [
        f"{score.as_of.isoformat()}: {'unknown' if score.total is None else score.total} ({score.version})"
        for score in recorded
    ]
    return sections(
        ("", f"{subject}: FNI {computed.version} {total} ({computed.label})"),
        ("", table(("factor", "value", "weight"), rows)),
        ("", bullets([*(part.sentence for part in computed.parts), *([listed.sentence] if listed else [])])),
        ("Recorded", bullets(scores)),
    )
