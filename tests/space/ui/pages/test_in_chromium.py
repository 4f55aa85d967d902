"""The registry's pages in a real browser: what only a browser can show. One server, one browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from registry.cli.main import main
from registry.passport import Passport
from registry.record import Record
from space.ui.pages.criteria import PAGE
from tests.space.ui.conftest import UNRECORDED, ServedPage
from tests.space.ui.pages.conftest import BASE, SEED
from tests.space.ui.pages.test_untrusted_text import HOSTILE, SUBJECT, claims
from tests.space.ui.test_page_in_chromium import PATIENCE

pytestmark = pytest.mark.browser

PAGES = ("models", f"passport?model={SEED}", f"compare?model={SEED}&model={BASE}")


@pytest.fixture
def page(browser: Browser, served: ServedPage) -> Iterator[Page]:
    """An empty page whose clipboard may be read."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, base_url=served.url)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    context.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    yield context.new_page()
    context.close()


@pytest.fixture
def printed(recorded: ServedPage, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """What the command line prints to cite the seed. Alembic migrates one registry of a process at a time."""
    assert main(["cite", SEED, "--format", "bibtex", "--store", str(tmp_path / "registry.db")]) == 0
    return capsys.readouterr().out


def clipboard(page: Page) -> str:
    text: str = page.evaluate("navigator.clipboard.readText()")
    return text


def test_a_link_to_a_passport_survives_a_reload_and_titles_the_page(page: Page) -> None:
    page.goto(f"/passport?model={SEED}")
    for _ in range(2):
        expect(page.locator("h1")).to_have_text(SEED)
        expect(page).to_have_title(f"{SEED} · passport")
        page.reload()


def test_one_click_copies_what_the_command_line_prints(page: Page, printed: str) -> None:
    page.goto(f"/passport?model={SEED}")
    page.get_by_role("button", name="Copy BibTeX").first.click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert clipboard(page) == printed


def test_what_is_asked_is_in_the_address(page: Page) -> None:
    page.goto("/models")
    page.get_by_label("Search").fill("simaai gptq")
    expect(page.locator(".card")).to_have_count(1)
    expect(page).to_have_url("/models?q=simaai+gptq")
    page.reload()
    expect(page.get_by_label("Search")).to_have_value("simaai gptq")
    expect(page.locator(".card")).to_have_count(1)
    expect(page).to_have_title("Models: simaai gptq")


def test_words_typed_before_the_list_has_come_are_not_lost(page: Page) -> None:
    held: list[Route] = []
    page.route("**/gradio_api/run/**", lambda route: route.continue_() if held else held.append(route))
    page.goto("/models")
    page.get_by_label("Search").fill("simaai gptq")
    expect(page.locator(".card")).to_have_count(1)
    held[0].continue_()
    page.get_by_label("Takes in").click()
    expect(page.get_by_role("option", name="image (")).to_be_visible()
    expect(page.get_by_label("Search")).to_have_value("simaai gptq")
    expect(page.locator(".card")).to_have_count(1)


def test_a_page_of_the_list_survives_a_reload(page: Page) -> None:
    page.goto("/models")
    page.get_by_role("button", name="Next page").click()
    expect(page).to_have_url("/models?page=2")
    page.reload()
    expect(page.locator(".tally")).to_contain_text(f"{PAGE + 1} to ")
    page.get_by_role("button", name="Previous page").click()
    expect(page).to_have_url("/models")


def test_the_keyboard_alone_leads_to_a_passport(page: Page) -> None:
    page.goto(f"/models?q={SEED.rpartition('/')[2]}")
    link = page.locator(".card h2 a").first
    expect(link).to_be_visible()
    link.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#opening h1")).to_contain_text("Vishva007/")


def press_tab_until(page: Page, selector: str) -> None:
    """Go on by keys alone; where one is must be seen."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement?.matches(selector)", selector):
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid", "no focus ring"
            return
    pytest.fail(f"no {selector} can be reached by the Tab key")


def test_keys_alone_lead_from_a_search_to_a_copied_citation(page: Page, printed: str) -> None:
    page.goto("/models")
    expect(page.locator(".card")).not_to_have_count(0)
    expect(page.get_by_label("Search")).to_be_focused()
    page.keyboard.type(SEED.rpartition("/")[2])
    expect(page).to_have_url(f"/models?q={SEED.rpartition('/')[2]}")
    press_tab_until(page, f'.card h2 a[href="passport?model={SEED}"]')
    page.keyboard.press("Enter")
    expect(page.locator("#opening h1")).to_have_text(SEED)
    press_tab_until(page, 'button[data-copies="cite-bibtex"]')
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Copied")).to_be_focused()
    expect(page.get_by_role("status").filter(has_text="Copied")).to_have_count(1)
    assert clipboard(page) == printed


def test_the_contents_lead_to_the_parts_of_this_passport(page: Page) -> None:
    page.goto(f"/passport?model={SEED}")
    page.get_by_role("navigation", name="In this passport").get_by_role("link", name="Exports").click()
    expect(page).to_have_url(f"/passport?model={SEED}#exports")
    expect(page.locator("#exports")).to_be_in_viewport()


def test_a_repository_is_read_compared_and_read_again_once_forgotten(page: Page) -> None:
    page.goto("/models")
    page.get_by_role("button", name="A model that is not listed").click()
    page.get_by_label("Repository").fill(UNRECORDED)
    page.get_by_role("button", name="Read it", exact=True).click()
    expect(page.locator("#opening h1")).to_have_text(UNRECORDED)
    expect(page.locator("#opening .not-kept")).to_be_visible()
    with page.expect_download() as downloading:
        page.locator("#record .exports a").first.click()
    assert downloading.value.suggested_filename == "someone--small.md"
    page.locator("#opening").get_by_role("link", name="Compare").click()
    expect(page.locator(".compared thead th").nth(1)).to_contain_text("not kept")
    page.goto(f"/passport?read={UNRECORDED}@main")
    expect(page.get_by_role("alert")).to_contain_text("forgotten after half an hour")
    page.get_by_role("button", name="Read it from the Hub").click()
    expect(page.locator("#opening h1")).to_have_text(UNRECORDED)
    expect(page.locator("#weight")).to_contain_text("Total")


def test_the_memory_follows_the_controls(page: Page) -> None:
    page.goto(f"/passport?model={SEED}")
    expect(page.locator("#weight")).to_contain_text("for 8,192 tokens, 1 request")
    page.get_by_label("number input for Concurrency").fill("4")
    page.get_by_label("number input for Concurrency").press("Tab")
    expect(page.locator("#weight")).to_contain_text("4 requests at a time")


def test_models_named_by_a_link_stand_side_by_side(page: Page) -> None:
    page.goto(f"/compare?model={SEED}&model={BASE}")
    expect(page.locator(".compared thead a")).to_have_text([SEED, BASE])
    page.get_by_label("Only what differs").check()
    expect(page.locator(".compared")).not_to_contain_text("131,072 tokens")


def test_no_text_of_a_source_runs(page: Page, served: ServedPage) -> None:
    for number, hostile in enumerate(HOSTILE):
        subject = f"{SUBJECT}-{number}"
        told = Passport(subject=subject, revision=None, claims=tuple(claims(subject, hostile)))
        served.registrar.store().add(Record(passport=told))
    try:
        for number in range(len(HOSTILE)):
            page.goto(f"/passport?model={SUBJECT}-{number}")
            expect(page.locator("#record .evidence")).to_be_attached()
            assert page.evaluate("window.hacked") is None
        page.goto("/compare?" + "&".join(f"model={SUBJECT}-{number}" for number in range(4)))
        expect(page.locator(".compared")).to_be_visible()
        assert page.evaluate("window.hacked") is None
        page.goto("/models?q=evil")
        expect(page.locator(".card")).to_have_count(len(HOSTILE))
        assert page.evaluate("window.hacked") is None
    finally:
        for number in range(len(HOSTILE)):
            served.registrar.store().add(
                Record(passport=Passport(subject=f"{SUBJECT}-{number}", revision=None, claims=()))
            )


@pytest.mark.parametrize("address", PAGES)
def test_nothing_scrolls_sideways_at_400_pixels(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 400, "height": 800})
    page.goto(f"/{address}")
    expect(page.locator("[data-title]")).to_be_attached()
    expect(page.locator(".reading")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") <= 400


def test_beside_the_chat_stands_the_passport_of_what_answers(page: Page) -> None:
    page.goto("/")
    side = page.locator("#passport")
    expect(side.get_by_role("link", name="Full passport")).to_have_attribute(
        "href", "passport?model=someone/echo-W4A16"
    )
    side.get_by_role("button", name="Copy BibTeX").click()
    expect(side.get_by_role("button", name="Copied")).to_be_visible()
    assert clipboard(page).startswith("@misc{someone_nd_echo-w4a16,")
