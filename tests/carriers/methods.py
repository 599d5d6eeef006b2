"""The methods of the Bot API server, each under the API's own name. Source: tdlib/telegram-bot-api, Client.cpp."""

import asyncio
import json
import re
import time
from collections.abc import Mapping
from typing import Any, Final

from tests.carriers.chats import Chats, Refusal
from tests.carriers.deliveries import Deliveries, Hook, Waiting
from tests.carriers.http import Server

MAX_FILE: Final = 20 * 1024 * 1024
UPLOADED: Final = "attach://"  # stands for a file's bytes in a call's parameters
_NOT_BY_DEFAULT: Final = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
_BY_DEFAULT: Final = frozenset(
    {"message", "edited_message", "channel_post", "edited_channel_post", "inline_query", "callback_query", "poll"}
    | {"my_chat_member", "chat_join_request", "poll_answer"}
)
_FAR_AHEAD: Final = 10  # TQueue.cpp: an offset beyond this is taken for one from before a new numbering
_LONGEST_POLL_S: Final = 50

Params = Mapping[str, str]


class Methods:
    """What the server keeps and does. Its clock is the machine's and `ahead_s` seconds."""

    def __init__(self, server: Server, token: str, speed: float) -> None:
        self.token = token
        self.violations: list[str] = []
        self.files: dict[str, bytes] = {}
        self.uploads: list[bytes] = []
        self.ahead_s = 0.0
        self.chats = Chats(self.clock)
        self.profiles: dict[tuple[str, str], Any] = {}
        self.tail = 700_000_001
        self.taps: set[str] = set()
        self.news = asyncio.Event()
        self.poll: asyncio.Future[None] | None = None
        self.queue = Waiting(self.clock)
        self.hooked = Deliveries(server, self.queue, speed)
        self.allowed: frozenset[str] = frozenset()

    def clock(self) -> float:
        """The server's time."""
        return time.time() + self.ahead_s

    def wants(self, update: Mapping[str, Any]) -> bool:
        """Whether the bot asked for updates of this kind; without a wish all but a few are brought.

        What no Bot API knows is brought always, so that a test sees what becomes of it.
        """
        kinds = frozenset(update) & (_BY_DEFAULT | _NOT_BY_DEFAULT)
        return not kinds or bool(kinds & (self.allowed or _BY_DEFAULT))

    def _allow(self, params: Params) -> None:
        if "allowed_updates" in params:
            self.allowed = frozenset(json.loads(params["allowed_updates"]))

    # ── Updates ──

    async def _getMe(self, _: Params) -> dict[str, Any]:  # noqa: N802 - the API's own name, as below
        return {"id": int(self.token.split(":")[0]), "is_bot": True, "first_name": "Muntada", "username": "muntada_bot"}

    async def _getUpdates(self, params: Params) -> list[dict[str, Any]]:  # noqa: N802
        if self.hooked.hook:
            raise Refusal(409, "Conflict: can't use getUpdates method while webhook is active")
        if self.poll and not self.poll.done():
            # As tdlib's server does it: the newcomer wins, the one who waits is told.
            self.poll.set_exception(Refusal(409, "Conflict: terminated by other getUpdates request"))
        self._allow(params)
        self._confirm(int(params.get("offset", "0")))
        if not self.queue.now() and int(params.get("timeout", "0")):
            await self._wait(min(int(params["timeout"]), _LONGEST_POLL_S))
        known = self.queue.now()
        limit = min(max(int(params.get("limit", "100")), 1), 100)
        return [known[number] for number in sorted(known)][:limit]

    def _confirm(self, offset: int) -> None:
        there = sorted(self.queue.now())
        if offset < 0:
            offset = there[offset:][0] if len(there) >= -offset else 0
        if offset > self.tail + _FAR_AHEAD:
            return
        for number in there:
            if number < offset:
                self.queue.forget(number)

    async def _wait(self, seconds: float) -> None:
        self.poll = poll = asyncio.get_running_loop().create_future()
        self.news.clear()
        news = asyncio.ensure_future(self.news.wait())
        try:
            await asyncio.wait({poll, news}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            news.cancel()
        if poll.done():
            poll.result()
        poll.cancel()

    async def _setWebhook(self, params: Params) -> bool:  # noqa: N802
        secret = params.get("secret_token", "")
        if secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
            raise Refusal(400, "Bad Request: secret token contains unallowed characters")
        if self.poll and not self.poll.done():
            self.poll.set_exception(Refusal(409, "Conflict: terminated by setWebhook request"))
        self._allow(params)
        self.hooked.begin(Hook(params["url"], secret, int(params.get("max_connections", "40"))))
        return True

    async def _deleteWebhook(self, params: Params) -> bool:  # noqa: N802
        self.hooked.end()
        if params.get("drop_pending_updates") == "true":
            for number in self.queue.now():
                self.queue.forget(number)
        return True

    async def _getWebhookInfo(self, _: Params) -> dict[str, Any]:  # noqa: N802
        url = self.hooked.hook.url if self.hooked.hook else ""
        told: dict[str, Any] = {
            "url": url,
            "has_custom_certificate": False,
            "pending_update_count": len(self.queue.now()),
        }
        return told | ({"allowed_updates": sorted(self.allowed)} if self.allowed else {})

    # ── Words ──

    async def _sendMessage(self, params: Params) -> dict[str, Any]:  # noqa: N802
        text = params["text"].strip()
        if not text:
            raise Refusal(400, "Bad Request: message text is empty")
        if len(text.encode("utf-16-le")) // 2 > 4096:
            raise Refusal(400, "Bad Request: message is too long")
        for row in json.loads(params.get("reply_markup", "{}")).get("inline_keyboard", []):
            for button in row:
                if not button["text"].strip() or not 1 <= len(button.get("callback_data", "").encode()) <= 64:
                    self.violations.append("sendMessage: a button's text or data")
                    raise Refusal(400, "Bad Request: BUTTON_DATA_INVALID")
        return self.chats.say(params["chat_id"], text=text)

    async def _sendVoice(self, params: Params) -> dict[str, Any]:  # noqa: N802
        if params["voice"] != UPLOADED or not self.uploads[-1].startswith(b"OggS"):
            raise Refusal(400, "Bad Request: wrong file")
        voice = {"file_id": "spoken", "file_unique_id": "u", "duration": 1, "file_size": len(self.uploads[-1])}
        return self.chats.say(params["chat_id"], voice=voice)

    async def _answerCallbackQuery(self, params: Params) -> bool:  # noqa: N802
        if params["callback_query_id"] not in self.taps:
            raise Refusal(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
        return True

    # ── Chats ──

    async def _deleteMessage(self, params: Params) -> bool:  # noqa: N802
        return self.chats.delete_one(params["chat_id"], int(params["message_id"]))

    async def _deleteMessages(self, params: Params) -> bool:  # noqa: N802
        return self.chats.delete_many(params["chat_id"], params["message_ids"])

    async def _leaveChat(self, params: Params) -> bool:  # noqa: N802
        return self.chats.leave(params["chat_id"])

    # ── Files ──

    async def _getFile(self, params: Params) -> dict[str, Any]:  # noqa: N802
        name = params["file_id"]
        if name not in self.files:
            raise Refusal(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        if len(self.files[name]) > MAX_FILE:
            raise Refusal(400, "Bad Request: file is too big")
        size = len(self.files[name])
        return {"file_id": name, "file_unique_id": "u", "file_size": size, "file_path": f"files/{name}"}

    # ── Profile ──

    async def _setMyCommands(self, params: Params) -> bool:  # noqa: N802
        for each in json.loads(params["commands"]):
            if not re.fullmatch(r"[a-z0-9_]{1,32}", each["command"]) or not 1 <= len(each["description"]) <= 256:
                raise Refusal(400, "Bad Request: BOT_COMMAND_INVALID")
        return self._set("commands", params, json.loads(params["commands"]), longest=100)

    async def _getMyCommands(self, params: Params) -> Any:  # noqa: N802
        return self._shown("commands", params, [])

    async def _setMyDescription(self, params: Params) -> bool:  # noqa: N802
        return self._set("description", params, params.get("description", ""), longest=512)

    async def _getMyDescription(self, params: Params) -> dict[str, Any]:  # noqa: N802
        return {"description": self._shown("description", params, "")}

    async def _setMyShortDescription(self, params: Params) -> bool:  # noqa: N802
        return self._set("short_description", params, params.get("short_description", ""), longest=120)

    async def _getMyShortDescription(self, params: Params) -> dict[str, Any]:  # noqa: N802
        return {"short_description": self._shown("short_description", params, "")}

    def _set(self, part: str, params: Params, value: Any, *, longest: int) -> bool:
        if len(value) > longest or not re.fullmatch(r"([a-z]{2})?", params.get("language_code", "")):
            raise Refusal(400, "Bad Request: it is too long, or no language")
        self.profiles[part, params.get("language_code", "")] = value
        return True

    def _shown(self, part: str, params: Params, nothing: Any) -> Any:
        return self.profiles.get((part, params.get("language_code", "")), nothing)
