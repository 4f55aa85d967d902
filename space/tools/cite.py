"""cite: how to cite a model."""

from typing import Annotated

from pydantic import Field

from registry.citations import Format, citations
from registry.citations import cite as written
from registry.lookup import recorded_model
from registry.store import Store
from space.tools.arguments import SERVED, ModelName


def cite(
    registry: Store,
    model: ModelName = SERVED,
    format: Annotated[Format, Field(description="How the references are written.")] = "bibtex",
) -> str:
    """Cite a model: the checkpoint at its revision, its base, and the software and method it was made with."""
    found = recorded_model(registry, model)
    return written([cited.work for cited in citations(found.resolution, found.bases)], format)
