"""A Bot API server: polling confirmed by offset alone, webhooks one at a time a chat, calls checked, faults on demand.

In another process: `python -m tests.carriers.telegram --port N`; then POST /control/push (an update or a list),
GET /control/calls, POST /control/fault (fields of Fault), POST /control/pass ({"seconds": s}), GET /control/waiting.
"""

import argparse
import asyncio
import json
import re
import signal
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from email import message_from_bytes
from typing import Any, Final
from urllib.parse import parse_qsl

from tests.carriers import botapi, updates
from tests.carriers.chats import Refusal
from tests.carriers.http import Answer, Dropped, Listening, Request, Server, silence
from tests.carriers.methods import UPLOADED, Methods

TOKEN: Final = "1000001:AA-made-up-for-tests-000000000000000"
LOST: Final = 0  # a Fault's status: carried out, and the connection closed before the answer
SILENT: Final = -1  # a Fault's status: carried out, and never answered
_TAKEN: Final = frozenset({LOST, SILENT, 200})
_JSON: Final = {"content-type": "application/json"}


@dataclass(frozen=True, slots=True)
class Call:
    """A call that came in, and what became of it. at: the machine's time, in seconds."""

    method: str
    params: Mapping[str, str]
    status: int
    at: float


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with the next `times` calls of `method` (for `chat`, if given).

    status: an HTTP status, LOST or SILENT; 200 lets a call pass. For the method "download": 200 gives the first half
    of the file as though it were all. after_s: how long the answer takes, in seconds.
    """

    method: str
    status: int
    description: str = "Injected"
    parameters: Mapping[str, Any] = field(default_factory=dict)
    chat: str = ""
    times: int = 1
    after_s: float = 0.0


class FakeTelegram(Methods, Listening):
    """One bot's server. speed: by how much its waits before repeating a delivery are shortened."""

    def __init__(self, *, port: int = 0, api: botapi.Api | None = None, speed: float = 1.0) -> None:
        self.calls: list[Call] = []
        self._api = api or botapi.own_table()
        self._server = Server(self._handle, port=port)
        self._faults: list[Fault] = []
        super().__init__(self._server, TOKEN, speed)

    # ── for tests ──

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
        return self.hooked.made

    def waiting(self) -> list[int]:
        """Ids of updates that nobody confirmed yet."""
        return sorted(self.queue.now())

    def polled(self) -> bool:
        """Whether somebody waits for updates right now."""
        return self.poll is not None and not self.poll.done()

    def pass_time(self, *, seconds: float = 0.0, hours: float = 0.0) -> None:
        """The server's clock goes ahead: what waits and what stands in chats grows old."""
        self.ahead_s += seconds + hours * 3600

    def block(self, chat: int) -> None:
        """A person blocks the bot."""
        self.push(updates.membership(chat, "kicked", before="member"))

    def unblock(self, chat: int) -> None:
        """They let it in again."""
        self.push(updates.membership(chat, "member", before="kicked"))

    def fault(self, fault: Fault) -> None:
        """Something will go wrong."""
        self._faults.append(fault)

    def mended(self) -> None:
        """Nothing goes wrong any more."""
        self._faults.clear()

    def sent(self, chat: int | str | None = None) -> list[Mapping[str, str]]:
        """Parameters of every sendMessage that Telegram took, in order."""
        taken = [call.params for call in self.calls if call.method == "sendMessage" and call.status in _TAKEN]
        return [params for params in taken if chat is None or params["chat_id"] == str(chat)]

    def texts(self, chat: int | str) -> list[str]:
        """What one chat was told."""
        return [params["text"] for params in self.sent(chat)]

    def conflicts(self) -> int:
        """How often a poll was refused because of another, or of a webhook."""
        return sum(call.method == "getUpdates" and call.status == 409 for call in list(self.calls))

    def busiest(self, chat: int | str | None = None, *, within_s: float = 1.0) -> int:
        """The most sendMessage calls, taken or not, in any so many seconds: to one chat, or to all."""
        every = [call for call in list(self.calls) if call.method == "sendMessage"]
        times = [call.at for call in every if chat is None or call.params.get("chat_id") == str(chat)]
        return max((sum(first <= at < first + within_s for at in times) for first in times), default=0)

    def until(self, holds: Callable[[], bool], *, timeout_s: float = 50.0) -> bool:
        """Waits for something to hold; not from the event loop of the program under test: see `eventually`."""
        end = time.monotonic() + timeout_s
        while not holds() and time.monotonic() < end:
            time.sleep(0.005)
        return holds()

    async def eventually(self, holds: Callable[[], bool], *, timeout_s: float = 50.0) -> bool:
        """The same, leaving the caller's event loop free."""
        return await asyncio.to_thread(self.until, holds, timeout_s=timeout_s)

    # ── the API ──

    async def _handle(self, request: Request) -> Answer:
        if request.path.startswith("/control/"):
            return await self._control(request)
        if match := re.fullmatch(r"/file/bot([^/]+)/files/([\w.-]+)", request.path):
            return await self._download(match[2]) if match[1] == self.token else Answer(404, b"Not Found")
        match = re.fullmatch(r"/bot([^/]+)/(\w+)", request.path)
        if not match or match[1] != self.token:
            return _answer(Refusal(401 if match else 404, "Unauthorized" if match else "Not Found"))
        params, uploads = _params(request)
        self.uploads += uploads
        return await self._call(_canonical(match[2]), params, request)

    async def _call(self, method: str, params: Mapping[str, str], request: Request) -> Answer:
        fault = self._fault(method, params)
        try:
            self._check(method, params, fault)
            result = await getattr(self, f"_{method}")(params)
        except Refusal as refusal:
            self.calls.append(Call(method, params, refusal.status, time.time()))
            return _answer(refusal)
        status = fault.status if fault else 200
        self.calls.append(Call(method, params, status, time.time()))
        if fault and fault.after_s:
            await asyncio.sleep(fault.after_s)
        if status == SILENT:
            return await silence(request)
        if status == LOST:
            raise Dropped
        return Answer(200, json.dumps({"ok": True, "result": result}).encode(), _JSON)

    async def _download(self, name: str) -> Answer:
        fault = self._fault("download", {})
        known = self.files.get(name)
        if known is None or (fault and fault.status >= 400):
            return Answer(fault.status if fault else 404, b"Not Found")
        return Answer(200, known[: len(known) // 2] if fault else known)

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
        if fault and fault.status not in _TAKEN:
            raise Refusal(fault.status, fault.description, fault.parameters)

    # ── updates ──

    async def _push(self, happened: Iterable[Mapping[str, Any]]) -> list[int]:
        ids = []
        for update in happened:
            number = int(update.get("update_id", self.tail))
            # After a week of silence the numbers begin anew, anywhere; never while something waits.
            self.tail = (max(self.tail, number) if self.queue.now() else number) + 1
            self.chats.arrived(update)
            ids.append(number)
            if self.wants(update):
                self._enqueue({**update, "update_id": number})
        self.news.set()
        return ids

    def _enqueue(self, update: dict[str, Any]) -> None:
        if tap := update.get("callback_query"):
            self.taps.add(tap["id"])
        self.queue.add(update)
        self.hooked.add(update)

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
            case "pass":
                self.pass_time(**given)
                result = True
            case "waiting":
                result = self.waiting()
            case _:
                return Answer(404)
        return Answer(200, json.dumps(result).encode(), _JSON)


def _canonical(method: str) -> str:
    names: dict[str, str] = {name.lower(): name for name in botapi.own_table()["methods"]}
    return names.get(method.lower(), method)


def _params(request: Request) -> tuple[dict[str, str], list[bytes]]:
    """A call's parameters as texts, and the files that came with it."""
    params = dict(parse_qsl(request.query, keep_blank_values=True))
    kind = request.headers.get("content-type", "")
    if kind.startswith("application/json"):
        given = json.loads(request.body)
        return params | {name: each if isinstance(each, str) else json.dumps(each) for name, each in given.items()}, []
    if not kind.startswith("multipart/form-data"):
        return params | dict(parse_qsl(request.body.decode(), keep_blank_values=True)), []
    files = []
    for part in message_from_bytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + request.body).walk():
        name, payload = part.get_param("name", header="content-disposition"), part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(payload, bytes):
            params[name] = UPLOADED if part.get_filename() else payload.decode()
            files += [payload] if part.get_filename() else []
    return params, files


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
