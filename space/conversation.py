"""What is said: messages, their parts and their attachments. Values only.

A leaf: it knows neither Gradio's payloads nor vLLM's requests. An attachment is known by the hash of its
bytes, never by a path.
"""

import hashlib
from dataclasses import dataclass, field
from typing import Literal

Role = Literal["system", "user", "assistant", "tool"]
Kind = Literal["image", "audio"]


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """Checked bytes of one picture (PNG or JPEG) or one sound (WAV, 16 kHz, mono, 16-bit).

    `width` and `height` are pixels of a picture, `seconds` is the length of a sound; the other kind has None.
    """

    kind: Kind
    media_type: str
    data: bytes = field(repr=False)
    name: str = ""
    width: int | None = None
    height: int | None = None
    seconds: float | None = None

    @property
    def digest(self) -> str:
        """SHA-256 of the bytes, in hexadecimal."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True, kw_only=True)
class ToolCall:
    """A call the model asks for. `arguments` is a JSON object as text, as the model wrote it."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, kw_only=True)
class Message:
    """One message. Thoughts are not part of it: they never go back into a prompt."""

    role: Role
    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class Tool:
    """A function the model may call. `parameters` is a JSON schema as text, so that the value stays frozen."""

    name: str
    description: str
    parameters: str


@dataclass(frozen=True, kw_only=True)
class Sampling:
    """How the next tokens are drawn. None leaves the choice to the served checkpoint's `generation_config`."""

    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    seed: int | None = None
    max_tokens: int = 512


@dataclass(frozen=True, kw_only=True)
class Request:
    """One question to the engine: the whole conversation and how to answer it.

    `image_budget` is the number of soft tokens an image may take (70, 140, 280, 560 or 1120); None is the
    checkpoint's own.
    """

    messages: tuple[Message, ...]
    sampling: Sampling = Sampling()
    thinking: bool = False
    tools: tuple[Tool, ...] = ()
    image_budget: int | None = None

    @property
    def has_media(self) -> bool:
        """Whether any message holds a picture or a sound."""
        return any(message.attachments for message in self.messages)
