"""The passport page: `passport?model=owner/name`. The address alone says what is shown, so that a link survives."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import gradio as gr

from registry.errors import RegistryError
from registry.kv_cache import KvDtype
from space.errors import RegistryAway
from space.temporary import TemporaryPassport, TemporaryPassports
from space.ui.pages.links import PASSPORT
from space.ui.pages.navigation import QUIET, navigation
from space.ui.pages.templates import render

if TYPE_CHECKING:
    from registry.lookup import Model
    from registry.store import Store

CONTEXT = 8_192
STEP = 1_024
LONGEST = 131_072
"""Of the slider, where a model's own longest context is not known."""

MOST_REQUESTS = 64
LONGEST_NAME = 300
FORGOTTEN = "This passport was read for a visitor and is forgotten by now. On the models page it can be read again:"

CACHES: tuple[KvDtype, ...] = ("auto", "fp8")


class Opened(NamedTuple):
    """What opening a passport changes on the page."""

    opening: str
    contents: Any
    memory: Any
    context: Any
    record: str


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
            return _missing(key, f"{FORGOTTEN} {key}.")
        try:
            return await asyncio.to_thread(self._open, name, kept)
        except (RegistryAway, RegistryError) as error:
            return _missing(name, str(error))

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
        from space.ui.pages.dossier import dossier, read

        store = self.store()
        found = dossier(store, kept.model, relations=kept.relations) if kept else read(store, name)
        longest = found.model.resolution.value("context")
        at_most = longest if isinstance(longest, int) and longest >= STEP else LONGEST
        return Opened(
            opening=opening(found),
            contents=gr.update(visible=True),
            memory=gr.update(visible=True),
            context=gr.Slider(maximum=at_most, value=min(CONTEXT, at_most)),
            record=record(found),
        )

    def _model(self, name: str) -> "Model":
        from registry.lookup import recorded_model

        return recorded_model(self.store(), name)


def asked(request: gr.Request, name: str) -> str:
    """What an address names; empty where it names nothing."""
    return str(request.query_params.get(name, ""))[:LONGEST_NAME]


def _missing(name: str, sentence: str) -> Opened:
    hidden = gr.update(visible=False)
    text = render("missing.html", name=name, sentence=sentence)
    return Opened(opening=text, contents=hidden, memory=hidden, context=gr.skip(), record="")


def weighed(model: "Model", context: int, requests: int, kv_dtype: str) -> str:
    """The memory of a model at a load, drawn. Blocks, and the first time for seconds."""
    from registry.listing_formula import listing_vram_of
    from registry.units import quantity
    from registry.vram import Load, fitting, vram
    from space.ui.pages.dossier import footprint
    from space.ui.pages.lines import said
    from space.ui.pages.memory import memory

    chosen: KvDtype = next((each for each in CACHES if each == kv_dtype), "auto")
    load = Load(context=max(1, context), concurrency=max(1, requests), kv_dtype=chosen)
    facts = [fact for fact in model.resolution.facts if fact.field.name == "vram"]
    others = [
        (int(quantity(claim.value, claim.unit).value), said(fact.field, claim, model.resolution.subject))
        for fact in facts
        for claim in (fact.claim, *fact.others)
        if claim and isinstance(claim.value, int | float)
    ]
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
        page.load(served.open, None, [opening, contents, memory, context, record], queue=False, **QUIET).then(
            served.weigh, load, [weight], **QUIET
        )
        gr.on(
            [context.input, requests.input, kv_dtype.input],
            served.weigh,
            load,
            [weight],
            trigger_mode="always_last",
            **QUIET,
        )
