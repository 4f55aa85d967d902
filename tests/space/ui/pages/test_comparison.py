from registry.lookup import recorded_model
from registry.store import Store
from space.ui.pages.comparison import bars, table
from space.ui.pages.dossier import read
from tests.space.ui.pages.conftest import BASE, SEED
from tests.space.ui.pages.reading import read_html


def test_differences_are_marked(store: Store) -> None:
    page = read_html(table([read(store, SEED), read(store, BASE)], only_different=False))
    assert "Scheme differs W4A16 declared BF16 config" in page.words
    assert "Context 131,072 tokens" in page.words
    assert page.values("data-address") == [f"compare?model={SEED}&model={BASE}"]


def test_what_does_not_hold_is_marked_where_it_is_shown(store: Store) -> None:
    page = read_html(table([read(store, SEED), read(store, BASE)], only_different=False))
    assert "Mixture of experts differs yes declared does not hold no config" in page.words
    assert "Weights 7,450,398,662 bytes, 7.45 GB (6.94 GiB) files unknown" in page.words


def test_what_is_the_same_can_be_left_out(store: Store) -> None:
    words = read_html(table([read(store, SEED), read(store, BASE)], only_different=True)).words
    assert "Scheme differs" in words
    assert "Context 131,072" not in words
    assert "in which they do not differ are left out" in words


def test_one_model_is_not_compared(store: Store) -> None:
    words = read_html(table([read(store, SEED)], only_different=False)).words
    assert words == "Choose 1 model more."


def test_memory_is_on_one_scale(store: Store) -> None:
    page = read_html(bars([recorded_model(store, SEED), recorded_model(store, BASE)]))
    assert "9.29 GB (8.66 GiB)" in page.words
    assert "12.05 GB (11.22 GiB)" in page.words
