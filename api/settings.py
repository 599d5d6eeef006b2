"""The settings, read once at start from the environment, a .env file and /run/secrets. Never prints a value."""

import re
from dataclasses import asdict
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from api import given
from storage.purging.schedule import Periods

_SECRETS = Path("/run/secrets")
_WEBHOOK_BYTES = 24  # Standard Webhooks' least
# What each carrier of SMS cannot do without; the first switches it on.
_NEEDED = {
    "twilio": ("twilio_account_sid", "twilio_auth_token", "twilio_number"),
    "smsgate": ("smsgate_url", "smsgate_password", "smsgate_secret"),
    "kannel": ("kannel_url", "kannel_user", "kannel_password", "kannel_secret"),
    "generic": ("generic_send_url", "generic_secret"),
}
SMS_CARRIERS = tuple(_NEEDED)
# What is of our own making, and alone stands between a stranger and our doors: nothing that could be guessed.
_OWN_SECRETS = ("telegram_secret", "smsgate_secret", "smsgate_passphrase", "kannel_secret", "generic_secret")
_SHORTEST_SECRET = 16
_ADDRESSES = ("telegram_api_url", "twilio_api_url", "smsgate_url", "kannel_url", "generic_send_url")


class SettingsWrong(Exception):
    """Some settings cannot be used. `lines` name each and what is wrong, never its value."""

    def __init__(self, lines: tuple[str, ...]) -> None:
        super().__init__("settings")
        self.lines = lines


class SecondFactor(StrEnum):
    """Whether staff show a code beside their password: nobody, whoever set it up, everybody."""

    OFF = "off"
    OFFERED = "offered"
    REQUIRED = "required"


