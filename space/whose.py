"""Who asks, as far as it can be told: the address that the nearest proxy saw, else the other end of the connection."""

from collections.abc import Mapping


def address(headers: Mapping[str, str], host: str | None) -> str:
    """One name for all of whom nothing is told. `headers` find their names in any case."""
    return headers.get("x-forwarded-for", "").rpartition(",")[2].strip() or host or ""
