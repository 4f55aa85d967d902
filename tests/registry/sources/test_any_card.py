"""Whatever a model card holds, it ends in claims that can be kept, each of words that stand in it, in bounded time."""

import re
import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.errors import RegistryError, SourceUnreadable
from registry.passport import Claim, Reading, Value
from registry.sources.card_body import card_body_claims
from registry.sources.model_card import LONGEST, front_matter_claims, parse_model_card
from registry.store import Store
from tests.registry.sources.hostile import FIXED, damaged
from tests.registry.sources.recorded import assert_survives

SUBJECT = "Owner/Model"
READING = Reading(subject=SUBJECT, revision="a" * 40, as_of=date(2026, 11, 1))
REAL = """---
license: apache-2.0
base_model:
- google/gemma-4-E2B-it
language: [en, no]
tags: [w4a16, 2.0]
pipeline_tag: image-text-to-text
---
# A checkpoint of ours

It is a mixture of experts with 8 experts, 5.1B parameters and a context window of 128K tokens.

| Parameter | Value |
|---|---|
| Group size | 128 |
| Bits | 4 |

```bash
vllm serve Owner/Model --max-model-len 8192
```
"""
KEYS = ("license", "license_name", "base_model", "language", "tags", "pipeline_tag", "get", "self", "<<", "model-index")
YAML = (
    "apache-2.0", "other", "no", "yes", "1", "1:60", "2024-01-01", "2024-99-99", ".inf", "~", "*a", "&a ", "!!bool x",
    "!!int ''", "!!float ''", "!!timestamp x", "!!binary é", "!!set", "!!omap [a]", "!!pairs a", "!!merge x",
    "!!python/object:os.system x", "0001-01-01t00:00:00+23:00", '"\\ud800"', "0x" + "f" * 5_000, "[", "]", "{", "}",
    ": ", "- ", "? ", "| ", "#", ",", "'", "\n", "\n  ", "\t", "\r", "\u2028", "\x00", "é",
)  # fmt: skip
VALUES = st.lists(st.sampled_from(YAML) | st.text(max_size=4), max_size=6).map("".join)
FRONT = st.lists(st.tuples(st.sampled_from(KEYS), VALUES), max_size=4)
LINES = st.sampled_from(REAL.splitlines()[8:]) | st.text(max_size=40)
OWN_WORDS = ("notice.", "dtype.", "quantization.rounding")
"""Fields whose values are the registry's words for what a card says."""


def card(front: list[tuple[str, str]], body: list[str]) -> bytes:
    head = "\n".join(f"{key}: {value}" for key, value in front)
    return f"---\n{head}\n---\n{chr(10).join(body)}".encode(errors="surrogatepass")


def claims_of(content: bytes) -> tuple[Claim, ...]:
    try:
        read = parse_model_card(content.decode(errors="replace"))
    except RegistryError:
        return ()
    return (*front_matter_claims(read, READING), *card_body_claims(read.text.splitlines(), READING, "README.md"))


def check(content: bytes, store: Store) -> None:
    text = content.decode(errors="replace")
    claims = claims_of(content)
    for claim in claims:
        for value in claim.value if isinstance(claim.value, tuple) else (claim.value,):
            if isinstance(value, str) and not claim.field.startswith(OWN_WORDS) and "\\" not in text:
                missing = set(re.findall(r"[a-z0-9]+", value.lower())) - set(re.findall(r"[a-z0-9]+", text.lower()))
                assert missing <= {"image"}, f"{claim.field} has words that the card has not: {missing}"
    assert_survives(store, claims, SUBJECT)


def front_matter(text: str) -> dict[str, Value]:
    read = parse_model_card(f"---\n{text}\n---\n# Heading\n")
    return {claim.field: claim.value for claim in front_matter_claims(read, READING)}


@FIXED
@given(st.builds(card, FRONT, st.lists(LINES, max_size=8)))
def test_any_front_matter_and_body_are_read_or_refused(store: Store, content: bytes) -> None:
    check(content, store)


@FIXED
@given(damaged(st.just(REAL.encode())))
def test_a_damaged_card_is_read_or_refused(store: Store, content: bytes) -> None:
    check(content, store)


def test_plain_words_stay_words() -> None:
    assert front_matter("license: 2.0\nlanguage: [en, no]\ntags: [2024-01-01, 1e3, true]") == {
        "licence": "2.0",
        "base_model": None,
        "languages": ("en", "no"),
        "tags": ("2024-01-01", "1e3", "true"),
    }


def test_what_is_no_word_says_nothing() -> None:
    expected = {"licence": None, "base_model": ("a/b",), "tags": ("x",)}
    assert (
        front_matter("license: {a: b}\nbase_model: [[c], a/b, ~]\ntags: [{d: e}, x, '']\npipeline_tag: {}") == expected
    )


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [x]\nlicense: *a",
        "a: &a [x, x]\nb: &b [*a, *a]\nlicense: [*b, *b]",
        "license: mit\nlicense: apache-2.0",
        "license: !!int ''",
        "license: !!bool maybe",
        "license: !!timestamp today",
        "license: !!python/object:os.system x",
        "license: " + "[" * 1_500,
        "- mit",
        "license: 'mit",
    ],
)
def test_damaged_front_matter_is_refused(text: str) -> None:
    with pytest.raises(SourceUnreadable, match="front matter is damaged"):
        parse_model_card(f"---\n{text}\n---\n")


def test_a_front_matter_without_end_is_not_read() -> None:
    with pytest.raises(SourceUnreadable, match="longer than"):
        parse_model_card(f"---\nlicense: mit\n#{'x' * LONGEST}\n---\n")


@pytest.mark.parametrize("key", ["get", "self", "ignore_metadata_errors", "eval_results", "model-index"])
def test_a_key_that_means_something_elsewhere_loses_no_licence(key: str) -> None:
    assert front_matter(f"license: mit\n{key}: x")["licence"] == "mit"


@pytest.mark.parametrize(
    "body",
    [
        "RTN " * 200_000,
        "RTN\n" * 50_000,
        "layers " * 100_000,
        "tower " * 100_000,
        "support a " * 60_000,
        "@misc{a" + " " * 1_000_000,
        "@misc{a,\n" * 100_000,
        "\n" * 100_000,
        "import a(\nprose here\n" * 50_000,
        "| a " * 500_000,
    ],
    ids=lambda body: repr(body[:12]),
)
def test_a_hostile_body_is_read_in_a_few_seconds(body: str) -> None:
    start = time.process_time()
    card_body_claims(body.splitlines(), READING, "README.md")
    assert time.process_time() - start < 5
