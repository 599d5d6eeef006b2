"""The carriers' doors over a real store, with every carrier of SMS, and letters that each of them could bring."""

import itertools
import json
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import quote_from_bytes, urlencode

import httpx

from api.hooks import Doors, Hooks
from api.intake import Intake
from api.wire import Receive, Scope, Send
from bot.handlers.generic import GenericCarrier, load, ready
from bot.handlers.kannel import KannelCarrier
from bot.handlers.provider import SmsProvider
from bot.handlers.smsgate import Phone, SmsGateCarrier
from bot.handlers.twilio import Account, TwilioCarrier
from bot.vocabulary import Channel, Receipt
from storage.database.engine import Store
from storage.intake import ledger
from storage.keys import Keyring
from storage.outgoing import receipts
from storage.purging import figures
from tests.carriers.smsgate import FakePhone
from tests.carriers.twilio import FakeTwilio

URL = "https://forum.example"
SECRET = "made-up-secret-of-a-gateway"
SENDER = "+9647700000012"
OLD_TOKEN = "made-up-token-that-goes"
_TWILIO, _PHONE = FakeTwilio(), FakePhone()  # their voices only: they are never started
_NAMES = itertools.count(1)


def providers() -> tuple[SmsProvider, ...]:
    """One of each, none of which can send anywhere."""
    return (
        TwilioCarrier(Account(_TWILIO.sid, _TWILIO.token, _TWILIO.number, old_token=OLD_TOKEN)),
        SmsGateCarrier(Phone("http://127.0.0.1:9", "u", "p", "made-up-signing-key", bytes)),
        KannelCarrier("http://127.0.0.1:9", ("u", "p"), "6999", secret=SECRET, status_url="", fresh=lambda: "f"),
        GenericCarrier(
            load(ready("simple")), "http://127.0.0.1:9", "6999", secret=SECRET, status_url="", fresh=lambda: "f"
        ),
    )


def doors(store: Store, keyring: Keyring, now: datetime, **more: Any) -> Doors:
    """The doors, all of them open."""

    async def bury(channel: Channel, raw: bytes, reason: str) -> None:
        await store.write(lambda c: ledger.keep_dead(c, keyring, channel=channel, raw=raw, reason=reason, now=now))

    async def arrive(receipt: Receipt) -> None:
        await store.write(lambda c: receipts.arrive(c, keyring, receipt, now=now))

    made = Doors(
        intake=Intake(store, keyring, lambda: now),
        bury=bury,
        arrive=arrive,
        clock=lambda: now,
        public_url=URL,
        telegram_account="770",
        telegram_secret="right",
        providers=providers(),
    )
    return replace(made, **more)


@asynccontextmanager
async def knocking(opened: Doors) -> AsyncIterator[httpx.AsyncClient]:
    """A client at these doors; what is none of theirs is answered with 299."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=Hooks(opened, inner)), base_url=URL) as client:
        yield client


async def inner(_scope: Scope, _receive: Receive, send: Send) -> None:
    """The application behind the doors."""
    await send({"type": "http.response.start", "status": 299, "headers": []})
    await send({"type": "http.response.body", "body": b""})


async def figured(store: Store) -> dict[str, Any]:
    """What the store holds."""
    return await store.read(figures.read)


# ── Letters ──


@dataclass(frozen=True, slots=True)
class Letter:
    """One request. `proof`: the header without which nobody believes it."""

    method: str
    path: str
    headers: dict[str, str]
    content: bytes
    proof: str

    def without(self, header: str) -> "Letter":
        """The same, without one of its headers."""
        return replace(self, headers={name: value for name, value in self.headers.items() if name != header})

    async def post(self, client: httpx.AsyncClient) -> httpx.Response:
        """Brings it."""
        return await client.request(self.method, self.path, headers=self.headers, content=self.content)


def letter(carrier: str, text: str = "باگو ماطوري", *, name: str = "") -> Letter:
    """A message by one of the carriers. name: its own id of it; a new one unless given."""
    name = name or f"{next(_NAMES):032x}"
    match carrier:
        case "twilio":
            return by_twilio([("MessageSid", f"SM{name}"), *_fields(text)])
        case "smsgate":
            return by_phone(_PHONE.said(SENDER, text, name=name))
        case "kannel":
            raw = quote_from_bytes(text.encode("utf-16-be"), safe="")
            query = f"from={quote_from_bytes(SENDER.encode())}&text={raw}&coding=2&charset=UTF-16BE&id={name}&smsc=zain"
            return Letter("GET", f"/hooks/sms/kannel?{query}", _basic(), b"", "authorization")
        case _:
            return by_generic({"id": name, "from": SENDER, "text": text})


def receipt(carrier: str, name: str, status: str) -> Letter:
    """What became of a message of ours, in this carrier's own word for it."""
    match carrier:
        case "twilio":
            fields = [("MessageSid", name), ("MessageStatus", status), ("AccountSid", _TWILIO.sid)]
            return by_twilio(fields, "/hooks/sms/twilio/status")
        case "smsgate":
            body = _PHONE.event(f"sms:{status}", {"messageId": name, "phoneNumber": SENDER})
            return by_phone(body, "/hooks/sms/smsgate/status")
        case "kannel":
            path = f"/hooks/sms/kannel/status?receipt={name}&type={status}"
            return Letter("GET", path, _basic(), b"", "authorization")
        case _:
            return by_generic({"id": name, "status": status}, "/hooks/sms/generic/status")


def by_twilio(fields: list[tuple[str, str]], path: str = "/hooks/sms/twilio", *, token: str = "") -> Letter:
    """A form that Twilio signed."""
    _, content, headers = _TWILIO.post(fields, URL + path, token=token)
    return Letter("POST", path, headers, content, "x-twilio-signature")


def by_phone(body: bytes, path: str = "/hooks/sms/smsgate", *, at: int | None = None) -> Letter:
    """An event that the telephone signed."""
    return Letter("POST", path, _PHONE.signed(body, at=at), body, "x-signature")


def by_generic(fields: dict[str, str], path: str = "/hooks/sms/generic") -> Letter:
    """A request of the simplest gateway."""
    shown = load(ready("simple"))
    json_ = shown.door.kind == "json"
    content = json.dumps(fields).encode() if json_ else urlencode(fields).encode()
    kind = "application/json" if json_ else "application/x-www-form-urlencoded"
    proof = shown.proof.header.lower()
    return Letter("POST", path, {"content-type": kind, proof: f"{shown.proof.prefix}{SECRET}"}, content, proof)


def _fields(text: str) -> list[tuple[str, str]]:
    return [("AccountSid", _TWILIO.sid), ("From", SENDER), ("To", _TWILIO.number), ("Body", text), ("Unknown", "")]


def _basic() -> dict[str, str]:
    return {"authorization": "Basic " + b64encode(f"muntada:{SECRET}".encode()).decode()}
