"""Proving who somebody is: by a password and, of whoever has a second factor, a code.

Tries are counted and slowed for each account (storage.people.logins), and refused in one way whatever was wrong.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Self, TypeVar

from fastapi import Request

from api import cookies
from api.access import Base
from api.console.lanes import Lane
from api.settings import SecondFactor
from storage.database.engine import Connection
from storage.people import devices, logins, second_factor
from storage.people.logins import Attempt
from storage.people.second_factor import Proof, Spent
from storage.people.sessions import SignedIn

T = TypeVar("T")
_AT_ONCE: Final = 2  # passwords checked at a time: each takes 46 MiB and a core
_WAITING: Final = 20  # more than these would wait longer than a second
_REFUSAL_S: Final = 0.35  # every refusal takes as long, so that time does not tell which names exist


class Refused(Exception):
    """Name, password or code is wrong, or came too soon. Which of them it was nobody is told."""


@dataclass(frozen=True, slots=True)
class Proven:
    """Somebody who brought what is asked of them. proof: the code, not used up yet; None where none is asked."""

    tried: Attempt
    proof: Proof | None


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody brings to prove who they are. device: the token of their browser."""

    name: str
    password: str = field(repr=False)
    code: str = field(repr=False)
    device: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Gate:
    """Where it is proven. Who has logged in from a browser before does not queue up behind strangers' guesses."""

    base: Base
    strangers: Lane
    known: Lane

    @classmethod
    def new(cls, base: Base) -> Self:
        """With nobody in it."""
        return cls(base, Lane(at_once=_AT_ONCE, waiting=_WAITING), Lane(at_once=1, waiting=_WAITING))

    def typed(self, request: Request, form: Mapping[str, str], *, name: str) -> Typed:
        """From a form with the fields `password` and `code`."""
        device = cookies.given(self.base, request, cookies.DEVICE)
        return Typed(name, form.get("password", ""), form.get("code", ""), device)

    async def prove(self, typed: Typed, then: Callable[[Connection, Proven], T]) -> T:
        """Checks what was typed, and does `then` in the transaction that uses the code up. Raises Refused, Full."""
        begun = time.monotonic()
        proven = await self._checked(typed)
        try:
            if proven is not None:
                return await self.base.store.write(lambda conn: then(conn, proven))
        except Spent:
            pass
        await asyncio.sleep(max(0.0, begun + _REFUSAL_S - time.monotonic()))
        raise Refused

    async def confirmed(
        self, request: Request, signed: SignedIn, form: Mapping[str, str], act: Callable[[Connection], T]
    ) -> T:
        """Does `act` in the transaction in which whoever is signed in proves once more that it is they.

        An open browser that somebody forgot is not enough. form: with `password` and `code`. Raises Refused, Full, and
        what `act` raises.
        """

        def then(conn: Connection, proven: Proven) -> T:
            now = self.base.clock()
            logins.prove(conn, self.base.keyring, tried=proven.tried, proof=proven.proof, now=now)
            return act(conn)

        return await self.prove(self.typed(request, form, name=signed.person.name), then)

    async def _checked(self, typed: Typed) -> Proven | None:
        base, device = self.base, typed.device
        ours = bool(device) and await base.store.read(
            lambda conn: devices.known(conn, token=device, name=typed.name, now=base.clock())
        )
        async with (self.known if ours else self.strangers).turn():
            now, second = base.clock(), base.second_factor is not SecondFactor.OFF
            tried = await base.store.write(
                lambda conn: logins.attempt(conn, base.keyring, name=typed.name, now=now, device=device, second=second)
            )
            # Both, whatever the first says: nobody learns from the time it takes which of them was wrong.
            right = await asyncio.to_thread(logins.fits, tried, typed.password)
            proof = await asyncio.to_thread(second_factor.check, tried.asked, typed.code, now)
        if right and (tried.asked.since is None or proof is not None):
            return Proven(tried, proof)
        guessed = bool(typed.code)
        await base.store.write(
            lambda conn: logins.failed(conn, base.keyring, tried=tried, right=right, guessed=guessed, now=now)
        )
        return None
