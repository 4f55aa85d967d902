"""What the chat needs of an engine: to start, to stop, and to answer one request as a stream of events."""

from collections.abc import AsyncGenerator
from typing import Protocol

from starlette.types import ASGIApp

from registry.sources.engine import Loaded
from space.checkpoint.checkpoint import Checkpoint
from space.conversation import Request
from space.events import Event


class Engine(Protocol):
    """One served checkpoint. Nothing forbids two of them in one process."""

    checkpoint: Checkpoint
    """What is served. Certain once started: a server elsewhere says only then what it has."""

    loaded: Loaded | None
    """What it reports of the checkpoint once started; None where it does not tell."""

    async def start(self) -> None:
        """Load. Raises `CheckpointError` when only a person can help, and `EngineDied` when a later try may do."""

    async def warm(self) -> None:
        """Run a first request, so that a visitor's first answer does not pay for lazy set-up."""

    async def stop(self) -> None:
        """End every process of the engine. Safe to call twice."""

    def stream(self, request: Request) -> AsyncGenerator[Event, None]:
        """Answer one request.

        A normal stream ends in exactly one `Finished`. Closing the iterator or cancelling its task aborts the
        request in the engine. Raises `RequestRejected` for a request that cannot be answered and `EngineDied`
        when the engine stopped.
        """

    def openai_application(self) -> ASGIApp | None:
        """The OpenAI application that answers with this engine once it is started; None where it brings none."""

    async def died(self) -> None:
        """Return, or raise `EngineDied` with the reason, once the engine is gone; wait while it lives."""
