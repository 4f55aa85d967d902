"""Repositories that are not recorded, for programs: their claims, files to take along, and a comparison.

The same reading, the same memory of half an hour and the same allowance as the page's form. Nothing is recorded.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import gradio as gr
from gradio.events import api

from registry.comparison import MOST
from space.errors import VisitorError
from space.temporary import TemporaryPassport, TemporaryPassports
from space.ui.desk import Desk, Sorry
from space.ui.visitor import visitor

if TYPE_CHECKING:
    from registry.store import Store

Written = Literal["bibtex", "biblatex", "csl-json", "ris", "apa", "cff", "model-card", "cyclonedx", "json"]


@dataclass(frozen=True, kw_only=True)
class Programs:
    """What programs ask of repositories that are not recorded."""

    store: Callable[[], "Store"]
    temporary: TemporaryPassports
    desk: Desk = field(default_factory=Desk)

    async def temporary_passport(self, repository: str, request: gr.Request) -> dict[str, Any]:
        """Read owner/name[@revision] from the Hub now: its claims, what an audit finds, and a summary by rule."""
        return _plain(await self._read(repository, request))

    async def temporary_export(self, repository: str, format: Written, request: gr.Request) -> str:
        """Read owner/name[@revision] from the Hub now, and write its citation, model card, ML-BOM or claims."""
        from registry.exports.formats import WRITERS, export

        written = next((each for each in WRITERS if each == format), None)
        if written is None:
            raise Sorry(f"There is no such format. There are: {', '.join(WRITERS)}.")
        found = await self._read(repository, request)
        return await self.desk.ask(lambda: export(found.exportable, written))

    async def temporary_compare(self, repository: str, models: list[str], request: gr.Request) -> str:
        """Read owner/name[@revision] from the Hub now, and compare it with one to three recorded models."""
        from registry.lookup import recorded_model
        from space.tools.compare import compared

        names = models if isinstance(models, list) and all(isinstance(each, str) for each in models) else []
        if not 0 < len(names) < MOST:
            raise Sorry(f"Name one to {MOST - 1} recorded models to compare it with, as a list.")
        found = await self._read(repository, request)
        return await self.desk.ask(
            lambda: compared([found.model, *(recorded_model(self.store(), name) for name in names)])
        )

    async def _read(self, repository: str, request: gr.Request) -> TemporaryPassport:
        try:
            return await self.temporary.read(repository, visitor(request))
        except VisitorError as error:
            raise Sorry(str(error)) from error


def add_program_endpoints(programs: Programs) -> None:
    """Add the endpoints to the page being built."""
    for answer in (programs.temporary_passport, programs.temporary_export, programs.temporary_compare):
        api(answer, api_name=answer.__name__, concurrency_limit=None)


def _plain(found: TemporaryPassport) -> dict[str, Any]:
    from registry.plain import plain

    model = found.model
    answer = plain(
        {
            "subject": model.resolution.subject,
            "revision": model.resolution.revision,
            "expires": found.expires,
            "recorded": found.recorded,
            "summary": model.synopsis,
            "findings": model.findings,
            "notices": model.notices,
            "claims": model.passport.claims,
            "files": found.files,
        }
    )
    assert isinstance(answer, dict)
    return answer
