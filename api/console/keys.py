"""A focal point's key: she makes it, opens it for half an hour, and with it looks after her desk's list.

Every step is audited in storage. No process keeps an open key: half is in the session's row, half in her cookie.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from api import access, cookies
from api.access import Base
from api.console.doors import see
from api.console.lanes import Lane
from api.console.render import Renderer, holds_key
from storage.casework.acts import Unseen
from storage.database.engine import Connection
from storage.desks import ceremonies, granting, letters, lists, membership, offering, unlocking
from storage.people import looks
from storage.people.staff import SignedIn
from storage.sealed.keypairs import ShortPhrase, Unlocked, WrongPhrase
from storage.sealed.recipients import Refused

Form = Mapping[str, str]
_AT_ONCE: Final = 2  # pass phrases worked on at a time: each takes 64 MiB and a core
_WAITING: Final = 20
_LOTS: Final = 10  # lots of old parts handed on in one request; then a person presses again
_LONGEST: Final = 200  # signs of a pass phrase
_DONE: Final = frozenset({"made", "anew", "unlocked", "locked", "signed", "taken_off", "granted"})


class _Wrong(Exception):
    """A form that could not be taken. key: why, of the catalogue."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


@dataclass(frozen=True, slots=True)
class _Desk:
    base: Base
    renderer: Renderer
    lane: Lane


@dataclass(frozen=True, slots=True)
class _Asked:
    """A form of this page that came from it. key: hers, where it is open."""

    request: Request
    signed: SignedIn
    form: Form = field(repr=False)
    key: Unlocked | None = field(repr=False)

    @property
    def person(self) -> str:
        return self.signed.person.id


@dataclass(frozen=True, slots=True)
class _Says:
    """What a step tells on the page. error: a key of the catalogue; letters: of her own key, from the key itself."""

    step: str = ""
    error: str = ""
    back: str = ""
    done: str = ""
    letters: str = ""


Step = Callable[[_Desk, _Asked], Awaitable[Response]]


def add(routes: APIRouter, base: Base, renderer: Renderer) -> None:
    """Adds the routes."""
    desk = _Desk(base, renderer, Lane(at_once=_AT_ONCE, waiting=_WAITING))
    signed_in = access.signed_in(base)

    @routes.get("/key")
    async def key(request: Request, signed: Annotated[SignedIn, Depends(signed_in)]) -> Response:
        return await _page(desk, request, signed, _Says(done=request.query_params.get("done", "")))

    for name, step in _STEPS.items():
        _add_step(routes, desk, name, step)


def _add_step(routes: APIRouter, desk: _Desk, name: str, step: Step) -> None:
    signed_in = access.signed_in(desk.base)

    @routes.post(f"/key/{name}", name=f"key_{name}")
    async def take(request: Request, signed: Annotated[SignedIn, Depends(signed_in)]) -> Response:
        access.from_our_pages(request)
        _let_in(signed)
        form = await access.read_form(request)
        access.checked_form(signed, form)
        opener = await access.opener(desk.base, request, signed)
        try:
            return await step(desk, _Asked(request, signed, form, opener))
        except Refused as refused:
            error = f"refused.{refused.key}"
        except _Wrong as wrong:
            error = wrong.key
        return await _page(desk, request, signed, _Says(step=name, error=error, back=form.get("back", "")))


def _let_in(signed: SignedIn) -> None:
    if not holds_key(signed.person):
        raise Unseen


async def _page(desk: _Desk, request: Request, signed: SignedIn, says: _Says) -> Response:
    _let_in(signed)
    base, person, now = desk.base, signed.person.id, desk.base.clock()

    def read(conn: Connection) -> tuple[offering.Own, tuple[lists.DeskList, ...], Mapping[str, int]]:
        looks.note(conn, base.keyring, person=person, page="key", now=now)
        listed = lists.of(conn, base.keyring, person=person, now=now)
        behind = {
            seat.id: granting.lacking(conn, by=each.mine.id, to=seat.id)
            for each in listed
            for seat in each.seats
            if each.mine and each.mine.stands and seat.stands and not seat.mine
        }
        return offering.own(conn, base.keyring, person=person, now=now), listed, behind

    own, listed, behind = await base.store.write(read)
    key = await access.opener(base, request, signed)
    return await desk.renderer.page(
        request,
        "key.html",
        signed=signed,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if says.error else HTTPStatus.OK,
        own=own,
        listed=listed,
        behind=behind,
        until=signed.key_until if key else None,
        stands=any(each.mine and each.mine.stands for each in listed),
        step=says.step,
        error=says.error,
        letters=says.letters,
        back=_ours(says.back or request.query_params.get("back", "")),
        done=says.done if says.done in _DONE else "",
    )


def _ours(back: str) -> str:
    """A report's page to go back to; "" for any other address."""
    return back if back.startswith("/reports/") and back.isascii() and back.isprintable() else ""


# ── Making, opening, locking ─────────────────────────────────────────────────────────────────────────────────
async def _make(desk: _Desk, asked: _Asked) -> Response:
    base, person, phrase = desk.base, asked.person, _phrase(asked.form)
    now = base.clock()
    own = await base.store.read(lambda conn: offering.own(conn, base.keyring, person=person, now=now))
    if not own.places:
        return see("/key")
    known = bool(own.standing or own.waiting)
    if not known and phrase != asked.form.get("again", ""):
        raise _Wrong("key.differ")
    async with desk.lane.turn():
        if known:
            await _may_try(base, person)
        made = await asyncio.to_thread(_made, own, phrase)
    now = base.clock()
    await base.store.write(lambda conn: offering.keep(conn, base.keyring, person=person, made=made, now=now))
    # Now or never without her phrase: a page that is opened later has only the row to tell them from.
    told = _Says(step="make", back=asked.form.get("back", ""), done="made", letters=letters.of(made[0].pair))
    return await _page(desk, asked.request, asked.signed, told)


