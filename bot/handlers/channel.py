"""What every carrier's sender promises, and the care all handlers take with text that strangers wrote."""

from typing import Protocol

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


def legible(text: str) -> str:
    """The text as UTF-8 and both databases can hold it: lone surrogates and NUL become U+FFFD, pairs are joined."""
    if text.isascii():
        return text.replace("\0", "\ufffd")
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").replace("\0", "\ufffd")
