"""What the reviewed data files say, as far as it must never change unnoticed."""

from pathlib import Path

import pytest

from registry.audit import audit
from registry.catalogue.load import FOLDER, load_catalogue, read_record
from registry.catalogue.write import data_file, headers_record, memory_records
from registry.passport import Claim
from registry.record import Record
from registry.resolve import resolve
from registry.store import Store
from tests.registry.served_checkpoint import write_served_headers

SERVED = "Vishva007/gemma-4-E2B-it-W4A16-AutoRound"
REVISION = "b5c22b35dcc1eb28dc20e801300ec221cd754d71"
BASE = "google/gemma-4-E2B-it"
NOT_FOUND = "ciocan/gemma-4-E2B-it-W4A16"
POCKET = Path(__file__).parents[3] / "space" / "model" / "pocket"

RECORDS = [read_record(path.read_bytes(), path.name) for path in sorted(FOLDER.rglob("*.toml"))]
IDS = [record.passport.subject for record in RECORDS]


def told(subject: str) -> tuple[Claim, ...]:
    return tuple(claim for record in RECORDS if record.passport.subject == subject for claim in record.passport.claims)


@pytest.mark.parametrize("record", RECORDS, ids=IDS)
def test_no_sentence_is_copied(record: Record) -> None:
    """Code apart, a value is a name, a figure or a few words; only our own cautions are sentences."""
    for claim in record.passport.claims:
        code = claim.field.startswith(("command.", "snippet.", "serving.", "notice."))
        words = claim.value if isinstance(claim.value, tuple) else (claim.value,)
        assert code or all(len(str(word).split()) <= 8 for word in words), claim


def test_every_variant_is_there_with_what_it_was_made_from() -> None:
    assert len(set(IDS)) == 19
    heirs = {
        record.passport.subject
        for record in RECORDS
        for relation in record.relations
        if (relation.kind, relation.target) == ("quantized_from", BASE)
    }
    assert len(heirs) == 13
    assert set(IDS) - heirs == {
        BASE, NOT_FOUND, "google/gemma-4-E2B-it-assistant", "pocket-bf16", "pocket-autoround", "pocket-gptq",
    }  # fmt: skip


def test_what_was_not_found_is_said_to_be_not_found_and_nothing_else() -> None:
    (claim,) = told(NOT_FOUND)
    assert claim.value is None
    assert (claim.note or "").startswith("Not found")


def test_the_served_checkpoint_and_its_base_have_their_known_figures() -> None:
    values = {(claim.field, claim.value, claim.method) for claim in (*told(SERVED), *told(BASE))}
    assert ("tensor_bytes", 7_450_398_662, "files") in values
    assert ("bytes_on_disk", 7_450_721_350, "files") in values
    assert ("parameters", 5.1, "declared") in values
    assert ("parameters", 2_000_000_000, "listed") in values
    assert ("mixture_of_experts", False, "configuration") in values
    assert {name for name, _, _ in values if name.startswith("benchmark.")} == {
        f"benchmark.{name}"
        for name in (
            "MMLU-Pro", "AIME 2026", "LiveCodeBench v6", "GPQA Diamond", "MMMU-Pro", "OmniDocBench", "CoVoST", "FLEURS",
            "MRCR 128k",
        )
    }  # fmt: skip


def test_the_audit_of_the_stored_claims_finds_what_the_listing_gets_wrong() -> None:
    found = {finding.rule for finding in audit(SERVED, (*told(SERVED), *told(BASE)))}
    assert found >= {
        "licence", "mixture of experts", "parameters", "context", "memory", "tower dtype", "calibration",
        "unusable command", "needless flag", "broken snippet", "repository id", "title",
    }  # fmt: skip


def test_benchmarks_of_the_base_are_not_the_variants(tmp_path: Path) -> None:
    with Store.open(tmp_path / "registry.db") as store:
        load_catalogue(store)
        decided = store.resolution(SERVED)
        assert decided.value("parameters") == 5_104_298_467
        assert not [fact for fact in decided.facts if fact.field.name.startswith("benchmark.")]


def test_no_data_file_contradicts_itself() -> None:
    for record in RECORDS:
        if not any("Free2AITools" in claim.source for claim in record.passport.claims):
            assert resolve(record.passport).conflicts == ()


@pytest.mark.parametrize("form", ["bf16", "autoround", "gptq"])
def test_what_is_kept_of_the_pockets_weights_is_what_their_headers_prove(form: str) -> None:
    folder, kept = POCKET / form, FOLDER / "headers" / f"pocket-{form}.toml"
    if not (folder / "config.json").is_file():
        pytest.skip("the pocket model is not in this checkout")
    assert kept.read_text(encoding="utf-8") == data_file(headers_record(folder, f"pocket-{form}")), (
        f"Write it anew: python -m registry.catalogue.write headers {folder} pocket-{form} > {kept}"
    )


def test_what_is_kept_of_the_served_weights_is_what_their_headers_prove(tmp_path: Path) -> None:
    kept = FOLDER / "headers" / "vishva007--gemma-4-e2b-it-w4a16-autoround.toml"
    proved = headers_record(write_served_headers(tmp_path), SERVED, REVISION)
    assert kept.read_text(encoding="utf-8") == data_file(proved), (
        f"Write it anew: python -m registry.catalogue.write headers FOLDER {SERVED} {REVISION} > {kept}"
    )
    parts = [claim.value for claim in proved.passport.claims if "dtype" in dict(claim.conditions)]
    assert sum(size for size in parts if isinstance(size, int)) == 7_450_398_662


def test_the_memory_kept_for_catalogued_models_is_what_is_computed_now() -> None:
    kept = {path.name: path.read_text(encoding="utf-8") for path in (FOLDER / "memory").iterdir()}
    computed = {name: data_file(record) for name, record in memory_records().items()}
    assert kept == computed, "Write it anew: python -m registry.catalogue.write memory"
    assert "vishva007--gemma-4-e2b-it-w4a16-autoround.toml" in computed
    assert not any(name.startswith(("thestageai", "unsloth", "redhatai")) for name in computed), "not known, not served"