class Settings(BaseSettings):
    """CONTRACT: every name with the prefix MUNTADA_. A channel without its settings is off."""

    model_config = SettingsConfigDict(
        env_prefix="MUNTADA_",
        env_file=".env",
        env_ignore_empty=True,  # "MUNTADA_X=" in .env is a setting not made
        secrets_dir=_SECRETS if _SECRETS.is_dir() else None,
        hide_input_in_errors=True,
        extra="ignore",
        frozen=True,
    )

    database_url: SecretStr = SecretStr("")
    migrate_url: SecretStr = SecretStr("")
    data_dir: Path = Path("data")
    keys_dir: Path = Path("keys")
    public_url: str = ""
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8000

    telegram_token: SecretStr = SecretStr("")
    telegram_api_url: str = "https://api.telegram.org"
    telegram_mode: Literal["polling", "webhook"] = "polling"
    telegram_secret: SecretStr = SecretStr("")
    telegram_bot: Annotated[str, Field(pattern=r"^(?:[A-Za-z][A-Za-z0-9_]{4,31})?$")] = ""  # its username, to print

    twilio_account_sid: str = ""
    twilio_auth_token: SecretStr = SecretStr("")
    twilio_auth_token_old: SecretStr = SecretStr("")  # still signs webhooks, while the other takes its place
    twilio_number: str = ""
    twilio_api_url: str = "https://api.twilio.com"
    twilio_discard: bool = False

    smsgate_url: str = ""
    smsgate_user: str = ""
    smsgate_password: SecretStr = SecretStr("")
    smsgate_secret: SecretStr = SecretStr("")
    smsgate_sim: Annotated[int, Field(ge=0, le=3)] = 0  # 0: the phone decides
    smsgate_passphrase: SecretStr = SecretStr("")

    kannel_url: str = ""
    kannel_user: str = ""
    kannel_password: SecretStr = SecretStr("")
    kannel_number: str = ""
    kannel_secret: SecretStr = SecretStr("")

    generic_send_url: str = ""
    generic_secret: SecretStr = SecretStr("")
    generic_number: str = ""
    generic_fields: str = "simple"  # a ready map's name, a file's, or JSON as it stands

    webhook_secret: SecretStr = SecretStr("")

    transcribe_command: str = ""  # a program of this machine: sound in, words out

    # How many days copies of the keys and of the database are kept, at most. Without it reporters are told no number.
    backups_days: Annotated[int, Field(ge=1, le=30)] | None = None

    # Where the audit chain's end is written down (by default beside the keys), and who else is told it.
    audit_anchors: Path | None = None
    audit_anchor_url: SecretStr = SecretStr("")
    backup_dir: Path | None = None  # with it a backup is made daily and tried weekly

    # Days (docs/retention.md). Shorter, never longer: longer than was promised would need everybody's consent.
    retention_contact_days: int = 14
    retention_silence_days: int = 60
    retention_content_days: int = 90
    retention_sealed_days: int = 30
    retention_report_days: int = 730
    retention_dead_letter_days: int = 90

    second_factor: Literal["auto", "off", "offered", "required"] = "auto"

    web_form: Literal["auto", "on", "off"] = "auto"
    onion_url: str = ""

    @model_validator(mode="after")
    def _hold_together(self) -> Self:
        if self.keys_dir.resolve().is_relative_to(self.data_dir.resolve()):
            raise ValueError("KEYS_DIR must not lie inside DATA_DIR: a copy of the data would carry its keys")
        if self.telegram_on and ":" not in self.telegram_token.get_secret_value():
            raise ValueError("TELEGRAM_TOKEN is not a bot token (it has the form 123456:ABC…)")
        if self.telegram_on and self.telegram_mode == "webhook" and not self.telegram_secret.get_secret_value():
            raise ValueError("TELEGRAM_MODE=webhook needs TELEGRAM_SECRET, or anyone could forge a report")
        if self.transcribe_command and not given.transcriber(self.transcribe_command):
            raise ValueError("TRANSCRIBE_COMMAND names no program that can be run here")
        if self.webhook_secret.get_secret_value() and not given.is_webhook_secret(
            self.webhook_secret.get_secret_value()
        ):
            raise ValueError("WEBHOOK_SECRET is whsec_ and the base64 of at least 24 random bytes")
        return self

    @model_validator(mode="after")
    def _databases_are_known(self) -> Self:
        for name in ("database_url", "migrate_url"):
            if self._given(name) and not given.is_database(self._given(name)):
                raise ValueError(f"{name.upper()} is no database that we know: postgresql://… or sqlite:///FILE")
        return self

    @model_validator(mode="after")
    def _secrets_are_long(self) -> Self:
        for name in _OWN_SECRETS:
            if 0 < len(self._given(name)) < _SHORTEST_SECRET:
                raise ValueError(
                    f"{name.upper()} has fewer than {_SHORTEST_SECRET} signs and could be guessed: "
                    "`muntada secret` prints a good one, to be set here and at the other end"
                )
        return self

    @model_validator(mode="after")
    def _copies_lie_apart(self) -> Self:
        data, keys = self.data_dir.resolve(), self.keys_dir.resolve()
        if data.is_relative_to(keys):
            raise ValueError("DATA_DIR must not lie inside KEYS_DIR: a copy of the keys would carry the data")
        if self.anchors_dir.resolve().is_relative_to(data):
            raise ValueError("AUDIT_ANCHORS must not lie inside DATA_DIR: who changes the data would change them, too")
        if self.backup_dir is not None:
            backups = self.backup_dir.resolve()
            if any(one.is_relative_to(other) for one, other in ((keys, backups), (backups, keys), (backups, data))):
                raise ValueError("BACKUP_DIR must lie apart from KEYS_DIR and DATA_DIR, best on another disk")
        if self.audit_anchor_url.get_secret_value() and not self.webhook_secret.get_secret_value():
            raise ValueError("AUDIT_ANCHOR_URL needs WEBHOOK_SECRET beside it, or anyone could send anchors there")
        return self

    @model_validator(mode="after")
    def _nothing_is_kept_longer(self) -> Self:
        for kind, longest in asdict(Periods()).items():
            if not 1 <= self._days(kind) <= longest.days:
                name = f"RETENTION_{kind.upper()}_DAYS"
                raise ValueError(f"{name} can only be shortened: 1 to {longest.days} days (docs/retention.md)")
        return self

    def _days(self, kind: str) -> int:
        return int(getattr(self, f"retention_{kind}_days"))

    @model_validator(mode="after")
    def _carriers_are_whole(self) -> Self:
        # Half set up, a carrier would look as if it were on.
        for first, *rest in _NEEDED.values():
            missing = [name.upper() for name in rest if not self._given(name)]
            if self._given(first) and missing:
                raise ValueError(f"{first.upper()} needs {' and '.join(missing)} beside it")
        for name in _ADDRESSES:
            if self._given(name) and not given.is_address(self._given(name)):
                raise ValueError(f"{name.upper()} is not the address of a server; it begins with https:// or http://")
        if self.twilio_on and not given.is_sender(self.twilio_number):
            raise ValueError("TWILIO_NUMBER is a number like +964770…, a short code, a name, or a service (MG…)")
        if self.kannel_url and not re.fullmatch(r"[A-Za-z0-9._~-]{16,128}", self._given("kannel_secret")):
            raise ValueError("KANNEL_SECRET is 16 to 128 of A-Z a-z 0-9 . _ ~ -, since it stands in kannel.conf")
        return self

    def _given(self, name: str) -> str:
        value = getattr(self, name)
        return value.get_secret_value() if isinstance(value, SecretStr) else str(value)

    @property
    def url(self) -> str:
        """Where the world reaches us, without a slash at its end."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def media_dir(self) -> Path:
        """Where sealed files lie."""
        return self.data_dir / "media"

    @property
    def anchors_dir(self) -> Path:
        """Where the audit chain's end is written down."""
        return self.audit_anchors or self.keys_dir / "anchors"

    @property
    def retention(self) -> Periods:
        """For how long things are kept, as shortened here."""
        return Periods(**{kind: timedelta(days=self._days(kind)) for kind in asdict(Periods())})

    @property
    def production(self) -> bool:
        """PUBLIC_URL is not loopback: demo data, demo keys, /sim and one-time login links are refused."""
        return not given.is_loopback(self.url)

    @property
    def reaches_people(self) -> bool:
        """Real reports could come: the world reaches us, or a carrier is set up that is no stand-in on this machine.

        A gateway for SMS is always real: one's own commonly runs on this machine.
        """
        by_bot = self.telegram_on and not given.is_loopback(self.telegram_api_url)
        by_sms = any(each != "twilio" or not given.is_loopback(self.twilio_api_url) for each in self.sms)
        return self.production or by_bot or by_sms

    @property
    def database(self) -> str:
        """The SQLAlchemy URL; by default one SQLite file in DATA_DIR."""
        given = self.database_url.get_secret_value()
        if given.startswith(("postgres://", "postgresql://")):
            return "postgresql+psycopg://" + given.split("://", 1)[1]
        return given or f"sqlite:///{(self.data_dir / 'muntada.db').resolve()}"

    @property
    def second_factor_asked(self) -> SecondFactor:
        """As SECOND_FACTOR says; by itself, of everybody but on loopback, where nobody is kept from trying it out."""
        if self.second_factor == "auto":
            return SecondFactor.REQUIRED if self.production else SecondFactor.OFFERED
        return SecondFactor(self.second_factor)

    @property
    def web_form_on(self) -> bool:
        """The form at /r is served: as WEB_FORM says; by itself, unless words would travel to us in the clear."""
        if self.web_form == "auto":
            return not self.production or self.url.startswith("https://")
        return self.web_form == "on"

    @property
    def telegram_on(self) -> bool:
        """Telegram has a token."""
        return bool(self.telegram_token.get_secret_value())

    @property
    def twilio_on(self) -> bool:
        """SMS through Twilio has an account."""
        return bool(self.twilio_account_sid)

    @property
    def sms_number(self) -> str:
        """The number that SMS come to, to print, as far as it is known: a Messaging Service has none of its own."""
        known = (self.twilio_number, self.kannel_number, self.generic_number)
        return next((number for number in known if number.removeprefix("+").isdigit()), "")

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every secret that was given: what no log line may hold."""
        given = (value.get_secret_value() for value in vars(self).values() if isinstance(value, SecretStr))
        return tuple(secret for secret in given if secret)

    @property
    def sms(self) -> tuple[str, ...]:
        """The carriers of SMS that are on."""
        return tuple(carrier for carrier, (first, *_) in _NEEDED.items() if self._given(first))


def without_carriers() -> dict[str, str]:
    """Settings that switch off every way out that the surroundings set: for a demonstration, with invented people."""
    firsts = [first for first, *_ in _NEEDED.values()]
    return dict.fromkeys(("telegram_token", "telegram_secret", *firsts, "webhook_secret", "audit_anchor_url"), "")


def load() -> Settings:
    """The settings, or SettingsWrong with one line for each that cannot be used."""
    try:
        return Settings()
    except ValidationError as error:
        lines = tuple(
            f"MUNTADA_{'_'.join(str(part) for part in row['loc']).upper()}: {row['msg']}" if row["loc"] else row["msg"]
            for row in error.errors(include_input=False, include_url=False, include_context=False)
        )
        raise SettingsWrong(lines) from None
