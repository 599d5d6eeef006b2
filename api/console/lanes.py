"""How many may have a password checked, and how many may wait for it; whoever is one too many is told at once."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager


class Full(Exception):
    """So many wait already that whoever came now would wait too long."""


class Lane:
    """Lets `at_once` in at a time and `waiting` more wait their turn, in the order in which they came."""

    def __init__(self, *, at_once: int, waiting: int) -> None:
        self._free = asyncio.Semaphore(at_once)
        self._room = at_once + waiting

    @asynccontextmanager
    async def turn(self) -> AsyncGenerator[None]:
        """A place in the lane until the block ends; raises Full when there is none."""
        if self._room == 0:
            raise Full
        self._room -= 1
        try:
            async with self._free:
                yield
        finally:
            self._room += 1
