import pytest

from registry.gpus import gpus
from registry.lookup import recorded_model
from registry.store import Store
from registry.vram import Fit, Load, Part, Vram
from space.ui.pages.memory import memory, slices_of
from space.ui.pages.passport import weighed
from tests.space.ui.pages.conftest import NOT_FOUND, SEED
from tests.space.ui.pages.reading import read_html

GIB = 2**30


def needed(**changed: int | None) -> Vram:
    figures = {"weights_bytes": 6 * GIB, "kv_bytes": GIB, "kv_reserved_bytes": 2 * GIB, "total_bytes": 10 * GIB}
    return Vram(
        load=Load(context=8192),
        overhead_bytes=2 * GIB,
        parts=(Part(component="ple", dtype="BF16", bytes=4 * GIB), Part(component="audio", dtype="I32", bytes=2 * GIB)),
        notes=("Overhead is an estimate.",),
        **{**figures, **changed},
    )


def test_the_parts_of_the_bar_are_the_whole() -> None:
    slices = slices_of(needed(), 10 * GIB)
    assert [each.kind for each in slices] == ["ple", "audio", "content", "reserved", "overhead"]
    assert sum(each.size for each in slices) == 10 * GIB
    assert [round(each.start, 6) for each in slices] == [0, 40, 60, 70, 80]


def test_an_unknown_cache_is_said_to_be_unknown_and_not_drawn() -> None:
    unknown = needed(kv_bytes=None, kv_reserved_bytes=None, total_bytes=None)
    words = read_html(memory(unknown, [], [], None)).words
    assert words.startswith("unknown the parts that are known take 8.59 GB (8.00 GiB)")
    assert "KV cache unknown" in words
    assert "Total unknown" in words


def test_a_bar_is_read_out_and_told_again_in_a_table() -> None:
    page = read_html(memory(needed(), [], [], None))
    (label,) = page.values("aria-label")[:1]
    assert label.startswith("Per-layer embeddings (PLE) 4.29 GB (4.00 GiB); Audio tower 2.15 GB (2.00 GiB)")
    assert "Overhead an estimate 2,147,483,648" in page.words


def test_each_card_says_whether_the_load_fits() -> None:
    cards = [
        Fit(gpu=gpu, available=gpu.memory, room=fits, longest_context=longest)
        for gpu, fits, longest in zip(gpus(), (True, False, None), (131072, 0, None), strict=False)
    ]
    words = read_html(memory(needed(), cards, [], None)).words
    assert "room on 1 of 3 cards" in words
    assert "yes 131,072" in words
    assert "no 0" in words
    assert "unknown ? unknown" not in words


def test_the_seed_needs_what_its_files_prove_and_the_listings_figure_stands_beside(store: Store) -> None:
    words = read_html(weighed(recorded_model(store, SEED), 8192, 1, "auto")).words
    assert "Weights, all parts 7,450,398,662" in words
    assert "Language layers I32 938,806,272" in words
    assert "Per-layer embeddings (PLE) BF16 4,725,146,112" in words
    assert "not told apart" not in words
    assert "KV cache, content what requests have written 56,623,104" in words
    assert (
        "2.80 GB (2.61 GiB) listed Free2AITools page, compute threshold: An estimate for 4 bits. does not hold" in words
    )
    assert "9.29 GB (8.66 GiB) files" not in words, "what is computed here is no word of others"
    assert "2.8 GB is what the listing's own formula makes of the figures it lists" in words


def test_a_card_with_room_that_cannot_serve_the_model_is_named(store: Store) -> None:
    words = read_html(weighed(recorded_model(store, SEED), 8192, 1, "auto")).words
    assert "NVIDIA T4 16 GB Turing 16.11 GB (15.00 GiB) no vLLM does not run it on Turing" in words
    assert "room on 21 of 23 cards" in words


def test_more_requests_take_more_cache(store: Store) -> None:
    model = recorded_model(store, SEED)
    assert "for 8,192 tokens, 4 requests at a time" in read_html(weighed(model, 8192, 4, "auto")).words
    assert weighed(model, 8192, 4, "auto") != weighed(model, 8192, 4, "fp8")


@pytest.mark.parametrize(("context", "requests", "kv_dtype"), [(0, 0, "auto"), (-5, 1, "no such"), (10**9, 64, "fp8")])
def test_no_load_a_browser_claims_breaks_the_page(store: Store, context: int, requests: int, kv_dtype: str) -> None:
    assert "tokens" in read_html(weighed(recorded_model(store, SEED), context, requests, kv_dtype)).words


def test_what_nobody_measured_has_no_bar_of_weights(store: Store) -> None:
    words = read_html(weighed(recorded_model(store, NOT_FOUND), 8192, 1, "auto")).words
    assert "Weights unknown" in words
