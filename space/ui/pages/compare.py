"""Two to four models side by side: `compare?model=a&model=b`. The address follows the choice."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import gradio as gr

from registry.comparison import FEWEST, MOST
from registry.errors import RegistryError
from space.errors import RegistryAway
from space.ui.pages.links import COMPARE
from space.ui.pages.navigation import QUIET, navigation
from space.ui.pages.templates import render

if TYPE_CHECKING:
    from registry.store import Store

OFFERED = 200
"""Models the choice lists; any other can be typed by its exact name."""

LONGEST = 200


class Opened(NamedTuple):
    """What opening a comparison changes on the page."""

    chosen: Any
    table: str


@dataclass(frozen=True, kw_only=True)
class Comparer:
    """Reads the models to compare from the registry."""

    store: Callable[[], "Store"]

    async def open(self, request: gr.Request) -> Opened:
        """What the address asks for."""
        names = list(dict.fromkeys(name[:LONGEST] for name in request.query_params.getlist("model")))[:MOST]
        try:
            offered = await asyncio.to_thread(self._offered, names)
        except (RegistryAway, RegistryError) as error:
            return Opened(chosen=gr.skip(), table=render("sentence.html", sentence=str(error)))
        return Opened(chosen=gr.update(choices=offered, value=names), table=await self.compare(names, False))

    async def compare(self, names: Sequence[str], only_different: bool) -> str:
        """The table; a sentence where there are too few models or one is not recorded."""
        try:
            return await asyncio.to_thread(self._table, names, only_different)
        except (RegistryAway, RegistryError) as error:
            return render("sentence.html", sentence=str(error))

    async def weigh(self, names: Sequence[str]) -> str:
        """The memory of each on one scale; the first time of a model takes seconds."""
        try:
            return await asyncio.to_thread(self._bars, names)
        except (RegistryAway, RegistryError):
            return ""  # said in the table's place

    def _table(self, names: Sequence[str], only_different: bool) -> str:
        from space.ui.pages.comparison import table
        from space.ui.pages.dossier import read

        return table([read(self.store(), name) for name in _at_most(names)], only_different=only_different)

    def _bars(self, names: Sequence[str]) -> str:
        from registry.lookup import recorded_model
        from space.ui.pages.comparison import bars

        return bars([recorded_model(self.store(), name) for name in _at_most(names)])

    def _offered(self, names: Sequence[str]) -> list[str]:
        from registry.record import Query

        cards = self.store().search(Query(limit=OFFERED)).cards
        return list(dict.fromkeys([*names, *(card.subject for card in cards)]))


def _at_most(names: Sequence[str]) -> list[str]:
    return [name[:LONGEST] for name in names][:MOST]


def add_compare_page(page: gr.Blocks, store: Callable[[], "Store"]) -> None:
    """Add the page to the Space."""
    comparer = Comparer(store=store)
    with page.route("Compare", COMPARE):
        navigation()
        gr.HTML(render("compare_head.html"))
        with gr.Row(elem_id="choosing"):
            chosen = gr.Dropdown(
                [],
                value=[],
                multiselect=True,
                max_choices=MOST,
                allow_custom_value=True,
                label="Models",
                info=f"{FEWEST} to {MOST}. A name that is not listed can be typed.",
                scale=4,
            )
            only_different = gr.Checkbox(label="Only what differs", scale=1, min_width=160)
        table = gr.HTML(render("waiting.html", what="Reading the registry"), elem_id="compared")
        weights = gr.HTML("", elem_id="compared-memory")
        page.load(comparer.open, None, [chosen, table], queue=False, **QUIET).then(
            comparer.weigh, [chosen], [weights], **QUIET
        )
        chosen.input(comparer.compare, [chosen, only_different], [table], queue=False, **QUIET).then(
            comparer.weigh, [chosen], [weights], **QUIET
        )
        only_different.input(comparer.compare, [chosen, only_different], [table], queue=False, **QUIET)
