"""The library's HTTP layer with our reading of errors: every failure is our own policy and quotes nobody."""

import json
from collections.abc import Awaitable
from typing import Any, Final, TypeVar

import httpx
from telegram.error import TelegramError
from telegram.request import HTTPXRequest

from bot.handlers.telegram.content import Json, is_id, mapping, natural
from bot.vocabulary import SendFailed

T = TypeVar("T")

# Without these the channel does nothing: "not found" means a malformed token. Any other a server may lack.
_VITAL: Final = frozenset({"deleteWebhook", "getMe", "getUpdates", "sendMessage", "setWebhook"})
_UNSENT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_STRANGE: Final = (AttributeError, IndexError, KeyError, OverflowError, TypeError, ValueError)

UNEXPECTED: Final = "unexpected_answer"  # Telegram took it and answered in a shape that the library does not know
UNSUPPORTED: Final = "unsupported"  # this server does not have the method


class _Refused(TelegramError):
    """An answer other than 2xx. Holds no word of Telegram's: they may quote ours."""

    def __init__(self, failure: SendFailed) -> None:
        super().__init__(failure.reason)
        self.failure = failure


class Wire(HTTPXRequest):
    """What the library's Bot calls through: its own layer quotes answers in exceptions and logs."""

    async def do_request(self, url: str, method: str, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """One request; anything but a result is raised."""
        status, payload = await super().do_request(url, method, *args, **kwargs)
        answer = parsed(payload)
        good = 200 <= status < 300  # noqa: PLR2004 - HTTP
        if good and answer.get("ok") is True and "result" in answer:
            return status, payload
        code = natural(answer.get("error_code")) if good else status
        raise _Refused(failure(code, answer, call=url.rpartition("/")[2]))


class RawWire(Wire):
    """Keeps updates as they came and shows the library none, so that one it cannot parse never blocks the rest."""

    taken: object = None

    async def do_request(self, url: str, method: str, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """One request, whose result stays here."""
        status, payload = await super().do_request(url, method, *args, **kwargs)
        self.taken = parsed(payload)["result"]
        return status, b'{"ok": true, "result": []}'


def parsed(payload: bytes) -> Json:
    """The JSON object of an answer, {} when it is none."""
    try:
        return mapping(json.loads(payload.decode("utf-8", "replace")))
    except (ValueError, RecursionError):
        return {}


def failure(status: int, answer: Json, *, call: str) -> SendFailed:
    """Telegram's error as our policy. Sources: Bot API "Making requests" and ResponseParameters; tdlib's Client.cpp."""
    parameters = mapping(answer.get("parameters"))
    if is_id(parameters.get("migrate_to_chat_id")):
        return SendFailed("moved", retryable=True, moved_to=str(parameters["migrate_to_chat_id"]))
    if status == 404 and call not in _VITAL:  # noqa: PLR2004 - HTTP
        return SendFailed(UNSUPPORTED, retryable=False)
    match status:
        case 400:
            return _bad_request(str(answer.get("description", "")).lower())
        case 403:
            return SendFailed("blocked", retryable=False, unreachable=True)
        case 401 | 404:
            return SendFailed("misconfigured", retryable=True)
        case 409:
            return SendFailed("conflict", retryable=True)
        case 429:
            return SendFailed("throttled", retryable=True, retry_after_s=_seconds(parameters.get("retry_after")))
        case _:
            ours = 400 < status < 500  # noqa: PLR2004 - HTTP
            return SendFailed("refused" if ours else "carrier_down", retryable=not ours)


def _bad_request(words: str) -> SendFailed:
    # Telegram tells these apart in words only.
    if any(sign in words for sign in ("chat not found", "peer_id_invalid", "user not found")):
        return SendFailed("unknown_chat", retryable=False, unreachable=True)
    if "file is too big" in words:
        return SendFailed("too_large", retryable=False)
    if "temporarily unavailable" in words:
        return SendFailed("unfetchable", retryable=True)
    return SendFailed("refused", retryable=False)


def _seconds(value: object) -> float:
    there = isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < float("inf")
    return float(value) if there else 1.0  # type: ignore[arg-type]  # a number, by the line above


async def mapped(call: Awaitable[T]) -> T:
    """The call's result, or its failure as ours, raised afresh: a chained one would carry the URL and so the token.

    "network": it never left us. "unanswered": Telegram may have done it all the same.
    """
    try:
        return await call
    except _Refused as refused:
        failed = refused.failure
    except TelegramError as error:
        unsent = isinstance(error.__cause__, _UNSENT)
        failed = SendFailed("network" if unsent else "unanswered", retryable=True)
    except _STRANGE:
        failed = SendFailed(UNEXPECTED, retryable=True)
    raise failed
