"""Puts claims into a real store and reads them back, as whoever reads a hostile repository does."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import count

from registry.passport import Claim, Passport
from registry.record import Record
from registry.storable import storable
from registry.store import Store

_commits = (f"{number:040x}" for number in count())


def assert_survives(store: Store, claims: Iterable[Claim], subject: str) -> None:
    """What was claimed comes back from the store, decided, audited and cited on the way. Each time as a new commit."""
    revision = next(_commits)
    told = dict.fromkeys(storable(replace(claim, revision=revision)) for claim in claims if claim.subject == subject)
    store.add(Record(passport=Passport(subject=subject, revision=revision, claims=tuple(told))))
    assert set(store.passport(subject, revision).claims) == set(told)
