"""What axe-core finds on each page that keeps people out, light and dark, wide and narrow. On the stand-in engine."""

import importlib.util
from collections.abc import Iterator
from pathlib import Path

import gradio as gr
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.space.ui.conftest import UNRECORDED, ServedPage
from tests.space.ui.pages.conftest import BASE, SEED
from tests.space.ui.test_page_in_chromium import PATIENCE

pytestmark = pytest.mark.browser

KEPT_OUT = ("serious", "critical")

GRADIO = "6.31.0"
KNOWN = (("aria-required-children", ".examples[role=list]"),)
"""Gradio's own, 2026-11-30: the rule, and a selector of what it is found on. Another version owes its own list."""

PAGES = {
    "chat": ("", "#passport .beside"),
    "models": ("models", ".card"),
    "nothing found": ("models?q=no/such", ".tally"),
    "passport": (f"passport?model={SEED}", "#weight .parts"),
    "not kept": (f"passport?read={UNRECORDED}", "#record .evidence, #again"),  # another test may have read it
    "forgotten": (f"passport?read=nobody/forgotten@{'0' * 40}", "#again"),
    "compare": (f"compare?model={SEED}&model={BASE}", "#compared-memory .stack"),
}
"""Address, and what is there once the page is filled."""


@pytest.fixture(scope="module")
def axe() -> str:
    """The script, as the package carries it."""
    package = importlib.util.find_spec("axe_playwright_python")
    if package is None or package.origin is None:
        pytest.skip("axe is not there (axe-playwright-python of requirements-dev.txt), so no page was looked through")
    return (Path(package.origin).parent / "axe.min.js").read_text()


@pytest.fixture
def page(browser: Browser, recorded: ServedPage) -> Iterator[Page]:
    context = browser.new_context(base_url=recorded.url, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    yield context.new_page()
    context.close()


def found(page: Page, axe: str) -> list[str]:
    """Rule, place and markup of each thing that keeps people out."""
    page.evaluate(axe)
    violations = page.evaluate("axe.run(document, {resultTypes: ['violations']}).then(({violations}) => violations)")
    known = KNOWN if gr.__version__ == GRADIO else ()
    return [
        f"{violation['id']}: {node['target']} {node['html'][:200]} {node['failureSummary']}"
        for violation in violations
        if violation["impact"] in KEPT_OUT
        for node in violation["nodes"]
        if not any(
            rule == violation["id"] and page.locator(node["target"][-1]).and_(page.locator(selector)).count()
            for rule, selector in known
        )
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_nothing_on_a_page_keeps_people_out(page: Page, axe: str, name: str, theme: str) -> None:
    address, filled = PAGES[name]
    for width in (1280, 400):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"/{address}{'&' if '?' in address else '?'}__theme={theme}")
        expect(page.locator(filled).first).to_be_attached()
        expect(page.locator(".reading")).to_have_count(0)
        assert found(page, axe) == [], f"{width} pixels wide"
