"""The catalogue's data files."""

from datetime import date
from pathlib import Path

import pytest

from registry.catalogue.load import FOLDER, load_catalogue, read_record
from registry.errors import CatalogueUnreadable
from registry.passport import Claim
from registry.record import File, Relation
from registry.store import Store

FILE = """
repo_id = "maker/model-4bit"
revision = "aa"

[[relations]]
kind = "quantized_from"
target = "maker/model"

[[files]]
path = "model.safetensors"
size = 7450721350

[[sources]]
name = "a page"
method = "listed"
url = "https://page.test"
as_of = 2026-10-01
claims = [
    { field = "vram", value = 2.8, unit = "GB", conditions = { engine = "vLLM" }, note = "estimated" },
    { field = "architecture" },
    { field = "modalities", value = ["text", "image"] },
]
"""


def test_a_data_file_says_exactly_what_its_sources_say() -> None:
    record = read_record(FILE.encode(), "file.toml")
    assert record.passport.revision == "aa"
    assert record.relations == (Relation(kind="quantized_from", target="maker/model"),)
    assert record.files == (File(path="model.safetensors", size=7_450_721_350),)
    vram, architecture, modalities = record.passport.claims
    assert vram == Claim(
        subject="maker/model-4bit",
        field="vram",
        value=2.8,
        unit="GB",
        method="listed",
        source="a page",
        url="https://page.test",
        as_of=date(2026, 10, 1),
        conditions=(("engine", "vLLM"),),
        note="estimated",
    )
    assert architecture.value is None
    assert modalities.value == ("text", "image")


@pytest.mark.parametrize(
    ("good", "bad", "complaint"),
    [
        ('repo_id = "maker/model-4bit"', "", "“repo_id” is missing"),
        ('method = "listed"', 'method = "guessed"', "“guessed” is no method"),
        ("as_of =", "asof =", "unknown key “asof”"),
        ("as_of = 2026-10-01", 'as_of = "October"', "“October” is no day"),
        ('field = "architecture"', 'field = "colour"', "no field “colour”"),
        ('unit = "GB"', 'unit = "gallons"', "“gallons” cannot be converted"),
        ('kind = "quantized_from"', 'kind = "cousin"', "“cousin” is no kind"),
        ('["text", "image"]', "[1, 2]", "“1” should be a text"),
        ('["text", "image"]', "{ a = 1 }", "is no value"),
        ("[[sources]]", "[[sources", "Expected"),
    ],
)
def test_a_broken_file_is_refused_with_its_name_and_reason(good: str, bad: str, complaint: str) -> None:
    with pytest.raises(CatalogueUnreadable, match=r"^file\.toml: ") as refused:
        read_record(FILE.replace(good, bad, 1).encode(), "file.toml")
    assert complaint in str(refused.value)


def test_loading_twice_changes_nothing_and_an_edited_file_is_loaded_anew(tmp_path: Path) -> None:
    folder = tmp_path / "catalogue"
    (folder / "listings").mkdir(parents=True)
    file = folder / "listings" / "model.toml"
    file.write_text(FILE)
    with Store.open(tmp_path / "registry.db") as store:
        assert [load_catalogue(store, folder) for _ in range(2)] == [True, False]
        told = store.passport("maker/model-4bit"), store.events()
        assert (store.passport("maker/model-4bit"), store.events()) == told
        file.write_text(FILE.replace("2.8", "7.5"))
        assert load_catalogue(store, folder)
        assert store.passport("maker/model-4bit").value("vram") == 7.5
        assert [claim.value for claim in store.history("maker/model-4bit", "vram")] == [2.8, 7.5]


def test_one_broken_file_keeps_all_others_out(tmp_path: Path) -> None:
    folder = tmp_path / "catalogue"
    folder.mkdir()
    (folder / "a.toml").write_text(FILE)
    (folder / "b.toml").write_text("repo_id = 3")
    with Store.open(tmp_path / "registry.db") as store:
        with pytest.raises(CatalogueUnreadable, match=r"b\.toml"):
            load_catalogue(store, folder)
        assert store.subjects() == ()


def test_the_catalogue_in_the_repository_loads(tmp_path: Path) -> None:
    with Store.open(tmp_path / "registry.db") as store:
        assert load_catalogue(store)
        assert len(store.subjects()) == len(
            {read_record(path.read_bytes(), path.name).passport.subject for path in FOLDER.rglob("*.toml")}
        )
        for subject in store.subjects():
            store.resolution(subject)
