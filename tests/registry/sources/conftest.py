"""A store that lasts for one module of tests."""

from collections.abc import Iterator

import pytest

from registry.store import Store


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store.open(tmp_path_factory.mktemp("registry") / "registry.db") as opened:
        yield opened
