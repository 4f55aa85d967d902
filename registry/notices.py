"""Limitations and cautions of a decided passport, each by one rule that knows no repository. Pure.

A limitation is what the checkpoint or its figures cannot do; a caution is what a visitor should know before relying on
the passport. What an audit finds, and the notices that sources print themselves, stand elsewhere.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from registry.commands import refused_by_vllm
from registry.conflicts import COMPUTED
from registry.gpus import gpus, not_run
from registry.licence import Named, Terms, terms_of
from registry.one_line import one_line
from registry.resolve import FIRST_HAND, Fact, Resolution
from registry.whereabouts import whereabouts

Kind = Literal["limitation", "caution"]

Rule = Literal[
    "temporary", "not found", "licence conflict", "no licence", "unverified figures", "not calibrated", "memory",
    "benchmarks", "serving", "hardware",
]  # fmt: skip

TELLING = (
    "architecture", "mixture_of_experts", "parameters", "context", "modalities", "scheme", "licence", "tensor_bytes",
    "bytes_on_disk", "vram",
)  # fmt: skip
"""Fields a visitor decides by; the rest of a listing's fields are about the listing."""

LONGEST = 300


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One sentence or two for a visitor. It may quote text of others: whoever shows it must escape it."""

    rule: Rule
    kind: Kind
    sentence: str


def notices(resolution: Resolution, base: Resolution | None = None, *, temporary: bool = False) -> tuple[Notice, ...]:
    """All that hold, cautions first. `base` is what it was made from, where that is recorded."""
    found: list[Notice] = []
    if temporary:
        sentence = "This passport was read just now and is not kept: nobody has reviewed it, and it is forgotten soon."
        found.append(Notice(rule="temporary", kind="caution", sentence=sentence))
    if whereabouts(resolution) == "nowhere":
        return (*found, _not_found(resolution))
    for rule in _RULES:
        found += rule(resolution, base)
    return tuple(sorted(found, key=lambda notice: notice.kind != "caution"))


def _not_found(resolution: Resolution) -> Notice:
    fact = resolution.fact("repo_id")
    note = one_line(fact.claim.note, LONGEST) if fact and fact.claim and fact.claim.note else ""
    sentence = f"Not found on the Hub: this name has no address, no command and no citation. {note}".strip()
    return Notice(rule="not found", kind="caution", sentence=sentence)


def _licence(resolution: Resolution, _: Resolution | None) -> Iterator[Notice]:
    terms = terms_of(resolution)
    if terms.declared and terms.upstream and not _same(terms):
        yield Notice(rule="licence conflict", kind="caution", sentence=terms.sentence)
    elif not terms.declared:
        yield Notice(rule="no licence", kind="caution", sentence=terms.sentence)


def _same(terms: Terms) -> bool:
    def names(named: tuple[Named, ...]) -> set[str]:
        return {each.licence.identifier if each.licence else each.text.casefold() for each in named}

    return names(terms.declared) == names(terms.upstream)


def _unverified(resolution: Resolution, _: Resolution | None) -> Iterator[Notice]:
    """Figures that stand on a listing's or a third party's word alone."""
    facts = [fact for name in TELLING for fact in resolution.facts if fact.field.name == name and fact.claim]
    proved = {fact.field.name for fact in facts if fact.value is not None and _first_hand(fact)}
    told = [fact for fact in facts if fact.value is not None and fact.field.name not in proved]
    if told:
        labels = dict.fromkeys(_label(fact) for fact in told)
        yield Notice(
            rule="unverified figures",
            kind="caution",
            sentence=f"Not verified here, on the word of others alone: {', '.join(labels)}.",
        )


def _first_hand(fact: Fact) -> bool:
    return fact.claim is not None and fact.claim.method in FIRST_HAND


def _label(fact: Fact) -> str:
    return fact.field.label[0].lower() + fact.field.label[1:] if fact.field.label[1:2].islower() else fact.field.label


def _calibration(resolution: Resolution, _: Resolution | None) -> Iterator[Notice]:
    iterations, rounding = resolution.value("quantization.iterations"), resolution.value("quantization.rounding")
    nearest = "rtn" in str(rounding).casefold() or "round to nearest" in str(rounding).casefold()
    if iterations == 0 or (iterations is None and nearest):
        yield Notice(
            rule="not calibrated",
            kind="limitation",
            sentence="The weights were rounded to nearest: no data was used to calibrate them. What that costs in "
            "accuracy is not measured here.",
        )


def _memory(resolution: Resolution, _: Resolution | None) -> Iterator[Notice]:
    """Unless somebody measured it here, memory is computed."""
    facts = [fact for fact in resolution.facts if fact.field.name == COMPUTED and fact.claim and fact.value is not None]
    if any(fact.claim and fact.claim.method == "measured" for fact in facts):
        return
    if resolution.value("tensor_bytes") is not None or resolution.value("bytes_on_disk") is not None:
        yield Notice(
            rule="memory",
            kind="limitation",
            sentence="Memory is computed, not measured: activations and the runtime's share are an estimate.",
        )


def _benchmarks(resolution: Resolution, base: Resolution | None) -> Iterator[Notice]:
    if any(fact.field.name.startswith("benchmark.") and fact.value is not None for fact in resolution.facts):
        return
    of_base = base is not None and any(fact.field.name.startswith("benchmark.") for fact in base.facts)
    sentence = (
        f"No benchmark of this checkpoint is known. Those of its base, {one_line(base.subject)}, are the base's: "
        "quantization and fine-tuning change results."
        if base is not None and of_base
        else "No benchmark of this checkpoint is known."
    )
    yield Notice(rule="benchmarks", kind="limitation", sentence=sentence)


def _serving(resolution: Resolution, _: Resolution | None) -> Iterator[Notice]:
    refused = refused_by_vllm(resolution)
    if refused:
        yield Notice(rule="serving", kind="limitation", sentence=f"vLLM does not serve it. {refused}")


def _hardware(resolution: Resolution, _: Resolution | None) -> Iterator[Notice]:
    architecture = resolution.value("architecture")
    if refused_by_vllm(resolution):
        return
    if isinstance(architecture, str) and any(not_run(gpu, architecture) for gpu in gpus()):
        yield Notice(
            rule="hardware",
            kind="limitation",
            sentence="vLLM runs this architecture on NVIDIA cards from Ampere on, not on Turing cards such as the T4, "
            "whatever their memory.",
        )


_RULES: tuple[Callable[[Resolution, Resolution | None], Iterator[Notice]], ...] = (
    _licence,
    _unverified,
    _calibration,
    _memory,
    _benchmarks,
    _serving,
    _hardware,
)
