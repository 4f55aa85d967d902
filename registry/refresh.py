"""Brings the figures that change from day to day up to date: downloads, likes, last change. One model at a time.

A model's new figures are recorded together or not at all; where the Hub cannot tell, the old ones stay and the event
log says why. It reads no checkpoint: a new commit is for `add`.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from threading import Event

from registry.errors import RegistryError, SourceAway
from registry.passport import Passport
from registry.record import Json, Record
from registry.sources.engagement import SOURCE, engagement_claims
from registry.sources.hub import read_listing
from registry.sources.hub_requests import Hub
from registry.store import Store
from registry.whereabouts import whereabouts

log = logging.getLogger(__name__)

EVERY = timedelta(days=1)

FIRST_RETRY = timedelta(minutes=15)
"""After a Hub that went away; each further time twice as long, a day at most."""

READ = "engagement read"
FAILED = "engagement not read"
DONE = "engagement refreshed"


@dataclass(frozen=True, kw_only=True)
class Round:
    """What one refresh did, by model: figures read, found unchanged, or why they could not be read. `left` were not
    asked for, because the Hub went away or we were told to stop.
    """

    read: tuple[str, ...]
    unchanged: tuple[str, ...]
    failed: tuple[tuple[str, str], ...]
    left: tuple[str, ...]


def refresh(store: Store, hub: Hub, names: Iterable[str] | None = None, *, stopped: Event | None = None) -> Round:
    """Ask the Hub about these models, or about all that can be on it.

    Raises:
        UnknownModel, AmbiguousName: a name means no recorded model, or several. Nothing is asked then.
    """
    wanted = [store.subject_of(name) for name in names] if names is not None else list(store.subjects())
    subjects = [subject for subject in dict.fromkeys(wanted) if whereabouts(store.resolution(subject)) == "hub"]
    read: list[str] = []
    unchanged: list[str] = []
    failed: list[tuple[str, str]] = []
    while len(read) + len(unchanged) + len(failed) < len(subjects) and not (stopped and stopped.is_set()):
        subject = subjects[len(read) + len(unchanged) + len(failed)]
        try:
            (read if _refresh_one(store, hub, subject) else unchanged).append(subject)
        except RegistryError as error:
            failed.append((subject, str(error)))
            store.log(FAILED, subject, {"reason": str(error)})
            if isinstance(error, SourceAway):
                break  # The others would be asked in vain, each with its own pauses.
    left = tuple(subjects[len(read) + len(unchanged) + len(failed) :])
    done = Round(read=tuple(read), unchanged=tuple(unchanged), failed=tuple(failed), left=left)
    store.log(DONE, None, _counts(done))
    return done


def refresh_daily(store: Store, hub: Hub, stopped: Event, *, retry: timedelta = FIRST_RETRY) -> None:
    """Refresh a day after the last whole round, at once if there was none, and so on until `stopped` is set.

    A blocking call, for a thread of its own. A Hub that is away is asked again later, and told of once.
    """
    patient = replace(hub, sleep=stopped.wait)
    wait, failures = _until_due(store, datetime.now(UTC)), 0
    while not stopped.wait(wait.total_seconds()):
        done = refresh(store, patient, stopped=stopped)
        failures = failures + 1 if done.left else 0
        if failures == 1 and not stopped.is_set():
            log.warning("figures of the Hub stay as they are until it answers: %s", done.failed[-1][1])
        wait = min(retry * 2 ** (failures - 1), EVERY) if failures else EVERY


def _until_due(store: Store, now: datetime) -> timedelta:
    """A Space that is started anew does not ask anew."""
    last = store.last_event(DONE)
    whole = last is not None and last.detail.get("left") == 0
    return max(last.at + EVERY - now, timedelta()) if last is not None and whole else timedelta()


def _refresh_one(store: Store, hub: Hub, subject: str) -> bool:
    """Whether the figures were read anew; False where the Hub says nothing has changed, which dates the old ones."""
    today = datetime.now(UTC).date()
    known = store.passport(subject)
    etag = _etag(store, known)
    listing = read_listing(hub, subject, etag=etag)
    if listing is None:
        store.add(_said_again(known, today))
        return False
    claims = tuple(replace(claim, subject=subject) for claim in engagement_claims(listing, today))
    store.add(Record(passport=Passport(subject=subject, revision=None, claims=claims)))
    store.log(READ, subject, {"etag": listing.etag})
    return True


def _etag(store: Store, known: Passport) -> str | None:
    """What the Hub called its last answer; None when its figures are not recorded here."""
    if not any(claim.source == SOURCE for claim in known.claims):
        return None
    last = next((entry for entry in store.events(known.subject) if entry.kind == READ), None)
    etag = last.detail.get("etag") if last else None
    return etag if isinstance(etag, str) else None


def _said_again(known: Passport, today: date) -> Record:
    claims = tuple(replace(claim, as_of=today) for claim in known.claims if claim.source == SOURCE)
    return Record(passport=Passport(subject=known.subject, revision=None, claims=claims))


def _counts(done: Round) -> dict[str, Json]:
    return {
        "read": len(done.read),
        "unchanged": len(done.unchanged),
        "failed": len(done.failed),
        "left": len(done.left),
    }
