"""No text of a source becomes an element, an attribute, a template or a link, whatever page it stands on.

The same registry is made twice, once with plain and once with hostile text in every string a passport can carry: the
two must have the very same elements and attributes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from registry.gpus import gpus
from registry.lookup import Model, recorded_model
from registry.passport import Claim, Method, Passport
from registry.record import Record, Relation
from registry.store import Store
from space.temporary import TemporaryPassport
from space.ui.pages.browse import find
from space.ui.pages.comparison import bars, table
from space.ui.pages.criteria import Criteria
from space.ui.pages.document import opening, record
from space.ui.pages.dossier import read, read_lately
from space.ui.pages.passport import weighed
from space.ui.pages.results import results
from space.ui.pages.templates import render
from tests.space.ui.pages.reading import Html, read_html

HOSTILE = (
    "</textarea></pre></details><script>window.hacked = 1</script>",
    "<img src=x onerror=window.hacked=1>",
    '" onmouseover="window.hacked=1" x="',
    "' onfocus='window.hacked=1' autofocus x='",
    "${window.hacked=1} {{ 7 * 7 }} {% for x in y %} {{{value}}} <%= 1 %>",
    "[x](javascript:window.hacked=1) javascript:window.hacked=1",
    "<svg><style>*{display:none}</style><a xlink:href='javascript:window.hacked=1'>",
    "]]> --> <!-- <base href='https://elsewhere.example/'>",
)
PLAIN = "plain"
SUBJECT, OTHER = "evil/model", "evil/other"
WORDS = (
    "architecture", "scheme", "licence", "base_model", "author", "title", "published", "updated", "pipeline_tag",
    "repo_id", "provider", "slug", "registry_id", "sibling", "quantization.method", "quantization.packing",
    "quantization.rounding", "quantization.hardware", "quantization.framework", "serving.flags", "command.vllm",
    "command.ollama", "snippet.python", "notice.1", "dtype.vision", "benchmark.MMLU", "downloads", "likes",
)  # fmt: skip
METHODS: tuple[Method, ...] = ("configuration", "declared", "reported", "listed")
FOLDING = (("details", ("class",)), ("summary", ()), ("pre", ("tabindex",)))
CARDS = {card.source for card in gpus()}
OURS = ("#", "https://huggingface.co/", "passport?", "compare", "models", "exports/")
LINKS = ("href", "src", "action", "formaction", "xlink:href", "data-address")


def claims(subject: str, text: str) -> Iterator[Claim]:
    """A claim in every field by every method, hostile in everything a source can write."""
    for field in WORDS:
        for method in METHODS:
            yield Claim(
                subject=subject,
                field=field,
                value=f"{method} {text}",
                method=method,
                source=f"{text} source",
                url="https://example.org/",
                revision=None,
                as_of=date(2026, 10, 1),
                note=f"{text} note",
            )
    for field in ("tags", "languages", "quantization.layers"):
        yield Claim(subject=subject, field=field, value=(text, "two"), method="declared", source=text, note=text)
    for field, value in (("tensor_bytes", 7_450_398_662), ("vram", 2_800_000_000), ("context", 4096)):
        yield Claim(subject=subject, field=field, value=value, method="listed", source=text, note=text, unit=None)
        under = ((f"{text} on", text),)
        yield Claim(subject=subject, field=field, value=value + 1, method="reported", source=text, conditions=under)


@contextmanager
def registry(folder: Path, text: str) -> Iterator[Store]:
    """Two models, each tied to the other and to one whose name is hostile."""
    folder.mkdir()
    with Store.open(folder / "registry.db") as store:
        for subject, other in ((SUBJECT, OTHER), (OTHER, SUBJECT)):
            ties = (Relation(kind="sibling", target=other), Relation(kind="finetune", target=f"{text}/name"))
            told = Passport(subject=subject, revision=None, claims=tuple(claims(subject, text)))
            store.add(Record(passport=told, relations=ties))
        yield store


def pages(store: Store, text: str) -> dict[str, str]:
    """Every page that shows something of a model or repeats what a visitor typed."""
    dossiers = [read(store, name) for name in (SUBJECT, OTHER)]
    models = [recorded_model(store, name) for name in (SUBJECT, OTHER)]
    lately = read_lately(store, temporary(models[0]))
    asked = Criteria(words=text, modality=text, licence=text, scheme=text)
    return {
        "opening": opening(dossiers[0]),
        "record": record(dossiers[0]),
        "memory": weighed(models[0], 8192, 1, "auto"),
        "comparison": table(dossiers, only_different=False),
        "temporary opening": opening(lately),
        "temporary record": record(lately),
        "temporary comparison": table([lately, dossiers[1]], only_different=False),
        "temporary bars": bars([lately.model, models[1]]),
        "bars": bars(models),
        "results": results(find(store, Criteria()), Criteria()),
        "nothing found": results(replace(find(store, Criteria()), cards=(), count=0), asked),
        "missing": render("missing.html", name=text, sentence=text, readable=True),
        "sentence": render("sentence.html", sentence=text),
    }


def temporary(model: Model) -> TemporaryPassport:
    """As if it had been read from the Hub."""
    return TemporaryPassport(
        key=f"{SUBJECT}@{'0' * 40}",
        model=replace(model, temporary=True),
        files=(),
        relations=(),
        expires=datetime(2026, 11, 30, 12, tzinfo=UTC),
        recorded=True,
    )


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Html]:
    with registry(tmp_path_factory.mktemp("plain") / "registry", PLAIN) as store:
        return {name: read_html(text) for name, text in pages(store, PLAIN).items()}


@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_text_changes_what_a_page_is_made_of(tmp_path: Path, plain: dict[str, Html], hostile: str) -> None:
    with registry(tmp_path / "registry", hostile) as store:
        made = {name: read_html(text) for name, text in pages(store, hostile).items()}
    for name, page in made.items():
        assert shape(page) == shape(plain[name]), name
        for value in (value for _, attribute, value in page.attributes if attribute in LINKS):
            assert value.startswith((*OURS, "https://example.org/")) or value in CARDS, value


def shape(page: Html) -> list[tuple[str, tuple[str, ...]]]:
    """Its elements, without those that fold a long text: hostile texts are longer than plain ones."""
    return [part for part in page.shape if part not in FOLDING]


@pytest.mark.parametrize("address", ["javascript:window.hacked=1", "data:text/html,x", '"><script>1</script>'])
def test_no_address_of_a_source_is_followed_but_a_web_page(tmp_path: Path, address: str) -> None:
    with Store.open(tmp_path / "registry.db") as store:
        told = [replace(claim, url=address) for claim in claims(SUBJECT, PLAIN)]
        store.add(Record(passport=Passport(subject=SUBJECT, revision=None, claims=tuple(told))))
        dossier = read(store, SUBJECT)
        for page in (read_html(opening(dossier)), read_html(record(dossier))):
            assert all(link.startswith(OURS) for link in page.values("href"))
