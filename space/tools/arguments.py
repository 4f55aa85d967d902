"""What several tools take: the registry first, and arguments with the words a model or an agent reads about them."""

from typing import TYPE_CHECKING, Annotated

from pydantic import Field

if TYPE_CHECKING:
    from registry.store import Store

    Registry = Store
else:
    # The page is built from the tools' annotations, and SQLAlchemy takes longer to import than the page may wait.
    Registry = object

SERVED = "served"
"""The registry's alias of the model that this Space serves at the moment."""

MODEL = "Exact repository id, registry id or alias of a recorded model; served is the model this Space serves."

ModelName = Annotated[str, Field(description=MODEL, min_length=1, max_length=200)]
