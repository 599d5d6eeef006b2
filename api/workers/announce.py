"""Tells Telegram, once at start, how its updates are to come and how we present ourselves to people."""

import asyncio
import hashlib
import hmac
from datetime import timedelta
from typing import Final

import structlog

from api.logs import fault
from api.wiring import Wiring
from bot.handlers.telegram import KINDS, Hook, Profile, TelegramCarrier
from bot.vocabulary import Channel, Locale, Reply, SendFailed
from storage.database import cursors, leases

log = structlog.get_logger()

_LEASE: Final = timedelta(seconds=300)  # longer than all calls together, each at its slowest
_AGAIN_S: Final = 30.0
_COMMANDS: Final = ("start", "new", "status", "behalf", "help", "language", "wipe")
# Telegram names Kurdish by two letters; whoever has a language that we do not speak sees Arabic.
_LANGUAGES: Final = (("", Locale.AR), ("ku", Locale.CKB), ("en", Locale.EN))


async def announce(wiring: Wiring, carrier: TelegramCarrier, *, again_s: float = _AGAIN_S) -> None:
    """Tries until Telegram agrees; the application serves meanwhile.

    One replica at a time, by a lease; whoever comes after finds that nothing differs, and changes nothing.
    """
    name = f"announce:{carrier.account()}"[:24]
    while True:
        wait_s = again_s
        try:
            now = wiring.clock()
            until = now + _LEASE
            if await wiring.store.write(lambda c: leases.take(c, name, owner=wiring.owner, until=until, now=now)):  # noqa: B023 - called at once
                await _agree(wiring, carrier)
                await _present(wiring, carrier)
                await wiring.store.write(lambda c: leases.release(c, name, owner=wiring.owner))
                return
        except SendFailed as failure:
            log.warning("announce_failed", carrier="telegram", reason=failure.reason)
            wait_s = failure.retry_after_s or again_s
        except Exception as error:  # noqa: BLE001 - a database that is gone comes back
            log.warning("announce_stumbled", carrier="telegram", **fault(error))
        await asyncio.sleep(wait_s)


async def _agree(wiring: Wiring, carrier: TelegramCarrier) -> None:
    stands = await _hook(carrier)
    if wiring.settings.telegram_mode == "polling":
        if stands is None or stands.url:
            await carrier.delete_webhook()
        return
    wanted = Hook(f"{wiring.public_url}/hooks/telegram", frozenset(KINDS))
    secret = wiring.settings.telegram_secret.get_secret_value()
    # Telegram does not tell which secret it was given: after a change it would be refused for ever.
    mark, name = _mark(wiring, wanted.url, secret), f"hook:{carrier.account()}"[:48]
    if stands != wanted or await wiring.store.read(lambda c: cursors.get(c, name)) != mark:
        await carrier.set_webhook(wanted.url, secret)
        await wiring.store.write(lambda c: cursors.put(c, name, mark))


async def _hook(carrier: TelegramCarrier) -> Hook | None:
    try:
        return await carrier.hook()
    except SendFailed as failure:
        if failure.reason != "unsupported":
            raise
        return None


def _mark(wiring: Wiring, url: str, secret: str) -> int:
    """Tells one secret from another and gives away neither: keyed by the token, which is in no table."""
    token = wiring.settings.telegram_token.get_secret_value()
    digest = hmac.digest(token.encode(), f"{url}\0{secret}".encode(), hashlib.sha256)
    return int.from_bytes(digest[:8]) >> 1


async def _present(wiring: Wiring, carrier: TelegramCarrier) -> None:
    for language, locale in _LANGUAGES:
        for reason in await carrier.present(_profile(wiring, language, locale)):
            log.info("not_presented", carrier="telegram", name=locale.value, reason=reason)


def _profile(wiring: Wiring, language: str, locale: Locale) -> Profile:
    def words(key: str) -> str:
        reply = Reply(f"menu.command.{key}")
        return wiring.catalogue.render(reply, channel=Channel.TELEGRAM, locale=locale).text

    return Profile(language, [(each, words(each)) for each in _COMMANDS], words("description"), words("short"))
