"""One report's page: what was said and done, and the forms of the steps that its reader may take."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from http import HTTPStatus
from typing import Final

from fastapi import Request
from starlette.datastructures import QueryParams
from starlette.responses import Response

from api import access
from api.access import Base
from api.console import sharing
from api.console.render import Renderer
from api.console.sharing import Shown
from bot.replies import locale_of
from bot.vocabulary import Category, Channel, Desk, Urgency
from storage.casework import acts, cases, lengths, moves, opening, queues
from storage.casework.acts import Right, Unseen
from storage.casework.cases import Reason
from storage.casework.moves import Target
from storage.casework.opening import Opened
from storage.casework.queues import Count
from storage.casework.summaries import Summary
from storage.database.engine import Connection
from storage.intake import corrections
from storage.outgoing import fates
from storage.people.sessions import SignedIn

_DONE: Final = frozenset(
    {
        *("claim", "reply", "undo", "note", "status", "assign", "refer", "close", "reopen", "correct"),
        *("consent", "share"),
    }
)
_LOCKED: Final = "case.locked"
_RIGHTS: Final[Mapping[str, Right]] = {
    "reply": Right.REPLY,
    "note": Right.NOTE,
    "status": Right.STATUS,
    "correct": Right.CORRECT,
    "assign": Right.MOVE,
    "refer": Right.REFER,
    "close": Right.CLOSE,
    "reopen": Right.CLOSE,
}
_CONSENT: Final = frozenset({"consent", "share"})


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


async def show(
    request: Request, base: Base, renderer: Renderer, *, signed: SignedIn, number: str, draft: Draft
) -> Response:
    """A report's page; after a step that failed, with what was typed and the status that says so. Raises Unseen."""
    person, now, offices = signed.person.id, base.clock(), await base.directory()
    opener = await access.opener(base, request, signed)
    told = done(request.query_params)

    def read(conn: Connection) -> _Seen | None:
        opened = opening.one(conn, base.keyring, staff=person, number=number, now=now, opener=opener)
        if opened is None:
            return None  # not an error, which would undo the audit row
        allowed = acts.rights(opened.report.role)
        targets = moves.targets(conn, staff=person, number=number, now=now) if Right.MOVE in allowed else ()
        to = None
        if told == "correct" and Right.MOVE in allowed and not opened.report.erased:
            to = corrections.proposed(conn, base.keyring, offices, staff=person, number=number, now=now, opener=opener)
        return _Seen(opened, allowed, tuple(targets), to, queues.counts(conn, staff=person, now=now))

    # Opening a report leaves an audit row.
    seen = await base.store.write(read, staff=person) if number.isascii() and number.isprintable() else None
    if seen is None:
        raise Unseen
    shut = _is_shut(seen.opened)
    if shut and draft.preview:
        draft = replace(draft, preview="", error=_LOCKED)
    sms_parts = _sms_parts(seen.opened, draft.preview)
    if sms_parts > lengths.MOST_PARTS:
        draft = replace(draft, preview="", error="reply.long")
    consented = not shut or draft.step in _CONSENT
    return await renderer.page(
        request,
        "report.html",
        signed=signed,
        status=_status(draft),
        report=seen.opened.report,
        card=seen.opened.card,
        thread=seen.opened.thread,
        elder=seen.opened.elder,
        joined=seen.opened.joined,
        locked=seen.opened.locked,
        free=not seen.opened.report.claimed_by or seen.opened.unopened,
        key_open=opener is not None,
        shut=shut,
        may={right.value for right in _offered(seen.rights, draft, shut=shut)},
        targets=seen.targets,
        proposed=seen.proposed,
        reasons=tuple(Reason),
        categories=tuple(Category),
        draft=draft,
        consent=await sharing.shown(base, signed, seen.opened, opener) if consented else Shown(),
        undo=_may_undo(seen.opened, signed, now),
        preview=_preview(base, seen.opened, draft.preview),
        sms_parts=sms_parts,
        alarms=alarms(seen.counts) - _is_alarm(seen.opened.report),
        done=told,
        hours_tried=fates.HOURS,
    )


def _status(draft: Draft) -> HTTPStatus:
    if draft.conflict:
        return HTTPStatus.CONFLICT
    return HTTPStatus.UNPROCESSABLE_ENTITY if draft.error else HTTPStatus.OK


def _is_shut(opened: Opened) -> bool:
    """Its reader cannot open what it is about, so storage.casework.acts refuses every step."""
    return opened.locked and opened.card is None and not opened.report.erased


def _offered(rights: frozenset[Right], draft: Draft, *, shut: bool) -> frozenset[Right]:
    """Whose forms the page shows: of what is shut only the one that holds what was typed when the key locked itself."""
    return rights & {_RIGHTS[draft.step]} if shut and draft.step in _RIGHTS else frozenset() if shut else rights


def _may_undo(opened: Opened, signed: SignedIn, now: datetime) -> bool:
    """Their own answer was given so short a time ago that it is still here."""
    own = (e for e in opened.thread if e.kind == "reply" and e.text is not None and e.author == signed.person.name)
    return opened.report.reachable in ("yes", "nudge") and any(now - entry.at < cases.UNDO for entry in own)


def _preview(base: Base, opened: Opened, text: str) -> str:
    """The reply as the reporter will get it, in the language that they wrote; "" when there is none to show."""
    if not text:
        return ""
    channel, language = _answered_in(opened)
    reply = cases.answer(opened.report.number, text)
    return base.catalogue.render(reply, channel=Channel(channel), locale=locale_of(language)).text


def _answered_in(opened: Opened) -> tuple[str, str]:
    """(channel, language) of its reporter; at a sealed desk the card tells them."""
    card, row = opened.card, opened.report
    channel = row.channel or (card.channel if card else "") or Channel.SMS.value
    return channel, row.language or (card.language if card else "")


def _sms_parts(opened: Opened, text: str) -> int:
    """Of how many SMS the reply is as storage.casework.lengths counts it, 0 where none carries it."""
    card = opened.card
    may = lengths.may_be_sms(opened.report.reachable, _answered_in(opened)[0], app=card.app if card else "")
    return lengths.parts(text) if text and may else 0


def alarms(counts: Mapping[Desk, Count]) -> int:
    return sum(count.alarms for count in counts.values())


def _is_alarm(report: Summary) -> bool:
    """It is counted among the alarms; on its own page the banner is for the others."""
    return report.urgency is Urgency.EMERGENCY and report.claimed_by is None and report.status in queues.OPEN


def done(asked: QueryParams) -> str:
    return asked.get("done", "") if asked.get("done") in _DONE else ""
