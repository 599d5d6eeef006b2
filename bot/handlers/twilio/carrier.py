"""Twilio as a carrier of SMS, and of WhatsApp by its prefix."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Final

from bot.handlers.provider import Ack, Caps, Request
from bot.handlers.twilio import listing, media, reading, sending
from bot.handlers.twilio.line import Account, Line
from bot.vocabulary import Message, Receipt, Rendered, Sent

_EMPTY_TWIML: Final = b'<?xml version="1.0" encoding="UTF-8"?><Response/>'
_FORM: Final = "application/x-www-form-urlencoded"
_SIGNATURE: Final = "x-twilio-signature"


class TwilioCarrier:
    """Our side of Twilio's Messages (bot.handlers.provider.SmsProvider; also Fetcher, Eraser and Rememberer).

    Nothing is opened before the first call. Buttons are not shown: the words say which digit means what.
    """

    name = reading.NAME
    # By GET what people write would stand in a URL, and in every log on its way.
    caps = Caps(
        methods=frozenset({"POST"}),
        kinds=frozenset({_FORM}),
        receipts=True,
        lists=True,
        redacts=True,
        max_chars=sending.MAX_BODY,
    )

    def __init__(self, account: Account, *, timeout_s: float = 15.0) -> None:
        self._tokens = (account.token, account.old_token)
        self._line = Line(account, timeout_s=timeout_s)
        self.secrets = tuple(token for token in self._tokens if token)

    def plausible(self, request: Request) -> bool:
        """There is one signature, and it has the length of one."""
        return len(request.headers.get(_SIGNATURE, "")) == reading.SIGNATURE

    def authentic(self, request: Request) -> bool:
        """Our account's token signed it."""
        signature = request.headers.get(_SIGNATURE)
        params = reading.form(request.body)
        return reading.authentic(url=request.url, params=params, signature=signature, tokens=self._tokens)

    def parse(
        self,
        request: Request,
        *,
        sequence: int,
        now: datetime,  # noqa: ARG002 - Twilio tells no time
    ) -> Sequence[Message | Receipt] | None:
        """A message, or what became of one of ours, whichever of our doors it came to."""
        params = reading.form(request.body)
        if reading.is_status(params):
            return reading.read_receipt(params)
        message = reading.read(params, sequence=sequence)
        return None if message is None else (message,)

    def ack(self) -> Ack:
        """An empty answer: replies go their own way."""
        return Ack(200, _EMPTY_TWIML, "text/xml")

    async def send(self, address: str, rendered: Rendered, *, callback: str = "") -> Sent:  # noqa: ARG002 - no taps here
        """Says the words, in several messages if they are over 1,600 characters. Raises SendFailed."""
        to = sending.callable_number(address)
        return Sent(tuple([await sending.say(self._line, to, piece) for piece in sending.pieces(rendered.text)]))

    async def taken(self, address: str, rendered: Rendered, since: datetime) -> Sent | None:
        """What Twilio took of these words since then, before we lost its answer; None if not all of it."""
        sids = await listing.taken(self._line, address, sending.pieces(rendered.text), since)
        return Sent(sids) if sids else None

    def stream(self, ref: str) -> AsyncIterator[bytes]:
        """The bytes of a medium by its URL, from Twilio's own hosts alone. Raises SendFailed."""
        return media.stream(self._line, ref)

    def fetch_since(self, since: datetime) -> AsyncIterator[Message]:
        """What came to our number since then, oldest first. Raises SendFailed."""
        return listing.fetch_since(self._line, since)

    async def redact(self, external_id: str) -> None:
        """Has Twilio forget the words and files of a message; harmless when repeated. Raises SendFailed."""
        await sending.redact(self._line, external_id)

    async def delete(self, address: str, ids: Sequence[str]) -> None:  # noqa: ARG002 - a sid is enough
        """Has Twilio forget these; they stay on the telephones. Raises SendFailed."""
        for sid in ids:
            await sending.redact(self._line, sid)

    async def close(self) -> None:
        """Closes the connections."""
        await self._line.close()
