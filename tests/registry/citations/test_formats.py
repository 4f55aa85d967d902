"""CSL-JSON, RIS, APA and CITATION.cff."""

import json
import re

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.citations import FORMATS, Name, Work, citations, cite
from registry.citations.works import checkpoint, paper
from tests.registry.decided import COMMIT, decided

MODEL = checkpoint("Owner/Model-1B", COMMIT, decided("Owner/Model-1B", ("year", 2026)))
UNKNOWN = checkpoint("folder", None, None)

RIS_LINE = re.compile(r"[A-Z][A-Z0-9]  - .*")

CFF_PERSON, CFF_ENTITY = {"family-names", "given-names"}, {"name"}


def test_csl_json_gives_only_what_is_known() -> None:
    model, unknown = json.loads(cite([MODEL, UNKNOWN], "csl-json"))
    assert model["author"] == [{"literal": "Owner"}]
    assert model["issued"] == {"date-parts": [[2026]]}
    assert model["version"] == COMMIT
    assert set(unknown) == {"id", "type", "title", "genre"}


def test_ris_has_one_tag_a_line_and_ends_each_record() -> None:
    text = cite([MODEL, paper("vllm")], "ris")
    assert all(RIS_LINE.fullmatch(line) for line in text.splitlines() if line)
    assert text.count("TY  - ") == text.count("ER  - ") == 2
    assert "PY  - 2026" in text
    assert "AU  - Kwon, Woosuk" in text
    assert "SP  - 611\nEP  - 626" in text


def test_apa_says_n_d_where_no_year_is_known_and_begins_with_the_title_where_no_author_is() -> None:
    assert cite([MODEL], "apa") == (
        "Owner. (2026). Model-1B (Revision b5c22b3) [Machine learning model]. Hugging Face. "
        f"https://huggingface.co/Owner/Model-1B/tree/{COMMIT}\n"
    )
    assert cite([UNKNOWN], "apa") == "folder [Machine learning model]. (n.d.).\n"
    assert cite([paper("gptq")], "apa").startswith(
        "Frantar, E., Ashkboos, S., Hoefler, T., & Alistarh, D. (2022). GPTQ:"
    )


def test_citation_cff_has_what_its_schema_demands() -> None:
    resolution = decided("Owner/Model-1B", ("base_model", "google/base"), ("quantization.method", "gptq"))
    content = yaml.safe_load(cite([cited.work for cited in citations(resolution)], "cff"))
    assert content["cff-version"] == "1.2.0"
    assert content["commit"] == COMMIT
    assert content["type"] == "software"
    for work in (content, *content["references"]):
        assert {"title", "authors", "type"} <= set(work)
        assert all(set(author) in (CFF_PERSON, CFF_ENTITY) for author in work["authors"])
    assert content["references"][1]["year"] == 2023


def test_citation_cff_says_unknown_where_it_demands_an_author() -> None:
    assert yaml.safe_load(cite([UNKNOWN], "cff"))["authors"] == [{"name": "unknown"}]


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.text(max_size=40))
def test_no_name_breaks_a_format(name: str) -> None:
    work = checkpoint(name, name, decided(name, ("author", name), revision=name))
    for format in FORMATS:
        assert cite([work], format).encode("utf-8").endswith(b"\n")
    assert all(RIS_LINE.fullmatch(line) for line in cite([work], "ris").splitlines() if line)
    assert json.loads(cite([work], "csl-json"))[0]["id"] == work.key
    assert yaml.safe_load(cite([work], "cff"))["title"] == work.title


def test_a_person_is_written_family_first() -> None:
    work = Work(
        key="k", kind="article", title="t", authors=(Name(family="Doe", given="Jane Q."),), eprint="1", year=2020
    )
    assert "AU  - Doe, Jane Q." in cite([work], "ris")
    assert cite([work], "apa").startswith("Doe, J. Q. (2020).")
