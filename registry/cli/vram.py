"""registry vram: weights, cache and overhead of a load, and which cards have the memory."""

import argparse
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import get_args

from registry.audit import Severity, verdict
from registry.cli import hub
from registry.cli.answer import Answer, bullets, sections
from registry.cli.model import model
from registry.cli.numbers import count
from registry.cli.place import opened
from registry.cli.table import table
from registry.conflicts import how
from registry.errors import UnknownModel
from registry.footprint import Footprint, footprint, footprint_of
from registry.kv_cache import KvDtype
from registry.listing_formula import LABEL, listing_vram_of
from registry.lookup import Model
from registry.passport import Claim
from registry.recorded import needs_by_others, recorded_footprint
from registry.sources.hub_requests import Hub
from registry.sources.weight_files import distinct_tensors
from registry.units import exact_size_in_words, quantity, size_in_words
from registry.vram import Fit, Load, Vram, card_of, fitting, vram

EXAMPLES = """\
  python -m registry vram Vishva007/gemma-4-E2B-it-W4A16-AutoRound --context 8192
  python -m registry vram hf-model--google--gemma-4-e2b-it --context 131072 --concurrency 4
  python -m registry vram ./checkpoint --kv-dtype fp8 --json
  python -m registry vram ./config.json --json
  python -m registry vram owner/name --online"""

CONTEXT = 8192

Heard = tuple[Claim, Severity | None]
"""What somebody else says, and what the audit has against it."""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", help="a repository's exact name, a registry id, an alias, a folder or a config.json")
    parser.add_argument("--context", type=count, default=CONTEXT, help=f"tokens of a request ({CONTEXT:,})")
    parser.add_argument("--concurrency", type=count, default=1, help="requests at a time (1)")
    parser.add_argument("--kv-dtype", choices=get_args(KvDtype), default="auto", help="how the cache stores numbers")
    parser.add_argument("--online", action="store_true", help="read configuration and headers from the Hub now")
    hub.arguments(parser)


def run(given: argparse.Namespace) -> Answer:
    load = Load(context=given.context, concurrency=given.concurrency, kv_dtype=given.kv_dtype)
    path = Path(given.model)
    if path.exists():
        return _answer(given.model, footprint_of(path), load, None)
    if given.online:
        return _answer(given.model, _on_hub(given.model, hub.hub(given)), load, None)
    with opened(given.store) as store:
        try:
            found = model(store, given.model)
        except UnknownModel as error:
            raise UnknownModel(f"{error} To ask the Hub now: --online.") from error
    return _answer(found.resolution.subject, recorded_footprint(found), load, found)


def _on_hub(name: str, hub: Hub) -> Footprint:
    from registry.sources.hub import read_repository

    repo_id, _, revision = name.partition("@")
    snapshot = read_repository(hub, repo_id, revision or None).snapshot
    return footprint(snapshot.config, distinct_tensors(snapshot.headers) if snapshot.headers else None)


def _answer(name: str, footprint: Footprint, load: Load, found: Model | None) -> Answer:
    needed, cards = vram(footprint, load), fitting(footprint, load)
    hardware = [notice.sentence for notice in found.notices if notice.rule == "hardware"] if found else []
    needed = replace(needed, notes=(*needed.notes, *hardware))
    said = [(claim, verdict(claim, found.findings)) for claim in needs_by_others(found.resolution)] if found else []
    listing = listing_vram_of(found.resolution) if found else None
    data = asdict(needed)
    figures = {key: data.pop(key) for key in tuple(data) if key.endswith("_bytes")}
    return Answer(
        text=_text(name, needed, cards, said, listing),
        data={
            **figures,
            **data.pop("load"),
            **data,
            "model": name,
            "gpus": [card_of(card) for card in cards],
            "others_say": [{"claim": claim, "audit": doubt} for claim, doubt in said],
            "listing_formula_gb": listing,
        },
    )


def _text(name: str, needed: Vram, cards: tuple[Fit, ...], said: Sequence[Heard], listing: float | None) -> str:
    load = needed.load
    requests = f"{load.concurrency} request{'s' if load.concurrency > 1 else ''} at a time"
    figures = [
        ("weights", needed.weights_bytes, ""),
        ("cache, content", needed.kv_bytes, "what requests have written"),
        ("cache, set aside", needed.kv_reserved_bytes, "what vLLM reserves for it"),
        ("overhead", needed.overhead_bytes, "an estimate"),
        ("total", needed.total_bytes, "weights + cache set aside + overhead"),
    ]
    parts = [(part.component.replace("_", " "), part.dtype, exact_size_in_words(part.bytes)) for part in needed.parts]
    others = [
        f"{size_in_words(_base(claim.value, claim.unit))} ({how(claim)}: {claim.source}){f': {doubt}' if doubt else ''}"
        for claim, doubt in said
    ]
    formula = [f"{listing} GB is what {LABEL} makes of the figures it lists"] if listing is not None else []
    return sections(
        ("", f"{name}: {load.context:,} tokens, {requests}, cache stored as {load.kv_dtype}"),
        ("", table(("", "bytes", ""), [(what, _size(size), remark) for what, size, remark in figures])),
        ("Parts", table(("part", "dtype", "bytes"), parts) if parts else ""),
        ("Cards", table(("card", "memory", "fits", "longest context"), map(_card_row, cards))),
        ("Others say", bullets([*others, *formula])),
        ("Notes", bullets(needed.notes)),
    )


def _base(value: object, unit: str | None) -> int:
    """A figure in its base unit."""
    assert isinstance(value, int | float)
    return int(quantity(value, unit).value)


def _size(size: int | None) -> str:
    return "unknown" if size is None else exact_size_in_words(size)


def _card_row(card: Fit) -> tuple[str, ...]:
    fits = {True: "yes", False: "no", None: "unknown"}[card.fits]
    if card.refused:
        fits = f"no: {card.gpu.family}, not run by vLLM"
    longest = "unknown" if card.longest_context is None else f"{card.longest_context:,}"
    return (card.gpu.name, size_in_words(card.gpu.memory), fits, longest)
