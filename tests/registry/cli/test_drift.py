"""What is kept and no longer follows from the claims is reported."""

import sqlite3

import pytest

from registry.recorded import recorded_config
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


def test_the_base_s_configuration_gives_its_published_size(run: Commands) -> None:
    assert run("vram", BASE, "--json").data["weights_bytes"] == pytest.approx(10.2e9, rel=0.002)


def test_no_name_reaches_a_file_outside_the_configurations() -> None:
    for name in ("../load.py", "..", "", "/etc/passwd", "a\x00b", "google/../google/gemma-4-E2B-it"):
        assert recorded_config(name) is None
