"""cite: how to cite a model."""

from typing import Annotated

from pydantic import Field

from registry.citations import Format
from registry.exports.formats import cited
from registry.lookup import recorded_model
from space.tools.arguments import SERVED, ModelName, Registry


def cite(
    registry: Registry,
    model: ModelName = SERVED,
    format: Annotated[Format, Field(description="How the references are written.")] = "bibtex",
) -> str:
    """Cite a model: the checkpoint at its revision, its base, and the software and method it was made with."""
    return cited(recorded_model(registry, model), format)
