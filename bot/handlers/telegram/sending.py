"""How our words get to Telegram: through python-telegram-bot's Bot, with every failure told as our own policy."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

import httpx
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, MessageEntity

from bot.handlers.authorities import trusted
from bot.handlers.segments import messages
from bot.handlers.telegram import files, profile
from bot.handlers.telegram.content import is_id, mapping, natural
from bot.handlers.telegram.profile import Profile
from bot.handlers.telegram.reading import KINDS
from bot.handlers.telegram.wire import UNEXPECTED, UNSUPPORTED, RawWire, Wire, mapped
from bot.vocabulary import Button, Rendered, SendFailed, Sent

_MAX_TEXT: Final = 4096  # UTF-16 units, Bot API sendMessage
_SHORT: Final = 16  # letters of a label that still leave room for a second button beside it
_BATCH: Final = 100  # updates a poll, Bot API getUpdates
_ERASED_AT_ONCE: Final = 100  # Bot API deleteMessages
_AT_ONCE: Final = 16  # calls under way
_PATIENCE_S: Final = 5.0  # between the pieces of one text


@dataclass(frozen=True, slots=True)
class Hook:
    """Where Telegram brings updates, and of which kinds; url is "" while they are fetched."""

    url: str
    kinds: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Opened:
    bot: Bot
    calls: Wire
    polls: RawWire
    files: httpx.AsyncClient


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

    # ── Words ──

    async def send(self, address: str, rendered: Rendered, *, callback: str = "") -> Sent:
        """Answers the tap, then says the words, in several messages if need be; the last one bears the buttons.

        A spoken version comes after the words, and they count as sent without it.
        """
        if not address:
            raise SendFailed("no_address", retryable=False, unreachable=True)
        if callback:
            # It only stops the button's spinning, and only for a short while after the tap: the words matter.
            with suppress(SendFailed):
                await mapped(self._bot.answer_callback_query(callback))
        pieces = messages(rendered.text, _MAX_TEXT)
        ids: list[str] = []
        for number, piece in enumerate(pieces, start=1):
            keyboard = _keyboard(rendered.buttons) if number == len(pieces) else None
            manner = {"disable_notification": rendered.quiet, "entities": _veil(piece) if rendered.veiled else None}
            ids.extend(await self._said(address, piece, keyboard, manner, again=number > 1))
        if rendered.voice:
            with suppress(SendFailed):
                ids.extend(await self._spoken(address, rendered.voice))
        return Sent(tuple(ids))

    async def _said(
        self, address: str, text: str, keyboard: InlineKeyboardMarkup | None, manner: dict[str, Any], *, again: bool
    ) -> tuple[str, ...]:
        try:
            return await self._say(address, text, keyboard, manner)
        except SendFailed as failed:
            wait_s = failed.retry_after_s or 1.0
            if not (again and failed.retryable and wait_s <= _PATIENCE_S):
                raise
        # The piece before this one has arrived: failing now would have all of it said again.
        await asyncio.sleep(wait_s)
        return await self._say(address, text, keyboard, manner)

    async def _say(
        self, address: str, text: str, keyboard: InlineKeyboardMarkup | None, manner: dict[str, Any]
    ) -> tuple[str, ...]:
        call = self._bot.send_message(
            address,
            text,
            protect_content=True,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
            reply_markup=keyboard,
            **manner,
        )
        try:
            return (str((await mapped(call)).message_id),)
        except SendFailed as failed:
            if failed.reason == UNEXPECTED:
                return ()  # saying it again would double it
            raise

    async def _spoken(self, address: str, voice: bytes) -> tuple[str, ...]:
        call = self._bot.send_voice(address, voice, protect_content=True, filename="voice.ogg")
        return (str((await mapped(call)).message_id),)

    # ── Updates ──

    async def updates(self, offset: int, timeout_s: int) -> list[dict[str, Any]]:
        """The next updates as Telegram wrote them, each with an integer "update_id"; [] after `timeout_s` seconds.

        offset: one more than the last that was kept; Telegram forgets all before it. Raises SendFailed: "conflict" when
        another poller or a webhook is at work.
        """
        opened = self._open()
        await mapped(opened.bot.get_updates(offset, _BATCH, timeout_s, KINDS))
        taken, opened.polls.taken = opened.polls.taken, None
        if not isinstance(taken, list):
            raise SendFailed(UNEXPECTED, retryable=True)
        return [update for update in taken if is_id(mapping(update).get("update_id"))]

    async def hook(self) -> Hook:
        """How updates are to come now. Raises SendFailed."""
        told = await mapped(self._bot.get_webhook_info())
        return Hook(told.url or "", frozenset(told.allowed_updates or ()))

    async def set_webhook(self, url: str, secret: str) -> None:
        """Has updates delivered to `url` with `secret` (1-256 of A-Z a-z 0-9 _ -) in the header. Raises SendFailed."""
        await mapped(self._bot.set_webhook(url, secret_token=secret, allowed_updates=KINDS, max_connections=20))

    async def delete_webhook(self) -> None:
        """Goes back to polling; what waits at Telegram stays there. Raises SendFailed."""
        await mapped(self._bot.delete_webhook())

    # ── Chats ──

    async def delete(self, address: str, ids: Sequence[str]) -> None:
        """Deletes what of these can be deleted; what is too old or gone is passed over. Raises SendFailed.

        In a private chat a bot may delete both sides' messages for 48 hours.
        """
        named = [int(each) for each in dict.fromkeys(ids) if each.isascii() and each.isdigit()]
        for first in range(0, len(named), _ERASED_AT_ONCE):
            await self._delete(address, named[first : first + _ERASED_AT_ONCE])

    async def _delete(self, address: str, ids: Sequence[int]) -> None:
        try:
            await mapped(self._bot.delete_messages(address, ids))
        except SendFailed as failed:
            # Where a server lacks the method, or refuses all for the sake of one.
            if failed.reason not in {UNSUPPORTED, "refused"}:
                raise
        else:
            return
        for each in ids:
            try:
                await mapped(self._bot.delete_message(address, each))
            except SendFailed as failed:
                if failed.reason != "refused":
                    raise

    async def leave(self, address: str) -> None:
        """Goes out of a group; harmless when we are in it no more. Raises SendFailed."""
        moved_to = await self._leave(address)
        if moved_to:
            await self._leave(moved_to)

    async def _leave(self, address: str) -> str | None:
        try:
            await mapped(self._bot.leave_chat(address))
        except SendFailed as failed:
            if not (failed.moved_to or failed.unreachable):
                raise
            return failed.moved_to
        return None

    async def present(self, shown: Profile) -> tuple[str, ...]:
        """Sets menu and descriptions where they differ; the reasons of those that failed, () when none did.

        None of them is needed for the channel to work, so none of their failures is raised.
        """
        reasons = []
        for part in (profile.set_commands, profile.set_description, profile.set_short_description):
            try:
                await part(self._bot, shown)
            except SendFailed as failed:
                reasons.append(failed.reason)
        return tuple(reasons)

    # ── Files ──

    async def stream(self, ref: str) -> AsyncIterator[bytes]:
        """The bytes of a file by its id, as they come. Raises SendFailed; "too_large" over 20 MB."""
        opened = self._open()
        told = await mapped(opened.bot.get_file(ref))
        address = files.located(told.file_path, f"{self._root}/file/bot{self._token}/")
        async for chunk in files.download(opened.files, address, natural(told.file_size)):
            yield chunk

    # ── Connections ──

    async def close(self) -> None:
        """Closes the connections."""
        if self._opened:
            opened, self._opened = self._opened, None
            await opened.polls.shutdown()
            await opened.calls.shutdown()
            await opened.files.aclose()

    @property
    def _bot(self) -> Bot:
        return self._open().bot

    def _open(self) -> _Opened:
        if self._opened is None:
            within = self._timeout_s
            more: dict[str, Any] = {"read_timeout": within, "pool_timeout": within}
            more["httpx_kwargs"] = {"verify": trusted()}
            polls, calls = RawWire(connection_pool_size=1, **more), Wire(connection_pool_size=_AT_ONCE, **more)
            bot = Bot(self._token, f"{self._root}/bot", f"{self._root}/file/bot", calls, polls)
            self._opened = _Opened(bot, calls, polls, httpx.AsyncClient(timeout=within, verify=trusted()))
        return self._opened


def _veil(text: str) -> list[MessageEntity]:
    """All of a text, hidden until it is touched. Telegram counts in UTF-16 units."""
    return [MessageEntity(MessageEntity.SPOILER, 0, len(text.encode("utf-16-le", "surrogatepass")) // 2)]


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
