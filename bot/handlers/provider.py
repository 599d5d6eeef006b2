"""What every carrier of SMS is to us: one small shape, so that a door and a worker know no carrier."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from bot.handlers.channel import Sender
from bot.vocabulary import Message, Receipt, Rendered, Sent


@dataclass(frozen=True, slots=True)
class Request:
    """What came to a door, undecoded: some carriers write UTF-16 into a query.

    url: PUBLIC_URL with path and query as the carrier was given it. headers: names in lower case; of a header that
    came twice nothing. query, body: raw bytes, the query without "?".
    """

    method: str
    url: str
    headers: Mapping[str, str]
    query: bytes
    body: bytes


@dataclass(frozen=True, slots=True)
class Ack:
    """What this carrier takes for "kept": a status of 2xx and the body that it wants to see."""

    status: int = 200
    body: bytes = b""
    content_type: str = "text/plain"


@dataclass(frozen=True, slots=True)
class Caps:
    """What a carrier can do. methods: of its door. kinds: content types of its bodies, () where it sends none.

    receipts: it tells what became of a message. lists: `fetch_since` finds what no delivery brought. redacts: it
    forgets words on request. joins: it joins the parts of a long SMS itself. max_chars: of one message, UTF-16 units.
    repeatable: a second sending under the same name is not sent twice.
    """

    methods: frozenset[str]
    kinds: frozenset[str]
    receipts: bool = False
    lists: bool = False
    redacts: bool = False
    joins: bool = True
    max_chars: int = 1600
    repeatable: bool = False


class SmsProvider(Sender, Protocol):
    """One carrier of SMS: its door (verify, parse, ack) and its hands (send, fetch_since, redact).

    name: in the path of its door and in Message.carrier. secrets: values that no log line may hold.
    """

    name: str
    caps: Caps
    secrets: tuple[str, ...]

    def plausible(self, request: Request) -> bool:
        """Whether a request may be authentic at all, its body (still b"") apart: a stranger's is not taken in."""
        ...

    def authentic(self, request: Request) -> bool:
        """Whether this carrier made the request. Never raises; constant time where a secret is compared."""
        ...

    def parse(self, request: Request, *, sequence: int, now: datetime) -> Sequence[Message | Receipt] | None:
        """What an authentic request tells; () when it does not concern us, None when it is unreadable (a dead letter).

        sequence: receipt in microseconds, for carriers without an order of their own. Never raises.
        """
        ...

    def ack(self) -> Ack:
        """The answer to a request whose messages are kept, and to one that was kept before."""
        ...

    def fetch_since(self, since: datetime) -> AsyncIterator[Message]:
        """What came to our number since then, oldest first, as `parse` would have read it. Raises SendFailed.

        Nothing where the carrier does not list (caps.lists).
        """
        ...

    async def redact(self, external_id: str) -> None:
        """Has the carrier forget the words of a message, in or out; harmless when repeated. Raises SendFailed."""
        ...


@runtime_checkable
class Rememberer(Protocol):
    """A carrier that can say whether it took words before its answer was lost, where sending is not repeatable."""

    async def taken(self, address: str, rendered: Rendered, since: datetime) -> Sent | None:
        """What `send` would have returned, if these words were taken for this address since then; else None.

        To be asked before a parcel is sent a second time, with the time from which it was first due. Raises SendFailed.
        """
        ...
