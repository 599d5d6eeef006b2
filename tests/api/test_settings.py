"""Settings: a channel without settings is off, a wrong setting is named, and no value is ever printed."""

import re
from pathlib import Path

import pytest

from api.settings import Settings, SettingsWrong, load


@pytest.fixture(autouse=True)
def _empty_surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def _settings(monkeypatch: pytest.MonkeyPatch, **given: str) -> Settings:
    for name, value in given.items():
        monkeypatch.setenv(f"MUNTADA_{name}", value)
    return load()


def test_without_any_setting_the_embedded_default_is_one_sqlite_file_on_loopback(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = _settings(monkeypatch)
    assert settings.database.startswith("sqlite:///")
    assert settings.database.endswith("/data/muntada.db")
    assert settings.url == "http://127.0.0.1:8000"
    assert not settings.production
    assert not settings.telegram_on
    assert not settings.twilio_on


@pytest.mark.parametrize(
    ("url", "production"),
    [
        ("http://127.0.0.1:8000", False),
        ("http://localhost:8000", False),
        ("http://[::1]:8000", False),
        ("https://forum.example", True),
        ("http://192.0.2.7", True),
        ("https://127.0.0.1.example", True),
    ],
)
def test_production_means_that_the_public_url_is_not_loopback(
    monkeypatch: pytest.MonkeyPatch, *, url: str, production: bool
) -> None:
    assert _settings(monkeypatch, PUBLIC_URL=url).production is production


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_a_postgresql_url_of_any_spelling_names_our_driver(monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    settings = _settings(monkeypatch, DATABASE_URL=f"{scheme}://muntada@127.0.0.1/muntada")
    assert settings.database == "postgresql+psycopg://muntada@127.0.0.1/muntada"


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ({"PORT": "S3cretValue"}, "MUNTADA_PORT"),
        ({"TELEGRAM_TOKEN": "S3cretValue"}, "TELEGRAM_TOKEN"),
        ({"TELEGRAM_TOKEN": "77:S3cretValue", "TELEGRAM_MODE": "webhook"}, "TELEGRAM_SECRET"),
        ({"TELEGRAM_MODE": "S3cretValue"}, "MUNTADA_TELEGRAM_MODE"),
        ({"TWILIO_ACCOUNT_SID": "S3cretValue"}, "TWILIO_AUTH_TOKEN"),
        ({"WEBHOOK_SECRET": "whsec_S3cretValue"}, "WEBHOOK_SECRET"),
        ({"DATA_DIR": "here", "KEYS_DIR": "here/S3cretValue"}, "KEYS_DIR"),
    ],
)
def test_a_wrong_setting_is_named_and_its_value_is_not_printed(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], names: str
) -> None:
    with pytest.raises(SettingsWrong) as wrong:
        _settings(monkeypatch, **given)
    said = "\n".join(wrong.value.lines)
    assert names in said
    assert "S3cretValue" not in said + str(wrong.value) + repr(wrong.value.__cause__)


def test_secrets_do_not_show_when_settings_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = _settings(
        monkeypatch,
        TELEGRAM_TOKEN="770:S3cretValue",
        TELEGRAM_SECRET="S3cretValue",
        DATABASE_URL="postgresql://muntada:S3cretValue@127.0.0.1/muntada",
    )
    assert not re.search("S3cretValue", f"{settings!r} {settings}")
