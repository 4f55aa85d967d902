"""The page in a real browser, on the real engine: a picture uploaded, a sound recorded, both answered rightly."""

import io
import wave
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from space.model.examples import Example, examples
from space.model.sounds import Sound, dial
from tests.app.conftest import Space, fact
from tests.chromium import launch

pytestmark = [pytest.mark.engine, pytest.mark.browser]

PATIENCE = 60_000  # ms; the pocket answers in a second or two, two busy cores are slower
FINISHED = "#chat .note:not(.waiting)"


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


def open_page(browser: Browser, space: Space) -> Page:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, permissions=["microphone"])
    context.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    page = context.new_page()
    page.goto(space.url)
    expect(page.locator("#status")).to_contain_text("Ready")
    return page


@pytest.fixture
def page(playwright: Playwright, space: Space) -> Iterator[Page]:
    browser = launch(playwright)
    yield open_page(browser, space)
    browser.close()


def example_with(kind: str) -> Example:
    return next(each for each in examples() if any(attachment.kind == kind for attachment in each.attachments))


def ask(page: Page, text: str) -> None:
    answered = page.locator(FINISHED).count()
    page.locator("#draft textarea").fill(text)
    page.keyboard.press("Enter")
    expect(page.locator(FINISHED)).to_have_count(answered + 1)


def test_a_dropped_picture_is_answered_rightly(page: Page, tmp_path: Path) -> None:
    example = example_with("image")
    (tmp_path / "picture.png").write_bytes(example.attachments[0].data)
    page.locator("#draft input[type=file]").set_input_files(tmp_path / "picture.png")
    expect(page.locator("#draft .thumbnail-item")).to_have_count(1)
    ask(page, example.question)
    expect(page.locator("#chat .bot-row").first).to_contain_text(fact(example))
    expect(page.locator(FINISHED)).to_contain_text("image")


def microphone_file(dialled: Sound, folder: Path) -> Path:
    """What the fake microphone hears: the sound after a moment of quiet, and a long quiet after it."""
    with wave.open(io.BytesIO(dialled.wav())) as sound:
        frames, rate = sound.readframes(sound.getnframes()), sound.getframerate()
    path = folder / "microphone.wav"
    with wave.open(str(path), "wb") as heard:
        heard.setnchannels(1)
        heard.setsampwidth(2)
        heard.setframerate(rate)
        heard.writeframes(bytes(rate // 2) + frames + bytes(2 * rate * 60))
    return path


def test_a_recorded_sound_is_answered_rightly(playwright: Playwright, space: Space, tmp_path: Path) -> None:
    # Two digits: a recording is compressed and cut by hand, and four are at the edge of what the pocket hears.
    dialled = dial(Random(3), digits="52", seconds=1.6)
    microphone = microphone_file(dialled, tmp_path)
    browser = launch(
        playwright,
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-audio-capture={microphone}%noloop",
    )
    page = open_page(browser, space)
    page.locator("#draft").get_by_role("button", name="Record audio").click()
    page.locator("#draft .record-button").click()
    page.wait_for_timeout(1000 * dialled.seconds + 1500)  # the sound has to be played
    page.locator("#draft .stop-button").click()
    page.locator("#draft").get_by_role("button", name="Attach audio").click()
    expect(page.locator("#draft .thumbnail-item")).to_have_count(1)
    ask(page, "Please tell me the dialled number.")
    expect(page.locator("#chat .bot-row").first).to_contain_text("52")
    expect(page.locator(FINISHED)).to_contain_text("audio")
    browser.close()


def test_an_example_is_answered_with_one_click(page: Page) -> None:
    page.get_by_role("button", name="Select example 1").click()
    expect(page.locator(FINISHED)).to_have_count(1)
    expect(page.locator("#chat .bot-row").first).to_contain_text(fact(examples()[0]))


def test_the_pocket_says_that_it_is_not_gemma(page: Page) -> None:
    expect(page.locator("#pocket")).to_contain_text("not Gemma")
    expect(page.locator("#pocket")).to_contain_text("MODEL_ID")


def test_the_passport_is_read_from_the_served_files(page: Page) -> None:
    expect(page.locator("#passport")).to_contain_text("W4A16")
    expect(page.locator("#passport")).to_contain_text("text, image, audio")
    expect(page.locator("#passport")).to_contain_text("apache-2.0")


def test_a_look_up_is_shown_in_a_block_of_its_own(page: Page) -> None:
    ask(page, "What licence do you have?")
    block = page.locator("#chat .thought-group")
    expect(block).to_contain_text("get_passport, field: licence")
    expect(block).not_to_contain_text("apache-2.0")
    block.locator("button").first.click()
    expect(block).to_contain_text("apache-2.0")
    expect(page.locator("#chat .bot-row .message").filter(has_text="The licence is")).to_contain_text("apache-2.0")
    expect(page.locator(FINISHED)).to_contain_text("2 replies added up")
