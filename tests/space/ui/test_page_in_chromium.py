"""Facts about the page alone, in a real browser on the stand-in engine. One server, one browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.space.ui.conftest import ServedPage

pytestmark = pytest.mark.browser

PATIENCE = 60_000  # ms; two busy cores are slow
ANSWERS = "#chat .note:not(.waiting)"


@pytest.fixture
def page(browser: Browser, served: ServedPage) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    page = context.new_page()
    page.goto(served.url)
    expect(page.locator("#status")).to_contain_text("Ready")
    expect(page.locator("#masthead")).to_contain_text("someone/echo-W4A16")
    yield page
    served.engine.released.clear()
    context.close()


def send(page: Page, text: str) -> None:
    page.locator("#draft textarea").fill(text)
    page.keyboard.press("Enter")


def ask(page: Page, text: str) -> None:
    """Send and wait for the line under the answer."""
    answers = page.locator(ANSWERS).count()
    send(page, text)
    expect(page.locator(ANSWERS)).to_have_count(answers + 1)


def test_a_picture_is_uploaded_asked_about_and_shown(page: Page, served: ServedPage, picture: Path) -> None:
    page.locator("#draft input[type=file]").set_input_files(picture)
    expect(page.locator("#draft .thumbnail-item")).to_have_count(1)
    ask(page, "What is it?")
    expect(page.locator("#chat")).to_contain_text("You sent image: What is it?")
    expect(page.locator(ANSWERS)).to_contain_text("280 image")
    expect(page.locator("#chat .user-row img")).to_have_count(1)
    expect(page.locator("#draft .thumbnail-item")).to_have_count(0)
    expect(page.locator("#draft textarea")).to_have_value("")
    assert served.engine.requests[-1].messages[-1].attachments[0].width == 96


def test_stop_aborts_the_request_and_keeps_the_text(page: Page, served: ServedPage) -> None:
    aborted = served.engine.aborted
    send(page, "hold this")
    expect(page.locator("#chat .bot-row").first).to_contain_text("You")
    page.get_by_role("button", name="Stop").click()
    expect(page.locator(ANSWERS)).to_contain_text("Stopped.")
    expect(page.get_by_role("button", name="Submit")).to_be_visible()
    ask(page, "and now")
    assert served.engine.aborted == aborted + 1


def test_retry_undo_edit_and_clear(page: Page, served: ServedPage) -> None:
    ask(page, "first words")
    page.get_by_role("button", name="Retry").click()
    expect(page.locator("#chat .waiting")).to_have_count(0)
    expect(page.locator("#chat .user-row")).to_have_count(1)
    page.get_by_role("button", name="Edit").click()
    page.locator("#chat textarea").fill("other words")
    page.locator("#chat .message-buttons").get_by_role("button", name="Submit").click()
    expect(page.locator("#chat")).to_contain_text("You sent text: other words")
    expect(page.locator("#chat")).not_to_contain_text("first words")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#draft textarea")).to_have_value("other words")
    expect(page.locator("#chat .user-row")).to_have_count(0)
    ask(page, "more words")
    page.get_by_role("button", name="Clear").click()
    expect(page.locator("#chat .user-row")).to_have_count(0)
    assert [request.messages[-1].text for request in served.engine.requests[-4:]] == [
        "first words",
        "first words",
        "other words",
        "more words",
    ]


def test_the_text_survives_a_reload_and_the_picture_has_expired(page: Page, picture: Path) -> None:
    page.locator("#draft input[type=file]").set_input_files(picture)
    expect(page.locator("#draft .thumbnail-item")).to_have_count(1)
    ask(page, "Remember me")
    page.reload()
    expect(page.locator("#chat")).to_contain_text("You sent image: Remember me")
    expect(page.locator("#chat .expired")).to_contain_text("circle.png has expired")
    expect(page.locator("#chat .user-row img")).to_have_count(0)
    ask(page, "And this?")


def test_thoughts_are_folded_and_copying_takes_the_answer_alone(page: Page, served: ServedPage) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=served.url)
    page.locator("#settings > button").click()
    page.get_by_label("Thinking").check()
    ask(page, "How many?")
    expect(page.locator("#chat .thought-group")).to_contain_text("Thoughts")
    expect(page.locator("#chat")).not_to_contain_text("has to be repeated")
    page.locator("#chat .message-buttons-left").get_by_role("button", name="Copy message").locator(
        "visible=true"
    ).click()
    assert page.evaluate("navigator.clipboard.readText()") == "You sent text: How many?"


def test_an_example_runs_with_one_click(page: Page) -> None:
    page.get_by_role("button", name="Select example 1").click()
    expect(page.locator(ANSWERS)).to_have_count(1)
    expect(page.locator("#chat")).to_contain_text("You sent image")


def test_a_refusal_keeps_what_was_typed(page: Page, tmp_path: Path) -> None:
    (tmp_path / "letter.png").write_text("I am a letter, not a picture.")
    page.locator("#draft input[type=file]").set_input_files(tmp_path / "letter.png")
    expect(page.locator("#draft .thumbnail-item")).to_have_count(1)
    send(page, "What is it?")
    expect(page.get_by_role("alert")).to_contain_text("letter.png")
    expect(page.locator("#draft textarea")).to_have_value("What is it?")
    expect(page.locator("#draft .thumbnail-item")).to_have_count(1)


def test_a_turn_the_engine_drops_comes_back_to_the_input(page: Page) -> None:
    send(page, "please die")
    expect(page.get_by_role("alert")).to_contain_text("send the message again")
    expect(page.locator("#draft textarea")).to_have_value("please die")


def test_the_passport_stands_beside_the_chat(page: Page) -> None:
    expect(page.locator("#passport .passport")).to_be_visible()
    expect(page.locator("#passport")).to_contain_text("W4A16")
    expect(page.locator("#passport")).to_contain_text("apache-2.0")


def test_at_400_pixels_nothing_scrolls_sideways_and_the_passport_is_one_tap_away(
    browser: Browser, served: ServedPage
) -> None:
    context = browser.new_context(viewport={"width": 400, "height": 800})
    page = context.new_page()
    page.goto(served.url)
    expect(page.locator("#masthead")).to_contain_text("someone/echo-W4A16", timeout=PATIENCE)
    ask(page, "A_very_long_word_" * 20)
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    expect(page.locator("#passport .passport")).to_be_hidden()
    page.locator("#passport > button").click()
    expect(page.locator("#passport .passport")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    context.close()


NAMELESS = """() => [...document.querySelectorAll("button, input, textarea, select, a[href]")]
  .filter((each) => each.checkVisibility() && each.type !== "file" && !each.closest(".thought-group"))
  .filter((each) => !(each.getAttribute("aria-label") || each.title || each.innerText.trim() ||
                      [...(each.labels || [])].some((label) => label.innerText.trim())))
  .map((each) => each.outerHTML.slice(0, 200))"""


def test_every_control_has_a_name(page: Page) -> None:
    page.locator("#settings > button").click()
    ask(page, "Hello")
    expect(page.locator("#settings").get_by_label("Seed")).to_be_visible()
    assert page.evaluate(NAMELESS) == []


def test_the_page_asks_no_other_host_and_logs_no_error(browser: Browser, served: ServedPage) -> None:
    context = browser.new_context()
    page = context.new_page()
    foreign: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: foreign.append(request.url) if served.url not in request.url else None)
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.goto(served.url)
    expect(page.locator("#masthead")).to_contain_text("someone/echo-W4A16", timeout=PATIENCE)
    assert [url for url in foreign if not url.startswith(("data:", "blob:"))] == []
    assert errors == []
    context.close()


def test_a_look_up_is_a_folded_block_that_stays_text(page: Page, served: ServedPage) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=served.url)
    page.locator("#settings > button").click()
    page.get_by_label("Let the model look things up").check()
    ask(page, "look up licence")
    block = page.locator("#chat .thought-group")
    expect(block).to_have_count(1)
    expect(block).to_contain_text("get_passport, field: licence")
    expect(page.locator("#chat pre.lookup")).to_have_count(0)
    block.locator("button").first.click()
    expect(page.locator("#chat pre.lookup")).to_contain_text("apache-2.0 <b>&</b> **bold**\n\nsecond line")
    expect(page.locator("#chat pre.lookup b, #chat pre.lookup strong")).to_have_count(0)
    page.locator("#chat .message-buttons-left").get_by_role("button", name="Copy message").locator(
        "visible=true"
    ).click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("You sent text: apache-2.0"), "the answer alone"
    expect(page.get_by_role("button", name="Edit")).to_have_count(1)
    page.reload()
    expect(page.locator("#chat .thought-group")).to_contain_text("get_passport, field: licence")
    ask(page, "and now")
    assert not any(message.role == "tool" for message in served.engine.requests[-1].messages)
