"""Bringing downloads, likes and dates up to date from a Hub that works, fails and comes back."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest

from registry.errors import UnknownModel
from registry.passport import Value
from registry.refresh import DONE, FAILED, READ, refresh, refresh_daily
from registry.sources.engagement import engagement_claims
from registry.sources.hub import read_listing
from registry.sources.hub_requests import Hub
from registry.store import Store
from tests.hub_server import Fault, HubServer, Repository, running_hub
from tests.registry.claims import record, said

FIRST, SECOND, LOCAL = "maker/first", "maker/second", "pocket-first"
COMMIT = "b5c22b35dcc1eb28dc20e801300ec221cd754d71"


@pytest.fixture
def server() -> Iterator[HubServer]:
    with running_hub() as hub:
        for count, name in enumerate((FIRST, SECOND), 1):
            hub.repositories[name] = Repository(files={"config.json": b"{}"}, downloads=100 * count, likes=count)
        yield hub


@pytest.fixture
def hub(server: HubServer) -> Hub:
    return Hub(endpoint=server.endpoint, pause=0)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "registry.db") as opened:
        for name in (FIRST, SECOND, LOCAL):
            context = said("context", 8192, subject=name, unit="tokens", revision=COMMIT)
            opened.add(record(context, subject=name, revision=COMMIT if "/" in name else None))
        yield opened


def figures(store: Store, name: str) -> tuple[Value, ...]:
    passport = store.passport(name)
    return tuple(passport.value(field) for field in ("downloads", "likes", "updated"))


def test_figures_are_read_for_every_model_that_is_on_the_hub(store: Store, hub: Hub, server: HubServer) -> None:
    done = refresh(store, hub)
    assert (done.read, done.unchanged, done.failed, done.left) == ((FIRST, SECOND), (), (), ())
    assert figures(store, FIRST) == (100, 1, "2026-11-01T12:30:00+00:00")
    assert figures(store, LOCAL) == (None, None, None)
    assert len(server.asked) == 2
    assert store.passport(FIRST).revision == COMMIT
    assert store.passport(FIRST).value("context") == 8192


def test_new_figures_replace_old_ones_and_history_keeps_both(store: Store, hub: Hub, server: HubServer) -> None:
    refresh(store, hub)
    server.repositories[FIRST].downloads = 150
    assert refresh(store, hub).read == (FIRST,)
    assert figures(store, FIRST)[0] == 150
    assert [claim.value for claim in store.history(FIRST, "downloads")] == [100, 150]


def test_what_has_not_changed_is_not_sent_again_and_takes_the_new_day(store: Store, hub: Hub) -> None:
    listing = read_listing(hub, FIRST)
    assert listing is not None
    store.add(record(*engagement_claims(listing, date(2026, 1, 1)), subject=FIRST))
    store.log(READ, FIRST, {"etag": listing.etag})
    done = refresh(store, hub, [FIRST])
    assert (done.read, done.unchanged) == ((), (FIRST,))
    likes = store.passport(FIRST).claim("likes")
    assert likes is not None
    assert likes.as_of == datetime.now(UTC).date()
    assert figures(store, FIRST) == (100, 1, "2026-11-01T12:30:00+00:00")
    assert len(store.history(FIRST, "likes")) == 1


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_refusal_keeps_the_old_figures_is_recorded_and_stops_nobody_else(
    store: Store, hub: Hub, server: HubServer, status: int
) -> None:
    refresh(store, hub)
    server.repositories[SECOND].likes = 9
    server.faults = [Fault(path=f"/api/models/{FIRST}", status=status)]
    done = refresh(store, hub)
    assert [name for name, _ in done.failed] == [FIRST]
    assert figures(store, FIRST)[:2] == (100, 1)
    assert figures(store, SECOND)[1] == 9
    assert store.events(FIRST)[0].kind == FAILED


@pytest.mark.parametrize(
    "fault",
    [
        Fault(path="/api/models", status=429, headers={"Retry-After": "3600"}),
        Fault(path="/api/models", cut_after=10),
        Fault(path="/api/models", status=503),
    ],
)
def test_a_hub_that_is_away_keeps_the_old_figures_and_is_not_asked_for_the_rest(
    store: Store, hub: Hub, server: HubServer, fault: Fault
) -> None:
    refresh(store, hub)
    server.repositories[FIRST].likes = server.repositories[SECOND].likes = 9
    server.faults = [fault]
    done = refresh(store, hub)
    assert [name for name, _ in done.failed] == [FIRST]
    assert done.left == (SECOND,)
    assert (figures(store, FIRST)[1], figures(store, SECOND)[1]) == (1, 2)
    server.faults = []
    assert refresh(store, hub).read == (FIRST, SECOND)
    assert figures(store, FIRST)[1] == 9


def test_some_models_can_be_named_and_a_name_nobody_has_asks_nobody(store: Store, hub: Hub, server: HubServer) -> None:
    assert refresh(store, hub, ["hf-model--maker--second"]).read == (SECOND,)
    asked = len(server.asked)
    with pytest.raises(UnknownModel):
        refresh(store, hub, [FIRST, "maker/none"])
    assert len(server.asked) == asked


def test_each_round_is_in_the_event_log(store: Store, hub: Hub) -> None:
    refresh(store, hub)
    last = store.events()[0]
    assert (last.kind, last.detail) == (DONE, {"read": 2, "unchanged": 0, "failed": 0, "left": 0})


def daily(store: Store, hub: Hub, stopped: Event) -> threading.Thread:
    thread = threading.Thread(target=refresh_daily, args=(store, hub, stopped), kwargs={"retry": timedelta()})
    thread.start()
    return thread


def until(reached: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_hub_that_is_away_is_asked_again_and_told_of_once(
    store: Store, hub: Hub, server: HubServer, caplog: pytest.LogCaptureFixture
) -> None:
    server.faults.append(Fault(path="/api/models", status=503, times=12))  # three rounds of four attempts
    stopped = Event()
    thread = daily(store, hub, stopped)
    until(lambda: figures(store, SECOND)[0] == 200)
    stopped.set()
    thread.join()
    assert [record.levelname for record in caplog.records if record.name == "registry.refresh"] == ["WARNING"]
    assert [entry.kind for entry in store.events(FIRST)].count(FAILED) == 3


def test_a_space_that_is_started_anew_does_not_ask_anew(store: Store, hub: Hub, server: HubServer) -> None:
    refresh(store, hub)
    asked = len(server.asked)
    stopped = Event()
    thread = daily(store, hub, stopped)
    thread.join(timeout=0.5)
    assert thread.is_alive(), "it waits for tomorrow"
    stopped.set()
    thread.join()
    assert len(server.asked) == asked


def test_stopping_ends_the_patience_with_a_hub_that_is_away(store: Store, server: HubServer) -> None:
    server.faults.append(Fault(path="/api/models", status=503))
    stopped = Event()
    thread = daily(store, Hub(endpoint=server.endpoint, pause=20), stopped)
    until(lambda: len(server.asked) == 1)
    stopped.set()
    thread.join(timeout=15)
    assert not thread.is_alive()
    assert len(server.asked) == 1


def test_the_daily_refresh_ends_when_it_is_stopped(store: Store, hub: Hub, server: HubServer) -> None:
    stopped = Event()
    stopped.set()
    refresh_daily(store, hub, stopped)
    assert refresh(store, hub, stopped=stopped).left == (FIRST, SECOND)
    assert server.asked == []
