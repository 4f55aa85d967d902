"""The registry's pages: values of the registry as HTML, and the controls around them. No figure is computed here."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import gradio as gr

from space.temporary import TemporaryPassports
from space.ui.pages.browse import add_models_page
from space.ui.pages.compare import add_compare_page
from space.ui.pages.passport import add_passport_page
from space.ui.pages.paste import Reader
from space.ui.pages.programs import Programs

if TYPE_CHECKING:
    from registry.store import Store


def add_pages(page: gr.Blocks, store: Callable[[], "Store"], temporary: TemporaryPassports) -> None:
    """Add them to the Space. `store` is asked in a thread, and raises RegistryAway while there is none."""
    add_models_page(page, store, Reader(temporary=temporary), Programs(store=store, temporary=temporary))
    add_compare_page(page, store, temporary)
    add_passport_page(page, store, temporary)
