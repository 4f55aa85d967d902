"""The passport page: `passport?model=owner/name`. The address alone says what is shown, so that a link survives."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import gradio as gr

from registry.errors import RegistryError, UnknownModel
from registry.hub_address import on_hub
from registry.kv_cache import KvDtype
from space.errors import RegistryAway, VisitorError
from space.temporary import LONGEST_KEY, TemporaryPassport, TemporaryPassports
from space.ui.pages.links import PASSPORT
from space.ui.pages.navigation import QUIET, navigation
from space.ui.pages.templates import render
from space.ui.visitor import visitor

if TYPE_CHECKING:
    from registry.lookup import Model
    from registry.store import Store

CONTEXT = 8_192
STEP = 1_024
LONGEST = 131_072
"""Of the slider, where a model's own longest context is not known."""

MOST_REQUESTS = 64
FORGOTTEN = "No passport of this is kept. What is read from the Hub for a visitor is forgotten after half an hour."

CACHES: tuple[KvDtype, ...] = ("auto", "fp8")


class Opened(NamedTuple):
    """What opening a passport changes on the page."""

    opening: str
    contents: Any
    memory: Any
    context: Any
    record: str
    again: Any


@dataclass(frozen=True, kw_only=True)
class PassportPage:
    """Reads the model named in the address: from the registry, or from what was read for a visitor lately."""

    store: Callable[[], "Store"]
    temporary: TemporaryPassports

    async def open(self, request: gr.Request) -> Opened:
        """The document, without its memory, which may take seconds to work out."""
        name, key = asked(request, "model"), asked(request, "read")
        kept = self.temporary.find(key) if key else None
        if key and kept is None:
            return _missing(key, FORGOTTEN, again=True)
        try:
            return await asyncio.to_thread(self._open, name, kept)
        except UnknownModel as error:
            return _missing(name, str(error), readable="/" in name and on_hub(name, None))
        except (RegistryAway, RegistryError) as error:
            return _missing(name, str(error))

    async def again(self, request: gr.Request) -> Opened:
        """A forgotten passport read once more, as often as a visitor may have repositories read."""
        key = asked(request, "read")
        try:
            await self.temporary.read(key, visitor(request))
        except VisitorError as error:
            return _missing(key, str(error), again=True)
        return await self.open(request)

    async def weigh(self, context: float, requests: float, kv_dtype: str, request: gr.Request) -> str:
        """The memory at a load."""
        key = asked(request, "read")
        kept = self.temporary.find(key) if key else None
        try:
            model = kept.model if kept else await asyncio.to_thread(self._model, asked(request, "model"))
            return await asyncio.to_thread(weighed, model, int(context), int(requests), kv_dtype)
        except (RegistryAway, RegistryError):
            return ""  # said above, where the document would stand

    def _open(self, name: str, kept: TemporaryPassport | None) -> Opened:
        from space.ui.pages.document import opening, record
        from space.ui.pages.dossier import read, read_lately

        store = self.store()
        found = read_lately(store, kept) if kept else read(store, name)
        longest = found.model.resolution.value("context")
        at_most = longest if isinstance(longest, int) and longest >= STEP else LONGEST
        return Opened(
            opening=opening(found),
            contents=gr.update(visible=True),
            memory=gr.update(visible=True),
            context=gr.Slider(maximum=at_most, value=min(CONTEXT, at_most)),
            record=record(found),
            again=gr.update(visible=False),
        )

    def _model(self, name: str) -> "Model":
        from registry.lookup import recorded_model

        return recorded_model(self.store(), name)


def asked(request: gr.Request, name: str) -> str:
    """What an address names; empty where it names nothing."""
    return str(request.query_params.get(name, "")).strip()[:LONGEST_KEY]


def _missing(name: str, sentence: str, *, readable: bool = False, again: bool = False) -> Opened:
    """`readable` offers the way to where it can be read from the Hub, `again` the button that reads it here."""
    hidden = gr.update(visible=False)
    return Opened(
        opening=render("missing.html", name=name, sentence=sentence, readable=readable),
        contents=hidden,
        memory=hidden,
        context=gr.skip(),
        record="",
        again=gr.update(visible=again),
    )


def weighed(model: "Model", context: int, requests: int, kv_dtype: str) -> str:
    """The memory of a model at a load, drawn. Blocks, and the first time for seconds."""
    from registry.listing_formula import listing_vram_of
    from registry.recorded import needs_by_others
    from registry.vram import Load, fitting, vram
    from space.ui.pages.dossier import footprint
    from space.ui.pages.memory import heard, memory

    chosen: KvDtype = next((each for each in CACHES if each == kv_dtype), "auto")
    load = Load(context=max(1, context), concurrency=max(1, requests), kv_dtype=chosen)
    others = [heard(claim, model.resolution.subject, model.findings) for claim in needs_by_others(model.resolution)]
    found = footprint(model)
    cautions = [notice.sentence for notice in model.notices if notice.rule == "hardware"]
    return memory(vram(found, load), fitting(found, load), others, listing_vram_of(model.resolution), cautions)


def add_passport_page(page: gr.Blocks, store: Callable[[], "Store"], temporary: TemporaryPassports) -> None:
    """Add the page to the Space."""
    served = PassportPage(store=store, temporary=temporary)
    with page.route("Passport", PASSPORT, show_in_navbar=False):
        navigation()
        with gr.Row(elem_classes="passport-desk"):
            with gr.Column(scale=1, min_width=180, elem_id="contents", visible=False) as contents:
                gr.HTML(render("contents.html"))
            with gr.Column(scale=5, min_width=300, elem_id="document"):
                opening = gr.HTML(render("waiting.html", what="Reading the registry"), elem_id="opening")
                again = gr.Button("Read it from the Hub", visible=False, size="sm", elem_id="again")
                with gr.Column(visible=False, elem_id="memory-block") as memory:
                    gr.HTML(render("memory_head.html"))
                    with gr.Row(elem_id="load"):
                        context = gr.Slider(
                            STEP, LONGEST, CONTEXT, step=STEP, label="Context", info="Tokens a request may reach."
                        )
                        requests = gr.Slider(
                            1, MOST_REQUESTS, 1, step=1, label="Concurrency", info="Requests at the same time."
                        )
                        kv_dtype = gr.Radio(
                            list(CACHES),
                            value="auto",
                            label="Cache stored as",
                            info="auto is the model's own precision, fp8 takes half.",
                        )
                    weight = gr.HTML(render("waiting.html", what="Adding up the memory"), elem_id="weight")
                record = gr.HTML("", elem_id="record")
        load = [context, requests, kv_dtype]
        opened = [opening, contents, memory, context, record, again]
        page.load(served.open, None, opened, queue=False, **QUIET).then(served.weigh, load, [weight], **QUIET)
        again.click(
            served.again, None, opened, concurrency_limit=None, api_visibility="private", show_progress_on=[again]
        ).then(served.weigh, load, [weight], **QUIET)
        gr.on(
            [context.input, requests.input, kv_dtype.input],
            served.weigh,
            load,
            [weight],
            trigger_mode="always_last",
            **QUIET,
        )
