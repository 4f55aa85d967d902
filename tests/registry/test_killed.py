"""Killed at any moment, a load leaves everything or nothing."""

import os
import sqlite3
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from registry.add import add
from registry.catalogue.load import load_catalogue
from registry.record import Query
from registry.sources.hub_requests import Hub
from registry.store import Store
from tests.checkpoint_files import write_checkpoint
from tests.hub_server import Repository, running_hub
from tests.registry.claims import record

ROOT = Path(__file__).parents[2]
MODELS = 150

LOAD = """
import sys
from pathlib import Path
from registry.catalogue.load import load_catalogue
from registry.store import Store

with Store.open(Path(sys.argv[1])) as store:
    load_catalogue(store, Path(sys.argv[2]))
"""

ADD = """
import sys
from pathlib import Path
from registry.catalogue.load import read_record
from registry.store import Store

def wait(words):
    print(words, flush=True)
    input()

def told(stop):
    paths = sorted(Path(sys.argv[2]).iterdir())[:40]
    for number, path in enumerate(paths):
        if number == stop:
            wait("half way")
        record = read_record(path.read_bytes(), path.name)
        yield record
        yield record  # A model that comes again makes the store write what it has so far.

with Store.open(Path(sys.argv[1])) as store:
    store.add_all(told(int(sys.argv[3])))
    wait("committed")
"""

REFRESH = """
import sys
from pathlib import Path
from registry.refresh import refresh
from registry.sources.hub_requests import Hub
from registry.store import Store

with Store.open(Path(sys.argv[1])) as store:
    refresh(store, Hub(endpoint=sys.argv[2]))
"""

FORKS = """
import os, random, shutil, signal, sys, time
from pathlib import Path
from registry.add import add
from registry.catalogue.load import load_catalogue
from registry.sources.hub_requests import Hub
from registry.store import Store

work, base, given, times = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4])

def place(name):
    made = base.parent / f"{name}.db"
    if base.exists():
        shutil.copy(base, made)
    return made

def run(at):
    with Store.open(at) as store:
        if work == "load":
            load_catalogue(store, given)
        else:
            add(store, str(given), Hub(), name="own/model")

run(place("warm"))  # So that children need not import anything.
began = time.monotonic()
run(place("timed"))
lasts = time.monotonic() - began
draw = random.Random(7)
for number in range(times):
    at = place(number)
    child = os.fork()
    if child == 0:
        run(at)
        os._exit(0)
    time.sleep(draw.uniform(0, 2 * lasts))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
"""
"""Each child does the same work and is killed at a moment of its own."""

KILLS = 40


def catalogue(folder: Path, models: int = MODELS) -> Path:
    folder.mkdir()
    for number in range(models):
        claims = ", ".join(f'{{ field = "benchmark.b{i}", value = {number}.{i} }}' for i in range(20))
        (folder / f"{number:03}.toml").write_text(
            f'repo_id = "maker/model-{number}"\n[[sources]]\nname = "page"\nmethod = "listed"\nclaims = [{claims}]\n'
        )
    return folder


