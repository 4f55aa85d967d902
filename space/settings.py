"""The only reader of the environment: one frozen value, cast and complained about by variable name."""

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from registry.place import default_place
from space.errors import SettingsError

SWITCH = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}


class Secret(str):
    """A string that never shows in a log or a traceback's locals."""

    def __repr__(self) -> str:
        return "Secret('…')"


LOOPBACK = ("127.0.0.1", "localhost")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What an owner may set. Each field names its environment variable.

    `model_id` (MODEL_ID) is a Hub repository, a local folder, or "pocket"; None chooses by the hardware.
    `engine_args` (ENGINE_ARGS) are flags of `vllm serve`; they come after the profile's own and therefore win.
    `engine_url` (ENGINE_URL) is an OpenAI-compatible server that answers in place of an engine here; it ends in /v1.
    `allowed_hosts` (ALLOWED_HOSTS) are the names, separated by spaces, under which browsers may ask; by default any,
    and only this machine's own where nobody else can reach the port.
    `api_key` (API_KEY) is asked of programs at the OpenAI door; the page needs none.
    `media_domains` (MEDIA_DOMAINS) are the hosts, separated by commas, from which a program's pictures may be fetched.
    `public_metrics` (PUBLIC_METRICS) opens /metrics. `max_requests` (MAX_REQUESTS) is how many answers, to visitors and
    programs together, may be under way at once.
    `registry` (REGISTRY_URL) is the path or URL of the registry's database, by default a file among the user's data.
    `refreshes` says whether it asks the Hub for likes and downloads once a day: in a Space, whose name Hugging Face
    puts into SPACE_ID, and where the owner names a Hub. Elsewhere nothing is asked that nobody asked for.
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
    refreshes: bool = False  # SPACE_ID or HF_ENDPOINT is set
    allowed_hosts: tuple[str, ...] = LOOPBACK  # ALLOWED_HOSTS
    api_key: Secret | None = field(default=None)  # API_KEY
    media_domains: tuple[str, ...] = ()  # MEDIA_DOMAINS
    public_metrics: bool = False  # PUBLIC_METRICS
    max_requests: int = 32  # MAX_REQUESTS
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
            hub_endpoint=_hub_endpoint(given.get("HF_ENDPOINT", cls.hub_endpoint)),
            hub_token=Secret(given["HF_TOKEN"]) if "HF_TOKEN" in given else None,
            engine_args=_flags(given.get("ENGINE_ARGS", "")),
            engine_url=_engine_url(given["ENGINE_URL"]) if "ENGINE_URL" in given else None,
            engine_api_key=Secret(given["ENGINE_API_KEY"]) if "ENGINE_API_KEY" in given else None,
            refreshes="SPACE_ID" in given or "HF_ENDPOINT" in given,
            allowed_hosts=_allowed_hosts(given),
            api_key=Secret(given["API_KEY"].strip()) if "API_KEY" in given else None,
            media_domains=_domains(given.get("MEDIA_DOMAINS", "")),
            public_metrics=_switch("PUBLIC_METRICS", given.get("PUBLIC_METRICS", "0")),
            max_requests=_count("MAX_REQUESTS", given.get("MAX_REQUESTS", str(cls.max_requests))),
            registry=_place(given),
        )


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or not 0 < int(text) < 65536:
        raise SettingsError(f"GRADIO_SERVER_PORT must be a port number from 1 to 65535, not {text!r}.")
    return int(text)


def _allowed_hosts(given: Mapping[str, str]) -> tuple[str, ...]:
    """A page of another site that gives its own name this machine's address (DNS rebinding) asks under that name."""
    if named := given.get("ALLOWED_HOSTS", "").split():
        return tuple(named)
    return LOOPBACK if given.get("GRADIO_SERVER_NAME", Settings.host) in LOOPBACK else ("*",)


