from pathlib import Path

import pytest

from space.errors import SettingsError
from space.settings import LOOPBACK, Settings


def test_nothing_set_gives_a_local_server_and_no_model_choice() -> None:
    settings = Settings.from_env({})
    assert (settings.host, settings.port, settings.model_id) == ("127.0.0.1", 7860, None)


def test_each_variable_reaches_its_field() -> None:
    settings = Settings.from_env(
        {
            "GRADIO_SERVER_NAME": "0.0.0.0",
            "GRADIO_SERVER_PORT": "8080",
            "MODEL_ID": "owner/name",
            "MODEL_REVISION": "main",
            "HF_ENDPOINT": "http://localhost:1/",
            "HF_TOKEN": "hf_secret",
            "REGISTRY_URL": "sqlite:////data/registry.db",
            "ENGINE_ARGS": "--max-model-len 1024 --hf-overrides '{\"a\": 1}'",
            "ENGINE_URL": "https://cluster/v1",
            "ENGINE_API_KEY": "sk_secret",
            "ALLOWED_HOSTS": "passports.example www.passports.example",
            "API_KEY": "own_secret",
            "MEDIA_DOMAINS": "example.org, Images.example.org",
            "PUBLIC_METRICS": "1",
            "MAX_REQUESTS": "4",
        }
    )
    assert settings == Settings(
        host="0.0.0.0",
        port=8080,
        model_id="owner/name",
        model_revision="main",
        hub_endpoint="http://localhost:1",
        hub_token=settings.hub_token,
        refreshes=True,
        registry="sqlite:////data/registry.db",
        engine_args=("--max-model-len", "1024", "--hf-overrides", '{"a": 1}'),
        engine_url="https://cluster/v1",
        engine_api_key=settings.engine_api_key,
        allowed_hosts=("passports.example", "www.passports.example"),
        api_key=settings.api_key,
        media_domains=("example.org", "images.example.org"),
        public_metrics=True,
        max_requests=4,
    )
    assert (settings.hub_token, settings.engine_api_key) == ("hf_secret", "sk_secret")
    assert settings.api_key == "own_secret"
    assert "secret" not in repr(settings)


@pytest.mark.parametrize(
    ("name", "hosts"), [("127.0.0.1", LOOPBACK), ("localhost", LOOPBACK), ("0.0.0.0", ("*",)), ("10.0.0.7", ("*",))]
)
def test_only_a_server_nobody_else_reaches_is_bound_to_its_own_names(name: str, hosts: tuple[str, ...]) -> None:
    assert Settings.from_env({"GRADIO_SERVER_NAME": name}).allowed_hosts == hosts


def test_an_empty_variable_counts_as_unset() -> None:
    assert Settings.from_env({"MODEL_ID": " ", "HF_TOKEN": ""}) == Settings.from_env({})


def test_the_hub_is_asked_for_figures_in_a_space_or_where_one_is_named() -> None:
    assert not Settings.from_env({"MODEL_ID": "owner/name"}).refreshes
    assert Settings.from_env({"SPACE_ID": "owner/space"}).refreshes
    assert Settings.from_env({"HF_ENDPOINT": "http://localhost:1"}).refreshes


def test_the_registry_is_a_path_unless_it_is_a_url() -> None:
    assert Settings.from_env({"REGISTRY_URL": "data/registry.db"}).registry == Path("data/registry.db")
    assert Settings.from_env({"XDG_DATA_HOME": "/data"}).registry == Path("/data/model-passports/registry.db")


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1", "7860.0", "²"])
def test_a_port_that_is_none_is_complained_about_by_name(port: str) -> None:
    with pytest.raises(SettingsError, match="GRADIO_SERVER_PORT"):
        Settings.from_env({"GRADIO_SERVER_PORT": port})


def test_flags_that_cannot_be_split_are_complained_about_by_name() -> None:
    with pytest.raises(SettingsError, match="ENGINE_ARGS"):
        Settings.from_env({"ENGINE_ARGS": "--a 'unclosed"})


def test_no_secret_shows() -> None:
    settings = Settings.from_env({"HF_TOKEN": "hf_secret", "ENGINE_API_KEY": "sk_secret"})
    assert "_secret" not in repr(settings)


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("http://host:8000/v1", "http://host:8000/v1"),
        ("http://host:8000", "http://host:8000/v1"),
        ("https://host/llm/v1/", "https://host/llm/v1"),
        ("https://host/llm", "https://host/llm/v1"),
        ("http://[::1]:8000", "http://[::1]:8000/v1"),
    ],
)
def test_the_engines_address_ends_in_v1(given: str, url: str) -> None:
    assert Settings.from_env({"ENGINE_URL": given}).engine_url == url


@pytest.mark.parametrize(
    "address", ["host:8000", "ftp://host/v1", "http://", "http://host:port/v1", "http://[::1", "http://host/v1?a=b"]
)
def test_an_address_that_is_none_is_complained_about_by_name(address: str) -> None:
    with pytest.raises(SettingsError, match="ENGINE_URL"):
        Settings.from_env({"ENGINE_URL": address})


def test_a_password_in_an_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(SettingsError, match="ENGINE_API_KEY") as refused:
        Settings.from_env({"ENGINE_URL": "http://me:hush@host/v1"})
    assert "hush" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [("MAX_REQUESTS", "0"), ("MAX_REQUESTS", "many"), ("PUBLIC_METRICS", "maybe"), ("MEDIA_DOMAINS", "http://a.org/")],
)
def test_a_value_that_cannot_be_used_is_complained_about_by_name(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        Settings.from_env({name: value})