def _made(own: offering.Own, phrase: str) -> tuple[offering.Made, ...]:
    try:
        known = bool(own.standing or own.waiting)
        return offering.make(own, phrase if known else offering.checked(phrase, own))
    except WrongPhrase:
        raise _Wrong("key.wrong") from None
    except ShortPhrase:
        raise _Wrong("refused.phrase.short") from None


async def _letters(desk: _Desk, asked: _Asked) -> Response:
    base, person = desk.base, asked.person
    try:
        told = await _told(desk, asked)
    except letters.Changed:
        now = base.clock()
        await base.store.write(lambda conn: letters.note_changed(conn, base.keyring, person=person, now=now))
        raise _Wrong("key.letters.changed") from None
    says = _Says(step="letters", back=asked.form.get("back", ""), letters=told)
    return await _page(desk, asked.request, asked.signed, says)


async def _told(desk: _Desk, asked: _Asked) -> str:
    """The letters of her key that waits, by her phrase. Raises letters.Changed."""
    base, person, phrase = desk.base, asked.person, _phrase(asked.form)
    async with desk.lane.turn():
        await _may_try(base, person)
        now = base.clock()
        rows = await base.store.read(lambda conn: letters.waiting(conn, base.keyring, person=person, now=now))
        try:
            return await asyncio.to_thread(letters.told, rows, phrase)
        except WrongPhrase:
            raise _Wrong("key.letters.wrong") from None


async def _anew(desk: _Desk, asked: _Asked) -> Response:
    base, person, forgot = desk.base, asked.person, asked.form.get("forgot") == "1"
    if not forgot:
        with contextlib.suppress(letters.Changed):  # she opened one of them: that it was changed is one reason more
            await _told(desk, asked)
    now = base.clock()
    await base.store.write(lambda conn: offering.withdraw(conn, base.keyring, person=person, now=now, forgot=forgot))
    return see("/key?done=anew#main")


async def _unlock(desk: _Desk, asked: _Asked) -> Response:
    base, person, phrase = desk.base, asked.person, _phrase(asked.form)
    async with desk.lane.turn():
        await _may_try(base, person)
        now = base.clock()
        try:
            key = await base.store.read(
                lambda conn: ceremonies.unlock(conn, base.keyring, staff=person, phrase=phrase, now=now)
            )
        except WrongPhrase:
            raise _Wrong("key.wrong") from None
    now, token = base.clock(), access.session_token(base, asked.request)
    half = await base.store.write(
        lambda conn: unlocking.keep(conn, base.keyring, token=token, person=person, key=key, now=now)
    )
    response = see(_ours(asked.form.get("back", "")) or "/key?done=unlocked#main")
    cookies.give(base, response, cookies.KEY, half)
    return response


async def _may_try(base: Base, person: str) -> None:
    now = base.clock()
    if not await base.store.write(lambda conn: unlocking.may_try(conn, base.keyring, person=person, now=now)):
        raise _Wrong("key.wait")


async def _lock(desk: _Desk, asked: _Asked) -> Response:
    base, now, token = desk.base, desk.base.clock(), access.session_token(desk.base, asked.request)
    await base.store.write(lambda conn: unlocking.lock(conn, base.keyring, token=token, person=asked.person, now=now))
    response = see("/key?done=locked#main")
    cookies.take(base, response, cookies.KEY)
    return response


def _phrase(form: Form) -> str:
    given = form.get("phrase", "")
    if len(given) > _LONGEST:
        raise _Wrong("key.wrong")
    return given


# ── With an open key ─────────────────────────────────────────────────────────────────────────────────────────
async def _sign(desk: _Desk, asked: _Asked) -> Response:
    base, key, now = desk.base, _open(asked), desk.base.clock()
    recipient, signs = _recipient(asked.form), asked.form.get("fingerprint", "")
    await base.store.write(
        lambda conn: membership.invite(conn, base.keyring, by=key, recipient=recipient, fingerprint=signs, now=now)
    )
    return see("/key?done=signed#main")


async def _take_off(desk: _Desk, asked: _Asked) -> Response:
    base, key, now = desk.base, _open(asked), desk.base.clock()
    recipient = _recipient(asked.form)
    if asked.form.get("sure") != "1":
        raise _Wrong("key.unsure")
    await base.store.write(lambda conn: membership.revoke(conn, base.keyring, by=key, recipient=recipient, now=now))
    return see("/key?done=taken_off#main")


async def _grant(desk: _Desk, asked: _Asked) -> Response:
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


def _open(asked: _Asked) -> Unlocked:
    if asked.key is None:
        raise _Wrong("key.locked")
    return asked.key


def _recipient(form: Form) -> str:
    given = form.get("recipient", "")
    if not given.isascii() or not given.isalnum():
        raise _Wrong("refused.recipient.gone")
    return given


_STEPS: Final[Mapping[str, Step]] = {
    "make": _make,
    "letters": _letters,
    "anew": _anew,
    "unlock": _unlock,
    "lock": _lock,
    "sign": _sign,
    "remove": _take_off,
    "grant": _grant,
}
