"""The only reader of the environment: one frozen value, cast and complained about by variable name."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from registry.place import default_place
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
    `engine_url` (ENGINE_URL) is an OpenAI-compatible server that answers in place of an engine here; it ends in /v1.
    `registry` (REGISTRY_URL) is the path or URL of the registry's database, by default a file among the user's data.
    """

    host: str = "127.0.0.1"  # GRADIO_SERVER_NAME
    port: int = 7860  # GRADIO_SERVER_PORT
    model_id: str | None = None  # MODEL_ID
    model_revision: str | None = None  # MODEL_REVISION
    hub_endpoint: str = "https://huggingface.co"  # HF_ENDPOINT
    hub_token: Secret | None = field(default=None)  # HF_TOKEN
    engine_args: tuple[str, ...] = ()  # ENGINE_ARGS
    engine_url: str | None = None  # ENGINE_URL
    engine_api_key: Secret | None = field(default=None)  # ENGINE_API_KEY
    registry: Path | str = field(default_factory=lambda: default_place({}))  # REGISTRY_URL

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
            engine_url=_engine_url(given["ENGINE_URL"]) if "ENGINE_URL" in given else None,
            engine_api_key=Secret(given["ENGINE_API_KEY"]) if "ENGINE_API_KEY" in given else None,
            registry=_place(given),
        )


def _port(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise SettingsError(f"GRADIO_SERVER_PORT must be a port number from 1 to 65535, not {text!r}.")
    return int(text)


def _place(given: Mapping[str, str]) -> Path | str:
    named = given.get("REGISTRY_URL")
    if named is None:
        return default_place(given)
    return named if "://" in named else Path(named).expanduser()


def _flags(text: str) -> tuple[str, ...]:
    try:
        return tuple(shlex.split(text))
    except ValueError as error:
        raise SettingsError(f"ENGINE_ARGS cannot be split into flags ({error}): {text!r}.") from error


def _engine_url(text: str) -> str:
    """The address up to and including /v1, which is added where it is missing. Its text is repeated in no sentence."""
    try:
        parts = urlsplit(text.strip())
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        usable = False
    if not usable:
        raise SettingsError("ENGINE_URL must be an address like http://host:8000/v1.")
    if parts.username is not None or parts.password is not None:
        raise SettingsError("ENGINE_URL must not hold a user or a password: it is logged. Set ENGINE_API_KEY instead.")
    if parts.query or parts.fragment:
        raise SettingsError("ENGINE_URL must end with its path: remove what follows the ? or the #.")
    path = parts.path.rstrip("/")
    return f"{parts.scheme}://{parts.netloc}{path if path.endswith('/v1') else f'{path}/v1'}"
