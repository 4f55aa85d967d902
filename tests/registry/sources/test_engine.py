"""What an engine reports, as claims that hold under its conditions and replace none measured under others."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from registry.passport import Passport, Reading
from registry.record import Record
from registry.sources.engine import Conditions, Loaded, loaded_claims, measured
from registry.store import Store

CPU = Conditions(hardware="Some CPU, 2 cores", engine="vLLM 0.29.0", context=4096, concurrency=16)
L4 = replace(CPU, hardware="NVIDIA L4")
LOADED = Loaded(
    conditions=CPU,
    weights_bytes=1_000,
    kv_cache_bytes=2_000,
    kv_cache_tokens=684_769,
    most_at_a_time=167.1799,
    load_seconds=12.34,
)
READING = Reading(subject="maker/model", revision="a" * 40, as_of=date(2026, 11, 30))


def recorded(store: Store, loaded: Loaded) -> None:
    claims = loaded_claims(loaded, READING)
    store.add(Record(passport=Passport(subject=READING.subject, revision=None, claims=claims)))


def test_each_figure_is_a_claim_measured_here_under_its_conditions() -> None:
    claims = {claim.field: claim for claim in loaded_claims(LOADED, READING)}
    assert {field: (claim.value, claim.unit) for field, claim in claims.items()} == {
        "weights_in_memory": (1_000, "bytes"),
        "kv_cache_in_memory": (2_000, "bytes"),
        "kv_cache_tokens": (684_769, "tokens"),
        "served_context": (4096, "tokens"),
        "most_at_a_time": (167.18, "requests"),
        "load_seconds": (12.3, "seconds"),
    }
    expected = {"hardware": CPU.hardware, "engine": CPU.engine, "context": "4096", "concurrency": "16"}
    assert all(dict(claim.conditions) == expected for claim in claims.values())
    assert {claim.method for claim in claims.values()} == {"measured"}


def test_what_an_engine_does_not_tell_is_not_claimed() -> None:
    assert loaded_claims(Loaded(conditions=CPU), READING) == ()


def test_a_context_that_does_not_fit_is_not_said_to() -> None:
    fields = {claim.field for claim in loaded_claims(replace(LOADED, most_at_a_time=0.9), READING)}
    assert "served_context" not in fields


def test_a_later_report_replaces_that_of_the_same_machine_alone(tmp_path: Path) -> None:
    with Store.open(tmp_path / "registry.db") as store:
        recorded(store, LOADED)
        recorded(store, replace(LOADED, conditions=L4, load_seconds=3.0))
        recorded(store, replace(LOADED, load_seconds=10.0))
        standing = store.passport(READING.subject, READING.revision)
        times = [claim.value for claim in standing.claims if claim.field == "load_seconds"]
        assert sorted(times, key=str) == [10.0, 3.0]
        assert [claim.value for claim in store.history(READING.subject, "load_seconds")] == [12.3, 3.0, 10.0]
        assert store.resolution(READING.subject, READING.revision).conflicts == ()


def test_another_measurement_stands_beside_what_was_loaded(tmp_path: Path) -> None:
    with Store.open(tmp_path / "registry.db") as store:
        recorded(store, LOADED)
        speed = measured(
            READING, "speed.decode", 4.4, replace(CPU, concurrency=1), what="decode speed", unit="tokens a second"
        )
        store.add(Record(passport=Passport(subject=READING.subject, revision=None, claims=(speed,))))
        decided = store.resolution(READING.subject, READING.revision)
        assert decided.value("speed.decode", speed.conditions) == 4.4
        assert decided.value("weights_in_memory", loaded_claims(LOADED, READING)[0].conditions) == 1_000
