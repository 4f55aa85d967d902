"""Addresses the pages link to. An address that comes from a source is followed only where it is a plain web page."""

from collections.abc import Sequence
from urllib.parse import quote, urlencode, urlsplit

# Relative, so that they hold behind any prefix a proxy puts before them.
MODELS, PASSPORT, COMPARE, EXPORTS = "models", "passport", "compare", "exports"


def passport_link(subject: str) -> str:
    """The passport of a model."""
    return f"{PASSPORT}?{_query([('model', subject)])}"


def temporary_link(key: str) -> str:
    """The passport of a repository that was read lately and is not recorded."""
    return f"{PASSPORT}?{_query([('read', key)])}"


def compare_link(subjects: Sequence[str]) -> str:
    """Models side by side."""
    return f"{COMPARE}?{_query([('model', subject) for subject in subjects])}"


def models_link(**criteria: str | int | None) -> str:
    """The list, narrowed by what is not None."""
    chosen = [(name, str(value)) for name, value in criteria.items() if value not in (None, "")]
    return f"{MODELS}?{_query(chosen)}" if chosen else MODELS


def export_link(subject: str, written: str) -> str:
    """A passport as a file to download."""
    return f"{EXPORTS}/{quote(written)}?{_query([('model', subject)])}"


def temporary_export_link(key: str, written: str) -> str:
    """The same of a passport that was read lately and is not recorded."""
    return f"{EXPORTS}/{quote(written)}?{_query([('read', key)])}"


def web_address(url: str | None) -> str | None:
    """The address of a source if a browser may follow it: http or https with a host. Anything else, such as
    `javascript:`, is no link."""
    if url is None:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    is_web = parts.scheme in ("http", "https") and bool(parts.hostname) and url.isprintable() and " " not in url
    return url if is_web else None


def _query(pairs: list[tuple[str, str]]) -> str:
    return urlencode(pairs, safe="/@")
