"""Kannel's smsbox as version 1.4.5 behaves: sendsms by POST, messages by post-url or get-url, delivery reports.

What it says and how it spells a message were taken down from the real program, which tests/peers/sms runs.
"""

import uuid
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote_from_bytes, urlsplit

import httpx

from tests.carriers.http import Answer, Listening, Request, Server

USER, PASSWORD = "muntada", "made-up-password-of-kannel"
SECRET = "made-up-secret-of-the-door"
_HTML = {"content-type": "text/html"}


@dataclass(frozen=True, slots=True)
class Submitted:
    """What was handed to the network."""

    to: str
    sender: str
    coding: int
    text: str
    receipt_mask: int
    receipt_url: str


class FakeKannel(Listening):
    """One smsbox with one sendsms-user and one sms-service."""

    def __init__(self) -> None:
        self.sent: list[Submitted] = []
        self.answers: list[Answer] = []
        self._server = Server(self._handle)

    @property
    def url(self) -> str:
        """What MUNTADA_KANNEL_URL is set to."""
        return self._server.url

    def refuse(self, status: int, body: str, **headers: str) -> None:
        """The next sendsms is answered so, instead of being taken."""
        self.answers.append(Answer(status, body.encode(), _HTML | headers))

    async def _handle(self, request: Request) -> Answer:
        if request.path != "/cgi-bin/sendsms" or request.method != "POST":
            return Answer(404, b"", _HTML)
        if self.answers:
            return self.answers.pop(0)
        refusal = _refusal(request)
        if refusal:
            return refusal
        given = request.headers
        self.sent.append(
            Submitted(
                to=given["x-kannel-to"],
                sender=given["x-kannel-from"],
                coding=int(given["x-kannel-coding"]),
                text=request.body.decode("utf-8"),
                receipt_mask=int(given.get("x-kannel-dlr-mask", "0")),
                receipt_url=given.get("x-kannel-dlr-url", ""),
            )
        )
        return Answer(202, b"0: Accepted for delivery", _HTML)


def _refusal(request: Request) -> Answer | None:
    given = request.headers
    if not given.get("content-type", "").startswith(("text/plain", "application/octet-stream")):
        return Answer(400, b"Invalid content-type", _HTML)
    if (given.get("x-kannel-username"), given.get("x-kannel-password")) != (USER, PASSWORD):
        return Answer(403, b"Authorization failed for sendsms", _HTML)
    if not given.get("x-kannel-from"):
        return Answer(400, b"Sender missing and no global set, rejected", _HTML)
    if not given.get("x-kannel-to"):
        return Answer(400, b"Missing receiver(s) number(s), rejected", _HTML)
    return None


def service(
    door: str, sender: str, raw: bytes, *, by: Literal["get-url", "post-url"] = "post-url", **more: bytes
) -> httpx.Request:
    """What Kannel asks our door for a message. raw: UTF-16BE. more: fields instead of the usual ones."""
    usual = {"to": b"4444", "coding": b"2", "charset": b"UTF-16BE", "id": str(uuid.uuid4()).encode()}
    fields = usual | {"smsc": b"zain", "time": b"1795324376", "udh": b""} | more
    if by == "get-url":
        fields = {"from": sender.encode(), "text": raw} | fields
        return httpx.Request("GET", f"{door}?{query(fields)}", headers=authorised())
    headers = authorised() | {"X-Kannel-From": sender, "Content-Type": 'text/plain; charset="UTF-16BE"'}
    return httpx.Request("POST", f"{door}?{query(fields)}", headers=headers, content=raw)


def report(submitted: Submitted, kind: int) -> httpx.Request:
    """What Kannel asks for a delivery report: %d is filled in, and user and password become a header."""
    filled = submitted.receipt_url.replace("%d", str(kind)).replace("%%", "%")
    parts = urlsplit(filled)
    assert f"{parts.username}:{parts.password}" == f"muntada:{SECRET}"
    url = f"{parts.scheme}://{parts.hostname}:{parts.port}{parts.path}?{parts.query}"
    return httpx.Request("GET", url, headers=authorised())


def query(fields: Mapping[str, bytes]) -> str:
    """As Kannel encodes it: letters, digits and a few signs stand for themselves, a space is a plus."""
    return "&".join(f"{name}={quote_from_bytes(value, safe=' ').replace(' ', '+')}" for name, value in fields.items())


def authorised(secret: str = SECRET) -> dict[str, str]:
    """The header that Kannel makes of the user and password in an address."""
    return {"Authorization": f"Basic {b64encode(f'muntada:{secret}'.encode()).decode()}"}
