"""The JSON API for staff's own programs: the same reports, steps and refusals as the console, by bearer token.

A report's ETag is its version: a step needs it in If-Match (428 without, 412 when somebody was first).
"""

import re
from collections.abc import Callable, Coroutine, Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path as FilePath
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Header, Path, Query, Request
from fastapi.routing import APIRoute
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from starlette.responses import Response

from api import access, problems, v1_files, v1_refusals
from api.access import Base
from api.console import LOCALES, words
from api.console.words import Words as Spoken
from api.v1_refusals import Unconditional
from bot.vocabulary import Category, Desk, Locale, Role, Status, Urgency
from storage.casework import cases, moves, queues
from storage.casework.acts import LONGEST, Act, Refused, Unseen
from storage.casework.cases import Reason
from storage.casework.queues import Opened, Summary, Wanted
from storage.casework.threads import Card, Entry, File, Names
from storage.consent import consents, receivers, sharing
from storage.consent.consents import LONGEST as LONGEST_CONSENT
from storage.consent.consents import Scope, Standing, To
from storage.database.engine import Connection
from storage.intake import corrections
from storage.outgoing.fates import Arrival, Why
from storage.people import looks
from storage.people.staff import Person

_TAG: Final = re.compile(r'"(\d{1,9})"')
_NUMBER: Final = r"^[A-Z]{2}-[0-9A-Z]{1,9}$"


class Strict(BaseModel):
    """Extra fields are refused: a misspelt filter must not widen a list."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


def _clean(text: str) -> str:
    if "\0" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
        raise ValueError("signs")
    return text


Words = Annotated[str, Field(min_length=1, max_length=LONGEST), AfterValidator(_clean)]
Code = Annotated[str, Field(max_length=40), AfterValidator(_clean)]
Level = Literal["normal", "high", "emergency"]


# ── What comes in ────────────────────────────────────────────────────────────────────────────────────────────
class Asked(Strict):
    """Filters of a list. Without `status`, all that is not closed."""

    status: Status | None = None
    desk: Desk | None = None
    office: Code = ""
    urgency: Level | None = None
    mine: bool = False
    cursor: Annotated[str, Field(max_length=200), AfterValidator(_clean)] = ""
    limit: Annotated[int, Field(ge=1, le=queues.MOST)] = 25


class Said(Strict):
    """A reply to the reporter, or a note for colleagues."""

    text: Words


class StatusSet(Strict):
    """The steps that need no reason."""

    status: Literal[Status.ACKNOWLEDGED, Status.IN_PROGRESS]


class Correcting(Strict):
    """What a report is about and how urgent it is, by a person."""

    category: Category
    urgency: Level


class Closing(Strict):
    """Why a case ends."""

    reason: Reason


class Assigning(Strict):
    """The desk it goes to."""

    office: Code
    desk: Desk


class Referring(Strict):
    """The outside body, and what was asked of it."""

    body: Annotated[str, Field(min_length=1, max_length=120), AfterValidator(_clean)]
    text: Annotated[str, Field(max_length=LONGEST), AfterValidator(_clean)] = ""


class Asking(Strict):
    """Who would receive what, for how many days: an office's desk, or a body of the service directory by its id."""

    office: Code = ""
    desk: Desk | None = None
    service: Code = ""
    scope: Scope
    days: Annotated[int, Field(ge=1, le=LONGEST_CONSENT.days)] = 30


class Sharing(Strict):
    """What staff tell the other desk; needed where a summary is all that was agreed to."""

    summary: Annotated[str, Field(max_length=LONGEST), AfterValidator(_clean)] = ""


# ── What goes out ────────────────────────────────────────────────────────────────────────────────────────────
class Named(BaseModel):
    """A name in each language, "" where none is known."""

    ar: str
    ckb: str
    en: str


class Row(BaseModel):
    """A report in a list. At a sealed desk category, place, language and channel come from what its reader may open.

    There `excerpt` is null in lists: what was said is read by opening the report. behalf: told for someone else.
    locked: its words are sealed to focal points; this API never opens them, only the console does, with their key.
    speaker: the language whose speaker is needed to read it. unsaid: it came while a discreet reporter's word was not
    said, so perhaps from somebody else. reachable: "pull", they come for an answer; "nudge", they are told that one
    waits.
    """

    number: str
    version: int
    office: str
    office_names: Named
    desk: Desk
    urgency: Level
    status: Status
    category: str | None
    place: Named | None
    language: str | None
    channel: str | None
    opened_at: datetime
    due_at: datetime | None
    overdue: bool
    claimed_by: str | None
    mine: bool
    reachable: Literal["yes", "no", "pull", "nudge"]
    closed_at: datetime | None
    close_reason: str | None
    erased: bool
    role: Role
    excerpt: str | None
    behalf: bool
    speaker: str | None
    unsaid: bool
    locked: bool