def _place(given: Mapping[str, str]) -> Path | str:
    named = given.get("REGISTRY_URL")
    if named is None:
        return default_place(given)
    try:
        return named if "://" in named else Path(named).expanduser()
    except RuntimeError as error:  # the home of nobody known
        raise SettingsError(f"REGISTRY_URL is no path that can be followed: {error}.") from error


def _web_address(text: str) -> SplitResult | None:
    """The parts of an http address, or None for anything else."""
    try:
        parts = urlsplit(text.strip())
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number, or brackets that hold no address
        return None
    return parts if usable and not any(character.isspace() for character in parts.netloc) else None


def _hub_endpoint(text: str) -> str:
    if _web_address(text) is None:
        raise SettingsError(f"HF_ENDPOINT must be a web address such as https://huggingface.co, not {text!r}.")
    return text.strip().rstrip("/")


OF_THE_WEB_SERVER = (
    "--api-key", "--uds", "--root-path", "--middleware", "--headless", "--api-server-count", "--grpc", "--ssl-keyfile",
    "--ssl-certfile", "--ssl-ca-certs", "--ssl-cert-reqs", "--ssl-ciphers", "--enable-ssl-refresh",
    "--uvicorn-log-level",
)  # fmt: skip
# Flags of `vllm serve` that would do nothing here, or something else than they say. vLLM's own parser judges the rest.
NOT_FOR_THE_ENGINE = {
    "--help": "it prints and serves nothing",
    "--model": "MODEL_ID says what is served",
    "--revision": "MODEL_REVISION says it",
    "--config": "write the flags themselves",
    "--host": "GRADIO_SERVER_NAME says it",
    "--port": "GRADIO_SERVER_PORT says it",
    **dict.fromkeys(OF_THE_WEB_SERVER, "it belongs to vLLM's own web server, which is not started here"),
}


def _count(name: str, text: str) -> int:
    if not text.strip().isdecimal() or not 0 < int(text) <= 100_000:
        raise SettingsError(f"{name} must be a number from 1 to 100000, not {text!r}.")
    return int(text)


def _switch(name: str, text: str) -> bool:
    if text.strip().lower() not in SWITCH:
        raise SettingsError(f"{name} must be 1 or 0, not {text!r}.")
    return SWITCH[text.strip().lower()]


def _domains(text: str) -> tuple[str, ...]:
    domains = tuple(part.strip().lower() for part in text.split(",") if part.strip())
    for domain in domains:
        if not re.fullmatch(r"[a-z0-9.-]+", domain):
            raise SettingsError(f"MEDIA_DOMAINS must be host names separated by commas; {domain!r} is none.")
    return domains


def _flags(text: str) -> tuple[str, ...]:
    try:
        flags = tuple(shlex.split(text))
    except ValueError as error:
        raise SettingsError(f"ENGINE_ARGS cannot be split into flags ({error}): {text!r}.") from error
    for flag in flags:
        # vLLM reads --api_key as --api-key, and takes a value behind a "=".
        name = "--help" if flag == "-h" else flag.partition("=")[0].replace("_", "-")
        if name in NOT_FOR_THE_ENGINE:
            raise SettingsError(f"ENGINE_ARGS cannot hold {name}: {NOT_FOR_THE_ENGINE[name]}.")
    return flags


def _engine_url(text: str) -> str:
    """The address up to and including /v1, which is added where it is missing. Its text is repeated in no sentence."""
    parts = _web_address(text)
    if parts is None:
        raise SettingsError("ENGINE_URL must be an address like http://host:8000/v1.")
    if parts.username is not None or parts.password is not None:
        raise SettingsError("ENGINE_URL must not hold a user or a password: it is logged. Set ENGINE_API_KEY instead.")
    if parts.query or parts.fragment:
        raise SettingsError("ENGINE_URL must end with its path: remove what follows the ? or the #.")
    path = parts.path.rstrip("/")
    return f"{parts.scheme}://{parts.netloc}{path if path.endswith('/v1') else f'{path}/v1'}"
