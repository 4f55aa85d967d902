"""Every kind of error is found on any page that has it, and none is found on a page that has not."""

import itertools
from collections import Counter

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.audit import audit
from registry.passport import Reading
from registry.sources.listing import listed_repo_id, listing_claims
from tests.registry.listing_pages import (
    BROKEN_ENDS,
    DAY,
    DENSE,
    FLAG_METHODS,
    GOOD_ENDS,
    LICENCES,
    MIXTURES,
    Download,
    Listing,
    Serving,
    Snippet,
    evidence_claims,
    expected,
    page_text,
)

SIZES = {"E2B": 2_000_000_000, "30B-A3B": 3_000_000_000, "7B": None, "E1.5B": 1_500_000_000, "Small": None}
OTHER_BASE = "Someone/Else"
SPELLINGS = [word for words in LICENCES.values() for word in words]

DOWNLOADS = st.builds(Download, program=st.sampled_from(["hf", "huggingface-cli"]), exact=st.booleans())
SERVINGS = st.builds(
    Serving,
    docker=st.booleans(),
    doubled=st.booleans(),
    method=st.none() | st.sampled_from(sorted(FLAG_METHODS.values())),
    equals_sign=st.booleans(),
    max_model_len=st.none() | st.sampled_from([2048, 18432, 200_000]),
    served_name=st.none() | st.just("served-name"),
)
SNIPPETS = st.builds(
    Snippet,
    end=st.sampled_from(GOOD_ENDS) | st.sampled_from(BROKEN_ENDS),
    wrong_argument=st.booleans(),
    other_model=st.booleans(),
)


@st.composite
def listings(draw: st.DrawFn) -> Listing:
    size = draw(st.sampled_from(sorted(SIZES)))
    family = draw(st.sampled_from(["Gemma-4", "Qwen3-VL", "Llama", "mistral"]))
    name = f"{family}-{size}-{draw(st.sampled_from(['it', 'Instruct', 'W4A16-AutoRound', 'x.GPTQ']))}"
    owner = draw(st.from_regex(r"[A-Z][a-z]{2,6}[0-9]{0,3}(-[a-z]{2,4})?", fullmatch=True))
    base = f"{draw(st.sampled_from(['google', 'Qwen', 'Meta-AI']))}/{family}-{size}-Base"
    context = draw(st.sampled_from([8192, 32768, 131072]))
    weights = draw(st.integers(min_value=3_000_000_000, max_value=9_000_000_000))
    parameters = draw(st.sampled_from([5_100_000_000, 7_240_000_000, 30_500_000_000]))
    spellings = st.none() | st.sampled_from([base, base.lower(), OTHER_BASE])
    dtypes = st.none() | st.sampled_from(["BF16", "FP16", "FP32"])
    memory = st.none() | st.sampled_from([2.8, 2.75, 12.0, 24.0])
    printed = st.none() | st.sampled_from(
        [size_b for b in SIZES.values() if b for size_b in (b / 1e9,)] + [parameters / 1e9]
    )
    ollama = [name.lower(), name, f"hf.co/{owner}/{name}", f"{name.lower()}:latest", "llama3.2:3b"]
    pretty = name.replace("-", " ").title()
    return Listing(
        owner=owner,
        name=name,
        partial=SIZES[size],
        base=base,
        true_parameters=parameters,
        true_context=context,
        true_bytes=weights,
        true_mixture=draw(st.booleans()),
        true_method=draw(st.sampled_from(sorted(FLAG_METHODS))),
        upstream_licence=draw(st.sampled_from(SPELLINGS)),
        evidence=draw(st.booleans()),
        listed_licence=draw(st.none() | st.sampled_from(SPELLINGS)),
        report_licence=draw(st.none() | st.sampled_from(SPELLINGS)),
        card_licence=draw(st.none() | st.sampled_from([words[-1] for words in LICENCES.values()])),
        licence_unknown=draw(st.booleans()),
        mixture_sentence=draw(st.none() | st.sampled_from([*MIXTURES, *DENSE])),
        parameters=draw(printed),
        context=draw(st.none() | st.sampled_from([context, 4096, 1024])),
        vram=draw(memory),
        report_vram=draw(memory),
        tower_sentence=draw(dtypes),
        tower_row=draw(dtypes),
        samples=draw(st.none() | st.sampled_from([0, 128, 512])),
        iterations=draw(st.none() | st.sampled_from([0, 200])),
        ollama=draw(st.none() | st.sampled_from(ollama)),
        gguf=draw(st.booleans()),
        download=draw(st.none() | DOWNLOADS),
        serving=draw(st.none() | SERVINGS),
        snippet=draw(st.none() | SNIPPETS),
        bibtex_exact=draw(st.none() | st.booleans()),
        title=draw(st.none() | st.sampled_from([pretty, f"{pretty} Model", name, "A heading of its own"])),
        tagged_base=draw(spellings),
        row_base=draw(spellings),
        shows_variants=draw(st.booleans()),
        semantic=draw(st.none() | st.sampled_from([0, 50, 61])),
        order=tuple(draw(st.permutations(range(8)))),
        one_line=draw(st.booleans()),
        ornament=draw(st.sampled_from(["", "đŦ", "â", "🔬"])),
    )


def findings(listing: Listing) -> Counter[tuple[str, str]]:
    reading = Reading(subject=listing.repo, revision=None, as_of=DAY)
    claims = (*listing_claims(page_text(listing), reading), *evidence_claims(listing))
    return Counter((finding.rule, finding.severity) for finding in audit(listing.repo, claims))


@settings(
    max_examples=200,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(listings())
def test_an_audit_finds_what_is_wrong_on_a_page_and_nothing_else(listing: Listing) -> None:
    assert findings(listing) == expected(listing), page_text(listing)


@settings(max_examples=20, deadline=None, database=None, derandomize=True)
@given(listings())
def test_where_a_section_stands_changes_no_finding(listing: Listing) -> None:
    for order in itertools.islice(itertools.permutations(range(8)), 0, 40320, 8001):
        moved = Listing(**{**vars(listing), "order": order})
        assert findings(moved) == expected(listing)


@settings(max_examples=50, deadline=None, database=None, derandomize=True)
@given(listings())
def test_the_exact_id_is_read_from_a_page_that_shows_it_anywhere(listing: Listing) -> None:
    text = page_text(listing)
    if listing.repo in text:
        assert listed_repo_id(text) == listing.repo
    else:
        assert listed_repo_id(text) == listing.repo.lower()
