"""What a member of staff does with their own second factor: one function a step.

Whatever changes it takes the password, and a code where there is one, and ends every session: the browser that did it
gets a new one.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypeVar

from fastapi import Request
from starlette.responses import Response

from api import access, cookies
from api.console.doors import see
from api.console.proving import Gate, Proven, Refused
from api.settings import SecondFactor
from storage import audit
from storage.database.engine import Connection
from storage.keys import Keyring
from storage.people import enrolling, logins, second_factor, sessions, unproven
from storage.people.enrolling import Stale
from storage.people.second_factor import Offer
from storage.people.sessions import SignedIn
from storage.people.unproven import Unproven

T = TypeVar("T")
_LATE: Final = "second.late"


class Wrong(Exception):
    """A form that could not be taken. key: why, of the catalogue."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


@dataclass(frozen=True, slots=True)
class Asked:
    """A form of this page that came from it."""

    request: Request
    signed: SignedIn
    form: Mapping[str, str] = field(repr=False)

    @property
    def person(self) -> str:
        return self.signed.person.id


@dataclass(frozen=True, slots=True)
class Says:
    """What a step tells on the page. offer: what the form carries of the secret shown; codes: shown this once.

    session: a new session's token, where the one that asked has ended.
    """

    step: str = ""
    error: str = ""
    done: str = ""
    offer: str = field(default="", repr=False)
    secret: bytes | None = field(default=None, repr=False)
    codes: tuple[str, ...] = field(default=(), repr=False)
    session: str = field(default="", repr=False)


Step = Callable[[Gate, Asked], Awaitable[Says | Response]]


async def _begin(gate: Gate, asked: Asked) -> Says:
    """Shows a new secret, to be confirmed by one of its codes."""
    now, secret = gate.base.clock(), secrets.token_bytes(second_factor.SECRET_BYTES)

    def offer(conn: Connection, proven: Proven) -> str:
        logins.prove(conn, gate.base.keyring, tried=proven.tried, proof=proven.proof, now=now)
        given = asked.form.get("given", "")
        unproven.check(conn, gate.base.keyring, person=asked.person, typed=given, now=now)
        new = Offer(secret, instead=proven.tried.asked.since)
        return second_factor.offer(gate.base.keyring, person=asked.person, new=new, now=now)

    try:
        return Says(step="confirm", offer=await _proving(gate, asked, offer), secret=secret)
    except Unproven:
        await gate.base.store.write(lambda conn: _refused(conn, gate.base.keyring, asked.person, now))
        raise Wrong("second.unproven.wrong") from None


def _refused(conn: Connection, keyring: Keyring, person: str, now: datetime) -> None:
    """Whoever knows the password, and not the code: perhaps not its owner."""
    audit.write(conn, keyring, at=now, actor=person, action="factor.refused", subject=person)


async def _confirm(gate: Gate, asked: Asked) -> Says:
    """Keeps the secret, and shows ten codes for the day on which the phone is lost."""
    base, person, now = gate.base, asked.person, gate.base.clock()
    given = asked.form.get("offer", "")
    offered = second_factor.offered(base.keyring, person=person, given=given, now=now)
    if offered is None:
        raise Wrong(_LATE)
    step = second_factor.step_of(offered.secret, asked.form.get("code", ""), now)
    if step is None:
        return Says(step="confirm", error="second.mistyped", offer=given, secret=offered.secret)
    codes, hashes = await _codes(gate)
    entropy = access.session_entropy()

    def keep(conn: Connection) -> str:
        enrolling.enrol(
            conn,
            base.keyring,
            person=person,
            secret=offered.secret,
            step=step,
            hashes=hashes,
            instead=offered.instead,
            now=now,
        )
        return sessions.begin(conn, base.keyring, person=person, how="login.anew", now=now, entropy=entropy)

    try:
        return Says(done="enrolled", codes=codes, session=await base.store.write(keep))
    except Stale:
        raise Wrong(_LATE) from None


async def _renew(gate: Gate, asked: Asked) -> Says:
    """Ten new codes on paper, in place of all others."""
    base, now = gate.base, gate.base.clock()

    def prove(conn: Connection, proven: Proven) -> None:
        logins.prove(conn, base.keyring, tried=proven.tried, proof=proven.proof, now=now)

    await _proving(gate, asked, prove)
    codes, hashes = await _codes(gate)
    try:
        await base.store.write(
            lambda conn: enrolling.new_codes(conn, base.keyring, person=asked.person, hashes=hashes, now=now)
        )
    except Stale:
        raise Wrong(_LATE) from None
    return Says(done="codes", codes=codes)


async def _remove(gate: Gate, asked: Asked) -> Response:
    """From now on the password alone, where that is allowed."""
    base = gate.base
    if base.second_factor is SecondFactor.REQUIRED:
        raise Wrong("second.required")
    now, entropy = base.clock(), access.session_entropy()

    def remove(conn: Connection, proven: Proven) -> str:
        logins.prove(conn, base.keyring, tried=proven.tried, proof=proven.proof, now=now)
        enrolling.remove(conn, base.keyring, person=asked.person, now=now)
        return sessions.begin(conn, base.keyring, person=asked.person, how="login.anew", now=now, entropy=entropy)

    session = await _proving(gate, asked, remove)
    response = see("/second-factor?done=removed#main")
    cookies.give(base, response, cookies.SESSION, session)
    return response


async def _seen(gate: Gate, asked: Asked) -> Response:
    """They have read that a colleague took it away."""
    await gate.base.store.write(lambda conn: enrolling.seen(conn, person=asked.person))
    return see("/second-factor#main")


async def _proving(gate: Gate, asked: Asked, then: Callable[[Connection, Proven], T]) -> T:
    typed = gate.typed(asked.request, asked.form, name=asked.signed.person.name)
    try:
        return await gate.prove(typed, then)
    except Refused:
        raise Wrong("second.wrong") from None
    except Stale:
        raise Wrong(_LATE) from None


async def _codes(gate: Gate) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Ten codes, and their hashes."""
    codes = second_factor.recovery(secrets.token_bytes(second_factor.CODES * second_factor.CODE_BYTES))
    async with gate.known.turn():
        return codes, await asyncio.to_thread(second_factor.hashed, codes)


STEPS: Final[Mapping[str, Step]] = {
    "begin": _begin,
    "confirm": _confirm,
    "codes": _renew,
    "remove": _remove,
    "seen": _seen,
}
