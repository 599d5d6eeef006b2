"""The carriers of SMS that the settings switch on."""

import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from api.settings import Settings, SettingsWrong
from bot.handlers.generic import FieldMap, FieldMapWrong, GenericCarrier, load, ready
from bot.handlers.kannel import KannelCarrier
from bot.handlers.provider import SmsProvider
from bot.handlers.smsgate import Phone, SmsGateCarrier
from bot.handlers.twilio import Account, TwilioCarrier

# Twilio's own words for "come again five times, whatever went wrong"; by default it does not (connection overrides).
_AGAIN: Final = "#rc=5&rp=all"


def sms(settings: Settings) -> Mapping[str, SmsProvider]:
    """By name, as in the path of its door. Nothing is opened yet. Raises SettingsWrong for a field map of no use."""
    return {name: _MAKERS[name](settings) for name in settings.sms}


def twilio_account(settings: Settings) -> Account:
    """The account, as the settings have it."""
    return Account(
        sid=settings.twilio_account_sid,
        token=settings.twilio_auth_token.get_secret_value(),
        number=settings.twilio_number,
        api_url=settings.twilio_api_url,
        status_url=_door(settings, "twilio") + _AGAIN if settings.url.startswith("https://") else "",
        old_token=settings.twilio_auth_token_old.get_secret_value(),
        discard=settings.twilio_discard,
    )


def _twilio(settings: Settings) -> SmsProvider:
    return TwilioCarrier(twilio_account(settings))


def _door(settings: Settings, carrier: str) -> str:
    """Where a carrier tells what became of our messages. Kannel and its like stand beside us, and need no https."""
    return f"{settings.url}/hooks/sms/{carrier}/status"


def _smsgate(settings: Settings) -> SmsProvider:
    return SmsGateCarrier(
        Phone(
            url=settings.smsgate_url,
            user=settings.smsgate_user,
            password=settings.smsgate_password.get_secret_value(),
            secret=settings.smsgate_secret.get_secret_value(),
            entropy=secrets.token_bytes,
            sim=settings.smsgate_sim,
            passphrase=settings.smsgate_passphrase.get_secret_value(),
        )
    )


def _kannel(settings: Settings) -> SmsProvider:
    return KannelCarrier(
        settings.kannel_url,
        (settings.kannel_user, settings.kannel_password.get_secret_value()),
        settings.kannel_number,
        secret=settings.kannel_secret.get_secret_value(),
        status_url=_door(settings, "kannel"),
        fresh=_fresh,
    )


def _generic(settings: Settings) -> SmsProvider:
    return GenericCarrier(
        _field_map(settings.generic_fields),
        settings.generic_send_url,
        settings.generic_number,
        secret=settings.generic_secret.get_secret_value(),
        status_url=_door(settings, "generic"),
        fresh=_fresh,
    )


def _field_map(given: str) -> FieldMap:
    inline = given.lstrip().startswith("{")
    try:
        text = given if inline else ready(given) or Path(given).read_text(encoding="utf-8")
        return load(text)
    except FieldMapWrong as wrong:
        lines = tuple(f"MUNTADA_GENERIC_FIELDS: {line}" for line in wrong.lines)
    except (OSError, ValueError):
        lines = ("MUNTADA_GENERIC_FIELDS: neither a ready field map, nor JSON, nor a file that can be read",)
    raise SettingsWrong(lines)


def _fresh() -> str:
    return secrets.token_hex(16)


_MAKERS: Final[Mapping[str, Callable[[Settings], SmsProvider]]] = {
    "twilio": _twilio,
    "smsgate": _smsgate,
    "kannel": _kannel,
    "generic": _generic,
}
