"""The list of models: `models?q=…`. Controls above, cards below; the address follows what is asked."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import gradio as gr

from registry.errors import RegistryError
from registry.gpus import gpus
from space.errors import RegistryAway
from space.ui.pages.criteria import ORDERS, PAGE, SIZES, Criteria
from space.ui.pages.links import MODELS
from space.ui.pages.navigation import QUIET, navigation
from space.ui.pages.paste import Reader, add_paste_form
from space.ui.pages.programs import Programs, add_program_endpoints
from space.ui.pages.results import Found, results
from space.ui.pages.templates import render

if TYPE_CHECKING:
    from registry.record import Facets
    from registry.store import Store

MOST = 500
"""Models among which a question chooses."""

ANY = ("any", "")


class Shown(NamedTuple):
    """What a search changes on the page. `criteria` is what is shown, remembered for the next step."""

    results: str
    criteria: Any
    previous: Any
    following: Any


@dataclass(frozen=True, kw_only=True)
class Browser:
    """Searches the registry for the page."""

    store: Callable[[], "Store"]

    async def open(self, request: gr.Request) -> list[Any]:
        """What the address asks for, in the controls and below them."""
        criteria = Criteria.of(request.query_params)
        try:
            facets = await asyncio.to_thread(self._facets)
        except (RegistryAway, RegistryError) as error:
            return [*(gr.skip() for _ in range(CONTROLS)), *_failed(error)]
        return [*_controls(criteria, facets), *await self._shown(criteria)]

    async def search(self, shown: Criteria, **given: str) -> Shown:
        """The first page of what the controls ask for, unless it is there already."""
        wanted = Criteria.of(given)
        if wanted == shown.at(1):
            return Shown(*(gr.skip() for _ in Shown._fields))
        return await self._shown(wanted)

    async def previous(self, shown: Criteria, **given: str) -> Shown:
        return await self._shown(Criteria.of(given).at(shown.page - 1))

    async def following(self, shown: Criteria, **given: str) -> Shown:
        return await self._shown(Criteria.of(given).at(shown.page + 1))

    async def _shown(self, criteria: Criteria) -> Shown:
        try:
            return await asyncio.to_thread(self._search, criteria)
        except (RegistryAway, RegistryError) as error:
            return _failed(error)

    def _search(self, criteria: Criteria) -> Shown:
        found = find(self.store(), criteria)
        at = min(criteria.page, found.pages)
        if at != criteria.page:
            criteria = criteria.at(at)
            found = find(self.store(), criteria)
        several = found.pages > 1
        return Shown(
            results=results(found, criteria),
            criteria=criteria,
            previous=gr.update(visible=several, interactive=at > 1),
            following=gr.update(visible=several, interactive=at < found.pages),
        )

    def _facets(self) -> "Facets":
        return self.store().facets()


def find(store: "Store", criteria: Criteria) -> Found:
    """A page of what is asked for. Where words are given, it is ranked with S measured for them."""
    query = criteria.query
    if not criteria.words or criteria.order != "fni":
        page = store.search(query)
        return Found(cards=page.cards, count=page.found, more=page.more, asked=False)
    from registry.ranking import ranked

    cards = ranked(criteria.words, store.candidates(query))
    shown = cards[query.offset : query.offset + PAGE]
    return Found(cards=shown, count=len(cards), more=len(cards) >= MOST, asked=True)


def _failed(error: Exception) -> Shown:
    """A sentence where the cards would stand."""
    return Shown(render("sentence.html", sentence=str(error)), gr.skip(), gr.skip(), gr.skip())


CONTROLS = 7


def _controls(criteria: Criteria, facets: "Facets") -> list[Any]:
    """In the order of the page's controls. Where the address has no words, those typed meanwhile stay."""
    return [
        criteria.words or gr.skip(),
        criteria.order,
        gr.update(choices=_choices(facets.modalities, criteria.modality), value=criteria.modality or ""),
        gr.update(choices=_choices(facets.schemes, criteria.scheme), value=criteria.scheme or ""),
        gr.update(choices=_choices(facets.licences, criteria.licence), value=criteria.licence or ""),
        criteria.size or "",
        criteria.fits or "",
    ]


def _choices(counted: tuple[tuple[str, int], ...], chosen: str | None) -> list[tuple[str, str]]:
    """The facet's values with how many models each has; the chosen one too, where no model has it."""
    extra = [(chosen, chosen)] if chosen and chosen not in dict(counted) else []
    return [ANY, *((f"{name} ({count})", name) for name, count in counted), *extra]


def add_models_page(page: gr.Blocks, store: Callable[[], "Store"], reader: Reader, programs: Programs) -> None:
    """Add the page to the Space."""
    browser = Browser(store=store)
    with page.route("Models", MODELS):
        navigation()
        gr.HTML(render("models_head.html"))
        with gr.Row(elem_id="browse"):
            with gr.Column(scale=1, min_width=220, elem_id="facets"):
                facets = _facet_controls()
                add_paste_form(reader)
                add_program_endpoints(programs)
            with gr.Column(scale=4, min_width=300, elem_id="found-models"):
                with gr.Row(elem_id="asking"):
                    words = gr.Textbox(
                        label="Search", placeholder="Words of a name, a method, a licence", scale=4, autofocus=True
                    )
                    order = gr.Dropdown(
                        [(label, name) for name, label in ORDERS.items()], value="fni", label="Order", scale=1
                    )
                found = gr.HTML(render("waiting.html", what="Reading the registry"), elem_id="results")
                asked = gr.State(Criteria())
                with gr.Row(elem_id="paging"):
                    previous = gr.Button("Previous page", visible=False, size="sm")
                    following = gr.Button("Next page", visible=False, size="sm")
        controls = {"q": words, "order": order, **facets}
        shown = [found, asked, previous, following]
        opened = page.load(browser.open, None, [*controls.values(), *shown], queue=False, **QUIET)
        search: dict[str, Any] = {
            "inputs": [asked],
            "inputs_kwargs": controls,
            "outputs": shown,
            "queue": False,
            **QUIET,
        }
        # What was typed before the list came has been asked for too.
        opened.then(browser.search, **search)
        # 2026-11, Gradio 6.31.0: a text that is pasted is a change of a Textbox, and no input.
        changes = [words.change, *(control.input for control in (order, *facets.values()))]
        gr.on(changes, browser.search, trigger_mode="always_last", **search)
        previous.click(browser.previous, **search)
        following.click(browser.following, **search)


def _facet_controls() -> dict[str, Any]:
    with gr.Accordion("Narrow the list", open=True, elem_id="narrow"):
        return {
            "modality": gr.Dropdown([ANY], value="", label="Takes in"),
            "scheme": gr.Dropdown([ANY], value="", label="Scheme", info="W4A16: 4 bits a weight, 16-bit arithmetic."),
            "licence": gr.Dropdown([ANY], value="", label="Licence"),
            "size": gr.Dropdown([ANY, *((size, size) for size in SIZES)], value="", label="Weights"),
            "fits": gr.Dropdown(
                [ANY, *((card.name, card.name) for card in gpus())],
                value="",
                label="Fits my card",
                info="Room for what it is recorded to need, or for its weights, where vLLM runs it.",
            ),
        }
