"""A Bot API server: polling confirmed by offset alone, webhooks one at a time a chat, calls checked, faults on demand.

In another process: `python -m tests.carriers.telegram --port N`; then POST /control/push (an update or a list),
GET /control/calls, POST /control/fault (fields of Fault), GET /control/waiting.
"""

import argparse
import asyncio
import json
import re
import signal
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Self
from urllib.parse import parse_qsl

from tests.carriers import botapi
from tests.carriers.deliveries import Deliveries, Hook
from tests.carriers.http import Answer, Dropped, Request, Server

TOKEN = "1000001:AA-made-up-for-tests-000000000000000"
MAX_FILE = 20 * 1024 * 1024
_JSON = {"content-type": "application/json"}


@dataclass(frozen=True, slots=True)
class Call:
    """A call that came in, and what became of it."""

    method: str
    params: Mapping[str, str]
    status: int
    at: float


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with the next `times` calls of `method` (for `chat`, if given).

    status 0: the call is carried out, and the connection closed before the answer.
    """

    method: str
    status: int
    description: str = "Injected"
    parameters: Mapping[str, Any] = field(default_factory=dict)
    chat: str = ""
    times: int = 1


class Refusal(Exception):
    """The API's own refusal."""

    def __init__(self, status: int, description: str, parameters: Mapping[str, Any] | None = None) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters or {}


