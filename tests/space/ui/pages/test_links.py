import pytest

from space.ui.pages.links import compare_link, export_link, models_link, passport_link, web_address


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "//elsewhere.example/x",
        "https:///nowhere",
        "http://[broken",
        "https://a.example/\u202eevil",
        "",
        None,
    ],
)
def test_what_is_no_web_page_is_no_link(address: str | None) -> None:
    assert web_address(address) is None


def test_a_web_page_is_a_link() -> None:
    assert web_address("https://huggingface.co/google/gemma-4-E2B-it") == "https://huggingface.co/google/gemma-4-E2B-it"


def test_a_link_keeps_a_name_whole() -> None:
    assert passport_link("owner/name") == "passport?model=owner/name"
    assert passport_link("a&b=c#d") == "passport?model=a%26b%3Dc%23d"
    assert compare_link(["a/b", "c/d"]) == "compare?model=a/b&model=c/d"
    assert export_link("a/b", "csl-json") == "exports/csl-json?model=a/b"


def test_only_what_is_asked_is_in_the_address() -> None:
    assert models_link() == "models"
    assert models_link(q="", modality=None, page=2) == "models?page=2"
