"""Which registry a command opens: the one named with --store, or the user's own."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from registry.errors import StoreUnusable
from registry.opening import open_store
from registry.place import default_place
from registry.store import Store


@contextmanager
def opened(place: Path | None) -> Iterator[Store]:
    """The registry at a place, or at its usual one, with the catalogue in it.

    Raises:
        StoreUnusable: it cannot be made or read there.
    """
    try:
        store = open_store(place or own_place())
    except StoreUnusable as error:
        raise StoreUnusable(f"{error} Another file can be named with --store.") from error
    with store:
        yield store


def own_place() -> Path:
    """Where the user's registry is. The only reading of the environment in the registry."""
    return default_place(os.environ)
