"""Tells Telegram, once at start, how its updates are to come: to our door, or to be fetched."""

import asyncio

import structlog

from api.wiring import Wiring
from bot.handlers.telegram import TelegramCarrier
from bot.vocabulary import SendFailed

log = structlog.get_logger()

_AGAIN_S = 30.0


async def announce(wiring: Wiring, carrier: TelegramCarrier) -> None:
    """Tries until Telegram agrees; the application serves meanwhile. Every replica asks for the same, so it is safe."""
    settings = wiring.settings
    while True:
        try:
            if settings.telegram_mode == "webhook":
                secret = settings.telegram_secret.get_secret_value()
                await carrier.set_webhook(f"{wiring.public_url}/hooks/telegram", secret)
            else:
                await carrier.delete_webhook()
        except SendFailed as failure:
            log.warning("announce_failed", carrier="telegram", reason=failure.reason)
            await asyncio.sleep(failure.retry_after_s or _AGAIN_S)
        else:
            return
