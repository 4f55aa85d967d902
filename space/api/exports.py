"""Passports and citations as files: `/exports/bibtex?model=owner/name`. Byte for byte what the command line prints."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi import APIRouter, Query
from fastapi.responses import PlainTextResponse, Response

from registry.errors import RegistryError
from space.errors import RegistryAway

if TYPE_CHECKING:
    from registry.store import Store

LONGEST_NAME = 200
UNSAFE = re.compile(r"[^\w.-]+", re.ASCII)
"""What a file's name is not given, whatever a repository is called."""


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


def exports_router(store: Callable[[], "Store"]) -> APIRouter:
    """The route. It runs in a thread, as every question to the registry does."""
    router = APIRouter()

    @router.get("/exports/{written}")
    def exported(written: str, model: str = Query(min_length=1, max_length=LONGEST_NAME)) -> Response:
        """A file, or a sentence why there is none."""
        if written not in FILES:
            return PlainTextResponse(f"There is no such format. There are: {', '.join(FILES)}.\n", status_code=404)
        try:
            subject, text = _written(store(), model, written)
        except RegistryAway as error:
            return PlainTextResponse(f"{error}\n", status_code=503)
        except RegistryError as error:
            return PlainTextResponse(f"{error}\n", status_code=404)
        return _file(subject, text, FILES[written])

    return router


def _written(store: "Store", name: str, written: str) -> tuple[str, str]:
    """The exact name of the model, and the text."""
    from registry.citations import FORMATS
    from registry.exports.formats import WRITERS, cited
    from registry.lookup import recorded_model

    model = recorded_model(store, name)
    citation = next((each for each in FORMATS if each == written), None)
    if citation:
        text = cited(model, citation)
    else:
        text = next(write(store, model) for each, write in WRITERS.items() if each == written)
    return model.resolution.subject, text if text.endswith("\n") else f"{text}\n"


def _file(subject: str, text: str, file: File) -> Response:
    name = file.name or f"{UNSAFE.sub('--', subject).strip('-.') or 'model'}.{file.suffix}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return Response(text.encode(), media_type=f"{file.media_type}; charset=utf-8", headers=headers)