class Rows(BaseModel):
    """One page; `next` is the cursor of the one after, null at the end."""

    reports: list[Row]
    next: str | None


class Guessed(BaseModel):
    """A category and how sure the machine is, 0 to 1."""

    category: str
    confidence: float


class Understood(BaseModel):
    """The machine's suggestion, and the words that decided. corrected: category and urgency are a person's word.

    flight: "sought": others look for who may have fled violence; make sure first that she is safe. "own": she fled.
    """

    category: str
    corrected: bool
    guesses: list[Guessed]
    urgency: Level
    language: str
    channel: str
    place: Named | None
    landmark: str
    why: list[str]
    flight: str = ""


class Pin(BaseModel):
    """WGS 84 degrees."""

    lat: float
    lon: float


class Attached(BaseModel):
    """A file that came with a message. reason: why it failed. transcript: what a machine wrote down of a voice note.

    may_leave: /v1/reports/{number}/files/{id} gives it; what could not be cleaned stays at the desk.
    """

    id: str
    kind: str
    state: Literal["waiting", "kept", "failed"]
    size: int
    content_type: str
    may_leave: bool
    reason: str
    transcript: str


class Earlier(BaseModel):
    """What an edited message said before, and when."""

    at: datetime
    text: str | None


class Pieces(BaseModel):
    """Of a long SMS, how many parts of how many have arrived."""

    came: int
    total: int


class Line(BaseModel):
    """A part (text) or an event (data) of a thread.

    report: the number of the report that it was said in, where that was joined to this one. gesture: what it was, when
    it said nothing in words. times, last_at: how often the same was said. arrival: how far an answer has come; null
    also while it waits for its reporter to come back with the code. why: it did not arrive. locked: sealed to people,
    not opened here.
    """

    kind: str
    at: datetime
    author: str | None
    text: str | None
    referred_to: str | None
    point: Pin | None
    edit: bool
    files: list[Attached]
    data: dict[str, Any] | None
    report: str | None
    earlier: list[Earlier]
    gesture: str | None
    forwarded: bool
    live: bool
    pieces: Pieces | None
    times: int
    last_at: datetime | None
    arrival: Arrival | None
    why: Why | None
    locked: bool


class Agreed(BaseModel):
    """What a reporter was asked to agree to, and what they said. silent: never answered, which is a no.

    shared: carried out: a copy was made, which goes when this ends, or a body outside was told, at told_at.
    state "changed": somebody else than this program wrote it; nothing may be shared by it.
    """

    id: str
    office: str | None
    desk: Desk | None
    service: str | None
    scope: Scope
    state: Literal["waiting", "silent", "no", "yes", "ended", "changed"]
    asked_at: datetime
    until_at: datetime
    shared: bool
    told_at: datetime | None


class Whole(BaseModel):
    """A report with its thread. `understood` is null for auditors and once it is erased.

    elder: the report that this one was joined to; joined: those that were joined to this one, in whose thread they are.
    """

    report: Row
    understood: Understood | None
    thread: list[Line]
    elder: str | None
    joined: list[str]
    consents: list[Agreed]


class Done(BaseModel):
    """A step was taken; `version` is what the next If-Match must carry."""

    number: str
    version: int


class Access(BaseModel):
    """One desk that this token opens."""

    office: str
    desk: Desk
    role: Role
    until: datetime | None


class Me(BaseModel):
    """Whose token this is."""

    name: str
    grants: list[Access]


# ── Doors ────────────────────────────────────────────────────────────────────────────────────────────────────
def _door(base: Base, spoken: Mapping[Locale, Spoken]) -> type[APIRoute]:
    class Door(APIRoute):
        """Asks who it is before it reads a byte of a body, and turns our exceptions into problems."""

        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            """The handler, behind the question of who asks and with our exceptions caught."""
            plain = super().get_route_handler()

            async def handler(request: Request) -> Response:
                try:
                    await access.holder(base, request)
                    return await plain(request)
                except v1_refusals.OURS as error:
                    return v1_refusals.told(base, request, spoken, error)

            return handler

    return Door


