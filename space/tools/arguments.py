"""The arguments several tools share, each with the words a model or an agent reads about it."""

from typing import Annotated

from pydantic import Field

SERVED = "served"
"""The registry's alias of the model that this Space serves at the moment."""

MODEL = "Exact repository id, registry id or alias of a recorded model; served is the model this Space serves."

ModelName = Annotated[str, Field(description=MODEL, min_length=1, max_length=200)]
