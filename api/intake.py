"""Keeps what the doors read: many messages in one commit, and nobody is answered before it."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from bot.vocabulary import Message
from storage import ledger
from storage.engine import Store
from storage.keys import Keyring
from storage.ledger import Envelope

_LARGEST = 500  # rows in one statement; SQLite's bound variables allow a few thousand
_CROWD = 8  # messages at the door at once, from which on what is safe already may wait


class Intake:
    """Group commit for the doors. `arrived` is set whenever something waits to be settled."""

    def __init__(self, store: Store, keyring: Keyring, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._keyring = keyring
        self._clock = clock
        self._pending: list[tuple[Envelope, asyncio.Future[None]]] = []
        self._flushing: asyncio.Task[None] | None = None
        self.arrived = asyncio.Event()

    async def keep(self, message: Message) -> None:
        """Returns once the message is on disk (or was there already); raises what the database raised if it is not."""
        kept = asyncio.get_running_loop().create_future()
        self._pending.append((ledger.envelope(self._keyring, message, self._clock()), kept))
        if self._flushing is None:
            self._flushing = asyncio.create_task(self._flush())
        await kept

    async def calm(self, *, at_most_s: float) -> None:
        """Returns when the doors are not crowded, or after at_most_s: who still stands there is heard first."""
        for _ in range(int(at_most_s / 0.01)):
            if len(self._pending) < _CROWD:
                return
            await asyncio.sleep(0.01)

    async def _flush(self) -> None:
        # While one commit is under way the next batch gathers: the busier the door, the larger the batch.
        try:
            while self._pending:
                batch, self._pending = self._pending[:_LARGEST], self._pending[_LARGEST:]
                await self._commit(batch)
        finally:
            self._flushing = None

    async def _commit(self, batch: list[tuple[Envelope, asyncio.Future[None]]]) -> None:
        envelopes = [envelope for envelope, _ in batch]
        try:
            await self._store.write(lambda connection: ledger.keep(connection, envelopes))
        except BaseException as error:
            for _, kept in batch:
                if not kept.done():
                    kept.set_exception(error)
            if not isinstance(error, Exception):
                raise
            return
        for _, kept in batch:
            if not kept.done():
                kept.set_result(None)
        self.arrived.set()
