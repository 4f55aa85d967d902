"""Where the engine stands, as values a page or a probe can show. A leaf: no vLLM, no framework."""

from dataclasses import dataclass

ENGINE_STOPPED = "The engine stopped."


@dataclass(frozen=True, kw_only=True)
class Idle:
    """Nothing has been asked of the engine yet, or it has been stopped."""


@dataclass(frozen=True, kw_only=True)
class Downloading:
    """The checkpoint's files are being fetched; `percent` of their bytes are here."""

    model: str
    percent: int


@dataclass(frozen=True, kw_only=True)
class Loading:
    """vLLM is importing, starting its processes and reading the weights."""

    model: str


@dataclass(frozen=True, kw_only=True)
class Connecting:
    """The server behind ENGINE_URL is asked what it serves."""

    model: str


@dataclass(frozen=True, kw_only=True)
class Warming:
    """The first requests run, so that a visitor's first answer does not pay for set-up work."""

    model: str


@dataclass(frozen=True, kw_only=True)
class Ready:
    """Requests are answered."""

    model: str


@dataclass(frozen=True, kw_only=True)
class Failed:
    """The engine cannot start. `reason` is a sentence for the visitor and says what to do."""

    model: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Restarting:
    """The engine is gone for `reason`, a sentence, and started again after `wait_seconds`; `attempt` counts from 1."""

    model: str
    attempt: int
    wait_seconds: float
    reason: str = ENGINE_STOPPED


EngineState = Idle | Downloading | Loading | Connecting | Warming | Ready | Failed | Restarting
