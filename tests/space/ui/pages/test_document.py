import re
from itertools import pairwise

import pytest

from registry.exports.formats import cited
from registry.store import Store
from space.ui.pages.document import opening, record
from space.ui.pages.dossier import Dossier, read
from tests.space.ui.pages.conftest import BASE, NOT_FOUND, SEED
from tests.space.ui.pages.reading import Html, read_html


@pytest.fixture(scope="module")
def head(seed: Dossier) -> Html:
    return read_html(opening(seed))


@pytest.fixture(scope="module")
def rest(seed: Dossier) -> Html:
    return read_html(record(seed))


def test_what_does_not_hold_stands_above_what_is(head: Html) -> None:
    words = head.words
    assert words.index("What does not hold 16") < words.index("Identity") < words.index("Specification")
    assert "The model is called a mixture of experts" in words
    assert "Right Dense" in words


def test_the_summary_says_how_it_was_made(head: Html) -> None:
    assert f"{SEED} is a quantized checkpoint made from {BASE}" in head.words
    assert "These sentences are written by rule from what is recorded; they recommend nothing." in head.words


def test_every_figure_says_where_it_comes_from(head: Html) -> None:
    assert "7,450,398,662 bytes, 7.45 GB (6.94 GiB) files safetensors headers" in head.words
    assert "5.1 billion" in head.words
    assert f"about {BASE}" in head.words


def test_declared_and_upstream_licence_stand_together(seed: Dossier, rest: Html) -> None:
    words = rest.words
    assert seed.terms.sentence in words
    assert "Declared Gemma Terms of Use" in words
    assert "Of the base Apache License 2.0" in words


def test_the_bases_benchmarks_are_called_the_bases(rest: Html) -> None:
    words = rest.words
    assert "No benchmark of this model is recorded. Of its base, google/gemma-4-E2B-it" in words
    assert "MMLU-Pro 60 declared model card" in words


def test_every_factor_is_explained_and_s_is_not_measured(rest: Html) -> None:
    words = rest.words
    assert "32.4 without S" in words
    assert "38.6 the listing's own" in words
    assert "S Semantic not measured 0.35" in words


def test_claims_that_disagree_stand_side_by_side(rest: Html) -> None:
    licence = rest.words[rest.words.index("Evidence Every claim") :]
    licence = licence[licence.index("Licence doubtful") :][:900]
    assert all(word in licence for word in ("Gemma Terms of Use", "gemma", "unknown", "declared", "listed"))


def test_what_does_not_exist_is_not_offered(rest: Html) -> None:
    assert "Ollama Not offered Ollama loads GGUF files" in rest.words
    assert "ollama run" not in re.sub(r"Evidence Every claim.*", "", rest.words)


def test_a_citation_is_what_the_command_line_prints(seed: Dossier) -> None:
    page = record(seed)
    text = cited(seed.model, "bibtex")
    pre = re.search(r'<pre id="cite-bibtex" tabindex="0">\n(.*?)</pre>', page, re.DOTALL)
    assert pre is not None
    assert pre[1].replace("&#34;", '"').replace("&#39;", "'").replace("&amp;", "&") == text


def test_what_was_not_found_is_unknown_and_never_nought(store: Store) -> None:
    page = read_html(opening(read(store, NOT_FOUND)))
    assert "Nobody says: author, day of publication." in page.words
    assert "was looked for on the Hub and not found: nothing else is known of it." in page.words
    figures = read_html(record(read(store, NOT_FOUND))).words
    assert " 0.0 " not in figures


def test_headings_come_in_order(head: Html, rest: Html) -> None:
    levels = [int(tag[1]) for page in (head, rest) for tag, _ in page.shape if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))


def test_related_models_lead_to_their_passports(rest: Html) -> None:
    assert f"passport?model={SEED}-GPTQ" in rest.values("href")
    assert f"passport?model={BASE}" in rest.values("href")


def test_every_part_the_contents_name_is_there(head: Html, rest: Html) -> None:
    from space.ui.pages.templates import render

    named = {link.removeprefix("#") for link in read_html(render("contents.html")).values("href")}
    there = {*head.values("id"), *rest.values("id"), *read_html(render("memory_head.html")).values("id")}
    assert named <= there


def test_no_name_is_given_twice(head: Html, rest: Html) -> None:
    names = [*head.values("id"), *rest.values("id")]
    assert len(names) == len(set(names))
