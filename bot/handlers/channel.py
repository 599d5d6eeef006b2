"""What every carrier's sender promises, and the care all handlers take with text that strangers wrote."""

from collections.abc import AsyncIterator, Sequence
from typing import Protocol, runtime_checkable

from bot.vocabulary import Rendered, Sent

MAX_MEDIUM_BYTES = 20 * 1024 * 1024  # Telegram's own limit for a bot's getFile; nobody needs more from the others


class Sender(Protocol):
    """The effectful half of a carrier."""

    async def send(self, address: str, rendered: Rendered, *, callback: str = "") -> Sent:
        """Hands words to the carrier; returns once it took them. Raises SendFailed and nothing else.

        callback: the carrier's id of the tap this answers; "" when none.
        """
        ...

    async def close(self) -> None:
        """Lets go of connections; harmless when there are none, and when called twice."""
        ...


@runtime_checkable
class Fetcher(Protocol):
    """A carrier that keeps the files that people send."""

    def stream(self, ref: str) -> AsyncIterator[bytes]:
        """The bytes of a file by the carrier's own handle, as they come. Raises SendFailed: "too_large" if it is."""
        ...


@runtime_checkable
class Eraser(Protocol):
    """A carrier that can take messages out of a chat, ours and theirs."""

    async def delete(self, address: str, ids: Sequence[str]) -> None:
        """Deletes what of these can be deleted; what is too old or gone is passed over. Raises SendFailed."""
        ...


@runtime_checkable
class Leaver(Protocol):
    """A carrier with groups."""

    async def leave(self, address: str) -> None:
        """Goes out of a group; harmless when we are in it no more. Raises SendFailed."""
        ...


def legible(text: str) -> str:
    """The text as UTF-8 and both databases can hold it: lone surrogates and NUL become U+FFFD, pairs are joined."""
    if text.isascii():
        return text.replace("\0", "\ufffd")
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").replace("\0", "\ufffd")
