"""The machine's own Chromium, as every test drives it."""

from playwright.sync_api import Browser, Playwright

from tests.conftest import load_setup

# In a container it may not build its sandbox, and it asks no host but the one that is tested.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def launch(playwright: Playwright, *flags: str) -> Browser:
    """A Chromium with these flags beside the usual ones."""
    return playwright.chromium.launch(executable_path=load_setup().chromium(), args=[*FLAGS, *flags])