Number = Annotated[str, Path(pattern=_NUMBER, description="As staff see it: NI-4F7K2.")]
IfMatch = Annotated[str | None, Header(description="The report's ETag.")]


def router(base: Base, *, locales: FilePath = LOCALES) -> APIRouter:
    """Every door of /v1, over what runs it. locales: the folder of the words in which it says why not."""
    routes = APIRouter(
        prefix="/v1",
        route_class=_door(base, words.load(locales)),
        tags=["reports"],
        responses=problems.responses(401, 422, 503),
    )
    holder = access.bearer(base)
    _add_reading(routes, base, holder)
    _add_words(routes, base, holder)
    _add_steps(routes, base, holder)
    _add_consents(routes, base, holder)
    v1_files.add(routes, base, holder)
    return routes


def _add_reading(routes: APIRouter, base: Base, holder: access.Bearer) -> None:
    @routes.get("/me")
    async def me(person: Annotated[Person, Depends(holder)]) -> Me:
        """Whose token this is, and which desks it opens."""
        return Me(
            name=person.name,
            grants=[Access(office=g.office, desk=g.desk, role=g.role, until=g.until) for g in person.grants],
        )

    @routes.get("/reports", responses=problems.responses(400))
    async def reports(person: Annotated[Person, Depends(holder)], asked: Annotated[Asked, Query()]) -> Rows:
        """Reports of your desks: emergencies first, then by deadline, then by age. Reading a page is audited."""
        now = base.clock()
        wanted = Wanted(
            status=asked.status,
            desk=asked.desk,
            office=asked.office,
            urgency=Urgency[asked.urgency.upper()] if asked.urgency else None,
            mine=asked.mine,
            cursor=asked.cursor,
            limit=asked.limit,
        )
        page = await base.store.write(
            lambda conn: queues.listing(conn, base.keyring, staff=person.id, now=now, wanted=wanted), staff=person.id
        )
        if not page.rows:
            await base.store.write(lambda conn: looks.note(conn, base.keyring, person=person.id, page="list", now=now))
        return Rows(reports=[_row(row) for row in page.rows], next=page.next or None)

    @routes.get(
        "/reports/{number}",
        response_model=Whole,
        responses=problems.responses(404) | {304: {"description": "Unchanged since If-None-Match"}},
    )
    async def report(
        number: Number,
        response: Response,
        person: Annotated[Person, Depends(holder)],
        if_none_match: Annotated[str | None, Header()] = None,
    ) -> Whole | Response:
        """One report with its thread; opening it is audited.

        What is sealed to a desk's focal points is not opened here, by whatever token: `locked` is true, and the words
        are null. They are read in the console, by a focal point who has opened her key; steps on such a report answer
        409 `case.locked`, whose `detail` says where that is. A token lies in a file: it must not be half of a key.
        """
        now = base.clock()
        opened = await base.store.write(
            lambda conn: queues.one(conn, base.keyring, staff=person.id, number=number, now=now), staff=person.id
        )
        if opened is None:
            raise Unseen
        tag = f'"{opened.report.version}"'
        # The second wall shows consents to nobody; an answer to one changes no version.
        agreed = await base.store.read(
            lambda conn: consents.of(conn, base.keyring, staff=person.id, number=number, now=now)
        )
        if if_none_match == tag and not agreed:
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers={"ETag": tag})
        response.headers["ETag"] = tag
        return _whole(opened, [_agreed(each) for each in agreed])


_STEP: Final = problems.responses(403, 404, 409, 412, 428)


def _acting(base: Base, holder: access.Bearer) -> Callable[..., Coroutine[Any, Any, Act]]:
    """A dependency: who acts on which report as they last read it; raises Unconditional without a usable If-Match."""

    async def dependency(number: Number, person: Annotated[Person, Depends(holder)], if_match: IfMatch = None) -> Act:
        tag = _TAG.fullmatch((if_match or "").strip())
        if tag is None:
            raise Unconditional
        return Act(staff=person.id, number=number, version=int(tag[1]), now=base.clock())

    return dependency


