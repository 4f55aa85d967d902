"""Whatever a listing page holds, it ends in claims that can be kept, each of words that stand on it."""

import re
from datetime import date
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from registry.passport import Reading
from registry.sources.listing import listing_claims
from registry.store import Store
from tests.registry.sources.hostile import FIXED, TEXTS, damaged
from tests.registry.sources.recorded import assert_survives

TEXT = (Path(__file__).parents[1] / "data" / "listing_gemma_4_e2b_autoround.txt").read_text(encoding="utf-8")
SUBJECT = "Vishva007/gemma-4-E2B-it-W4A16-AutoRound"
READING = Reading(subject=SUBJECT, revision=None, as_of=date(2026, 11, 1))
LINES = TEXT.splitlines()
OWN_WORDS = ("notice.", "dtype.", "quantization.rounding", "modalities")
"""Fields whose values are the registry's words for what a page says."""


def check(text: str, store: Store) -> None:
    claims = listing_claims(text, READING)
    for claim in claims:
        values = claim.value if isinstance(claim.value, tuple) else (claim.value,)
        for value in values if not claim.field.startswith(OWN_WORDS) else ():
            words = set(re.findall(r"\w+", value)) if isinstance(value, str) else set()
            assert words <= set(re.findall(r"\w+", text)), f"{claim.field} has words that the page has not"
    assert_survives(store, claims, SUBJECT)


@FIXED
@given(st.lists(st.sampled_from(LINES) | TEXTS | st.builds(str.__add__, st.sampled_from(LINES), TEXTS), max_size=40))
def test_any_lines_are_read_and_what_is_read_survives_the_store(store: Store, lines: list[str]) -> None:
    check("\n".join(lines).encode(errors="replace").decode(), store)


@settings(FIXED, max_examples=25)
@given(damaged(st.just(TEXT.encode())))
def test_a_damaged_page_is_read_and_what_is_read_survives_the_store(store: Store, content: bytes) -> None:
    check(content.decode(errors="replace"), store)