class FakeTelegram:
    """One bot's server. speed: by how much its waits before repeating a delivery are shortened."""

    def __init__(self, *, port: int = 0, api: botapi.Api | None = None, speed: float = 1.0) -> None:
        self.token = TOKEN
        self.calls: list[Call] = []
        self.violations: list[str] = []
        self.files: dict[str, bytes] = {}
        self._api = api or botapi.own_table()
        self._server = Server(self._handle, port=port)
        self._waiting: dict[int, dict[str, Any]] = {}
        self._next_update = 700_000_001
        self._next_message = 100
        self._taps: set[str] = set()
        self._faults: list[Fault] = []
        self._news = asyncio.Event()
        self._poll: asyncio.Future[None] | None = None
        self._deliveries = Deliveries(self._server, self._waiting, speed)

    # ── for tests ──

    def start(self) -> Self:
        """Listens."""
        self._server.start()
        return self

    def close(self) -> None:
        """Ends."""
        self._server.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def url(self) -> str:
        """What MUNTADA_TELEGRAM_API_URL is set to."""
        return self._server.url

    def push(self, *updates: Mapping[str, Any]) -> list[int]:
        """Updates happen; each gets an update_id unless it brings one. Returns their ids."""
        return self._server.run(self._push(updates))

    @property
    def deliveries(self) -> list[tuple[int, int]]:
        """(update_id, status of the answer) of every delivery to the webhook; 0 when there was no answer."""
        return self._deliveries.made

    def waiting(self) -> list[int]:
        """Ids of updates that nobody confirmed yet."""
        return sorted(self._waiting)

    def polled(self) -> bool:
        """Whether somebody waits for updates right now."""
        return self._poll is not None and not self._poll.done()

    def fault(self, fault: Fault) -> None:
        """Something will go wrong."""
        self._faults.append(fault)

    def sent(self, chat: int | str | None = None) -> list[Mapping[str, str]]:
        """Parameters of every sendMessage that Telegram took, in order."""
        taken = [call.params for call in self.calls if call.method == "sendMessage" and call.status in {0, 200}]
        return [params for params in taken if chat is None or params["chat_id"] == str(chat)]

    def texts(self, chat: int | str) -> list[str]:
        """What one chat was told."""
        return [params["text"] for params in self.sent(chat)]

    def until(self, holds: Callable[[], bool], *, timeout_s: float = 10.0) -> bool:
        """Waits for something to hold; not from the event loop of the program under test: see `eventually`."""
        end = time.monotonic() + timeout_s
        while not holds() and time.monotonic() < end:
            time.sleep(0.005)
        return holds()

    async def eventually(self, holds: Callable[[], bool], *, timeout_s: float = 10.0) -> bool:
        """The same, leaving the caller's event loop free."""
        return await asyncio.to_thread(self.until, holds, timeout_s=timeout_s)

    # ── the API ──

    async def _handle(self, request: Request) -> Answer:
        if request.path.startswith("/control/"):
            return await self._control(request)
        if match := re.fullmatch(r"/file/bot([^/]+)/files/([\w.-]+)", request.path):
            known = self.files.get(match[2]) if match[1] == self.token else None
            return Answer(404, b"Not Found") if known is None else Answer(200, known)
        match = re.fullmatch(r"/bot([^/]+)/(\w+)", request.path)
        if not match or match[1] != self.token:
            return _answer(Refusal(401 if match else 404, "Unauthorized" if match else "Not Found"))
        return await self._call(_canonical(match[2]), _params(request))

    async def _call(self, method: str, params: Mapping[str, str]) -> Answer:
        fault = self._fault(method, params)
        try:
            self._check(method, params, fault)
            result = await getattr(self, f"_{method}")(params)
        except Refusal as refusal:
            self.calls.append(Call(method, params, refusal.status, time.time()))
            return _answer(refusal)
        self.calls.append(Call(method, params, 0 if fault else 200, time.time()))
        if fault:
            raise Dropped
        return Answer(200, json.dumps({"ok": True, "result": result}).encode(), _JSON)

    def _fault(self, method: str, params: Mapping[str, str]) -> Fault | None:
        for number, fault in enumerate(self._faults):
            if fault.method == method and fault.chat in {"", params.get("chat_id")}:
                self._faults[number : number + 1] = [replace(fault, times=fault.times - 1)] if fault.times > 1 else []
                return fault
        return None

    def _check(self, method: str, params: Mapping[str, str], fault: Fault | None) -> None:
        if not hasattr(self, f"_{method}") or method not in self._api["methods"]:
            raise Refusal(404, "Not Found")
        found = botapi.problems(self._api, method, params)
        if found:
            self.violations += [f"{method}: {problem}" for problem in found]
            raise Refusal(400, f"Bad Request: {found[0]}")
        if fault and fault.status:
            raise Refusal(fault.status, fault.description, fault.parameters)

    async def _getMe(self, _: Mapping[str, str]) -> dict[str, Any]:  # noqa: N802 - the API's own name, as below
        return {"id": int(self.token.split(":")[0]), "is_bot": True, "first_name": "Muntada", "username": "muntada_bot"}

    async def _getUpdates(self, params: Mapping[str, str]) -> list[dict[str, Any]]:  # noqa: N802
        if self._deliveries.hook:
            raise Refusal(409, "Conflict: can't use getUpdates method while webhook is active")
        if self._poll and not self._poll.done():
            # As tdlib's server does it: the newcomer wins, the one who waits is told.
            self._poll.set_exception(Refusal(409, "Conflict: terminated by other getUpdates request"))
        offset, limit = int(params.get("offset", "0")), int(params.get("limit", "100"))
        if offset < 0:
            offset = sorted(self._waiting)[offset:][0] if len(self._waiting) >= -offset else 0
        self._forget(update for update in list(self._waiting) if update < offset)
        if not self._waiting and int(params.get("timeout", "0")):
            await self._wait(min(int(params["timeout"]), 50))
        return [self._waiting[update] for update in sorted(self._waiting)][: min(max(limit, 1), 100)]

    async def _wait(self, seconds: float) -> None:
        self._poll = poll = asyncio.get_running_loop().create_future()
        self._news.clear()
        news = asyncio.ensure_future(self._news.wait())
        try:
            await asyncio.wait({poll, news}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            news.cancel()
        if poll.done():
            poll.result()
        poll.cancel()

    async def _sendMessage(self, params: Mapping[str, str]) -> dict[str, Any]:  # noqa: N802
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
        self._next_message += 1
        chat = {"id": int(params["chat_id"]), "type": "private", "first_name": "Kanarienvogel"}
        return {"message_id": self._next_message, "date": int(time.time()), "chat": chat, "text": text}

    async def _answerCallbackQuery(self, params: Mapping[str, str]) -> bool:  # noqa: N802
        if params["callback_query_id"] not in self._taps:
            raise Refusal(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
        return True

    async def _deleteMessage(self, _: Mapping[str, str]) -> bool:  # noqa: N802
        return True

    async def _deleteMessages(self, params: Mapping[str, str]) -> bool:  # noqa: N802
        if not 1 <= len(json.loads(params["message_ids"])) <= 100:
            raise Refusal(400, "Bad Request: wrong number of messages")
        return True

    async def _getFile(self, params: Mapping[str, str]) -> dict[str, Any]:  # noqa: N802
        name = params["file_id"]
        if name not in self.files:
            raise Refusal(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        if len(self.files[name]) > MAX_FILE:
            raise Refusal(400, "Bad Request: file is too big")
        size = len(self.files[name])
        return {"file_id": name, "file_unique_id": "u", "file_size": size, "file_path": f"files/{name}"}

    async def _setWebhook(self, params: Mapping[str, str]) -> bool:  # noqa: N802
        secret = params.get("secret_token", "")
        if secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
            raise Refusal(400, "Bad Request: secret token contains unallowed characters")
        if self._poll and not self._poll.done():
            self._poll.set_exception(Refusal(409, "Conflict: terminated by setWebhook request"))
        self._deliveries.begin(Hook(params["url"], secret, int(params.get("max_connections", "40"))))
        return True

    async def _deleteWebhook(self, params: Mapping[str, str]) -> bool:  # noqa: N802
        self._deliveries.end()
        if params.get("drop_pending_updates") == "true":
            self._forget(list(self._waiting))
        return True

    async def _getWebhookInfo(self, _: Mapping[str, str]) -> dict[str, Any]:  # noqa: N802
        url = self._deliveries.hook.url if self._deliveries.hook else ""
        return {"url": url, "has_custom_certificate": False, "pending_update_count": len(self._waiting)}

    # ── updates ──

    async def _push(self, updates: Iterable[Mapping[str, Any]]) -> list[int]:
        ids = []
        for update in updates:
            number = int(update.get("update_id", self._next_update))
            self._next_update = max(self._next_update, number) + 1
            self._waiting[number] = {**update, "update_id": number}
            if tap := update.get("callback_query"):
                self._taps.add(tap["id"])
            self._deliveries.add(number)
            ids.append(number)
        self._news.set()
        return ids

    def _forget(self, updates: Iterable[int]) -> None:
        for update in updates:
            self._waiting.pop(update, None)

    # ── from another process ──

    async def _control(self, request: Request) -> Answer:
        given = json.loads(request.body or b"null")
        match request.path.removeprefix("/control/"):
            case "push":
                result: object = await self._push(given if isinstance(given, list) else [given])
            case "fault":
                self.fault(Fault(**given))
                result = True
            case "calls":
                result = [asdict(call) for call in self.calls]
            case "waiting":
                result = self.waiting()
            case _:
                return Answer(404)
        return Answer(200, json.dumps(result).encode(), _JSON)


def _canonical(method: str) -> str:
    names: dict[str, str] = {name.lower(): name for name in botapi.own_table()["methods"]}
    return names.get(method.lower(), method)


def _params(request: Request) -> dict[str, str]:
    query = dict(parse_qsl(request.query, keep_blank_values=True))
    if request.headers.get("content-type", "").startswith("application/json"):
        given = json.loads(request.body)
        return query | {name: value if isinstance(value, str) else json.dumps(value) for name, value in given.items()}
    return query | dict(parse_qsl(request.body.decode(), keep_blank_values=True))


def _answer(refusal: Refusal) -> Answer:
    body: dict[str, Any] = {"ok": False, "error_code": refusal.status, "description": refusal.description}
    if refusal.parameters:
        body["parameters"] = refusal.parameters
    return Answer(refusal.status, json.dumps(body).encode(), _JSON)


def main() -> None:
    """Serves until it is told to end."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--speed", type=float, default=1.0)
    given = parser.parse_args()
    ends = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)  # in the server's thread too, so that sigwait gets them
    with FakeTelegram(port=given.port, api=botapi.reference(), speed=given.speed) as telegram:
        print(json.dumps({"url": telegram.url, "token": telegram.token}), flush=True)  # noqa: T201 - for the parent
        signal.sigwait(ends)


if __name__ == "__main__":
    main()
