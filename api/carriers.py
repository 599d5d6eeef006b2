"""The carriers of SMS that the settings switch on."""

import secrets
from collections.abc import Callable, Mapping
from typing import Final

from api.settings import Settings
from bot.handlers.provider import SmsProvider
from bot.handlers.smsgate import Phone, SmsGateCarrier
from bot.handlers.twilio import Account, TwilioCarrier


def sms(settings: Settings) -> Mapping[str, SmsProvider]:
    """By name, as in the path of its door. Nothing is opened yet."""
    return {name: _MAKERS[name](settings) for name in settings.sms}


def _twilio(settings: Settings) -> SmsProvider:
    return TwilioCarrier(
        Account(
            sid=settings.twilio_account_sid,
            token=settings.twilio_auth_token.get_secret_value(),
            number=settings.twilio_number,
            api_url=settings.twilio_api_url,
            status_url=_status_url(settings, "twilio"),
            old_token=settings.twilio_auth_token_old.get_secret_value(),
            discard=settings.twilio_discard,
        )
    )


def _status_url(settings: Settings, carrier: str) -> str:
    """Where receipts shall come to; "" where the world cannot reach us."""
    return f"{settings.url}/hooks/sms/{carrier}/status" if settings.url.startswith("https://") else ""


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


_MAKERS: Final[Mapping[str, Callable[[Settings], SmsProvider]]] = {"twilio": _twilio, "smsgate": _smsgate}
