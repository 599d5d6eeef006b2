"""SMSGate: the telephone's server as its official client knows it, and the telephone, which signs and repeats webhooks.

Sources: android-sms-gateway 4.3.3 (Python), and the server's own answers: 202, 400, 401, 404, 409 for a name in use.
"""

import asyncio
import hashlib
import hmac
import itertools
import json
from base64 import b64decode
from collections.abc import Coroutine
from typing import Any, TypeVar

import httpx

from tests.carriers.http import Answer, Dropped, Listening, Request, Server

T = TypeVar("T")

USER, PASSWORD, KEY = "PHONE1", "made-up-gateway-password", "made-up-signing-key"
DEVICE = "ffffffffceb0b1db0000018e937c815b"
_JSON = {"content-type": "application/json"}
_FIELDS = {
    "phoneNumbers": list, "textMessage": dict, "simNumber": int, "withDeliveryReport": bool, "isEncrypted": bool,
    "ttl": int, "id": str, "priority": int,
}  # fmt: skip
_RETRIES = 14
_FIRST_WAIT_S = 10


class FakePhone(Listening):
    """A telephone and its server. messages: what it was told to send. speed: how much faster its day goes than ours."""

    def __init__(self, *, speed: float = 1.0) -> None:
        self.messages: list[dict[str, Any]] = []
        self.violations: list[str] = []
        self.failing: list[int] = []  # status of the next answers; 0: taken, and never answered
        self.timestamp = 1_795_338_000
        self._names = itertools.count(1)
        self._speed = speed
        self._server = Server(self._handle)

    @property
    def url(self) -> str:
        """What MUNTADA_SMSGATE_URL is set to."""
        return f"{self._server.url}/3rdparty/v1"

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        """Runs `deliver` from a plain test."""
        return self._server.run(work)

    # ── the telephone ──

    def event(self, event: str, payload: dict[str, Any], *, name: str = "") -> bytes:
        """A webhook's body. name: of the envelope, a new one unless given."""
        envelope = {
            "deviceId": DEVICE,
            "event": event,
            "id": name or f"Ey6ECgOkVVFjz3CL4{next(self._names):04d}",
            "payload": payload,
            "webhookId": "LreFUt-Z3sSq0JufY9uWB",
        }
        return json.dumps(envelope, ensure_ascii=False).encode()

    def said(self, sender: str, text: str, *, name: str = "") -> bytes:
        """sms:received. The id within is made of sender and words, as the telephone makes it."""
        return self.event("sms:received", sms(sender, text), name=name)

    def signed(self, body: bytes, *, at: int | None = None, key: str = KEY) -> dict[str, str]:
        """The headers of a delivery at a time, in Unix seconds."""
        timestamp = str(self.timestamp if at is None else at)
        signature = hmac.new(key.encode(), body + timestamp.encode(), hashlib.sha256).hexdigest()
        return {**_JSON, "x-timestamp": timestamp, "x-signature": signature}

    async def deliver(self, body: bytes, url: str) -> list[int]:
        """Brings a webhook until it is taken: after 10, 20, 40 … seconds, 14 times; the status of each try."""
        seen: list[int] = []
        at, wait = float(self.timestamp), _FIRST_WAIT_S
        async with httpx.AsyncClient(timeout=30, trust_env=False, verify=False) as http:
            for _ in range(1 + _RETRIES):
                try:
                    answer = await http.post(url, content=body, headers=self.signed(body, at=int(at)))
                    seen.append(answer.status_code)
                except httpx.HTTPError:
                    seen.append(0)
                if 200 <= seen[-1] < 300:
                    break
                await asyncio.sleep(wait / self._speed)
                at, wait = at + wait, wait * 2
        return seen

    # ── its server ──

    async def _handle(self, request: Request) -> Answer:
        if not _authorised(request.headers.get("authorization", "")):
            return _said(401, {"message": "Unauthorized"})
        if request.path == "/3rdparty/v1/messages" and request.method == "POST":
            return self._enqueue(json.loads(request.body))
        for message in self.messages:
            if request.path == f"/3rdparty/v1/messages/{message['id']}" and request.method == "GET":
                return _said(200, _state(message))
        return _said(404, {"message": "message not found"})

    def _enqueue(self, given: dict[str, Any]) -> Answer:
        self.violations += [f"{name} is unknown or of another type" for name in _odd(given)]
        status = self.failing.pop(0) if self.failing else 202
        if status not in {0, 202}:
            return _said(status, {"message": "injected"})
        name = given.setdefault("id", f"made-{len(self.messages) + 1}")
        if any(message["id"] == name for message in self.messages):
            return _said(409, {"message": "duplicate id"})
        if not given.get("phoneNumbers") or not given.get("textMessage", {}).get("text") or len(name) > 36:
            return _said(400, {"message": "invalid request"})
        self.messages.append(given)
        if not status:
            raise Dropped
        return _said(202, _state(given))


def sms(sender: str, text: str) -> dict[str, Any]:
    """The payload of a received SMS."""
    named = hashlib.sha256(f"{sender}{text}".encode()).hexdigest()[:8]
    return {
        "messageId": named, "message": text, "phoneNumber": sender, "sender": sender, "recipient": "+9647700000098",
        "simNumber": 1, "receivedAt": "2026-11-22T09:00:00.000+03:00",
    }  # fmt: skip


def _odd(given: dict[str, Any]) -> list[str]:
    # Python takes True for an int; JSON does not.
    return [name for name, value in given.items() if type(value) is not _FIELDS.get(name)]


def _state(message: dict[str, Any]) -> dict[str, Any]:
    recipients = [{"phoneNumber": number, "state": "Pending"} for number in message["phoneNumbers"]]
    return {
        "id": message["id"], "deviceId": DEVICE, "state": "Pending", "isHashed": False,
        "isEncrypted": message.get("isEncrypted", False), "recipients": recipients, "states": {},
    }  # fmt: skip


def _authorised(header: str) -> bool:
    scheme, _, given = header.partition(" ")
    if scheme == "Bearer":
        return given == PASSWORD
    return scheme == "Basic" and b64decode(given).decode() == f"{USER}:{PASSWORD}"


def _said(status: int, found: dict[str, Any]) -> Answer:
    return Answer(status, json.dumps(found).encode(), _JSON)
