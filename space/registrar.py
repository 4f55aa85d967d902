"""Keeps the registry of the running Space: opens it behind the page and follows what the engine serves.

It owns the store's life and hands the open store to whoever asks. It knows neither Gradio nor vLLM.
"""

import asyncio
import logging
import tempfile
from concurrent.futures import CancelledError, Future
from concurrent.futures import TimeoutError as NotInTime
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from registry.errors import RegistryError
from registry.folder import passport_of
from registry.passport import Passport
from registry.sources.engine import Loaded
from space.checkpoint.checkpoint import Checkpoint
from space.errors import RegistryAway

if TYPE_CHECKING:
    from registry.store import Store

log = logging.getLogger(__name__)

PAGE_FIRST_SECONDS = 0.5
"""Opening for the first time takes a second of processor, mostly imports: the page's first answer goes before it."""

OPENING_SECONDS = 120.0


class Registrar:
    """The registry of one Space. `run` keeps it open until cancelled; `store` may be asked from any thread."""

    def __init__(self, place: Path | str, *, endpoint: str | None = None) -> None:
        """`place` is the path or URL of the database; `endpoint` the Hub whose figures are read once a day."""
        self._place = place
        self._endpoint = endpoint
        self._opening: Future[Store] = Future()
        self._at_the_end = ExitStack()

    def store(self) -> "Store":
        """The open store. Blocks for as long as that takes, so it is called from a thread, as queries are.

        Raises:
            RegistryAway: it is not open in time, or cannot be opened.
        """
        try:
            return self._opening.result(OPENING_SECONDS)
        except (NotInTime, CancelledError) as error:
            raise RegistryAway("The registry is still being opened. Try again in a moment.") from error

    def passport(self, checkpoint: Checkpoint) -> Passport | None:
        """What to show of a checkpoint: from the registry where it is recorded, otherwise from its files. Blocks too.

        None where it is not recorded and its files are elsewhere.

        Raises:
            SourceUnreadable: it is not recorded and its files are damaged.
        """
        from space.recording import recorded

        try:
            known = recorded(self.store(), checkpoint)
        except RegistryAway:
            known = None
        return known.shown if known else _from_files(checkpoint)

    async def run(self) -> None:
        """Open the registry, refresh it daily where a Hub is named, and close it when cancelled."""
        await asyncio.sleep(PAGE_FIRST_SECONDS)
        stopped = Event()
        working = asyncio.ensure_future(asyncio.to_thread(self._work, stopped))
        try:
            await asyncio.shield(working)
            await asyncio.Event().wait()
        finally:
            # A thread cannot be cancelled: what it opens is closed after it.
            stopped.set()
            await asyncio.wait([working])
            self._at_the_end.close()

    async def serving(self, checkpoint: Checkpoint, loaded: Loaded | None) -> None:
        """Note which model is served from now on and what the engine reports of it.

        A registry that is away keeps nobody from serving.
        """
        try:
            # However long opening takes: nobody waits for this, and it is not tried again.
            await asyncio.shield(asyncio.wrap_future(self._opening))
            await asyncio.to_thread(self._record_served, checkpoint, loaded)
        except (RegistryAway, RegistryError) as error:
            log.warning("%s is served, which the registry does not show: %s", checkpoint.repo_id, error)

    def _record_served(self, checkpoint: Checkpoint, loaded: Loaded | None) -> None:
        from space.recording import record_loaded, record_served

        if record_served(self.store(), checkpoint) and loaded is not None:
            record_loaded(self.store(), checkpoint, loaded)

    def _work(self, stopped: Event) -> None:
        self._open()
        if self._endpoint is None or self._opening.exception() is not None:
            return
        from registry.refresh import refresh_daily
        from registry.sources.hub_requests import Hub

        # Without a token: what it can see beyond the public is not for a public registry.
        refresh_daily(self.store(), Hub(endpoint=self._endpoint), stopped)

    def _open(self) -> None:
        """The store at its place; where that cannot be used, one that ends with the Space."""
        try:
            self._opening.set_result(self._opened(self._place))
            return
        except RegistryError as error:
            log.warning("%s A temporary registry is used: what is added to it is lost when the Space stops.", error)
        folder = self._at_the_end.enter_context(tempfile.TemporaryDirectory(prefix="model-passports-"))
        try:
            self._opening.set_result(self._opened(Path(folder) / "registry.db"))
        except RegistryError as error:
            log.error("there is no registry: %s", error)
            self._opening.set_exception(RegistryAway("The registry cannot be opened. The log says why."))

    def _opened(self, place: Path | str) -> "Store":
        # Not at the top: SQLAlchemy takes longer to import than the page may wait.
        from registry.opening import open_store

        return self._at_the_end.enter_context(open_store(place))


@cache
def _from_files(checkpoint: Checkpoint) -> Passport | None:
    """Read once: a served folder does not change."""
    if checkpoint.folder is None:
        return None
    return passport_of(checkpoint.folder, checkpoint.repo_id, checkpoint.revision)
