"""Temporary passports: a visitor names a repository of the Hub, and gets what its own files say, for half an hour.

The use-case behind the page's form and the API, without either:

    temporary = TemporaryPassports(registrar, endpoint)       # once, beside the page
    found = await temporary.read("owner/name@revision", visitor="203.0.113.7")
    found.model                                               # a registry.lookup.Model, as every recorded one is
    temporary.find(found.key)                                 # the same for half an hour, for everybody; then None

Nothing of it is recorded: search, lists and the audit's counts do not see it, and it is gone when the Space stops. The
owner keeps one with `python -m registry add`. Only the configured Hub is ever asked, without a token, and never for
weights; the reading is done by another process within limits of time and memory.
"""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from registry.errors import RegistryError
from registry.hub_address import HUB, on_hub
from registry.record import File, Record, Relation
from space.allowance import Allowance
from space.errors import PassportRefused, TooManyRequests
from space.registrar import Registrar

if TYPE_CHECKING:
    from registry.exports.formats import Exportable
    from registry.lookup import Model
    from registry.store import Store

KEPT = timedelta(minutes=30)
MOST_KEPT = 50
READING_SECONDS = 60.0
AT_A_TIME = 2
MOST_WAITING = 4

EACH, ALL_TOGETHER, WHILE_SECONDS = 5, 40, 600.0
"""Repositories a visitor may ask for, and all visitors together, within ten minutes. Those still kept cost nothing."""

LONGEST_TARGET = 300
LONGEST_KEY = LONGEST_TARGET + 41
"""Characters; a key ends in a commit."""


@dataclass(frozen=True, kw_only=True)
class TemporaryPassport:
    """A passport that is not recorded. `key` is owner/name@commit, `expires` when it is forgotten, and `recorded`
    whether the registry has this model, at whatever revision.
    """

    key: str
    model: "Model"
    files: tuple[File, ...]
    relations: tuple[Relation, ...]
    expires: datetime
    recorded: bool

    @property
    def read_at(self) -> datetime:
        return self.expires - KEPT

    @property
    def exportable(self) -> "Exportable":
        """As the exports take a model. Imports for a second, the first time."""
        from registry.exports.formats import Exportable

        return Exportable(model=self.model, files=self.files, relations=self.relations)


class TemporaryPassports:
    """Reads them and keeps them for a while. Used on one event loop."""

    def __init__(
        self,
        registrar: Registrar,
        endpoint: str = HUB,
        *,
        allowance: Allowance | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        seconds: float = READING_SECONDS,
    ) -> None:
        """`endpoint` is the Hub, and the only server that is asked; `seconds` the most that one reading may take."""
        self._registrar = registrar
        self._endpoint = endpoint
        self._allowance = allowance or Allowance(each=EACH, all_together=ALL_TOGETHER, seconds=WHILE_SECONDS)
        self._clock = clock
        self._seconds = seconds
        self._kept: dict[str, TemporaryPassport] = {}
        self._turn = asyncio.Semaphore(AT_A_TIME)
        self._waiting = 0

    async def read(self, asked: str, visitor: str) -> TemporaryPassport:
        """The passport of `owner/name`, `owner/name@revision` or the address of a repository's page on the Hub.

        `visitor` is whose allowance it counts against, such as an address. Takes seconds, a minute at most.

        Raises:
            PassportRefused: it cannot be read; the sentence says why.
            TooManyRequests: for this visitor, or for all.
            RegistryAway: the registry is not open.
        """
        target = self._target(asked)
        if kept := self.find(target):
            return kept
        if self._waiting >= MOST_WAITING:
            raise TooManyRequests("Several passports are being read. Try again in a moment.", self._seconds)
        self._allowance.take(visitor)
        self._waiting += 1
        try:
            async with self._turn:
                found = await asyncio.to_thread(self._read, target)
        except RegistryError as error:
            raise PassportRefused(str(error)) from error
        finally:
            self._waiting -= 1
        self._keep(found, target)
        return found

    def find(self, key: str) -> TemporaryPassport | None:
        """One that was read lately, by its key; None once it is forgotten."""
        now = self._clock()
        self._kept = {name: kept for name, kept in self._kept.items() if kept.expires > now}
        return self._kept.get(key)

    def _keep(self, found: TemporaryPassport, target: str) -> None:
        """By its key, and by what was asked for: a branch is not asked again so soon."""
        self._kept |= {found.key: found, target: found}
        while len(self._kept) > MOST_KEPT:
            del self._kept[next(iter(self._kept))]

    def _read(self, target: str) -> TemporaryPassport:
        from registry.read_apart import read_apart

        store = self._registrar.store()
        return self._temporary(read_apart(self._endpoint, target, seconds=self._seconds), store)

    def _temporary(self, record: Record, store: "Store") -> TemporaryPassport:
        from registry.lookup import unrecorded_model

        passport = record.passport
        return TemporaryPassport(
            key=f"{passport.subject}@{passport.revision}",
            model=unrecorded_model(store, passport),
            files=record.files,
            relations=record.relations,
            expires=self._clock() + KEPT,
            recorded=store.knows(passport.subject),
        )

    def _target(self, asked: str) -> str:
        """What is asked for as owner/name[@revision]. An address is only taken apart, never asked."""
        plain = asked.strip().rstrip("/")
        for page in (HUB, self._endpoint):
            plain = plain.removeprefix(f"{page}/")
        plain = re.sub(r"^([^/@]+/[^/@]+)/(?:tree|blob|commit)/([^/]+).*$", r"\1@\2", plain)
        repo_id, at, revision = plain.partition("@")
        possible = on_hub(repo_id, revision or None) and "/" in repo_id and bool(revision) == bool(at)
        if len(plain) > LONGEST_TARGET or not possible:
            raise PassportRefused("Write a repository of the Hub as owner/name, or owner/name@revision.")
        return plain
