"""What is kept and no longer follows from the claims is reported."""

import json
import sqlite3
from datetime import date
from pathlib import Path

import pytest

from registry.add import folder_record
from registry.recorded import recorded_config
from registry.store import Store
from tests.checkpoint_files import CONFIG, write_checkpoint
from tests.registry.cli.commands import Commands

BASE = "google/gemma-4-E2B-it"


@pytest.mark.parametrize(
    ("tampering", "what"),
    [
        ("UPDATE cards SET context = 4096 WHERE subject = 'google/gemma-4-E2B-it'", "card, context"),
        ("UPDATE claims SET value = '4096' WHERE field = 'context' AND replaced IS NULL", "context"),
        ("UPDATE claims SET value = '7' WHERE field = 'tensor_bytes' AND method = 'files'", "tensor_bytes"),
        ("UPDATE cards SET registry_id = 'hf-model--other' WHERE subject = 'pocket-bf16'", "card, registry_id"),
    ],
)
def test_a_tampered_store_is_found_out(run: Commands, tampering: str, what: str) -> None:
    assert run("verify").code == 0
    raw = sqlite3.connect(run.store)
    raw.execute(tampering)
    raw.commit()
    raw.close()
    verified = run("verify", "--json")
    assert verified.code == 3
    assert what in {drift["what"] for drift in verified.data["drift"]}
    assert all(drift["source"] for drift in verified.data["drift"])


def test_verify_says_what_was_derived_from_what_and_what_was_not(run: Commands) -> None:
    told = run("verify")
    assert told.code == 0
    assert " models verified: nothing differs.\n\nDerived again\n" in told.out
    for words in ("From the recorded claims: ", "From the inputs kept with them: ", "From the catalogue's "):
        assert words in told.out
    assert "Not read again: checkpoints themselves." in told.out
    assert "not on the Hub: pocket-bf16" in run("verify", "pocket-bf16", "--online").out


def test_a_difference_names_both_values_and_what_it_follows_from(run: Commands, tmp_path: Path) -> None:
    folder = write_checkpoint(tmp_path / "small")
    run("add", str(folder))
    config = {**CONFIG, "text_config": {"max_position_embeddings": 2048}}
    (folder / "config.json").write_text(json.dumps(config))
    told = run("verify", "small", "--folder", str(folder))
    assert told.code == 3
    assert f"small, context: “4096” is kept, “2048” follows from the files in {folder}." in told.out


def test_a_folder_is_for_one_model_and_must_be_there(run: Commands, tmp_path: Path) -> None:
    assert run("verify", "--folder", str(tmp_path)).code == 2
    assert run("verify", "pocket-bf16", "pocket-gptq", "--folder", str(tmp_path)).code == 2
    missing = run("verify", "pocket-bf16", "--folder", str(tmp_path / "missing"))
    assert (missing.code, "There is no folder" in missing.err) == (1, True)


def test_a_passport_with_a_commit_is_verified_by_a_folder_without_one(run: Commands, tmp_path: Path) -> None:
    folder = write_checkpoint(tmp_path / "small")
    with Store.open(run.store) as store:
        store.add(folder_record(folder, "maker/small", date(2026, 11, 1), commit="a" * 40))
    told = run("verify", "maker/small", "--folder", str(folder), "--json")
    assert {drift["what"] for drift in told.data["drift"]} == {"bytes_on_disk"}, "the commit's files were not listed"


def test_the_base_s_configuration_gives_its_published_size(run: Commands) -> None:
    assert run("vram", BASE, "--json").data["weights_bytes"] == pytest.approx(10.2e9, rel=0.002)


def test_no_name_reaches_a_file_outside_the_configurations() -> None:
    for name in ("../load.py", "..", "", "/etc/passwd", "a\x00b", "google/../google/gemma-4-E2B-it"):
        assert recorded_config(name) is None
