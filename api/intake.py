"""Keeps what the doors read: many messages in one commit, and nobody is answered before it."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from bot.vocabulary import Message
from storage import keys
from storage.database.engine import Store
from storage.intake import ledger
from storage.intake.ledger import Envelope
from storage.keys import KeyMissing, Keyring

_LARGEST = 500  # rows in one statement; SQLite's bound variables allow a few thousand
_CROWD = 8  # messages in one commit, from which on what is safe already may wait
_CROWD_S = 0.1  # how long a crowd is thought to stay after it was seen
_LOOK_S, _LOOKS = 0.02, 25
# Carriers give up on a silent door after 15 s; who comes while a batch waits so long waits for two.
_PATIENCE_S = 5.0


class Intake:
    """Group commit for the doors. `arrived` is set whenever something waits to be settled."""

    def __init__(self, store: Store, keyring: Keyring, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._keyring = keyring
        self._clock = clock
        self._pending: list[tuple[Envelope, asyncio.Future[None]]] = []
        self._flushing: asyncio.Task[None] | None = None
        self._crowded_until = 0.0
        self.arrived = asyncio.Event()

    async def keep(self, message: Message) -> None:
        """Returns once the message is on disk (or was there already).

        Raises what the database raised if it is not, and TimeoutError when it takes too long: then it may be kept yet,
        and its second delivery changes nothing.
        """
        kept = asyncio.get_running_loop().create_future()
        self._pending.append((await self._sealed(message), kept))
        if self._flushing is None:
            self._flushing = asyncio.create_task(self._flush())
        await kept

    async def _sealed(self, message: Message) -> Envelope:
        try:
            return ledger.envelope(self._keyring, message, self._clock())
        except KeyMissing:  # a clock that was ahead may have ended the key of now, or nobody has made it yet
            await self._store.write(lambda connection: keys.register(connection, self._keyring, self._clock()))
            return ledger.envelope(self._keyring, message, self._clock())

    async def calm(self) -> bool:
        """Waits while the doors are crowded: who still stands there is heard before what is safe already.

        True once they are not; False after a while in which they stayed so. Then a little work is due, or nothing
        would be done at all for as long as the crowd comes.
        """
        loop = asyncio.get_running_loop()
        for _ in range(_LOOKS):
            if loop.time() > self._crowded_until:
                return True
            await asyncio.sleep(_LOOK_S)
        return False

    async def _flush(self) -> None:
        # While one commit is under way the next batch gathers: the busier the door, the larger the batch.
        try:
            while self._pending:
                batch, self._pending = self._pending[:_LARGEST], self._pending[_LARGEST:]
                await self._commit(batch)
        finally:
            self._flushing = None

    async def _commit(self, batch: list[tuple[Envelope, asyncio.Future[None]]]) -> None:
        if len(batch) >= _CROWD:
            self._crowded_until = asyncio.get_running_loop().time() + _CROWD_S
        envelopes = [envelope for envelope, _ in batch]
        try:
            async with asyncio.timeout(_PATIENCE_S):
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
