"""A decided passport in a few plain sentences, written by rule. Pure: it recommends nothing and adds nothing.

A sentence is left out where nothing is known for it. What an audit calls wrong is not repeated here as if it held.
"""

from collections.abc import Sequence

from registry.audit import Finding
from registry.conflicts import in_words
from registry.licence import terms_of
from registry.one_line import one_line
from registry.passport import Value
from registry.resolve import Fact, Resolution
from registry.units import quantity, size_in_words
from registry.whereabouts import whereabouts

BY_RULE = "These sentences are written by rule from what is recorded; they recommend nothing."

TAKEN = {"text": "text", "image": "images", "audio": "sound", "video": "video"}

UNQUANTIZED = {"BF16", "FP16", "F16", "FP32", "F32", "BFLOAT16", "FLOAT16", "FLOAT32"}
"""Schemes of 16 and 32 bits."""

SCALES = ((10**12, "trillion"), (10**9, "billion"), (10**6, "million"))


def synopsis(resolution: Resolution, findings: Sequence[Finding] = (), origin: str | None = None) -> tuple[str, ...]:
    """Whole sentences, the last of which says how they came about. They may quote text of others: escape them.

    `origin` is what the model was made from where only its relations tell.
    """
    if whereabouts(resolution) == "nowhere":
        subject = one_line(resolution.subject)
        return (f"{subject} was looked for on the Hub and not found: nothing else is known of it.", BY_RULE)
    wrong = {field for finding in findings if finding.severity == "wrong" for field in finding.fields}
    parts = (
        _identity(resolution, origin),
        _abilities(resolution, wrong),
        _weights(resolution),
        _recipe(resolution),
        terms_of(resolution).sentence,
        _audit(findings),
        BY_RULE,
    )
    return tuple(part for part in parts if part)


def _identity(resolution: Resolution, origin: str | None) -> str:
    base = resolution.value("base_model")
    names = base if isinstance(base, tuple) else (base or origin,)
    made_from = _and([one_line(str(name)) for name in names if name])
    what = "a quantized checkpoint" if _is_quantized(resolution) else "a checkpoint"
    author = resolution.value("author")
    by = f"published by {one_line(_joined(author))}" if author and whereabouts(resolution) == "hub" else ""
    ties = ", ".join(part for part in (f"made from {made_from}" if made_from else "", by) if part)
    return f"{one_line(resolution.subject)} is {what}{f' {ties}' if ties else ''}."


def _is_quantized(resolution: Resolution) -> bool:
    scheme = resolution.value("scheme")
    named = any(resolution.value(f"quantization.{name}") is not None for name in ("method", "bits"))
    return named or (scheme is not None and str(scheme).upper() not in UNQUANTIZED)


def _abilities(resolution: Resolution, wrong: set[str]) -> str:
    """What it takes and how large it is: its own first, then what it has from its base."""
    facts = [fact for name in ("modalities", "parameters", "context") if (fact := resolution.fact(name))]
    own = [words for fact in facts if not fact.inherited and (words := _ability(fact))]
    inherited = [words for fact in facts if fact.inherited and (words := _ability(fact))]
    experts = resolution.value("mixture_of_experts")
    if isinstance(experts, bool) and "mixture_of_experts" not in wrong:
        own.append("is a mixture of experts" if experts else "is dense")
    sentences = [f"It {_and(own)}." if own else "", f"Like its base, it {_and(inherited)}." if inherited else ""]
    return " ".join(sentence for sentence in sentences if sentence)


def _ability(fact: Fact) -> str | None:
    if fact.field.name == "parameters":
        count = _count(fact)
        return f"has {count} parameters" if count else None
    if fact.field.name == "context":
        tokens = _told(fact)
        return f"reads up to {tokens}" if tokens else None
    taken = [TAKEN.get(name, one_line(name)) for name in fact.value] if isinstance(fact.value, tuple) else []
    return f"takes {_and(taken)}" if taken else None


def _weights(resolution: Resolution) -> str:
    """The bytes of the tensors, or those on disk where no header was read."""
    facts = [fact for name in ("tensor_bytes", "bytes_on_disk") for fact in resolution.facts if fact.field.name == name]
    fact = next((each for each in facts if each.value is not None), None)
    if fact is None or fact.claim is None or not isinstance(fact.value, int | float):
        return ""
    size = size_in_words(int(quantity(fact.value, fact.claim.unit).value))
    if fact.field.name == "tensor_bytes":
        return f"Its weights take {size}."
    which = ", ".join(one_line(value) for name, value in fact.conditions if name == "files")
    return f"Its files{f' ({which})' if which else ''} take {size} on disk; how much of that is loaded is not known."


def _recipe(resolution: Resolution) -> str:
    scheme, method = resolution.value("scheme"), resolution.value("quantization.method")
    group, iterations = resolution.fact("quantization.group_size"), resolution.value("quantization.iterations")
    if not _is_quantized(resolution):
        return ""
    parts = [
        one_line(str(scheme)) if scheme else "",
        f"in the format {one_line(str(method))}" if method else "",
        f"in groups of {weights}" if (weights := _told(group)) else "",
        "rounded to nearest without calibration" if iterations == 0 else "",
    ]
    told = ", ".join(part for part in parts if part)
    return f"Its weights are quantized{f': {told}' if told else ''}."


def _audit(findings: Sequence[Finding]) -> str:
    if not findings:
        return "An audit finds no rule broken by what its sources say."
    counts = [(word, sum(each.severity == word for each in findings)) for word in ("wrong", "doubtful", "needless")]
    told = [f"{number} {word}" for word, number in counts if number]
    first, _, rest = told[0].partition(" ")
    told[0] = f"{first} thing{'' if first == '1' else 's'} {rest}"
    return f"In what its sources say, an audit finds {_and(told)}."


def _told(fact: Fact | None) -> str | None:
    if fact is None or fact.claim is None or fact.value is None:
        return None
    return in_words(fact.field, fact.claim)


def _count(fact: Fact | None) -> str | None:
    """5.1 billion, not 5,100,000,000; exact figures are in the evidence."""
    if fact is None or fact.claim is None or not isinstance(fact.value, int | float):
        return None
    number = float(quantity(fact.value, fact.claim.unit).value)
    scale, name = next(((scale, name) for scale, name in SCALES if number >= scale), (1, ""))
    return f"{number / scale:.3g} {name}" if name else f"{number:,.0f}"


def _joined(value: Value) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _and(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)
