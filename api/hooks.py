"""The carriers' doors, below FastAPI's routing because they are the hot path: authenticate, read, keep, then answer.

The answers are CONTRACT.md's: 403 not authentic, 405 and 415 wrong method or type, 413 over 1 MB, 200 and a dead
letter for what is authentic but unreadable, 503 with Retry-After when a message cannot be kept now.
"""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl

import orjson
import structlog

from api.intake import Intake
from api.logs import fault
from bot.handlers import telegram, twilio
from bot.vocabulary import Channel

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Bury = Callable[[Channel, bytes, str], Awaitable[None]]

MAX_BODY: Final = 1_000_000
_LATE: Final = "the body came too slowly"
_PATIENCE_S: Final = 15.0  # Twilio itself gives up on us after 15 s
_SIGNATURE_LETTERS: Final = 28  # base64 of an HMAC-SHA1
_EMPTY_TWIML: Final = b'<?xml version="1.0" encoding="UTF-8"?><Response/>'
_JSON: Final = b"application/json"
_FORM: Final = b"application/x-www-form-urlencoded"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Doors:
    """What the doors need. An empty secret or token closes its door (404). bury: keeps a dead letter, or raises."""

    intake: Intake
    bury: Bury
    public_url: str
    telegram_account: str = ""
    telegram_secret: str = ""
    twilio_tokens: tuple[str, ...] = ()


class _TooLarge(Exception):
    pass


class _HungUp(Exception):
    pass


class Hooks:
    """ASGI: answers /hooks/… itself and passes everything else on."""

    def __init__(self, doors: Doors, inner: App) -> None:
        self._doors = doors
        self._inner = inner
        self._paths: dict[str, Callable[[Scope, Receive], Awaitable[_Answer]]] = {}
        if doors.telegram_secret:
            self._paths["/hooks/telegram"] = self._telegram
        if doors.twilio_tokens:
            self._paths["/hooks/sms/twilio"] = self._twilio
            self._paths["/hooks/sms/twilio/status"] = self._twilio_status

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http" or not scope["path"].startswith("/hooks/"):
            await self._inner(scope, receive, send)
            return
        await _send(send, await self._answer(scope, receive))

    async def _answer(self, scope: Scope, receive: Receive) -> "_Answer":
        door = self._paths.get(scope["path"])
        if door is None:
            return _NOT_FOUND
        if scope["method"] != "POST":
            return _WRONG_METHOD
        try:
            return await door(scope, receive)
        except _TooLarge:
            return _TOO_LARGE
        except _HungUp:
            return _TOO_SLOW
        except Exception as error:  # noqa: BLE001 - whatever stopped us from keeping it, the carrier must try again
            log.warning("not_kept", **fault(error))
            return _LATER

    async def _telegram(self, scope: Scope, receive: Receive) -> "_Answer":
        if not telegram.authentic(_header(scope, b"x-telegram-bot-api-secret-token"), self._doors.telegram_secret):
            return _FORGED
        if not _is(scope, _JSON):
            return _WRONG_TYPE
        raw = await _body(scope, receive)
        message = telegram.read(_parsed(raw), account=self._doors.telegram_account)
        if message is None:
            await self._doors.bury(Channel.TELEGRAM, raw, "unreadable")
        else:
            await self._doors.intake.keep(message)
        return _OK

    async def _twilio(self, scope: Scope, receive: Receive) -> "_Answer":
        params, raw, refusal = await self._signed(scope, receive)
        if refusal:
            return refusal
        message = twilio.read(params, sequence=time.time_ns() // 1000)
        if message is None:
            await self._doors.bury(Channel.SMS, raw, "unreadable")
        else:
            await self._doors.intake.keep(message)
        return _TWIML

    async def _twilio_status(self, scope: Scope, receive: Receive) -> "_Answer":
        # A receipt is acknowledged and changes nothing: the outbox already knows whether the carrier took the message.
        _, _, refusal = await self._signed(scope, receive)
        return refusal or _TWIML

    async def _signed(self, scope: Scope, receive: Receive) -> tuple[list[tuple[str, str]], bytes, "_Answer | None"]:
        if not _is(scope, _FORM):
            return [], b"", _WRONG_TYPE
        signature = _header(scope, b"x-twilio-signature")
        if not signature or len(signature) != _SIGNATURE_LETTERS:
            return [], b"", _FORGED  # before a body of a stranger's is taken in
        raw = await _body(scope, receive)
        try:
            params = parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=500)
        except ValueError:
            params = []
        # The address Twilio signed is the one it was given, which a proxy in front of us has rewritten since.
        query = scope.get("query_string", b"").decode("latin-1")
        url = self._doors.public_url + scope["path"] + (f"?{query}" if query else "")
        if not twilio.authentic(url=url, params=params, signature=signature, tokens=self._doors.twilio_tokens):
            return [], b"", _FORGED
        return params, raw, None


