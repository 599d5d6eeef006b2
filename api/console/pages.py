"""What a member of staff looks at: the list, and the messages that no program could read."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final, TypeVar

from fastapi import APIRouter, Depends, Request
from starlette.datastructures import QueryParams
from starlette.responses import Response

from api import access
from api.access import Base
from api.console import report
from api.console.render import Renderer, holds_key
from api.console.report import Draft
from bot.vocabulary import Desk, Role, Status, Urgency
from storage import audit
from storage.casework import paging, queues
from storage.casework.acts import Unseen
from storage.casework.paging import BadCursor, Page, Wanted
from storage.casework.queues import Count
from storage.database.engine import Connection
from storage.desks import lists, pending, states
from storage.desks.lists import Seat, Waiting
from storage.desks.offering import Place
from storage.intake import dead
from storage.intake.dead import Letter
from storage.people import looks
from storage.people.sessions import SignedIn

E = TypeVar("E", bound=StrEnum)
_URGENCIES: Final = {level.name.lower(): level for level in Urgency}


@dataclass(frozen=True, slots=True)
class _Pending:
    """signs: whose key waits for this person's signature. replaced: the desks where somebody goes, and when."""

    signs: tuple[tuple[Place, Waiting], ...] = ()
    replaced: tuple[tuple[Place, datetime], ...] = ()


def add(routes: APIRouter, base: Base, renderer: Renderer) -> None:
    """Adds the routes."""
    signed_in = access.signed_in(base)

    @routes.get("/")
    async def reports(request: Request, signed: Annotated[SignedIn, Depends(signed_in)]) -> Response:
        asked = request.query_params
        now, person = base.clock(), signed.person.id
        opener = await access.opener(base, request, signed)
        # The page loads itself every minute: the same list again is one view (storage.casework.paging).
        lately = await base.store.read(
            lambda conn: paging.lately(conn, staff=person, session=signed.form_token, now=now)
        )
        wanted = replace(_wanted(asked), lately=lately)

        def read(conn: Connection) -> tuple[Page, Mapping[Desk, Count]]:
            try:
                page = paging.listing(conn, base.keyring, staff=person, now=now, wanted=wanted, opener=opener)
            except BadCursor:
                whole = Wanted(lately=lately)
                page = paging.listing(conn, base.keyring, staff=person, now=now, wanted=whole, opener=opener)
            return page, queues.counts(conn, staff=person, now=now)

        page, counts = await base.store.write(read, staff=person)  # a list shows words, so it leaves an audit row
        await _look(base, person, page)
        offices = (await base.directory()).offices
        mine = {grant.office for grant in signed.person.grants}
        return await renderer.page(
            request,
            "list.html",
            signed=signed,
            page=page,
            counts=counts,
            wanted=wanted,
            query=dict(asked),
            offices={code: office for code, office in offices.items() if code in mine},
            statuses=tuple(Status),
            alarms=report.alarms(counts),
            notices=await _notices(base, signed),
            pending=await _pending(base, signed),
            waiting=await _waiting(base, signed),
            unprotected=await _unprotected(base, signed),
            done=report.done(asked),
        )

    @routes.get("/reports/{number}")
    async def one(request: Request, number: str, signed: Annotated[SignedIn, Depends(signed_in)]) -> Response:
        return await report.show(request, base, renderer, signed=signed, number=number, draft=Draft())

    @routes.get("/dead-letters")
    async def dead_letters(request: Request, signed: Annotated[SignedIn, Depends(signed_in)]) -> Response:
        if not signed.person.roles & {Role.SUPERVISOR, Role.ADMINISTRATOR}:
            raise Unseen
        person, now = signed.person.id, base.clock()

        def read(conn: Connection) -> tuple[Letter, ...]:
            found = dead.letters(conn)
            data = {"count": len(found)}
            audit.write(conn, base.keyring, at=now, actor=person, action="letters.list", data=data)
            return found

        letters = await base.store.write(read)
        return await renderer.page(request, "dead.html", signed=signed, letters=letters)


async def _look(base: Base, person: str, page: Page) -> None:
    """A page with reports on it left a row of its own; how many wait is told on an empty one, too."""
    if not page.rows:
        now = base.clock()
        await base.store.write(lambda conn: looks.note(conn, base.keyring, person=person, page="list", now=now))


async def _notices(base: Base, signed: SignedIn) -> tuple[tuple[Place, Seat], ...]:
    """Who is about to join a list that this person is on."""
    person, now = signed.person, base.clock()
    if not holds_key(person):
        return ()
    return await base.store.read(lambda conn: lists.notices(conn, base.keyring, person=person.id, now=now))


async def _pending(base: Base, signed: SignedIn) -> _Pending:
    """What is to be done about who reads at a sealed desk: by who reads there, and by administrators."""
    person, now = signed.person, base.clock()
    reads, administers = holds_key(person), Role.ADMINISTRATOR in person.roles
    if not (reads or administers):
        return _Pending()

    def read(conn: Connection) -> _Pending:
        signs = pending.to_sign(conn, base.keyring, person=person.id, now=now) if reads else ()
        return _Pending(signs, pending.replaced(conn, base.keyring, now=now) if administers else ())

    return await base.store.read(read)


async def _waiting(base: Base, signed: SignedIn) -> Mapping[tuple[str, Desk], int]:
    """To a supervisor, how many reports wait at sealed desks that nobody reads yet: a count, and no way to them."""
    person, now = signed.person, base.clock()
    if Role.SUPERVISOR not in person.roles:
        return {}
    return await base.store.read(lambda conn: queues.waiting(conn, staff=person.id, now=now), staff=person.id)


async def _unprotected(base: Base, signed: SignedIn) -> bool:
    """Whether an administrator is to be told that only grants protect sensitive reports yet."""
    if Role.ADMINISTRATOR not in signed.person.roles:
        return False
    return not await base.store.read(lambda conn: states.is_recoverable(conn, base.keyring))


def _wanted(asked: QueryParams) -> Wanted:
    """The filters of an address; what it cannot mean is as if it were not there."""
    return Wanted(
        status=_one_of(Status, asked.get("status")),
        desk=_one_of(Desk, asked.get("desk")),
        office=asked.get("office", "").replace("\0", ""),
        urgency=_URGENCIES.get(asked.get("urgency", "")),
        mine=asked.get("mine") == "1",
        cursor=asked.get("cursor", ""),
    )


def _one_of(kind: type[E], given: str | None) -> E | None:
    try:
        return kind(given) if given else None
    except ValueError:
        return None
