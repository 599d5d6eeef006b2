"""The workers called by hand, on a clock that a test moves."""

from datetime import datetime

from api.wiring import Wiring
from api.workers.settle import settle_waiting
from bot.handlers import console
from bot.vocabulary import Channel
from storage.purging import figures


class Hands:
    """A clock that a test moves, and the workers called by hand."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.said = 0

    def __call__(self) -> datetime:
        return self.now

    async def say(self, wiring: Wiring, text: str, *, phone: int = 1) -> None:
        self.said += 1
        await wiring.intake.keep(
            console.read(
                text,
                address=f"+999{phone:010d}",
                channel=Channel.SMS,
                external_id=str(self.said),
                sequence=self.said,
            )
        )

    async def settle(self, wiring: Wiring) -> dict[str, object]:
        while await settle_waiting(wiring):
            pass
        return await wiring.store.read(figures.read)
