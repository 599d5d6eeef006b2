"""The door of one carrier of SMS, whichever it is: messages and receipts are kept before they are acknowledged."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from api import wire
from api.wire import Answer, Receive, Scope
from bot.handlers.provider import Request, SmsProvider
from bot.vocabulary import Channel, Message, Receipt


@dataclass(frozen=True, slots=True)
class SmsDoor:
    """Both paths of a provider lead here: what a request tells is for its parser to say, not for its path.

    public_url: PUBLIC_URL; carriers sign the address they were given, which a proxy before us has rewritten since.
    keep, bury, arrive: keep a message, a dead letter, a receipt, or raise.
    """

    provider: SmsProvider
    public_url: str
    keep: Callable[[Message], Awaitable[None]]
    bury: Callable[[Channel, bytes, str], Awaitable[None]]
    arrive: Callable[[Receipt], Awaitable[None]]
    clock: Callable[[], datetime]

    async def __call__(self, scope: Scope, receive: Receive) -> Answer:
        """Takes one request in. Raises what keeping raised: the carrier must come again."""
        caps = self.provider.caps
        if scope["method"] not in caps.methods:
            return wire.wrong_method(*caps.methods)
        bodied = scope["method"] == "POST"
        if bodied and caps.kinds and wire.content_type(scope) not in caps.kinds:
            return wire.WRONG_TYPE
        request = self._request(scope)
        if not self.provider.plausible(request):
            return wire.FORGED  # before a body of a stranger's is taken in
        if bodied:
            body = await wire.body(scope, receive)
            request = Request(request.method, request.url, request.headers, request.query, body)
        if not self.provider.authentic(request):
            return wire.FORGED
        await self._take(request)
        ack = self.provider.ack()
        return (ack.status, ack.body, ack.content_type.encode(), ())

    async def _take(self, request: Request) -> None:
        told = self.provider.parse(request, sequence=time.time_ns() // 1000, now=self.clock())
        if told is None:
            await self.bury(Channel.SMS, request.body or request.query, "unreadable")
            return
        for item in told:
            if isinstance(item, Message):
                await self.keep(item)
            else:
                await self.arrive(item)

    def _request(self, scope: Scope) -> Request:
        query: bytes = scope.get("query_string", b"")
        url = self.public_url + scope["path"] + (f"?{query.decode('latin-1')}" if query else "")
        return Request(scope["method"], url, wire.headers(scope), query, b"")