async def _take(
    base: Base, response: Response, act: Act, step: Callable[[Connection], int], *, wall: bool = True
) -> Done:
    try:
        version = await base.store.write(step, staff=act.staff if wall else None)
    except Unseen:
        # Noted in a transaction of its own: the step's is undone.
        await base.store.write(
            lambda conn: queues.denied(conn, base.keyring, staff=act.staff, now=act.now), staff=act.staff
        )
        raise
    except Refused as refused:
        if refused.key == consents.CHANGED:
            await base.store.write(lambda conn: consents.note_changed(conn, base.keyring, act.number, act.now))
        raise
    response.headers["ETag"] = f'"{version}"'
    return Done(number=act.number, version=version)


def _add_words(routes: APIRouter, base: Base, holder: access.Bearer) -> None:
    acting, ring = _acting(base, holder), base.keyring

    @routes.post("/reports/{number}/reply", responses=_STEP)
    async def reply(said: Said, act: Annotated[Act, Depends(acting)], response: Response) -> Done:
        """Answers the reporter; it leaves ten seconds later."""
        return await _take(base, response, act, lambda conn: cases.reply(conn, ring, act, said.text))

    @routes.post("/reports/{number}/undo", responses=_STEP)
    async def undo(act: Annotated[Act, Depends(acting)], response: Response) -> Done:
        """Takes your last answer back while it has not left."""
        return await _take(base, response, act, lambda conn: cases.undo(conn, ring, act))

    @routes.post("/reports/{number}/notes", responses=_STEP)
    async def note(said: Said, act: Annotated[Act, Depends(acting)], response: Response) -> Done:
        """Keeps a note for colleagues."""
        return await _take(base, response, act, lambda conn: cases.note(conn, ring, act, said.text))

    @routes.post("/reports/{number}/refer", responses=_STEP)
    async def refer(to: Referring, act: Annotated[Act, Depends(acting)], response: Response) -> Done:
        """Records that an outside body was asked."""
        return await _take(base, response, act, lambda conn: cases.refer(conn, ring, act, body=to.body, text=to.text))


def _add_steps(routes: APIRouter, base: Base, holder: access.Bearer) -> None:
    acting, ring = _acting(base, holder), base.keyring

    @routes.post("/reports/{number}/claim", responses=_STEP)
    async def claim(act: Annotated[Act, Depends(acting)], response: Response) -> Done:
        """Takes a report that nobody has."""
        return await _take(base, response, act, lambda conn: cases.claim(conn, ring, act))

    @routes.post("/reports/{number}/status", responses=_STEP)
    async def status(to: StatusSet, act: Annotated[Act, Depends(acting)], response: Response) -> Done:
        """Acknowledged, or in progress."""
        return await _take(base, response, act, lambda conn: cases.set_status(conn, ring, act, to.status))

    @routes.post("/reports/{number}/close", responses=_STEP)
    async def close(why: Closing, act: Annotated[Act, Depends(acting)], response: Response) -> Done:
        """Ends the work on a report."""
        return await _take(base, response, act, lambda conn: cases.close(conn, ring, act, why.reason))

    @routes.post("/reports/{number}/reopen", responses=_STEP)
    async def reopen(act: Annotated[Act, Depends(acting)], response: Response) -> Done:
        """Takes up a closed report again."""
        return await _take(base, response, act, lambda conn: cases.reopen(conn, ring, act))

    @routes.post("/reports/{number}/correct", responses=_STEP)
    async def correct(to: Correcting, act: Annotated[Act, Depends(acting)], response: Response) -> Done:
        """Says which category and urgency it is, against the machine, which learns from it; the report stays."""
        category, urgency, gazetteer = to.category, Urgency[to.urgency.upper()], base.understanding.gazetteer
        # What is learnt is the worker's alone.
        return await _take(
            base,
            response,
            act,
            lambda conn: corrections.correct(conn, ring, act, category=category, urgency=urgency, gazetteer=gazetteer),
            wall=False,
        )

    @routes.post("/reports/{number}/assign", responses=_STEP)
    async def assign(to: Assigning, act: Annotated[Act, Depends(acting)], response: Response) -> Done:
        """Moves a report to another desk, where it is new; you may no longer see it."""
        # The second wall lets nobody push a report out of their own sight, which this is for.
        return await _take(
            base,
            response,
            act,
            lambda conn: moves.move(conn, ring, act, office=to.office, desk=to.desk),
            wall=False,
        )


