"""The carriers' doors, below FastAPI's routing because they are the hot path: authenticate, read, keep, then answer.

The answers are CONTRACT.md's: 403 not authentic, 405 and 415 wrong method or type, 413 over 1 MB, 200 and a dead
letter for what is authentic but unreadable, 503 with Retry-After when a message cannot be kept now.
"""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import orjson
import structlog

from api import wire
from api.intake import Intake
from api.logs import fault
from api.sms_door import SmsDoor
from api.wire import Answer, App, Door, Receive, Scope, Send
from bot.handlers import telegram
from bot.handlers.provider import SmsProvider
from bot.vocabulary import Channel, Receipt

_JSON: Final = "application/json"
_POST_ONLY: Final = wire.wrong_method("POST")

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Doors:
    """What the doors need. An empty secret closes Telegram's door, and a provider that is not there its own (404).

    bury: keeps a dead letter, or raises. arrive: keeps a receipt, or raises.
    """

    intake: Intake
    bury: Callable[[Channel, bytes, str], Awaitable[None]]
    arrive: Callable[[Receipt], Awaitable[None]]
    clock: Callable[[], datetime]
    public_url: str
    telegram_account: str = ""
    telegram_secret: str = ""
    providers: tuple[SmsProvider, ...] = ()


class Hooks:
    """ASGI: answers /hooks/… itself and passes everything else on."""

    def __init__(self, doors: Doors, inner: App) -> None:
        self._doors = doors
        self._inner = inner
        self._paths: dict[str, Door] = {}
        if doors.telegram_secret:
            self._paths["/hooks/telegram"] = self._telegram
        for provider in doors.providers:
            door = SmsDoor(provider, doors.public_url, doors.intake.keep, doors.bury, doors.arrive, doors.clock)
            self._paths[f"/hooks/sms/{provider.name}"] = door
            self._paths[f"/hooks/sms/{provider.name}/status"] = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http" or not scope["path"].startswith("/hooks/"):
            await self._inner(scope, receive, send)
            return
        await wire.answer_with(send, await self._answer(scope, receive))

    async def _answer(self, scope: Scope, receive: Receive) -> Answer:
        door = self._paths.get(scope["path"])
        if door is None:
            return wire.NOT_FOUND
        try:
            return await door(scope, receive)
        except wire.TooLarge:
            return wire.TOO_LARGE
        except wire.HungUp:
            return wire.TOO_SLOW
        except Exception as error:  # noqa: BLE001 - whatever stopped us from keeping it, the carrier must try again
            log.warning("not_kept", **fault(error))
            return wire.LATER

    async def _telegram(self, scope: Scope, receive: Receive) -> Answer:
        if scope["method"] != "POST":
            return _POST_ONLY
        secret = wire.header(scope, b"x-telegram-bot-api-secret-token")
        if not telegram.authentic(secret, self._doors.telegram_secret):
            return wire.FORGED
        if wire.content_type(scope) != _JSON:
            return wire.WRONG_TYPE
        raw = await wire.body(scope, receive)
        message = telegram.read(_parsed(raw), account=self._doors.telegram_account)
        if message is None:
            await self._doors.bury(Channel.TELEGRAM, raw, "unreadable")
        else:
            await self._doors.intake.keep(message)
        return wire.OK


def _parsed(raw: bytes) -> object:
    """JSON, read strictly and, failing that, leniently (a lone surrogate is still a report); None if it is not JSON."""
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        pass
    try:
        return json.loads(raw.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None
