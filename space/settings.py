"""The only reader of the environment: one frozen value, cast and complained about by variable name."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field

from space.errors import SettingsError


class Secret(str):
    """A string that never shows in a log or a traceback's locals."""

    def __repr__(self) -> str:
        return "Secret('…')"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What an owner may set. Each field names its environment variable.

    `model_id` (MODEL_ID) is a Hub repository, a local folder, or "pocket"; None chooses by the hardware.
    `engine_args` (ENGINE_ARGS) are flags of `vllm serve`; they come after the profile's own and therefore win.
    """

    host: str = "127.0.0.1"  # GRADIO_SERVER_NAME
    port: int = 7860  # GRADIO_SERVER_PORT
    model_id: str | None = None  # MODEL_ID
    model_revision: str | None = None  # MODEL_REVISION
    hub_endpoint: str = "https://huggingface.co"  # HF_ENDPOINT
    hub_token: Secret | None = field(default=None)  # HF_TOKEN
    engine_args: tuple[str, ...] = ()  # ENGINE_ARGS

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Settings":
        """Read `env`; an empty variable counts as unset. Raises `SettingsError`."""
        given = {name: value for name, value in env.items() if value.strip()}
        return cls(
            host=given.get("GRADIO_SERVER_NAME", cls.host),
            port=_port(given.get("GRADIO_SERVER_PORT", str(cls.port))),
            model_id=given.get("MODEL_ID"),
            model_revision=given.get("MODEL_REVISION"),
            hub_endpoint=given.get("HF_ENDPOINT", cls.hub_endpoint).rstrip("/"),
            hub_token=Secret(given["HF_TOKEN"]) if "HF_TOKEN" in given else None,
            engine_args=_flags(given.get("ENGINE_ARGS", "")),
        )


def _port(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise SettingsError(f"GRADIO_SERVER_PORT must be a port number from 1 to 65535, not {text!r}.")
    return int(text)


def _flags(text: str) -> tuple[str, ...]:
    try:
        return tuple(shlex.split(text))
    except ValueError as error:
        raise SettingsError(f"ENGINE_ARGS cannot be split into flags ({error}): {text!r}.") from error
