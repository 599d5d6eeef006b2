"""How our words get to Telegram: through python-telegram-bot's Bot, with every failure told as our own policy."""

import json
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.error import TelegramError, TimedOut
from telegram.request import HTTPXRequest

from bot.handlers.channel import MAX_MEDIUM_BYTES, legible
from bot.handlers.segments import cut
from bot.handlers.telegram.reading import KINDS, Json, is_id, mapping, natural
from bot.vocabulary import Button, Rendered, SendFailed, Sent

T = TypeVar("T")

_MAX_TEXT: Final = 4096  # UTF-16 units, Bot API sendMessage
_SHORT: Final = 16  # letters of a label that still leave room for a second button beside it
_BATCH: Final = 100  # updates a poll, Bot API getUpdates
_AT_ONCE: Final = 16  # calls under way


class _Refused(TelegramError):
    """An answer other than 2xx. Holds no word of Telegram's: they may quote ours."""

    def __init__(self, failure: SendFailed) -> None:
        super().__init__(failure.reason)
        self.failure = failure


class _Wire(HTTPXRequest):
    """The library's HTTP layer with our reading of errors: its own quotes answers in exceptions and logs."""

    async def do_request(self, url: str, method: str, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """One request; anything but a result is raised."""
        status, payload = await super().do_request(url, method, *args, **kwargs)
        good = 200 <= status < 300  # noqa: PLR2004 - HTTP
        if good and method == "GET":  # a file
            return status, payload
        answer = _parsed(payload)
        if good and answer.get("ok") is True and "result" in answer:
            return status, payload
        raise _Refused(_failure(natural(answer.get("error_code")) if good else status, answer))


class _RawWire(_Wire):
    """Keeps updates as they came and shows the library none, so that one it cannot parse never blocks the rest."""

    taken: object = None

    async def do_request(self, url: str, method: str, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """One request, whose result stays here."""
        status, payload = await super().do_request(url, method, *args, **kwargs)
        self.taken = _parsed(payload)["result"]
        return status, b'{"ok": true, "result": []}'


def _parsed(payload: bytes) -> Json:
    try:
        return mapping(json.loads(payload.decode("utf-8", "replace")))
    except (ValueError, RecursionError):
        return {}


def _failure(status: int, answer: Json) -> SendFailed:
    """Telegram's error as our policy. Sources: Bot API "Making requests" and ResponseParameters; tdlib's Client.cpp."""
    words = str(answer.get("description", "")).lower()
    parameters = mapping(answer.get("parameters"))
    if is_id(parameters.get("migrate_to_chat_id")):
        return SendFailed("moved", retryable=True, moved_to=str(parameters["migrate_to_chat_id"]))
    match status:
        case 403:
            return SendFailed("blocked", retryable=False, unreachable=True)
        case 400 if any(sign in words for sign in ("chat not found", "peer_id_invalid", "user not found")):
            return SendFailed("unknown_chat", retryable=False, unreachable=True)
        case 401 | 404:
            return SendFailed("misconfigured", retryable=True)
        case 409:
            return SendFailed("conflict", retryable=True)
        case 429:
            return SendFailed("throttled", retryable=True, retry_after_s=natural(parameters.get("retry_after")) or 1.0)
        case _ if 400 <= status < 500:  # noqa: PLR2004 - HTTP
            return SendFailed("refused", retryable=False)
        case _:
            return SendFailed("carrier_down", retryable=True)


@dataclass(frozen=True, slots=True)
class _Opened:
    bot: Bot
    calls: _Wire
    polls: _RawWire


class TelegramCarrier:
    """Our side of the Bot API. Nothing is opened before the first call, so the app starts while Telegram is away.

    token: BotFather's. api_url: root of a Bot API server, without "/bot". timeout_s: how long one call may be silent.
    """

    def __init__(self, token: str, api_url: str = "https://api.telegram.org", *, timeout_s: float = 15.0) -> None:
        self._token = token
        self._root = api_url.rstrip("/")
        self._timeout_s = timeout_s
        self._opened: _Opened | None = None

    def account(self) -> str:
        """The bot's id: what stands before the colon in its token."""
        return self._token.partition(":")[0]

    async def send(self, address: str, rendered: Rendered, *, callback: str = "") -> Sent:
        """Answers the tap, then says the words, in several messages if need be; the last one bears the buttons."""
        if not address:
            raise SendFailed("no_address", retryable=False, unreachable=True)
        if callback:
            await self._answer(callback)
        pieces = [piece for piece in cut(legible(rendered.text), _MAX_TEXT) if piece.strip()]
        ids: list[str] = []
        for number, piece in enumerate(pieces, start=1):
            keyboard = _keyboard(rendered.buttons) if number == len(pieces) else None
            ids.extend(await self._say(address, piece, keyboard))
        return Sent(tuple(ids))

    async def _answer(self, callback: str) -> None:
        # It only stops the button's spinning, and only for a short while after the tap: the words matter.
        try:
            await self._bot.answer_callback_query(callback)
        except TelegramError:
            return

    async def _say(self, address: str, text: str, keyboard: InlineKeyboardMarkup | None) -> tuple[str, ...]:
        call = self._bot.send_message(
            address,
            text,
            protect_content=True,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
            reply_markup=keyboard,
        )
        try:
            return (str((await _mapped(call)).message_id),)
        except (AttributeError, KeyError, OverflowError, TypeError, ValueError):
            # Telegram took it and answered in a shape the library does not know; saying it again would double it.
            return ()

    async def updates(self, offset: int, timeout_s: int) -> list[dict[str, Any]]:
        """The next updates as Telegram wrote them, each with an integer "update_id"; [] after `timeout_s` seconds.

        offset: one more than the last that was kept; Telegram forgets all before it. Raises SendFailed: "conflict" when
        another poller or a webhook is at work.
        """
        opened = self._open()
        await _mapped(opened.bot.get_updates(offset, _BATCH, timeout_s, KINDS))
        taken, opened.polls.taken = opened.polls.taken, None
        if not isinstance(taken, list):
            raise SendFailed("unexpected_answer", retryable=True)
        return [update for update in taken if is_id(mapping(update).get("update_id"))]

    async def set_webhook(self, url: str, secret: str) -> None:
        """Has updates delivered to `url` with `secret` (1-256 of A-Z a-z 0-9 _ -) in the header. Raises SendFailed."""
        await _mapped(self._bot.set_webhook(url, secret_token=secret, allowed_updates=KINDS, max_connections=20))

    async def delete_webhook(self) -> None:
        """Goes back to polling; what waits at Telegram stays there. Raises SendFailed."""
        await _mapped(self._bot.delete_webhook())

    async def fetch(self, ref: str) -> bytes:
        """A file's bytes, by its id. Raises SendFailed: "too_large" over 20 MB."""
        file = await _mapped(self._bot.get_file(ref))
        if (file.file_size or 0) > MAX_MEDIUM_BYTES:
            raise SendFailed("too_large", retryable=False)
        if not file.file_path or not file.file_path.startswith(self._root):
            raise SendFailed("unfetchable", retryable=False)
        content = bytes(await _mapped(file.download_as_bytearray()))
        if len(content) > MAX_MEDIUM_BYTES:
            raise SendFailed("too_large", retryable=False)
        return content

    async def close(self) -> None:
        """Closes the connections."""
        if self._opened:
            opened, self._opened = self._opened, None
            await opened.polls.shutdown()
            await opened.calls.shutdown()

    @property
    def _bot(self) -> Bot:
        return self._open().bot

    def _open(self) -> _Opened:
        if self._opened is None:
            within = self._timeout_s
            polls = _RawWire(connection_pool_size=1, read_timeout=within, pool_timeout=within)
            calls = _Wire(connection_pool_size=_AT_ONCE, read_timeout=within, pool_timeout=within)
            bot = Bot(self._token, f"{self._root}/bot", f"{self._root}/file/bot", calls, polls)
            self._opened = _Opened(bot, calls, polls)
        return self._opened


async def _mapped(call: Awaitable[T]) -> T:
    """The call's result, or its failure as ours, raised afresh: a chained one would carry the URL and so the token."""
    try:
        return await call
    except _Refused as refused:
        failure = refused.failure
    except TimedOut:
        failure = SendFailed("timeout", retryable=True)
    except TelegramError:
        failure = SendFailed("network", retryable=True)
    raise failure


def _keyboard(buttons: Sequence[Button]) -> InlineKeyboardMarkup | None:
    rows: list[list[InlineKeyboardButton]] = []
    for button in buttons:
        shown = InlineKeyboardButton(button.label, callback_data=button.choice)
        beside = rows and len(rows[-1]) == 1 and max(len(rows[-1][0].text), len(button.label)) <= _SHORT
        if beside:
            rows[-1].append(shown)
        else:
            rows.append([shown])
    return InlineKeyboardMarkup(rows) if rows else None
