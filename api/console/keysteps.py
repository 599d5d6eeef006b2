"""What a focal point does with her key and her desk's list: one function a step.

Every step is audited in storage. No process keeps an open key: half is in the session's row, half in her cookie.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from fastapi import Request
from starlette.responses import Response

from api import access, cookies
from api.access import Base
from api.console.doors import see
from api.console.lanes import Lane
from storage.desks import ceremonies, granting, letters, membership, offering, unlocking
from storage.people.sessions import SignedIn
from storage.sealed.keypairs import ShortPhrase, Unlocked, WrongPhrase

Form = Mapping[str, str]
_LOTS: Final = 10  # lots of old parts handed on in one request; then a person presses again
_LONGEST: Final = 200  # signs of a pass phrase


class Wrong(Exception):
    """A form that could not be taken. key: why, of the catalogue."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


@dataclass(frozen=True, slots=True)
class Desk:
    """What a step works with. lane: where pass phrases are worked on."""

    base: Base
    lane: Lane


@dataclass(frozen=True, slots=True)
class Asked:
    """A form of this page that came from it. key: hers, where it is open."""

    request: Request
    signed: SignedIn
    form: Form = field(repr=False)
    key: Unlocked | None = field(repr=False)

    @property
    def person(self) -> str:
        return self.signed.person.id


@dataclass(frozen=True, slots=True)
class Says:
    """What a step tells on the page. error: a key of the catalogue; letters: of her own key, from the key itself."""

    step: str = ""
    error: str = ""
    back: str = ""
    done: str = ""
    letters: str = ""


Outcome = Response | Says
Step = Callable[[Desk, Asked], Awaitable[Outcome]]


def ours(back: str) -> str:
    """A report's page to go back to; "" for any other address."""
    return back if back.startswith("/reports/") and back.isascii() and back.isprintable() else ""


# ── Making, opening, locking ─────────────────────────────────────────────────────────────────────────────────
async def _make(desk: Desk, asked: Asked) -> Outcome:
    base, person, phrase = desk.base, asked.person, _phrase(asked.form)
    now, forgot = base.clock(), asked.form.get("forgot") == "1"
    own = await base.store.read(lambda conn: offering.own(conn, base.keyring, person=person, now=now, forgot=forgot))
    if not own.places:
        return see("/key")
    known = bool(own.standing or own.waiting)
    if not known and phrase != asked.form.get("again", ""):
        raise Wrong("key.differ")
    async with desk.lane.turn():
        if known:
            await _may_try(base, person)
        made = await asyncio.to_thread(_made, own, phrase)
    now = base.clock()
    await base.store.write(
        lambda conn: offering.keep(conn, base.keyring, person=person, made=made, now=now, forgot=forgot)
    )
    # Now or never without her phrase: a page that is opened later has only the row to tell them from.
    return Says(step="make", back=asked.form.get("back", ""), done="made", letters=letters.of(made[0].pair))


def _made(own: offering.Own, phrase: str) -> tuple[offering.Made, ...]:
    try:
        known = bool(own.standing or own.waiting)
        return offering.make(own, phrase if known else offering.checked(phrase, own))
    except WrongPhrase:
        raise Wrong("key.wrong") from None
    except ShortPhrase:
        raise Wrong("refused.phrase.short") from None


async def _letters(desk: Desk, asked: Asked) -> Outcome:
    base, person = desk.base, asked.person
    try:
        told = await _told(desk, asked)
    except letters.Changed:
        now = base.clock()
        await base.store.write(lambda conn: letters.note_changed(conn, base.keyring, person=person, now=now))
        raise Wrong("key.letters.changed") from None
    return Says(step="letters", back=asked.form.get("back", ""), letters=told)


async def _told(desk: Desk, asked: Asked) -> str:
    """The letters of her key that waits, by her phrase. Raises letters.Changed."""
    base, person, phrase = desk.base, asked.person, _phrase(asked.form)
    async with desk.lane.turn():
        await _may_try(base, person)
        now = base.clock()
        rows = await base.store.read(lambda conn: letters.waiting(conn, base.keyring, person=person, now=now))
        try:
            return await asyncio.to_thread(letters.told, rows, phrase)
        except WrongPhrase:
            raise Wrong("key.letters.wrong") from None


