"""Settings of the graph: bounds, addresses, secrets and where they are read from."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from graph.errors import ConfigurationError
from graph.settings import EVENT_WEIGHTS, EmbeddedSettings, Neo4jSettings, PreferenceSettings, read_settings


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for cls in (Neo4jSettings, EmbeddedSettings, PreferenceSettings):
        for field in cls.model_fields:
            monkeypatch.delenv(f"{cls.model_config['env_prefix']}{field}".upper(), raising=False)


@pytest.mark.parametrize("scheme", ["bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc"])
def test_every_scheme_of_neo4j_is_an_address(scheme: str) -> None:
    address = f"{scheme}://db.example:7687"
    assert Neo4jSettings(uri=address).uri == address


@pytest.mark.parametrize("address", ["http://127.0.0.1:7474", "127.0.0.1:7687", "bolt://", "neo4j", "bolt:/host"])
def test_another_address_is_refused(address: str) -> None:
    with pytest.raises(ConfigurationError, match=r"EDGEWISE_NEO4J_URI: .*is no Neo4j address; it looks like"):
        read_settings(Neo4jSettings, uri=address)


@pytest.mark.parametrize("address", ["bolt://neo4j:s3cret@127.0.0.1", "http://neo4j:s3cret@127.0.0.1"])
def test_a_login_in_the_address_is_refused_without_repeating_it(address: str) -> None:
    with pytest.raises(ConfigurationError, match="no login in the address: use EDGEWISE_NEO4J_USER") as caught:
        read_settings(Neo4jSettings, uri=address)
    assert "s3cret" not in str(caught.value)


def test_an_empty_address_means_the_embedded_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDGEWISE_NEO4J_URI", "")
    assert read_settings(Neo4jSettings).uri is None


def test_a_password_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDGEWISE_NEO4J_PASSWORD", "s3cret-word")
    settings = read_settings(Neo4jSettings)
    assert settings.password == SecretStr("s3cret-word")
    assert "s3cret-word" not in f"{settings!r} {settings} {settings.model_dump_json()}"


def test_a_refusal_does_not_show_what_was_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDGEWISE_NEO4J_POOL_SIZE", "s3cret-by-mistake")
    with pytest.raises(ConfigurationError) as caught:
        read_settings(Neo4jSettings)
    assert "EDGEWISE_NEO4J_POOL_SIZE" in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_every_wrong_setting_is_named_at_once() -> None:
    with pytest.raises(ConfigurationError) as caught:
        read_settings(Neo4jSettings, pool_size=0, retry_time=-1)
    message = str(caught.value)
    assert message.startswith("Wrong settings:")
    assert "EDGEWISE_NEO4J_POOL_SIZE" in message
    assert "EDGEWISE_NEO4J_RETRY_TIME" in message
    assert message.endswith("edgewise config.")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("bolt_port", 0),
        ("bolt_port", 65_536),
        ("http_port", 0),
        ("heap_mb", 255),
        ("page_cache_mb", 63),
        ("start_timeout", 0),
        ("repository", "ftp://example"),
    ],
)
def test_the_embedded_server_has_bounds(field: str, value: object) -> None:
    with pytest.raises(ConfigurationError, match=f"EDGEWISE_EMBEDDED_{field.upper()}"):
        read_settings(EmbeddedSettings, **{field: value})


def test_the_environment_is_read_and_an_override_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDGEWISE_EMBEDDED_BOLT_PORT", "7700")
    monkeypatch.setenv("EDGEWISE_EMBEDDED_HTTP_PORT", "7800")
    settings = read_settings(EmbeddedSettings, http_port=7900)
    assert (settings.bolt_port, settings.http_port) == (7700, 7900)


def test_a_home_is_absolute_wherever_the_program_runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "me"))
    settings = EmbeddedSettings(home=Path("data"), cache=Path("~/jars"))
    assert (settings.home, settings.cache) == (tmp_path / "data", tmp_path / "me" / "jars")


def test_settings_do_not_change() -> None:
    settings = Neo4jSettings()
    with pytest.raises(ValidationError, match="frozen"):
        settings.user = "somebody"  # type: ignore[misc]  # what the test is about


def test_weights_are_laid_over_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDGEWISE_PREFERENCE_WEIGHTS", '{"Like": 5, "wave": 0.5}')
    weights = read_settings(PreferenceSettings).weights
    assert weights == {**EVENT_WEIGHTS, "like": 5.0, "wave": 0.5}


@pytest.mark.parametrize("weight", ["1e9", "NaN", '"much"'])
def test_a_weight_is_a_number_within_bounds(weight: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDGEWISE_PREFERENCE_WEIGHTS", f'{{"like": {weight}}}')
    with pytest.raises(ConfigurationError, match="EDGEWISE_PREFERENCE_WEIGHTS_LIKE"):
        read_settings(PreferenceSettings)
