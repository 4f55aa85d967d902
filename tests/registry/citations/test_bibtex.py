"""BibTeX and BibLaTeX as two independent parsers read them."""

from collections.abc import Sequence

import pytest
from bibtexparser.entrypoint import parse_string as read_bibtex
from hypothesis import given, settings
from hypothesis import strategies as st
from pybtex.database import parse_string  # type: ignore[import-untyped]

from registry.citations import Name, Work, citations, cite
from registry.citations.works import checkpoint
from tests.registry.decided import COMMIT, decided

SERVED = decided(
    "Vishva007/gemma-4-E2B-it-W4A16-AutoRound",
    ("base_model", "google/gemma-4-E2B-it"),
    ("quantization.method", "auto-round", "configuration"),
    ("quantization.packing", "auto_round:auto_gptq", "configuration"),
    ("quantization.iterations", 0, "configuration"),
)


def works() -> list[Work]:
    return [cited.work for cited in citations(SERVED)]


def fields(text: str) -> dict[str, dict[str, str]]:
    """Entries by key, as bibtexparser reads them."""
    library = read_bibtex(text)
    assert not library.failed_blocks
    return {entry.key: {field.key: field.value for field in entry.fields} for entry in library.entries}


@pytest.mark.parametrize("format", ["bibtex", "biblatex"])
def test_both_parsers_read_every_entry(format: str) -> None:
    text = cite(works(), "bibtex" if format == "bibtex" else "biblatex")
    keys = [work.key for work in works()]
    assert list(fields(text)) == keys
    assert list(parse_string(text, "bibtex").entries) == keys


def test_the_checkpoint_is_cited_by_its_exact_name_and_commit() -> None:
    entry = fields(cite(works(), "bibtex"))["vishva007_nd_gemma-4-e2b-it-w4a16-autoround"]
    assert entry["author"] == "{Vishva007}"
    assert entry["title"] == "{gemma-4-E2B-it-W4A16-AutoRound} (Revision {b5c22b3})"
    assert entry["howpublished"] == (
        f"\\url{{https://huggingface.co/Vishva007/gemma-4-E2B-it-W4A16-AutoRound/tree/{COMMIT}}}"
    )
    assert entry["note"] == f"Revision {COMMIT}"
    assert "year" not in entry


def test_papers_keep_their_people_apart() -> None:
    entry = parse_string(cite(works(), "bibtex"), "bibtex").entries["kwon_2023"]
    assert entry.persons["author"][0].last_names == ["Kwon"]
    assert len(entry.persons["author"]) == 9
    assert entry.fields["doi"] == "10.1145/3600006.3613165"


def test_a_name_in_one_piece_is_one_person_even_with_an_and_in_it() -> None:
    work = Work(key="k", kind="software", title="t", authors=(Name(family="Smith and Sons, Ltd."),))
    for text in (cite([work], "bibtex"), cite([work], "biblatex")):
        (person,) = parse_string(text, "bibtex").entries["k"].persons["author"]
        assert person.last_names == ["{Smith and Sons, Ltd.}"]


def entry_of(name: str) -> Work:
    resolution = decided(name, ("author", name), ("year", 2026), revision=name)
    return checkpoint(name, name, resolution)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.text(max_size=60), min_size=1, max_size=4, unique=True))
def test_no_name_breaks_an_entry(names: Sequence[str]) -> None:
    nasty = [entry_of(name) for name in names]
    for format in ("bibtex", "biblatex"):
        text = cite(nasty, "bibtex" if format == "bibtex" else "biblatex")
        read = fields(text)
        assert list(read) == [work.key for work in nasty]
        assert list(parse_string(text, "bibtex").entries) == list(read)
        assert all(set(entry) <= ALLOWED for entry in read.values())


ALLOWED = {"author", "key", "title", "year", "date", "howpublished", "note", "version", "organization", "url"}
