"""Answers of the registry for programs and agents: a few at a time, in threads, and a sentence where there is none.

One desk serves API and MCP: the page and the engine keep their share of the machine, however much is asked here.
"""

import asyncio
import logging
from collections.abc import Callable

import gradio as gr

from registry.errors import RegistryError
from space.errors import VisitorError

log = logging.getLogger(__name__)

AT_ONCE = 4
MOST_WAITING = 32


class Sorry(gr.Error):
    """A sentence for whoever asked. MCP passes on `str` of an exception, which Gradio 6.31.0's own class quotes."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, print_exception=False)

    def __str__(self) -> str:
        return str(self.message)


class Desk:
    """Where programs ask. Used on one event loop."""

    def __init__(self) -> None:
        self._door = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0

    async def ask(self, answer: Callable[[], str]) -> str:
        """What `answer` returns, which may block. Raises `Sorry` where it cannot, or where too many wait already."""
        if self._waiting >= MOST_WAITING:
            raise Sorry("The registry has too much to answer at the moment. Ask again in a few seconds.")
        self._waiting += 1
        try:
            async with self._door:
                return await asyncio.to_thread(answer)
        except (RegistryError, VisitorError) as error:
            raise Sorry(str(error)) from error
        except Exception as error:
            # The edge for programs: what went wrong is the owner's to read.
            log.exception("the registry failed unexpectedly")
            raise Sorry("Something unexpected went wrong, and it has been logged.") from error
        finally:
            self._waiting -= 1
