"""Where the registry is kept on this machine, and how a command opens it."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from registry.catalogue.load import load_catalogue
from registry.errors import StoreUnusable
from registry.store import Store


def default_place(environ: Mapping[str, str] = os.environ) -> Path:
    """`registry.db` in a folder of the user's data: $XDG_DATA_HOME, otherwise ~/.local/share. The only reading of the
    environment in the registry."""
    named = environ.get("XDG_DATA_HOME", "")
    data = Path(named) if Path(named).is_absolute() else Path("~/.local/share").expanduser()
    return data / "model-passports" / "registry.db"


@contextmanager
def opened(place: Path | None) -> Iterator[Store]:
    """The registry at a place, or at its usual one, with the catalogue in it: an empty one is filled at first use.

    Raises:
        StoreUnusable: it cannot be made or read there.
    """
    with empty(place) as store:
        load_catalogue(store)
        yield store


@contextmanager
def empty(place: Path | None) -> Iterator[Store]:
    """The registry at a place as it is, made where there is none, without the catalogue."""
    path = default_place() if place is None else place
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreUnusable(f"There is no folder for the registry: {error}. Name another file with --store.") from error
    with Store.open(path) as store:
        yield store
