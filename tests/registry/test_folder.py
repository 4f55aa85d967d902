"""The passport that a folder's own files give."""

import json
from pathlib import Path

import pytest

from registry.errors import SourceUnreadable
from registry.folder import passport_of
from registry.passport import Passport
from registry.summary import UNKNOWN, summary
from tests.checkpoint_files import CONFIG, PARAMETERS, SHARDS, TENSOR_BYTES, checkpoint_files, write_checkpoint

REPO = "Someone/gemma-4-Small"
COMMIT = "0123456789abcdef0123456789abcdef01234567"


def read(folder: Path) -> Passport:
    return passport_of(folder, REPO, COMMIT)


def configured(folder: Path, **changed: object) -> Passport:
    config = {key: value for key, value in {**CONFIG, **changed}.items() if value is not None}
    return read(write_checkpoint(folder, config__json=json.dumps(config).encode()))


def texts(passport: Passport) -> dict[str, str]:
    return {line.label: line.text for line in summary(passport)}


def test_every_claim_says_whose_it_is_and_where_it_comes_from(tmp_path: Path) -> None:
    passport = read(write_checkpoint(tmp_path))
    assert passport.claims
    for claim in passport.claims:
        assert (claim.subject, claim.revision) == (REPO, COMMIT)
        assert claim.source
        assert claim.as_of is not None


def test_the_configuration_gives_architecture_senses_context_and_recipe(tmp_path: Path) -> None:
    passport = read(write_checkpoint(tmp_path))
    expected = {
        "architecture": "Gemma4ForConditionalGeneration",
        "modalities": ("text", "image", "audio"),
        "context": 4096,
        "scheme": "W4A16",
        "quantization.method": "auto-round",
        "quantization.bits": 4,
        "quantization.group_size": 128,
        "quantization.symmetric": True,
        "quantization.packing": "auto_round:auto_gptq",
        "quantization.iterations": 0,
        "quantization.rounding": "round to nearest (RTN), nothing calibrated",
    }
    assert {field: passport.value(field) for field in expected} == expected


def test_the_files_give_exact_integers(tmp_path: Path) -> None:
    passport = read(write_checkpoint(tmp_path))
    assert passport.value("tensor_bytes") == TENSOR_BYTES
    assert passport.value("tensor_bytes.BF16") == 2048
    assert passport.value("parameters") == PARAMETERS
    assert passport.value("bytes_on_disk") == sum(len(content) for content in checkpoint_files().values())


def test_the_card_gives_the_licence(tmp_path: Path) -> None:
    passport = read(write_checkpoint(tmp_path))
    assert passport.value("licence") == "apache-2.0"
    claim = passport.claim("licence")
    assert claim is not None
    assert claim.method == "declared"


@pytest.mark.parametrize(
    ("card", "why"),
    [
        (None, "no model card"),
        (b"---\n: [\n---\n", "damaged"),
        (b"---\n- a\n---\n", "damaged"),
        (b"\xff\xfe", "cannot be read"),
    ],
)
def test_a_card_that_cannot_be_read_leaves_the_licence_unknown_and_says_why(
    tmp_path: Path, card: bytes | None, why: str
) -> None:
    claim = read(write_checkpoint(tmp_path, README__md=card)).claim("licence")
    assert claim is not None
    assert claim.value is None
    assert why in (claim.note or "")


@pytest.mark.parametrize("card", [b"# No front matter\n", b"---\ntags: [a]\n---\n", b"---\nlicense:\n---\n"])
def test_a_card_that_does_not_say_leaves_the_licence_unknown(tmp_path: Path, card: bytes) -> None:
    passport = read(write_checkpoint(tmp_path, README__md=card))
    assert passport.value("licence") is None
    assert texts(passport)["Licence"] == UNKNOWN


def test_what_the_configuration_does_not_say_is_unknown(tmp_path: Path) -> None:
    passport = configured(
        tmp_path, text_config=None, architectures=None, quantization_config={"quant_method": "someone's own"}
    )
    for field in ("context", "architecture", "scheme", "quantization.symmetric", "quantization.rounding", "parameters"):
        assert passport.value(field) is None, field
    shown = texts(passport)
    assert {shown[label] for label in ("Architecture", "Scheme", "Context", "Rounding", "Parameters")} == {UNKNOWN}


def test_rounding_that_was_tuned_is_not_called_rtn(tmp_path: Path) -> None:
    passport = configured(tmp_path, quantization_config={**CONFIG["quantization_config"], "iters": 200})
    assert passport.value("quantization.rounding") == "tuned over 200 iterations"


def test_an_unquantized_checkpoint_has_its_dtype_as_scheme_and_no_rounding(tmp_path: Path) -> None:
    passport = configured(tmp_path, quantization_config=None)
    assert passport.value("scheme") == "BF16"
    assert "Rounding" not in texts(passport)


def test_a_sense_without_its_tower_is_not_claimed(tmp_path: Path) -> None:
    assert configured(tmp_path, audio_config=None).value("modalities") == ("text", "image")


def test_the_summary_is_in_words_with_sources(tmp_path: Path) -> None:
    lines = {line.label: line for line in summary(read(write_checkpoint(tmp_path)))}
    assert lines["Model"].text == REPO
    assert lines["Revision"].text == COMMIT
    assert lines["Scheme"].text == (
        "W4A16, auto-round, groups of 128 weights, symmetric, packed as auto_round:auto_gptq"
    )
    assert lines["Modalities"].text == "text, image, audio"
    assert lines["Weights"].text == "10,496 bytes = 10.50 kB (10.25 KiB): I32 8,192, BF16 2,048, F16 256"
    assert lines["Weights"].source == "safetensors headers"
    assert lines["Licence"].source == "README.md, front matter"


def test_a_local_folder_has_no_revision(tmp_path: Path) -> None:
    passport = passport_of(write_checkpoint(tmp_path), "pocket-autoround", None)
    assert texts(passport)["Revision"] == "none: a local folder"


@pytest.mark.parametrize("name", ["config.json", *SHARDS])
def test_a_folder_without_its_files_has_no_passport(tmp_path: Path, name: str) -> None:
    (write_checkpoint(tmp_path) / name).unlink()
    with pytest.raises(SourceUnreadable, match=name):
        read(tmp_path)
