"""A real registry with the catalogue in it, and the seed's dossier read from it: for the pages' pure side."""

from collections.abc import Iterator

import pytest

from registry.catalogue.load import load_catalogue
from registry.store import Store
from space.ui.pages.dossier import Dossier, read

SEED = "Vishva007/gemma-4-E2B-it-W4A16-AutoRound"
BASE = "google/gemma-4-E2B-it"
NOT_FOUND = "ciocan/gemma-4-E2B-it-W4A16"


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store.open(tmp_path_factory.mktemp("pages") / "registry.db") as store:
        load_catalogue(store)
        yield store


@pytest.fixture(scope="session")
def seed(store: Store) -> Dossier:
    return read(store, SEED)
