"""A checkpoint: on disk, the folder the engine loads and the names it goes by; on the Hub, what to fetch. Values."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """One folder of weights, ready to serve.

    `repo_id` is the exact Hub repository (or the folder's name when it is local), `revision` the commit it was
    fetched at, None for a local folder. `is_pocket` marks the small model made by this project.
    """

    folder: Path
    repo_id: str
    revision: str | None = None
    is_pocket: bool = False


@dataclass(frozen=True, kw_only=True)
class HubModel:
    """A checkpoint still to be fetched. `revision` is a commit, a branch or a tag; None is main."""

    repo_id: str
    revision: str | None = None
