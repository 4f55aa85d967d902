"""Opens the registry with the catalogue in it."""

from pathlib import Path

from registry.catalogue.load import load_catalogue
from registry.errors import RegistryError
from registry.store import Store


def open_store(place: Path | str) -> Store:
    """The registry at a path or URL, with what the catalogue says now: an empty one is filled.

    Raises:
        StoreUnusable: it cannot be made or read there.
        CatalogueUnreadable: a data file of the catalogue is damaged.
    """
    store = Store.open(place)
    try:
        load_catalogue(store)
    except RegistryError:
        store.close()
        raise
    return store
