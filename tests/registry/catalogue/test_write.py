"""A record written as a data file, and read back."""

from datetime import date
from pathlib import Path

import pytest

from registry.catalogue.load import FOLDER, read_record
from registry.catalogue.write import data_file, listing_record, main
from registry.passport import Claim, Passport
from registry.record import File, Record, Relation
from tests.registry.claims import said

PAGE = Path(__file__).parents[1] / "data" / "listing_gemma_4_e2b_autoround.txt"


@pytest.mark.parametrize("text", ["plain", '"""', "a\nb\\c\t\x7f\x00", "é “q” \U0001f600", "<script>", "{ a = 1 }"])
def test_a_record_read_back_is_the_same(text: str) -> None:
    record = Record(
        passport=Passport(
            subject="maker/model-4bit",
            revision="aa",
            claims=(
                said("title", text, as_of=None, source=text),
                said("architecture", None, as_of=None, source=text),
                said("vram", 2.8, "listed", unit="GB", conditions=(("engine of two", "vLLM"), ("context", "8192"))),
                said("quantization.symmetric", True, "files", revision="aa", as_of=date(2026, 11, 1)),
                said("modalities", ("text", text), "files"),
                said(f"benchmark.{text}", 33.47, "files"),
            ),
        ),
        files=(File(path="a b.safetensors", size=12, sha256="ff"), File(path=text, size=None)),
        relations=(Relation(kind="base", target="maker/model"),),
    )
    assert read_record(data_file(record).encode(), "file") == record


def test_the_listing_in_the_catalogue_says_what_the_page_prints() -> None:
    """Notes are our own words, and a dash that reached us damaged is mended."""
    page = listing_record(PAGE.read_text(encoding="utf-8")).passport
    file = next(FOLDER.glob("listings/*.toml"))
    kept = read_record(file.read_bytes(), file.name).passport
    assert kept.subject == page.subject

    def told(claims: tuple[Claim, ...]) -> list[tuple[object, ...]]:
        return [
            (claim.field, claim.value, claim.unit, claim.method, claim.source)
            for claim in claims
            if not (claim.field == "title" and "Instruct" in str(claim.value))
        ]

    assert told(kept.claims) == told(page.claims)


def test_a_page_is_printed_as_a_data_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["listing", str(PAGE)]) == 0
    assert read_record(capsys.readouterr().out.encode(), "printed").passport.value("context") == 4096
    assert main(["listing"]) == 2


def test_a_page_without_a_repository_must_be_given_one() -> None:
    with pytest.raises(ValueError, match="name it"):
        listing_record("nothing here")
    assert listing_record("nothing here", "a/b").passport.subject == "a/b"
