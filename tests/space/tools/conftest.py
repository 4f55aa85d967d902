"""One registry with the catalogue in it, for tests that only read."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from registry.catalogue.load import load_catalogue
from registry.store import Store


@pytest.fixture(scope="session")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    place: Path = tmp_path_factory.mktemp("registry") / "registry.db"
    with Store.open(place) as store:
        load_catalogue(store)
        store.move_alias("served", "pocket-autoround")
        yield store
