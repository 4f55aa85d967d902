"""Skips the suites this machine cannot run, and says at the very end that the run was incomplete."""

import importlib.util
import shutil
from ctypes.util import find_library
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent
_skipped: dict[str, int] = {}


@cache
def load_setup() -> ModuleType:
    """.ci/setup.py, which knows what this machine lacks."""
    spec = importlib.util.spec_from_file_location("setup_script", ROOT / ".ci" / "setup.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def missing_parts() -> dict[str, str]:
    """Why the suites of a marker cannot run here."""
    missing = {}
    if importlib.util.find_spec("vllm") is None or find_library("numa") is None:
        missing["engine"] = "vLLM does not import (libnuma1): run `make set-up` as root"
    if load_setup().chromium() is None:
        missing["browser"] = "no Chromium: run `make set-up` as root, or install Debian's chromium"
    if shutil.which("espeak-ng") is None:
        missing["speech"] = "no espeak-ng: run `make set-up` as root, or install Debian's espeak-ng"
    if not all(shutil.which(command) for command in ("pdflatex", "bibtex")):
        missing["latex"] = "no pdflatex or bibtex: run `make set-up` as root, or install Debian's texlive-latex-base"
    if shutil.which("biber") is None:
        missing["biber"] = "no biber: run `make set-up` as root, or install Debian's biber"
    return missing


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    missing = missing_parts()
    for item in items:
        for marker in item.iter_markers():
            if marker.name in missing:
                item.add_marker(pytest.mark.skip(reason=missing[marker.name]))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.skipped and isinstance(report.longrepr, tuple):
        reason = report.longrepr[2].removeprefix("Skipped: ")
        _skipped[reason] = _skipped.get(reason, 0) + 1


def pytest_unconfigure() -> None:
    for reason, count in _skipped.items():
        print(f"incomplete: {count} skipped, {reason}")
