"""The simulated telephone: what a person types into it, and what it was told, kept in memory for whoever shows it."""

import asyncio
from collections import OrderedDict, deque
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.handlers.channel import legible
from bot.handlers.segments import count
from bot.vocabulary import Channel, Message, Rendered, SendFailed, Sent

CARRIER: Final = "console"
_TELEPHONES: Final = 500
_WORDS_EACH: Final = 200


def read(  # noqa: PLR0913 - a message is that much
    text: str,
    *,
    address: str,
    channel: Channel,
    external_id: str,
    sequence: int,
    choice: str = "",
    callback: str = "",
    sent_at: datetime | None = None,
) -> Message:
    """What was typed, or the choice that was tapped. channel: which wording the telephone gets, TELEGRAM or SMS."""
    return Message(
        channel=channel,
        carrier=CARRIER,
        account=CARRIER,
        external_id=external_id,
        address=address,
        sequence=sequence,
        text=legible(text),
        choice=choice,
        callback=callback,
        sent_at=sent_at,
    )


@dataclass(frozen=True, slots=True)
class Shown:
    """One message on a simulated telephone. serial: grows by one a message over all telephones. parts: SMS it costs."""

    serial: int
    rendered: Rendered
    parts: int


class ConsoleCarrier:
    """Keeps the last words of the last telephones, no more: a demonstration left running must not fill the memory."""

    def __init__(self) -> None:
        self._shown: OrderedDict[str, deque[Shown]] = OrderedDict()
        self._serial = 0
        self._news = asyncio.Condition()

    async def send(self, address: str, rendered: Rendered, *, callback: str = "") -> Sent:  # noqa: ARG002 - a tap is answered by the words
        """Shows the words. Raises SendFailed when there is no telephone."""
        if not address:
            raise SendFailed("no_address", retryable=False, unreachable=True)
        async with self._news:
            self._serial += 1
            words = self._shown.setdefault(address, deque(maxlen=_WORDS_EACH))
            words.append(Shown(self._serial, rendered, count(rendered.text).parts))
            self._shown.move_to_end(address)
            if len(self._shown) > _TELEPHONES:
                self._shown.popitem(last=False)
            self._news.notify_all()
            return Sent((str(self._serial),))

    def shown(self, address: str, *, after: int = 0) -> tuple[Shown, ...]:
        """What this telephone was told, oldest first. after: the last serial its reader has seen."""
        return tuple(one for one in self._shown.get(address, ()) if one.serial > after)

    async def wait(self, address: str, *, after: int = 0, timeout_s: float) -> tuple[Shown, ...]:
        """The same, as soon as there is any; () when nothing came in `timeout_s` seconds."""
        try:
            async with asyncio.timeout(timeout_s), self._news:
                await self._news.wait_for(lambda: self.shown(address, after=after))
        except TimeoutError:
            return ()
        return self.shown(address, after=after)

    def forget(self, address: str) -> None:
        """Empties one telephone."""
        self._shown.pop(address, None)

    async def close(self) -> None:
        """Nothing is open."""
