"""Passports and citations as files: `/exports/bibtex?model=owner/name`. Byte for byte what the command line prints.

A passport that was read for a visitor and is still kept is named by its key: `/exports/bibtex?read=owner/name@commit`.
Nothing is read from the Hub here.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi import APIRouter, Query
from fastapi.responses import PlainTextResponse, Response
from starlette.concurrency import run_in_threadpool

from registry.errors import RegistryError
from space.errors import RegistryAway
from space.temporary import LONGEST_KEY, TemporaryPassport

if TYPE_CHECKING:
    from registry.exports.formats import Exportable
    from registry.store import Store

LONGEST_NAME = 200
UNSAFE = re.compile(r"[^\w.-]+", re.ASCII)
"""What a file's name is not given, whatever a repository is called."""

FORGOTTEN = "One that was read for a visitor is forgotten after half an hour; the models page reads it again."


@dataclass(frozen=True, kw_only=True)
class File:
    """How a format travels. `name` is the file's own where the format has one."""

    media_type: str
    suffix: str
    name: str | None = None


FILES = {
    "bibtex": File(media_type="application/x-bibtex", suffix="bib"),
    "biblatex": File(media_type="application/x-bibtex", suffix="bib"),
    "csl-json": File(media_type="application/vnd.citationstyles.csl+json", suffix="csl.json"),
    "ris": File(media_type="application/x-research-info-systems", suffix="ris"),
    "apa": File(media_type="text/plain", suffix="txt"),
    "cff": File(media_type="application/yaml", suffix="cff", name="CITATION.cff"),
    "model-card": File(media_type="text/markdown", suffix="md"),
    "cyclonedx": File(media_type="application/vnd.cyclonedx+json", suffix="cdx.json"),
    "json": File(media_type="application/json", suffix="json"),
}


def exports_router(store: Callable[[], "Store"], kept: Callable[[str], TemporaryPassport | None]) -> APIRouter:
    """The route. It writes in a thread, as every question to the registry is asked in one; `kept` finds a temporary
    passport by its key, and is asked on the event loop."""
    router = APIRouter()

    @router.get("/exports/{written}")
    async def exported(
        written: str,
        model: str | None = Query(None, min_length=1, max_length=LONGEST_NAME),
        read: str | None = Query(None, min_length=1, max_length=LONGEST_KEY),
    ) -> Response:
        """A file, or a sentence why there is none."""
        if written not in FILES:
            return PlainTextResponse(f"There is no such format. There are: {', '.join(FILES)}.\n", status_code=404)
        if read is not None:
            found = kept(read)
            if found is None:
                return PlainTextResponse(f"No passport of {read} is kept. {FORGOTTEN}\n", status_code=404)
            return await run_in_threadpool(_answer, lambda: found.exportable, written)
        if model is None:
            return PlainTextResponse("Name a model: ?model=owner/name.\n", status_code=422)
        return await run_in_threadpool(_answer, lambda: _recorded(store(), model), written)

    return router


def _recorded(store: "Store", name: str) -> "Exportable":
    from registry.exports.formats import recorded
    from registry.lookup import recorded_model

    return recorded(store, recorded_model(store, name))


def _answer(find: "Callable[[], Exportable]", written: str) -> Response:
    """The file of what `find` returns, or the sentence it raises."""
    from registry.exports.formats import WRITERS

    write = next(write for each, write in WRITERS.items() if each == written)
    try:
        found = find()
        text = write(found)
    except RegistryAway as error:
        return PlainTextResponse(f"{error}\n", status_code=503)
    except RegistryError as error:
        return PlainTextResponse(f"{error}\n", status_code=404)
    return _file(found.model.resolution.subject, text if text.endswith("\n") else f"{text}\n", FILES[written])


def _file(subject: str, text: str, file: File) -> Response:
    name = file.name or f"{UNSAFE.sub('--', subject).strip('-.') or 'model'}.{file.suffix}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return Response(text.encode(), media_type=f"{file.media_type}; charset=utf-8", headers=headers)