async def _anew(desk: Desk, asked: Asked) -> Response:
    base, person, forgot = desk.base, asked.person, asked.form.get("forgot") == "1"
    if not forgot:
        with contextlib.suppress(letters.Changed):  # she opened one of them: that it was changed is one reason more
            await _told(desk, asked)
    now = base.clock()
    await base.store.write(lambda conn: offering.withdraw(conn, base.keyring, person=person, now=now, forgot=forgot))
    return see("/key?done=anew#main")


async def _unlock(desk: Desk, asked: Asked) -> Response:
    base, person, phrase = desk.base, asked.person, _phrase(asked.form)
    async with desk.lane.turn():
        await _may_try(base, person)
        now = base.clock()
        try:
            key = await base.store.read(
                lambda conn: ceremonies.unlock(conn, base.keyring, staff=person, phrase=phrase, now=now)
            )
        except WrongPhrase:
            raise Wrong("key.wrong") from None
    now, token = base.clock(), access.session_token(base, asked.request)
    half = await base.store.write(
        lambda conn: unlocking.keep(conn, base.keyring, token=token, person=person, key=key, now=now)
    )
    response = see(ours(asked.form.get("back", "")) or "/key?done=unlocked#main")
    cookies.give(base, response, cookies.KEY, half)
    return response


async def _may_try(base: Base, person: str) -> None:
    now = base.clock()
    if not await base.store.write(lambda conn: unlocking.may_try(conn, base.keyring, person=person, now=now)):
        raise Wrong("key.wait")


async def _lock(desk: Desk, asked: Asked) -> Response:
    base, now, token = desk.base, desk.base.clock(), access.session_token(desk.base, asked.request)
    await base.store.write(lambda conn: unlocking.lock(conn, base.keyring, token=token, person=asked.person, now=now))
    response = see("/key?done=locked#main")
    cookies.take(base, response, cookies.KEY)
    return response


def _phrase(form: Form) -> str:
    given = form.get("phrase", "")
    if len(given) > _LONGEST:
        raise Wrong("key.wrong")
    return given


# ── With an open key ─────────────────────────────────────────────────────────────────────────────────────────
async def _sign(desk: Desk, asked: Asked) -> Response:
    base, key, now = desk.base, _open(asked), desk.base.clock()
    recipient, signs = _recipient(asked.form), asked.form.get("fingerprint", "")
    await base.store.write(
        lambda conn: membership.invite(conn, base.keyring, by=key, recipient=recipient, fingerprint=signs, now=now)
    )
    return see("/key?done=signed#main")


async def _take_off(desk: Desk, asked: Asked) -> Response:
    base, key, now = desk.base, _open(asked), desk.base.clock()
    recipient = _recipient(asked.form)
    if asked.form.get("sure") != "1":
        raise Wrong("key.unsure")
    await base.store.write(lambda conn: membership.revoke(conn, base.keyring, by=key, recipient=recipient, now=now))
    return see("/key?done=taken_off#main")


async def _replace(desk: Desk, asked: Asked) -> Response:
    base, key, now = desk.base, _open(asked), desk.base.clock()
    lost, recipient, signs = _recipient(asked.form, "lost"), _recipient(asked.form), asked.form.get("fingerprint", "")
    if asked.form.get("sure") != "1":
        raise Wrong("key.unsure")
    await base.store.write(
        lambda conn: membership.replace_one(
            conn, base.keyring, by=key, lost=lost, recipient=recipient, fingerprint=signs, now=now
        )
    )
    return see("/key?done=replaced#main")


async def _grant(desk: Desk, asked: Asked) -> Response:
    base, key, recipient = desk.base, _open(asked), _recipient(asked.form)
    place: granting.Place | None = granting.Place()
    for _ in range(_LOTS):
        now, at = base.clock(), place
        _, place = await base.store.write(
            lambda conn: granting.grant(conn, base.keyring, by=key, to=recipient, now=now, place=at)  # noqa: B023
        )
        if place is None:
            break
    return see("/key?done=granted#main")


def _open(asked: Asked) -> Unlocked:
    if asked.key is None:
        raise Wrong("key.locked")
    return asked.key


def _recipient(form: Form, name: str = "recipient") -> str:
    given = form.get(name, "")
    if not given.isascii() or not given.isalnum():
        raise Wrong("refused.recipient.gone")
    return given


STEPS: Final[Mapping[str, Step]] = {
    "make": _make,
    "letters": _letters,
    "anew": _anew,
    "unlock": _unlock,
    "lock": _lock,
    "sign": _sign,
    "remove": _take_off,
    "replace": _replace,
    "grant": _grant,
}
