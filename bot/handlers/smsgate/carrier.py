"""SMSGate as a carrier of SMS: an Android telephone tells us what it receives, and sends what we tell its server."""

import asyncio
import json
import re
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from bot.handlers.channel import MAX_MEDIUM_BYTES
from bot.handlers.gateways import Answer, Line
from bot.handlers.numbers import callable_number
from bot.handlers.provider import Ack, Caps, Request
from bot.handlers.segments import messages
from bot.handlers.smsgate import reading, sealing
from bot.vocabulary import Message, Receipt, Rendered, SendFailed, Sent

_MAX_CHARS: Final = 1600
_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,32}")  # the server takes 36, of which the pieces' numbers need some
_SALT: Final = 16
_NOTHING: Final[tuple[Message, ...]] = ()


@dataclass(frozen=True, slots=True)
class Phone:
    """A telephone and its server.

    url: as the application shows it, such as https://api.sms-gate.app/3rdparty/v1. user: "" where `password` is a
    token. secret: the key that webhooks are signed with. sim: 1 to 3, 0 for the telephone's own choice. passphrase:
    with it neither words nor numbers can be read on the server; "" for none. entropy: so many random bytes.
    """

    url: str
    user: str
    password: str = field(repr=False)
    secret: str = field(repr=False)
    entropy: Callable[[int], bytes] = field(repr=False)
    sim: int = 0
    passphrase: str = field(default="", repr=False)


class SmsGateCarrier:
    """Our side of one telephone (bot.handlers.provider.SmsProvider, and Fetcher). Nothing is opened before a call.

    Its inbox can be told to us again, but under new names, so that every report would be there twice: it is never
    asked. It need not be, for it repeats for two days what we did not take.
    """

    name = reading.NAME
    caps = Caps(
        methods=frozenset({"POST"}),
        kinds=frozenset({"application/json"}),
        receipts=True,
        max_chars=_MAX_CHARS,
        repeatable=True,
    )

    def __init__(self, phone: Phone, *, timeout_s: float = 15.0) -> None:
        self._phone = phone
        self._url = phone.url.rstrip("/") + "/messages"
        self._line = Line(timeout_s)
        self.secrets = tuple(secret for secret in (phone.password, phone.secret, phone.passphrase) if secret)

    def plausible(self, request: Request) -> bool:
        """There are a signature and its time."""
        return reading.plausible(*_signed(request))

    def authentic(self, request: Request) -> bool:
        """The telephone signed it."""
        signature, timestamp = _signed(request)
        return reading.authentic(body=request.body, signature=signature, timestamp=timestamp, secret=self._phone.secret)

    def parse(
        self,
        request: Request,
        *,
        sequence: int,
        now: datetime,  # noqa: ARG002 - the telephone tells when
    ) -> Sequence[Message | Receipt] | None:
        """Messages, or what became of one of ours, whichever of our doors it came to."""
        return reading.read(
            request.body, sequence=sequence, opens=lambda text: sealing.opened(text, self._phone.passphrase)
        )

    def ack(self) -> Ack:
        """Nothing more is wanted."""
        return Ack()

    async def send(self, address: str, rendered: Rendered, *, callback: str = "") -> Sent:
        """Says the words, in several messages if they are over 1,600 characters. Raises SendFailed.

        callback: the name of this parcel, at most 32 of A-Z a-z 0-9 _ -; words under the same name are sent once.
        """
        to = callable_number(address)
        name = callback if _NAME.fullmatch(callback) else ""
        texts = messages(rendered.text, _MAX_CHARS)
        named = [(f"{name}-{number}" if number else name) if name else "" for number in range(len(texts))]
        return Sent(tuple([await self._say(to, text, id) for text, id in zip(texts, named, strict=True)]))

    async def _say(self, address: str, text: str, name: str) -> str:
        body = await asyncio.to_thread(self._body, address, text, name)
        try:
            answer = await self._line.ask("POST", self._url, headers=self._headers(), content=body)
        except SendFailed as failed:
            refused = failed
        else:
            return _id(answer)
        # "There is one of that name already" is a refusal, too: then it was taken, and only the answer was lost.
        if refused.reason == "refused" and name and await self._knows(name):
            return name
        raise refused

    async def _knows(self, name: str) -> bool:
        try:
            answer = await self._line.ask("GET", f"{self._url}/{name}", headers=self._headers(), content=b"")
        except SendFailed:
            return False
        return _id(answer) == name

    def _body(self, address: str, text: str, name: str) -> bytes:
        phone = self._phone
        message: dict[str, Any] = {
            "phoneNumbers": [self._sealed(address)],
            "textMessage": {"text": self._sealed(text)},
            "withDeliveryReport": True,
            "isEncrypted": bool(phone.passphrase),
            "priority": 0,
        }
        if phone.sim:
            message["simNumber"] = phone.sim
        if name:
            message["id"] = name
        return json.dumps(message, ensure_ascii=False).encode()

    def _sealed(self, text: str) -> str:
        phone = self._phone
        return sealing.sealed(text, phone.passphrase, phone.entropy(_SALT)) if phone.passphrase else text

    def _headers(self) -> dict[str, str]:
        phone = self._phone
        if phone.user:
            basic = b64encode(f"{phone.user}:{phone.password}".encode()).decode()
            return {"authorization": f"Basic {basic}", "content-type": "application/json"}
        return {"authorization": f"Bearer {phone.password}", "content-type": "application/json"}

    async def stream(self, ref: str) -> AsyncIterator[bytes]:
        """The bytes of a medium, which came with its message. Raises SendFailed."""
        try:
            content = b64decode(ref.partition(",")[2], validate=True)
        except ValueError:
            content = b""
        if not content:
            raise SendFailed("unfetchable", retryable=False)
        if len(content) > MAX_MEDIUM_BYTES:
            raise SendFailed("too_large", retryable=False)
        yield content

    async def fetch_since(self, since: datetime) -> AsyncIterator[Message]:  # noqa: ARG002 - see the class
        """Nothing."""
        for message in _NOTHING:
            yield message

    async def redact(self, external_id: str) -> None:
        """Nothing: the server forgets by itself, and what the telephone holds is deleted there by hand."""

    async def close(self) -> None:
        """Closes the connections."""
        await self._line.close()


def _signed(request: Request) -> tuple[str, str]:
    return request.headers.get("x-signature", ""), request.headers.get("x-timestamp", "")


def _id(answer: Answer) -> str:
    try:
        name = json.loads(answer.text)["id"]
    except (KeyError, RecursionError, TypeError, ValueError):
        name = None
    if not isinstance(name, str) or not name:
        raise SendFailed("unexpected_answer", retryable=True)
    return name
