"""What the chat needs of an engine: to start, to stop, and to answer one request as a stream of events."""

from collections.abc import AsyncGenerator
from typing import Protocol

from space.conversation import Request
from space.events import Event


class Engine(Protocol):
    """One served checkpoint. Nothing forbids two of them in one process."""

    async def start(self) -> None:
        """Load and warm. Raises `CheckpointError` or `EngineDied` when that is impossible."""

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

    async def died(self) -> None:
        """Return once the engine has died on its own; never returns while it lives."""
