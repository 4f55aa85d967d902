from registry.record import Card
from registry.store import Store
from space.ui.pages.browse import find
from space.ui.pages.criteria import PAGE, Criteria
from space.ui.pages.results import Found, results
from tests.space.ui.pages.conftest import BASE, SEED
from tests.space.ui.pages.reading import read_html


def shown(store: Store, criteria: Criteria) -> str:
    return results(find(store, criteria), criteria)


def found(*cards: Card, count: int | None = None, more: bool = False) -> Found:
    return Found(cards=cards, count=len(cards) if count is None else count, more=more, asked=False)


def test_a_card_tells_the_figures_that_matter(store: Store) -> None:
    words = read_html(shown(store, Criteria(words="AutoRound"))).words
    for word in (SEED, "W4A16", "7.45 GB (6.94 GiB)", "text, image, audio", "16 statements in doubt"):
        assert word in words


def test_what_is_unknown_is_said_to_be_unknown() -> None:
    words = read_html(results(found(Card(subject="a/b", registry_id="hf-model--a--b")), Criteria())).words
    assert words.count("unknown") == 5
    assert " 0" not in words


def test_a_card_leads_to_its_passport(store: Store) -> None:
    assert f"passport?model={BASE}" in read_html(shown(store, Criteria())).values("href")


def test_nothing_found_is_said_with_what_was_asked(store: Store) -> None:
    words = read_html(shown(store, Criteria(words="zebra", modality="audio"))).words
    assert "No model matches the words “zebra”; takes in audio." in words


def test_a_repository_that_is_not_found_can_be_read_from_the_hub(store: Store) -> None:
    page = read_html(shown(store, Criteria(words="someone/zebra")))
    assert "passport?read=someone/zebra" in page.values("href")
    assert not [link for link in read_html(shown(store, Criteria(words="a zebra"))).values("href") if "read=" in link]


def test_every_model_is_on_one_page(store: Store) -> None:
    pages = -(-len(store.subjects()) // PAGE)
    cards = [card.subject for page in range(1, pages + 1) for card in find(store, Criteria(page=page)).cards]
    assert sorted(cards) == sorted(store.subjects())


def test_words_rank_by_what_they_mean(store: Store) -> None:
    asked = find(store, Criteria(words="gemma"))
    assert asked.asked
    assert not find(store, Criteria(words="gemma", order="size")).asked
    assert any(card.fni is not None for card in asked.cards)


def test_the_list_says_where_in_it_one_is() -> None:
    cards = tuple(Card(subject=f"a/{number}", registry_id=f"hf-model--a--{number}") for number in range(PAGE))
    words = read_html(results(found(*cards, count=500, more=True), Criteria(page=2))).words
    assert f"{PAGE + 1} to {2 * PAGE} of at least 500 models." in words


def test_the_page_carries_its_address() -> None:
    page = read_html(results(found(), Criteria(words="a b", page=2)))
    assert page.values("data-address") == ["models?q=a+b&page=2"]
