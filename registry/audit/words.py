"""How findings quote what others wrote: short, on one line, without control characters."""

from collections.abc import Iterable

from registry.passport import Claim, Value

LONGEST = 120


def quoted(value: Value) -> str:
    """A value in curly quotes if it is text. Control and other unprintable characters become "?"."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, tuple):
        return joined(quoted(part) for part in value)
    text = "".join(character if character.isprintable() else "?" for character in " ".join(str(value).split()))
    return f"“{text if len(text) <= LONGEST else text[: LONGEST - 1] + '…'}”"


def joined(parts: Iterable[str]) -> str:
    """a, b and c; each once."""
    words = list(dict.fromkeys(parts))
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""


def values(claims: Iterable[Claim]) -> str:
    return joined(quoted(claim.value) for claim in claims)


def places(claims: Iterable[Claim]) -> str:
    return joined(claim.source for claim in claims)


def shown_by(claim: Claim) -> str:
    """Who proves a thing: the source, with the model's name when it is the base's."""
    return f"{claim.source} of {claim.subject}"
