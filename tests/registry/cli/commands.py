"""Runs the registry's command line as a user does, in this process, on a store of its own."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from registry.cli.main import main


@dataclass(frozen=True, kw_only=True)
class Printed:
    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:  # noqa: ANN401 - JSON of any shape
        return json.loads(self.out)


@dataclass(frozen=True, kw_only=True)
class Commands:
    """Each call is one command; `store` is where they all keep the registry."""

    store: Path
    capture: pytest.CaptureFixture[str]

    def __call__(self, *words: str) -> Printed:
        self.capture.readouterr()
        try:
            code = main([*words, "--store", str(self.store)])
        except SystemExit as error:
            code = error.code if isinstance(error.code, int) else 1
        said = self.capture.readouterr()
        return Printed(code=code, out=said.out, err=said.err)
