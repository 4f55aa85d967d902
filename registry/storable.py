"""Claims as a database can keep them: what others wrote may hold what no database does."""

from dataclasses import replace

from registry.passport import Claim, Value

LARGEST_INTEGER = 2**63 - 1
"""The largest a database keeps exactly."""


def storable(claim: Claim) -> Claim:
    """The claim without half a surrogate pair in a text, and without an integer beyond 64 bits."""
    value = claim.value
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > LARGEST_INTEGER:
        return replace(claim, value=None, note="The number is absurd.")
    return replace(claim, value=_plain(value))


def encodable(text: str) -> str:
    """The text with a question mark for whatever UTF-8 cannot write."""
    return text.encode("utf-8", errors="replace").decode("utf-8")


def _plain(value: Value) -> Value:
    if isinstance(value, tuple):
        return tuple(encodable(word) for word in value)
    return encodable(value) if isinstance(value, str) else value
