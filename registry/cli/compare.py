"""registry compare: two to four models, field by field; where they differ is marked."""

import argparse

from registry.cli.answer import Answer, table
from registry.cli.model import NAME, Model, model
from registry.cli.place import opened
from registry.conflicts import in_words
from registry.resolve import Fact

EXAMPLES = """\
  python -m registry compare google/gemma-4-E2B-it Vishva007/gemma-4-E2B-it-W4A16-AutoRound
  python -m registry compare google/gemma-4-E2B-it ./checkpoint --json"""

FEWEST, MOST = 2, 4

FIELDS = (
    "architecture", "mixture_of_experts", "parameters", "effective_parameters", "context", "modalities", "scheme",
    "quantization.method", "quantization.group_size", "tensor_bytes", "bytes_on_disk", "licence", "base_model",
    "published", "updated", "downloads", "likes",
)  # fmt: skip


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("models", nargs="+", metavar="model", help=f"two to four; each {NAME}", action=_TwoToFour)


def run(given: argparse.Namespace) -> Answer:
    with opened(given.store) as store:
        found = [model(store, name) for name in given.models]
    rows = [row for name in FIELDS if (row := _row(name, found))]
    header = ("", *(each.resolution.subject for each in found), "")
    lines = [(str(row["label"]), *_words(row), "differ" if row["differ"] else "") for row in rows]
    data = {"models": [each.resolution.subject for each in found], "fields": rows}
    return Answer(text=table(header, lines), data=data)


class _TwoToFour(argparse.Action):
    """argparse cannot say "two to four" itself."""

    def __call__(
        self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, values: object, option: object = None
    ) -> None:
        assert isinstance(values, list)
        if not FEWEST <= len(values) <= MOST:
            parser.error(f"compare takes {FEWEST} to {MOST} models, not {len(values)}")
        namespace.models = values


def _row(name: str, found: list[Model]) -> dict[str, object] | None:
    """None where nobody says anything of any of them."""
    facts = [each.resolution.fact(name) for each in found]
    known = [fact for fact in facts if fact and fact.value is not None]
    if not known:
        return None
    words = [_shown(fact) for fact in facts]
    return {
        "field": name,
        "label": known[0].field.label,
        "differ": len({word.casefold() for word in words if word}) > 1,
        "values": [
            {
                "value": fact.value if fact else None,
                "unit": (fact.claim.unit if fact and fact.claim else None) or known[0].field.unit,
                "words": word,
                "method": fact.claim.method if fact and fact.claim else None,
                "inherited": bool(fact and fact.inherited),
            }
            for fact, word in zip(facts, words, strict=True)
        ],
    }


def _shown(fact: Fact | None) -> str | None:
    """None for what is unknown: it differs from nothing."""
    return in_words(fact.field, fact.claim) if fact and fact.claim and fact.value is not None else None


def _words(row: dict[str, object]) -> tuple[str, ...]:
    values = row["values"]
    assert isinstance(values, list)
    return tuple(str(value["words"] or "unknown") for value in values)
