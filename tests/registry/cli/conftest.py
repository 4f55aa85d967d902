"""The command line on a new store."""

from pathlib import Path

import pytest

from tests.registry.cli.commands import Commands


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Commands:
    monkeypatch.delenv("COLUMNS", raising=False)
    return Commands(store=tmp_path / "data" / "registry.db", capture=capsys)
