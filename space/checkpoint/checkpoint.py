"""A checkpoint: where its files are and the names it goes by; on the Hub, what to fetch. Values."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """One model, ready to serve or served.

    `folder` holds its files; None where another machine serves it and no folder here is said to be the same.
    `repo_id` is the exact Hub repository (or the folder's name when it is local), `revision` the commit it was
    fetched at, None for a local folder. `is_pocket` marks the small model made by this project, `is_remote` one that
    a server behind ENGINE_URL has loaded: its folder, if any, is only read here, never served.
    """

    folder: Path | None
    repo_id: str
    revision: str | None = None
    is_pocket: bool = False
    is_remote: bool = False


@dataclass(frozen=True, kw_only=True)
class HubModel:
    """A checkpoint still to be fetched. `revision` is a commit, a branch or a tag; None is main."""

    repo_id: str
    revision: str | None = None
