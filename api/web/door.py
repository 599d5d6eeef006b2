"""What every route of /r needs: who says it, who counts it, who keeps it. No address is kept or logged."""

import asyncio
import secrets
import time
from dataclasses import dataclass
from typing import Final

import structlog
from fastapi import Request

from api import promise
from api.logs import fault
from api.web.pages import Pages
from api.web.throttle import Throttle
from api.wiring import Wiring
from bot.vocabulary import Locale, Message
from storage import guessing, pickup
from storage.pickup import Pickup

log = structlog.get_logger()

SETTLES_WITHIN_S: Final = 3.0
_LOOK_S: Final = 0.05
RETRY_S = 10  # when to come again while we cannot keep or read anything


class TooMany(Exception):
    """Too many wrong codes came from there: for an hour none is looked up."""


@dataclass(frozen=True, slots=True)
class Door:
    """telling: counts what is told. guessing: counts wrong codes, so that looking them up fills no machine."""

    wiring: Wiring
    pages: Pages
    telling: Throttle
    guessing: Throttle

    def token(self, held: str = "") -> str:
        """The token of a form: the one it held, while that holds; else a new one."""
        wiring, now = self.wiring, self.wiring.clock()
        if held and promise.holds(wiring.keyring, held, now=now):
            return held
        return promise.token(wiring.keyring, now=now, entropy=secrets.token_bytes(promise.ENTROPY_BYTES))

    def say(self, locale: Locale, key: str, **values: str) -> str:
        """A sentence of ours."""
        return self.pages.words[locale].text(key) % values

    async def keep(self, message: Message) -> bool:
        """Whether it is on disk now. Whatever stands in the way, the writer keeps their words and is told."""
        try:
            await self.wiring.intake.keep(message)
        except Exception as error:  # noqa: BLE001 - as above
            log.warning("not_kept", **fault(error))
            return False
        return True

    async def settled(self, message: Message) -> bool:
        """Whether it was carried out, waiting a moment for it."""
        named, until = _named(message), time.monotonic() + SETTLES_WITHIN_S
        while time.monotonic() < until:
            try:
                if await self.wiring.store.read(lambda conn: pickup.settled(conn, self.wiring.keyring, **named)):
                    return True
            except Exception as error:  # noqa: BLE001 - it is kept; only what became of it is unknown yet
                log.warning("not_read", **fault(error))
                return False
            await asyncio.sleep(_LOOK_S)
        return False

    async def came(self, message: Message) -> bool:
        """Whether this very message was kept before; False while that cannot be read."""
        named = _named(message)
        try:
            return await self.wiring.store.read(lambda conn: pickup.came(conn, self.wiring.keyring, **named))
        except Exception as error:  # noqa: BLE001 - as in `erased`
            log.warning("not_read", **fault(error))
            return False

    async def find(self, code: str, network: str) -> Pickup | None:
        """The case of a code. Raises TooMany where too many wrong ones came (storage.guessing), and does not look.

        network: what tells whoever asks apart from others, "" when nothing does. Raises what the database raised.
        """
        store, keyring, now = self.wiring.store, self.wiring.keyring, self.wiring.clock()
        if len(code) != pickup.DIGITS:
            return None
        source = guessing.web(keyring, network, now)
        # Counted, for every replica, before it is looked up: what comes at once does not share a count.
        if not await store.write(lambda conn: guessing.take(conn, keyring, source, now=now)):
            raise TooMany
        found = await store.read(lambda conn: pickup.find(conn, keyring, code))
        if found is not None:
            await store.write(lambda conn: guessing.give_back(conn, source, now=now))
        return found

    async def erased(self, message: Message) -> bool:
        """Whether it was taken before and is nowhere any more: sent again it would count as kept, and be lost."""
        keyring = self.wiring.keyring
        named = _named(message)
        try:
            return await self.wiring.store.read(
                lambda conn: pickup.settled(conn, keyring, **named) and pickup.find(conn, keyring, message.code) is None
            )
        except Exception as error:  # noqa: BLE001 - what stands in the way of reading will be seen at keeping, too
            log.warning("not_read", **fault(error))
            return False


def _named(message: Message) -> dict[str, str]:
    return {"carrier": message.carrier, "account": message.account, "external_id": message.external_id}


def address(request: Request) -> str:
    """Where a request comes from, for counting in memory only."""
    return request.client.host if request.client else ""