_Answer = tuple[int, bytes, bytes, tuple[tuple[bytes, bytes], ...]]
_TOO_SLOW: Final[_Answer] = (408, b"", b"text/plain", ((b"connection", b"close"),))
_OK: Final[_Answer] = (200, b"", b"text/plain", ())
_TWIML: Final[_Answer] = (200, _EMPTY_TWIML, b"text/xml", ())
_FORGED: Final[_Answer] = (403, b"", b"text/plain", ())
_NOT_FOUND: Final[_Answer] = (404, b"", b"text/plain", ())
_WRONG_METHOD: Final[_Answer] = (405, b"", b"text/plain", ((b"allow", b"POST"),))
_TOO_LARGE: Final[_Answer] = (413, b"", b"text/plain", ((b"connection", b"close"),))
_WRONG_TYPE: Final[_Answer] = (415, b"", b"text/plain", ())
_LATER: Final[_Answer] = (503, b"", b"text/plain", ((b"retry-after", b"5"),))


async def _send(send: Send, answer: _Answer) -> None:
    status, body, kind, extra = answer
    headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode()), *extra]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _header(scope: Scope, name: bytes) -> str | None:
    """The only header of this name; None when there is none, or when there are two that could disagree."""
    found = None
    for key, value in scope["headers"]:
        if key == name:
            if found is not None:
                return None
            found = value
    return None if found is None else found.decode("latin-1")


def _is(scope: Scope, kind: bytes) -> bool:
    for key, value in scope["headers"]:
        if key == b"content-type":
            return bool(value == kind or value.split(b";", 1)[0].strip().lower() == kind)
    return False


async def _body(scope: Scope, receive: Receive) -> bytes:
    # What asyncio.timeout does, without the tenth of a message's whole cost that its bookkeeping takes.
    task = asyncio.current_task()
    if task is None:
        raise RuntimeError("a door is opened by a task")
    late = asyncio.get_running_loop().call_later(_PATIENCE_S, task.cancel, _LATE)
    try:
        return await _whole_body(scope, receive)
    except asyncio.CancelledError as cancelled:
        if cancelled.args != (_LATE,):
            raise
        task.uncancel()
        raise _HungUp from None
    finally:
        late.cancel()


async def _whole_body(scope: Scope, receive: Receive) -> bytes:
    declared = _header(scope, b"content-length")
    if declared and (not declared.isdigit() or len(declared) > len(str(MAX_BODY)) or int(declared) > MAX_BODY):
        raise _TooLarge
    chunks: list[bytes] = []
    size = 0
    while True:
        event = await receive()
        if event["type"] == "http.disconnect":
            raise _HungUp
        chunk = event.get("body", b"")
        size += len(chunk)
        if size > MAX_BODY:
            raise _TooLarge
        chunks.append(chunk)
        if not event.get("more_body"):
            return b"".join(chunks)


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