def started(script: str, *arguments: Path | int | str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def grown(place: Path) -> int:
    """Bytes of the database and the files beside it, which come and go."""
    total = 0
    for path in place.parent.glob(f"{place.name}*"):
        with suppress(FileNotFoundError):
            total += path.stat().st_size
    return total


def check_whole(place: Path) -> None:
    with sqlite3.connect(place) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert raw.execute("PRAGMA foreign_key_check").fetchall() == []
        raw.execute("INSERT INTO search(search) VALUES ('integrity-check')")


@pytest.mark.parametrize("kilobytes", [0, 3, 40, 200, 640])
def test_a_load_killed_while_the_database_grows_leaves_everything_or_nothing(tmp_path: Path, kilobytes: int) -> None:
    place, folder = tmp_path / "registry.db", catalogue(tmp_path / "catalogue")
    with started(LOAD, place, folder) as process:
        while process.poll() is None and grown(place) <= kilobytes * 1024:
            pass
        process.kill()
    with Store.open(place) as store:
        loaded = len(store.subjects())
        assert loaded in (0, MODELS)
        assert load_catalogue(store, folder) is (loaded == 0)
        assert len(store.subjects()) == MODELS
        assert store.search(Query(words="model 149")).cards[0].subject == "maker/model-149"
        assert all(len(store.passport(f"maker/model-{number}").claims) == 20 for number in (0, 149))
        assert [entry.kind for entry in store.events(limit=1000)].count("recorded") == MODELS
    check_whole(place)


@pytest.mark.parametrize(("stop", "expected"), [(0, 0), (1, 0), (39, 0), (40, 40)])
def test_a_load_is_nothing_until_it_is_committed_and_then_stays(tmp_path: Path, stop: int, expected: int) -> None:
    place, folder = tmp_path / "registry.db", catalogue(tmp_path / "catalogue")
    with Store.open(place) as store:
        store.add(record(subject="maker/before"))
    with started(ADD, place, folder, stop) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == ("committed\n" if expected else "half way\n")
        process.kill()
    with Store.open(place) as store:
        assert len(store.subjects()) == 1 + expected
        assert store.subject_of("maker/before") == "maker/before"
    check_whole(place)


@pytest.mark.parametrize("asked", [1, 8, 21])
def test_a_refresh_killed_at_any_moment_leaves_each_model_its_figures_or_none(tmp_path: Path, asked: int) -> None:
    place, names = tmp_path / "registry.db", [f"maker/model-{number}" for number in range(25)]
    with Store.open(place) as store:
        store.add_all(record(subject=name) for name in names)
    with running_hub() as hub:
        hub.repositories = {name: Repository(files={"a": b""}, downloads=5, likes=3) for name in names}
        with started(REFRESH, place, hub.endpoint) as process:
            while process.poll() is None and len(hub.asked) < asked:
                pass
            process.kill()
    with Store.open(place) as store:
        figures = [tuple(store.passport(name).value(field) for field in ("downloads", "likes")) for name in names]
        assert set(figures) <= {(5, 3), (None, None)}
        assert figures.count((5, 3)) >= asked - 1, "what was answered before the last question is kept"
    check_whole(place)


def killed_places(work: str, base: Path, given: Path) -> list[Path]:
    command = [sys.executable, "-c", FORKS, work, str(base), str(given), str(KILLS)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr
    return [base.parent / f"{number}.db" for number in range(KILLS)]


def test_loads_killed_at_random_moments_leave_everything_or_nothing(tmp_path: Path) -> None:
    folder = catalogue(tmp_path / "catalogue", models=30)
    for place in killed_places("load", tmp_path / "none.db", folder):
        with Store.open(place) as store:
            loaded = len(store.subjects())
            assert loaded in (0, 30)
            assert load_catalogue(store, folder) is (loaded == 0)
            assert len(store.subjects()) == 30
            assert all(len(store.passport(subject).claims) == 20 for subject in store.subjects())
        check_whole(place)


def test_additions_killed_at_random_moments_leave_the_old_passport_or_the_new_one(tmp_path: Path) -> None:
    old = write_checkpoint(tmp_path / "old", config__json=b"{}")
    new = write_checkpoint(tmp_path / "new", config__json=b"{}", README__md=b"---\nlicense: mit\n---\n# Another\n")
    base, name = tmp_path / "base.db", "own/model"
    passports = []
    for folder in (new, old):
        base.unlink(missing_ok=True)
        with Store.open(base) as store:
            add(store, str(folder), Hub(), name=name)
            passports.append(set(store.passport(name).claims))
    assert passports[0] != passports[1]
    for place in killed_places("add", base, new):
        with Store.open(place) as store:
            assert set(store.passport(name).claims) in passports
            add(store, str(new), Hub(), name=name)
            assert set(store.passport(name).claims) == passports[0]
            assert store.search(Query(words="own model")).found == 1
        check_whole(place)
