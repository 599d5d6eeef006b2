"""What a member of staff looks at: the list, one report, and the messages that no program could read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from http import HTTPStatus
from typing import Annotated, Final, TypeVar

from fastapi import APIRouter, Depends, Request
from starlette.datastructures import QueryParams
from starlette.responses import Response

from api import access
from api.access import Base
from api.console import sharing
from api.console.render import Renderer, holds_key
from bot.vocabulary import Category, Channel, Desk, Locale, Role, Status, Urgency
from storage import audit
from storage.casework import acts, cases, moves, queues
from storage.casework.acts import Right, Unseen
from storage.casework.cases import Reason
from storage.casework.moves import Target
from storage.casework.queues import BadCursor, Count, Opened, Page, Summary, Wanted
from storage.database.engine import Connection
from storage.desks import lists
from storage.desks.lists import Seat
from storage.desks.offering import Place
from storage.intake import corrections, dead
from storage.intake.dead import Letter
from storage.people import looks
from storage.people.staff import SignedIn

E = TypeVar("E", bound=StrEnum)
_DONE: Final = frozenset(
    {
        *("claim", "reply", "undo", "note", "status", "assign", "refer", "close", "reopen", "correct"),
        *("consent", "share"),
    }
)
_URGENCIES: Final = {level.name.lower(): level for level in Urgency}


@dataclass(frozen=True, slots=True)
class Draft:
    """What a form had in it when its step could not be taken, so that nobody types it twice.

    step: which form. error: why not, a key of the catalogue. conflict: a colleague was first. preview: a reply that
    waits for its sender's yes.
    """

    step: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    error: str = ""
    conflict: bool = False
    preview: str = ""

    def of(self, step: str, name: str) -> str:
        """What stood in a field of this step's form."""
        return self.fields.get(name, "") if step == self.step else ""


@dataclass(frozen=True, slots=True)
class _Seen:
    opened: Opened
    rights: frozenset[Right]
    targets: tuple[Target, ...]
    proposed: Target | None
    counts: Mapping[Desk, Count]


def add(routes: APIRouter, base: Base, renderer: Renderer) -> None:
    """Adds the routes."""
    signed_in = access.signed_in(base)

    @routes.get("/")
    async def reports(request: Request, signed: Annotated[SignedIn, Depends(signed_in)]) -> Response:
        asked = request.query_params
        wanted, now, person = _wanted(asked), base.clock(), signed.person.id
        opener = await access.opener(base, request, signed)

        def read(conn: Connection) -> tuple[Page, Mapping[Desk, Count]]:
            try:
                page = queues.listing(conn, base.keyring, staff=person, now=now, wanted=wanted, opener=opener)
            except BadCursor:
                page = queues.listing(conn, base.keyring, staff=person, now=now, opener=opener)
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
            alarms=_alarms(counts),
            notices=await _notices(base, signed),
            waiting=await _waiting(base, signed),
            unprotected=await _unprotected(base, signed),
            done=_done(asked),
        )

    @routes.get("/reports/{number}")
    async def report(request: Request, number: str, signed: Annotated[SignedIn, Depends(signed_in)]) -> Response:
        return await show(request, base, renderer, signed=signed, number=number, draft=Draft())

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


async def show(
    request: Request, base: Base, renderer: Renderer, *, signed: SignedIn, number: str, draft: Draft
) -> Response:
    """A report's page; after a step that failed, with what was typed and the status that says so. Raises Unseen."""
    person, now, offices = signed.person.id, base.clock(), await base.directory()
    opener = await access.opener(base, request, signed)
    done = _done(request.query_params)

    def read(conn: Connection) -> _Seen | None:
        opened = queues.one(conn, base.keyring, staff=person, number=number, now=now, opener=opener)
        if opened is None:
            return None  # not an error, which would undo the audit row
        allowed = acts.rights(opened.report.role)
        targets = moves.targets(conn, staff=person, number=number, now=now) if Right.MOVE in allowed else ()
        to = None
        if done == "correct" and Right.MOVE in allowed and not opened.report.erased:
            to = corrections.proposed(conn, base.keyring, offices, staff=person, number=number, now=now, opener=opener)
        return _Seen(opened, allowed, tuple(targets), to, queues.counts(conn, staff=person, now=now))

    if not number.isascii() or not number.isprintable():
        raise Unseen
    seen = await base.store.write(read, staff=person)  # opening a report leaves an audit row
    if seen is None:
        raise Unseen
    status = HTTPStatus.OK
    if draft.error:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    if draft.conflict:
        status = HTTPStatus.CONFLICT
    return await renderer.page(
        request,
        "report.html",
        signed=signed,
        status=status,
        report=seen.opened.report,
        card=seen.opened.card,
        thread=seen.opened.thread,
        elder=seen.opened.elder,
        joined=seen.opened.joined,
        locked=seen.opened.locked,
        key_open=opener is not None,
        may={right.value for right in seen.rights},
        targets=seen.targets,
        proposed=seen.proposed,
        reasons=tuple(Reason),
        categories=tuple(Category),
        draft=draft,
        consent=await sharing.shown(base, signed, seen.opened, opener),
        undo=_may_undo(seen.opened, signed, now),
        preview=_preview(base, seen.opened, draft.preview),
        alarms=_alarms(seen.counts) - _is_alarm(seen.opened.report),
        done=done,
    )


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
    return not await base.store.read(lambda conn: lists.is_recoverable(conn, base.keyring))


def _may_undo(opened: Opened, signed: SignedIn, now: datetime) -> bool:
    """Their own answer was given so short a time ago that it is still here."""
    own = (e for e in opened.thread if e.kind == "reply" and e.text is not None and e.author == signed.person.name)
    return opened.report.reachable in ("yes", "nudge") and any(now - entry.at < cases.UNDO for entry in own)


def _preview(base: Base, opened: Opened, text: str) -> str:
    """The reply in the very words that the reporter will get, "" when there is none to show."""
    if not text:
        return ""
    channel = opened.report.channel or Channel.TELEGRAM.value
    words = base.catalogue.render(
        cases.answer(opened.report.number, text), channel=Channel(channel), locale=_spoken(opened.report.language)
    )
    return words.text


def _spoken(language: str | None) -> Locale:
    match language:
        case "ckb" | "kmr":
            return Locale.CKB
        case "en":
            return Locale.EN
        case _:
            return Locale.AR


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


def _alarms(counts: Mapping[Desk, Count]) -> int:
    return sum(count.alarms for count in counts.values())


def _is_alarm(report: Summary) -> bool:
    """It is counted among the alarms; on its own page the banner is for the others."""
    return report.urgency is Urgency.EMERGENCY and report.claimed_by is None and report.status in queues.OPEN


def _done(asked: QueryParams) -> str:
    return asked.get("done", "") if asked.get("done") in _DONE else ""
