"""Escaping for LaTeX: what is written is what a parser reads back, and nothing ends a value early."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st
from pylatexenc.latex2text import (  # type: ignore[import-untyped]
    LatexNodes2Text,
    MacroTextSpec,
    get_default_latex_context_db,
)

from registry.citations.latex import ascii_latex, protected, unicode_latex
from registry.one_line import one_line

SYMBOLS = {
    "textbraceleft": "{", "textbraceright": "}", "textless": "<", "textgreater": ">", "textbar": "|",
    "textasciicircum": "^", "textasciitilde": "~",
}  # fmt: skip
"""LaTeX's own symbols that the decoder does not know, or takes for others."""

PRINTABLE = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=40)
LATIN = st.text("áèîõüçšžňřůőñåÅØßœŁéđa b-_'", max_size=20)
ANYTHING = st.text(max_size=40)


def depths(latex: str) -> list[int]:
    """The depth of braces after each character, by BibTeX's count: a backslash does not hide a brace."""
    depth, seen = 0, []
    for sign in latex:
        depth += {"{": 1, "}": -1}.get(sign, 0)
        seen.append(depth)
    return seen


@settings(max_examples=300, deadline=None, derandomize=True)
@given(ANYTHING)
def test_braces_always_balance_and_the_result_is_ascii(text: str) -> None:
    latex = ascii_latex(one_line(text))
    assert latex.isascii()
    assert min([*depths(latex), 0]) == 0
    assert ([0, *depths(latex)])[-1] == 0


@settings(max_examples=300, deadline=None, derandomize=True)
@given(PRINTABLE)
def test_printable_ascii_reads_back_as_it_was(text: str) -> None:
    assert decoded(ascii_latex(text)) == text
    assert decoded(unicode_latex(text)) == text


def test_accents_become_commands_and_read_back() -> None:
    for text in ("Žižek", "Erdős", "Ångström", "Łukasz", "straße", "Nguyễn", "Šārūḵ", "naïve Œuvre"):
        assert decoded(ascii_latex(text)) == text


def test_what_latex_has_no_glyph_for_becomes_its_number() -> None:
    assert ascii_latex("模型") == "[U+6A21][U+578B]"
    assert ascii_latex("🎉") == "[U+1F389]"
    assert unicode_latex("模型") == "模型"


def test_a_name_cannot_start_an_entry_or_end_a_value() -> None:
    latex = ascii_latex('x}, @misc{y, author = "z", url={')
    assert re.search(r"@\w", latex) is None
    assert '"z' not in latex
    assert max(depths(latex)) == 1


def test_hyphens_and_quotes_do_not_join() -> None:
    assert ascii_latex("a--b---c") == "a-{}-b-{}-{}-c"
    assert ascii_latex("``a''") == "{`}{`}a{'}{'}"


def test_words_that_need_their_capitals_are_braced_whole() -> None:
    title = "GPTQ: Accurate Models (Revision b5c22b3) for E2B-it"
    assert protected(title, ascii_latex(title)) == "{GPTQ}: Accurate Models (Revision {b5c22b3}) for {E2B-it}"


def decoded(latex: str) -> str:
    context = get_default_latex_context_db()
    known = [MacroTextSpec(name, simplify_repl=sign) for name, sign in SYMBOLS.items()]
    context.add_context_category("symbols", macros=known, prepend=True)
    return str(LatexNodes2Text(latex_context=context, strict_latex_spaces=True).latex_to_text(latex))
