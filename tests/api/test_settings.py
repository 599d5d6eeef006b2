"""Settings: a channel without settings is off, a wrong setting is named, and no value is ever printed."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api import carriers
from api.cli import app
from api.settings import SecondFactor, Settings, SettingsWrong, load
from bot.handlers import generic
from storage.purging.schedule import DAY, Periods

_TWILIO = {"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": "S3cretValue", "TWILIO_NUMBER": "+9647700000099"}
_SMSGATE = {
    "SMSGATE_URL": "https://phone.example",
    "SMSGATE_PASSWORD": "S3cretValue",
    "SMSGATE_SECRET": "S3cretValue-16-letters",
}
_KANNEL = {
    "KANNEL_URL": "http://127.0.0.1:13013",
    "KANNEL_USER": "u",
    "KANNEL_PASSWORD": "S3cretValue",
    "KANNEL_SECRET": "S3cretValue-16-letters",
}
_GENERIC = {"GENERIC_SEND_URL": "https://gateway.example/send", "GENERIC_SECRET": "S3cretValue-16-letters"}


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


@pytest.mark.parametrize(
    ("url", "said", "asked"),
    [
        ("http://127.0.0.1:8000", "", SecondFactor.OFFERED),
        ("https://forum.example", "", SecondFactor.REQUIRED),
        ("https://forum.example", "auto", SecondFactor.REQUIRED),
        ("https://forum.example", "offered", SecondFactor.OFFERED),
        ("https://forum.example", "off", SecondFactor.OFF),
        ("http://127.0.0.1:8000", "required", SecondFactor.REQUIRED),
    ],
)
def test_where_the_world_reaches_us_staff_need_a_second_factor_unless_it_is_said_otherwise(
    monkeypatch: pytest.MonkeyPatch, *, url: str, said: str, asked: SecondFactor
) -> None:
    assert _settings(monkeypatch, PUBLIC_URL=url, SECOND_FACTOR=said).second_factor_asked is asked


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
        ({"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": "S3cretValue"}, "TWILIO_NUMBER"),
        ({**_TWILIO, "TWILIO_NUMBER": "S3cretValue-"}, "TWILIO_NUMBER"),
        ({**_TWILIO, "TWILIO_NUMBER": "07700000099"}, "TWILIO_NUMBER"),
        ({**_TWILIO, "TWILIO_API_URL": "ftp://S3cretValue"}, "TWILIO_API_URL"),
        ({**_TWILIO, "TWILIO_DISCARD": "S3cretValue"}, "MUNTADA_TWILIO_DISCARD"),
        ({"SMSGATE_URL": "https://phone.example", "SMSGATE_PASSWORD": "S3cretValue"}, "SMSGATE_SECRET"),
        ({**_SMSGATE, "SMSGATE_URL": "https://u:S3cretValue@phone.example"}, "SMSGATE_URL"),
        ({**_SMSGATE, "SMSGATE_SIM": "4"}, "MUNTADA_SMSGATE_SIM"),
        ({"KANNEL_URL": "http://127.0.0.1:13013", "KANNEL_SECRET": "S3cretValue-16-letters"}, "KANNEL_USER"),
        ({**_KANNEL, "KANNEL_SECRET": "S3cretValue/%"}, "KANNEL_SECRET"),
        ({"GENERIC_SEND_URL": "https://S3cretValue.example"}, "GENERIC_SECRET"),
        ({**_SMSGATE, "SMSGATE_SECRET": "S3cretValue"}, "SMSGATE_SECRET"),
        ({**_SMSGATE, "SMSGATE_PASSPHRASE": "S3cretValue-15"}, "SMSGATE_PASSPHRASE"),
        ({**_KANNEL, "KANNEL_SECRET": "S3cretValue"}, "KANNEL_SECRET"),
        ({**_GENERIC, "GENERIC_SECRET": "S3cretValue"}, "GENERIC_SECRET"),
        ({"TELEGRAM_SECRET": "S3cretValue"}, "TELEGRAM_SECRET"),
        ({"PUBLIC_URL": "http://127.0.0.1:8000", "TELEGRAM_SECRET": "S3cretValue"}, "TELEGRAM_SECRET"),
        ({"WEBHOOK_SECRET": "whsec_S3cretValue"}, "WEBHOOK_SECRET"),
        ({"DATA_DIR": "here", "KEYS_DIR": "here/S3cretValue"}, "KEYS_DIR"),
        ({"DATA_DIR": "here/S3cretValue", "KEYS_DIR": "here"}, "DATA_DIR"),
        ({"DATABASE_URL": "mysql://S3cretValue@127.0.0.1/muntada"}, "DATABASE_URL"),
        ({"DATABASE_URL": "sqlite://"}, "DATABASE_URL"),
        ({"DATABASE_URL": "sqlite:///:memory:"}, "DATABASE_URL"),
        ({"MIGRATE_URL": "S3cretValue"}, "MIGRATE_URL"),
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


def test_a_secret_that_could_be_guessed_is_refused_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsWrong) as wrong:
        _settings(monkeypatch, **_GENERIC | {"GENERIC_SECRET": "x" * 15})
    assert "GENERIC_SECRET has fewer than 16 signs" in wrong.value.lines[0]
    assert "muntada secret" in wrong.value.lines[0]
    assert _settings(monkeypatch, **_GENERIC | {"GENERIC_SECRET": "x" * 16}).sms == ("generic",)


def test_the_secret_that_is_printed_is_long_enough_for_every_setting_and_never_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, second = (CliRunner().invoke(app, ["secret"]).stdout.strip() for _ in range(2))
    assert first != second
    assert re.fullmatch(r"[A-Za-z0-9_-]{32}", first)
    given = _KANNEL | _SMSGATE | _GENERIC
    given |= dict.fromkeys(("KANNEL_SECRET", "SMSGATE_SECRET", "GENERIC_SECRET", "TELEGRAM_SECRET"), first)
    assert _settings(monkeypatch, **given).sms == ("smsgate", "kannel", "generic")


def test_secrets_do_not_show_when_settings_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = _settings(
        monkeypatch,
        TELEGRAM_TOKEN="770:S3cretValue",
        TELEGRAM_SECRET="S3cretValue-16-letters",
        DATABASE_URL="postgresql://muntada:S3cretValue@127.0.0.1/muntada",
    )
    assert not re.search("S3cretValue", f"{settings!r} {settings}")


@pytest.mark.parametrize(
    ("given", "on"),
    [
        ({}, ()),
        (_TWILIO, ("twilio",)),
        (_SMSGATE, ("smsgate",)),
        (_KANNEL, ("kannel",)),
        (_GENERIC, ("generic",)),
        (_GENERIC | _KANNEL | _SMSGATE | _TWILIO, ("twilio", "smsgate", "kannel", "generic")),
        *((_TWILIO | {"TWILIO_NUMBER": number}, ("twilio",)) for number in ("MG" + "1" * 32, "6999", "Muntada")),
    ],
)
def test_a_carrier_of_sms_is_on_when_it_has_its_settings(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], on: tuple[str, ...]
) -> None:
    settings = _settings(monkeypatch, **given)
    assert settings.sms == on
    assert set(settings.secrets) <= {"S3cretValue", "S3cretValue-16-letters"}
    made = carriers.sms(settings)
    assert tuple(made) == on
    assert tuple(provider.name for provider in made.values()) == on
    assert all(provider.secrets and "S3cret" not in repr(provider) for provider in made.values())
    assert "S3cretValue" not in repr(settings)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ("no-such-file.toml", "nor a file"),
        ("{not json", "neither TOML nor JSON"),
        ('{"S3cretValue": {}}', "GENERIC_FIELDS"),
        ("\0", "nor a file"),
    ],
)
def test_a_field_map_of_no_use_is_told_before_anything_starts(
    monkeypatch: pytest.MonkeyPatch, fields: str, says: str
) -> None:
    settings = _settings(monkeypatch, **_GENERIC).model_copy(update={"generic_fields": fields})
    with pytest.raises(SettingsWrong) as wrong:
        carriers.sms(settings)
    assert says in "\n".join(wrong.value.lines)


def test_a_field_map_may_lie_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "map.toml").write_text(generic.ready("simple"), encoding="utf-8")
    assert carriers.sms(_settings(monkeypatch, **_GENERIC, GENERIC_FIELDS="map.toml")).keys() == {"generic"}


def test_twilio_is_told_where_receipts_go_only_where_it_can_reach_us(monkeypatch: pytest.MonkeyPatch) -> None:
    assert carriers.sms(_settings(monkeypatch, **_TWILIO, PUBLIC_URL="http://127.0.0.1:8000")).keys() == {"twilio"}
    account = carriers.twilio_account(_settings(monkeypatch, **_TWILIO, PUBLIC_URL="https://forum.example/"))
    assert account.status_url == "https://forum.example/hooks/sms/twilio/status#rc=5&rp=all"
    assert carriers.twilio_account(_settings(monkeypatch, PUBLIC_URL="http://192.0.2.7")).status_url == ""


def test_what_is_kept_may_be_shortened(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _settings(monkeypatch).retention == Periods()
    shorter = _settings(monkeypatch, RETENTION_SEALED_DAYS="7", RETENTION_REPORT_DAYS="365").retention
    assert (shorter.sealed, shorter.report, shorter.content) == (7 * DAY, 365 * DAY, 90 * DAY)


@pytest.mark.parametrize("name", ["CONTACT", "SILENCE", "CONTENT", "SEALED", "REPORT", "DEAD_LETTER"])
@pytest.mark.parametrize("change", [1, -10_000])
def test_nothing_is_kept_longer_than_was_promised(monkeypatch: pytest.MonkeyPatch, name: str, change: int) -> None:
    longest = getattr(Periods(), name.lower()).days
    with pytest.raises(SettingsWrong) as wrong:
        _settings(monkeypatch, **{f"RETENTION_{name}_DAYS": str(longest + change)})
    (line,) = wrong.value.lines
    assert f"RETENTION_{name}_DAYS can only be shortened: 1 to {longest} days" in line


def test_anchors_lie_beside_the_keys_and_backups_nowhere_until_a_folder_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = _settings(monkeypatch)
    assert settings.anchors_dir == settings.keys_dir / "anchors"
    assert settings.backup_dir is None
    assert _settings(monkeypatch, AUDIT_ANCHORS="/elsewhere").anchors_dir == Path("/elsewhere")


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"AUDIT_ANCHORS": "data/anchors"}, "AUDIT_ANCHORS"),
        ({"BACKUP_DIR": "keys/copies"}, "BACKUP_DIR"),
        ({"BACKUP_DIR": "."}, "BACKUP_DIR"),
        ({"BACKUP_DIR": "data/copies"}, "BACKUP_DIR"),
        ({"AUDIT_ANCHOR_URL": "https://S3cretValue.example"}, "WEBHOOK_SECRET"),
    ],
)
def test_copies_lie_apart_from_what_they_are_of(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], named: str
) -> None:
    with pytest.raises(SettingsWrong) as wrong:
        _settings(monkeypatch, **given)
    (line,) = wrong.value.lines
    assert named in line
    assert "S3cretValue" not in line


def test_a_setting_left_empty_is_one_not_made(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = _settings(monkeypatch)
    assert _settings(monkeypatch, BACKUP_DIR="", TELEGRAM_TOKEN="", PUBLIC_URL="", AUDIT_ANCHOR_URL="") == plain