def _add_consents(routes: APIRouter, base: Base, holder: access.Bearer) -> None:
    acting, ring = _acting(base, holder), base.keyring

    @routes.post("/reports/{number}/consents", responses=_STEP)
    async def ask(asked: Asking, act: Annotated[Act, Depends(acting)], response: Response) -> Done:
        """Asks the reporter whether somebody may receive what; explain in a reply first who they are.

        Not of what is sealed to people (409, case.locked): only a key tells whom such a report names.
        """
        to, lasts = To(asked.office, asked.desk, asked.service), timedelta(days=asked.days)
        return await _take(
            base,
            response,
            act,
            lambda conn: receivers.ask(conn, ring, act, to, scope=asked.scope, lasts=lasts),
            wall=False,
        )

    @routes.post("/reports/{number}/consents/{consent}/share", responses=_STEP)
    async def share(
        consent: Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")],
        told: Sharing,
        act: Annotated[Act, Depends(acting)],
        response: Response,
    ) -> Done:
        """Makes the copy that a yes allows, at the other desk; it goes when the consent ends or is taken back.

        Of a body outside: notes that it was told, by word of mouth.
        """
        return await _take(
            base,
            response,
            act,
            lambda conn: sharing.share(conn, ring, act, consent, summary=told.summary),
            wall=False,
        )


# ── Shapes ───────────────────────────────────────────────────────────────────────────────────────────────────
def _level(urgency: int) -> Level:
    match Urgency(urgency):
        case Urgency.NORMAL:
            return "normal"
        case Urgency.HIGH:
            return "high"
        case Urgency.EMERGENCY:
            return "emergency"


def _named(names: Names | None) -> Named | None:
    return None if names is None else Named(ar=names.ar, ckb=names.ckb, en=names.en)


def _row(row: Summary) -> Row:
    office = row.office_names
    return Row.model_validate(
        {name: getattr(row, name) for name in Row.model_fields if name not in ("urgency", "place", "office_names")}
        | {
            "urgency": _level(row.urgency),
            "speaker": row.speaker or None,
            "place": _named(row.place),
            "office_names": Named(ar=office.ar, ckb=office.ckb, en=office.en),
        }
    )


def _whole(opened: Opened, agreed: list[Agreed]) -> Whole:
    return Whole(
        report=_row(opened.report),
        understood=None if opened.card is None else _understood(opened.card),
        thread=[_line(entry) for entry in opened.thread],
        elder=opened.elder or None,
        joined=list(opened.joined),
        consents=agreed,
    )


def _agreed(each: Standing) -> Agreed:
    same = {name: getattr(each, name) for name in ("id", "scope", "state", "asked_at", "until_at", "shared", "told_at")}
    to = {"office": each.to.office or None, "desk": each.to.desk, "service": each.to.service or None}
    return Agreed.model_validate(same | to)


def _understood(card: Card) -> Understood:
    return Understood(
        category=card.category,
        corrected=card.corrected,
        guesses=[Guessed(category=code, confidence=share) for code, share in card.guesses],
        urgency=_level(card.urgency),
        language=card.language,
        channel=card.channel,
        place=_named(card.place),
        landmark=card.landmark,
        why=list(card.why),
        flight=card.flight,
    )


def _attached(file: File) -> Attached:
    return Attached.model_validate({name: getattr(file, name) for name in Attached.model_fields})


def _line(entry: Entry) -> Line:
    return Line(
        kind=entry.kind,
        at=entry.at,
        author=entry.author,
        text=entry.text,
        referred_to=entry.referred_to or None,
        point=Pin(lat=entry.point.lat, lon=entry.point.lon) if entry.point else None,
        edit=entry.edit,
        files=[_attached(file) for file in entry.files],
        data=None if entry.data is None else dict(entry.data),
        report=entry.number or None,
        earlier=[Earlier(at=old.at, text=old.text) for old in entry.earlier],
        gesture=entry.gesture or None,
        forwarded=entry.forwarded,
        live=entry.live,
        pieces=Pieces(came=entry.came, total=entry.total) if entry.total else None,
        times=entry.times,
        last_at=entry.last_at,
        arrival=entry.arrival,
        why=entry.why,
        locked=entry.locked,
    )
