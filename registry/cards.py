"""From a resolved passport to its card: what a list shows, which words find it, where it stands. Pure."""

from registry.conflicts import COMPUTED
from registry.fields import field
from registry.licence import licence_named
from registry.passport import Value
from registry.record import Card, registry_id
from registry.resolve import Fact, Resolution
from registry.units import quantity

ID_BITS = 40
"""Bits of a place that hold the model's number; the score stands above them."""

FOUND_BY = (
    "title", "author", "architecture", "licence", "base_model", "scheme", "modalities", "quantization.method",
    "pipeline_tag", "tags", "languages",
)  # fmt: skip
"""Fields whose words find a model, beside its name."""


def card_of(resolution: Resolution, fni: float | None, *, findings: int, origin: str | None) -> Card:
    """The card of a model whose score is `fni`, of which an audit finds so many things, and which was made from
    `origin` where its own sources do not say."""
    facts = {fact.field.name: fact for fact in reversed(resolution.facts)}
    modalities = facts["modalities"].value if "modalities" in facts else ()
    return Card(
        subject=resolution.subject,
        registry_id=registry_id(resolution.subject),
        revision=resolution.revision,
        title=_text(facts, "title"),
        author=_text(facts, "author"),
        architecture=_text(facts, "architecture"),
        licence=_licence(facts),
        base_model=_text(facts, "base_model") or origin,
        scheme=_text(facts, "scheme"),
        modalities=modalities if isinstance(modalities, tuple) else (),
        parameters=_number(facts, "parameters"),
        context=_number(facts, "context"),
        size=_number(facts, "tensor_bytes") or _number(facts, "bytes_on_disk"),
        vram=_memory(resolution),
        updated=_text(facts, "updated"),
        findings=findings,
        fni=fni,
    )


def words_of(resolution: Resolution) -> str:
    """The text a search looks through."""
    values = [resolution.value(name) for name in FOUND_BY]
    told = (" ".join(value) if isinstance(value, tuple) else str(value) for value in values if value is not None)
    return " ".join([resolution.subject, *told])


def told_by(card: Card) -> str:
    """The text that S, how well a model fits a question, is measured on."""
    told = (card.title, card.author, card.architecture, card.licence, card.base_model, card.scheme, *card.modalities)
    return " ".join([card.subject, *(word for word in told if word)])


def facets_of(card: Card) -> tuple[str, ...]:
    """What a list can be narrowed by."""
    return (
        *(f"modality:{modality}" for modality in card.modalities),
        *([f"licence:{card.licence}"] if card.licence else []),
        *([f"scheme:{card.scheme}"] if card.scheme else []),
    )


def place_of(fni: float | None, number: int) -> int:
    """Where a model stands among all: a higher score first, unscored ones last, then the order of recording."""
    rank = 1000 if fni is None else 999 - int(max(0.0, min(99.9, fni)) * 10)
    return rank << ID_BITS | number


def _text(facts: dict[str, Fact], name: str) -> str | None:
    value = _value(facts, name)
    return ", ".join(value) if isinstance(value, tuple) else None if value is None else str(value)


def _memory(resolution: Resolution) -> int | None:
    """Memory by whoever knows best under whatever conditions: a listing's formula, which looks at no file, never."""
    order = field(COMPUTED).order
    told = [fact.claim for fact in resolution.facts if fact.field.name == COMPUTED and fact.claim]
    known = [
        (order.index(claim.method), int(quantity(claim.value, claim.unit).value))
        for claim in told
        if claim.method != "listed" and isinstance(claim.value, int | float) and not isinstance(claim.value, bool)
    ]
    return min(known)[1] if known else None


def _licence(facts: dict[str, Fact]) -> str | None:
    """By its identifier, so that one licence in several spellings is one facet; a name nobody knows as it is."""
    value = _value(facts, "licence")
    names = value if isinstance(value, tuple) else () if value is None else (str(value),)
    known = ((name, licence_named(name)) for name in names)
    return ", ".join(dict.fromkeys(licence.identifier if licence else name for name, licence in known)) or None


def _number(facts: dict[str, Fact], name: str) -> int | None:
    """In the field's own unit, such as bytes."""
    value = _value(facts, name)
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    claim = facts[name].claim
    return int(quantity(value, claim.unit if claim else None).value)


def _value(facts: dict[str, Fact], name: str) -> Value:
    return facts[name].value if name in facts else None
