"""Two to four models side by side: `compare?model=a&model=b`. The address follows the choice.

A model is named as it is recorded, or by the key of a temporary passport, owner/name@commit.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import gradio as gr

from registry.comparison import FEWEST, MOST
from registry.errors import RegistryError, UnknownModel
from space.errors import RegistryAway
from space.temporary import LONGEST_KEY, TemporaryPassport, TemporaryPassports
from space.ui.pages.links import COMPARE
from space.ui.pages.navigation import QUIET, navigation
from space.ui.pages.templates import render

if TYPE_CHECKING:
    from registry.lookup import Model
    from registry.store import Store
    from space.ui.pages.dossier import Dossier

OFFERED = 200
"""Models the choice lists; any other can be typed by its exact name."""

UNRECORDED = "A repository of the Hub that is not recorded can be read on the Models page, and compared from there."

Named = str | TemporaryPassport
"""A recorded model by one of its names, or one that was read lately."""


class Opened(NamedTuple):
    """What opening a comparison changes on the page."""

    chosen: Any
    table: str


@dataclass(frozen=True, kw_only=True)
class Comparer:
    """Reads the models to compare: from the registry, or from what was read for a visitor lately."""

    store: Callable[[], "Store"]
    temporary: TemporaryPassports

    async def open(self, request: gr.Request) -> Opened:
        """What the address asks for."""
        names = list(dict.fromkeys(_at_most(request.query_params.getlist("model"))))
        try:
            offered = await asyncio.to_thread(self._offered, names)
        except (RegistryAway, RegistryError) as error:
            return Opened(chosen=gr.skip(), table=render("sentence.html", sentence=str(error)))
        return Opened(chosen=gr.update(choices=offered, value=names), table=await self.compare(names, False))

    async def compare(self, names: Sequence[str], only_different: bool) -> str:
        """The table; a sentence where there are too few models or one is not recorded."""
        try:
            return await asyncio.to_thread(self._table, self._named(names), only_different)
        except UnknownModel as error:
            return render("sentence.html", sentence=f"{error} {UNRECORDED}")
        except (RegistryAway, RegistryError) as error:
            return render("sentence.html", sentence=str(error))

    async def weigh(self, names: Sequence[str]) -> str:
        """The memory of each on one scale; the first time of a model takes seconds."""
        try:
            return await asyncio.to_thread(self._bars, self._named(names))
        except (RegistryAway, RegistryError):
            return ""  # said in the table's place

    def _named(self, names: Sequence[str]) -> list[Named]:
        return [(self.temporary.find(name) if "@" in name else None) or name for name in _at_most(names)]

    def _table(self, named: Sequence[Named], only_different: bool) -> str:
        from space.ui.pages.comparison import table

        return table([_dossier(self.store(), each) for each in named], only_different=only_different)

    def _bars(self, named: Sequence[Named]) -> str:
        from space.ui.pages.comparison import bars

        return bars([_model(self.store(), each) for each in named])

    def _offered(self, names: Sequence[str]) -> list[str]:
        from registry.record import Query

        cards = self.store().search(Query(limit=OFFERED)).cards
        return list(dict.fromkeys([*names, *(card.subject for card in cards)]))


def _at_most(names: Sequence[str]) -> list[str]:
    return [name[:LONGEST_KEY] for name in names][:MOST]


def _dossier(store: "Store", named: Named) -> "Dossier":
    from space.ui.pages.dossier import read, read_lately

    return read_lately(store, named) if isinstance(named, TemporaryPassport) else read(store, named)


def _model(store: "Store", named: Named) -> "Model":
    from registry.lookup import recorded_model

    return named.model if isinstance(named, TemporaryPassport) else recorded_model(store, named)


def add_compare_page(page: gr.Blocks, store: Callable[[], "Store"], temporary: TemporaryPassports) -> None:
    """Add the page to the Space."""
    comparer = Comparer(store=store, temporary=temporary)
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
