"""What changes from day to day on the Hub: downloads, likes, and when a repository last changed.

The Hub counts downloads over the last thirty days. These claims name no revision: they are about the repository.
"""

from datetime import date

from registry.passport import Claim, Reading, Value
from registry.sources.hub import Listing

SOURCE = "Hugging Face Hub, engagement"


def engagement_claims(listing: Listing, as_of: date) -> tuple[Claim, ...]:
    """One claim for each figure, None where the Hub is silent."""
    reading = Reading(subject=listing.subject, revision=None, as_of=as_of)
    info = listing.info
    found: tuple[tuple[str, Value], ...] = (
        ("downloads", _count(info.downloads)),
        ("likes", _count(info.likes)),
        ("updated", info.last_modified.isoformat() if info.last_modified else None),
    )
    note = "in the last 30 days"
    return tuple(
        reading.claim(field, value, method="reported", source=SOURCE, note=note if field == "downloads" else None)
        for field, value in found
    )


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
