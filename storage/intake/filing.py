"""Files what was said: as a new report, or as a further part of one."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, insert, update

from bot import alerts
from bot.decide import officer
from bot.vocabulary import SEALED_DESKS, Coded, File, Fragment, Mode, Status
from storage import overseeing
from storage.casework import apart, entered
from storage.intake import coding, revisions
from storage.people import rota
from storage.reporting import discretion, joins, turns, veils
from storage.reporting.turns import Turn
from storage.sealed import keypairs, recipients, remembered
from storage.sealed.recipients import Recipient
from storage.tables import codes, report_contacts, reports
from storage.ties import Told, link
from storage.words import cards, content, hours, media, suspicions

_FILE: Final = insert(reports)
_CODE: Final = insert(codes)
_LINK: Final = insert(report_contacts)


def file(turn: Turn, effect: File) -> None:
    """Files a report: where it goes, what was said, what was understood, its code, and whom an answer reaches."""
    sealed, desk = effect.to.desk in SEALED_DESKS, effect.to.desk.value
    opened = hours.told(desk, turn.now)
    turn.conn.execute(
        _FILE,
        {
            "id": effect.report,
            "number": effect.number,
            "office": effect.to.office,
            "desk": desk,
            "urgency": effect.facts.urgency.value,
            "status": Status.NEW.value,
            **turns.told(
                effect.facts,
                effect.place,
                sealed=sealed,
                language=effect.analysis.language,
                channel=turn.waiting.message.channel,
            ),
            "apart": apart.column(effect.facts.apart, desk=effect.to.desk),
            "sealed_once": sealed,
            "reachable": _reachable(turn, effect),
            "opened_at": opened,
            "due_at": alerts.due_at(effect.facts.urgency, opened),
            "version": 1,
        },
    )
    if not effect.locked:
        turn.conn.execute(_CODE, coding.row(turn.keyring, turn.reporter.who, effect.code, effect.report))
        _remember(turn, effect)
    if turn.reporter.contact is not None and not (effect.locked or turn.private):
        _link(turn, effect, turn.reporter.contact)
    people = recipients.standing(turn.conn, turn.keyring, effect.to.office, desk, turn.clock)
    card = _part(turn, effect.report, "card", _card(turn, effect), clear_at=opened, people=people)
    first = opened + hours.STEP if sealed else opened
    said = _utterance(turn, effect.report, _body(turn, effect.report), clear_at=first, people=people)
    content.add_rows(turn.conn, [card, said])
    _files(turn, str(said["id"]), effect.report)
    then = replace(turn, now=hours.when(turn.conn, effect.report, turn.now, desk=desk))
    turns.note(then, effect.report, "file", {} if sealed else {"rule": effect.to.rule})
    if turn.waiting.message.entered_by:
        entered.note(turn.conn, effect.report, by=turn.waiting.message.entered_by, at=then.now)
    turns.ring(turn, effect.report, effect.facts, office=effect.to.office, desk=effect.to.desk, version=1)
    overseeing.tell(turn.conn, turn.keyring, effect.report, effect.facts, private=turn.private, now=turn.clock)


def _remember(turn: Turn, effect: File) -> None:
    """For whoever comes back by the code alone, where no conversation does it."""
    if len(effect.code) >= keypairs.ANYWHERE_DIGITS:
        hers = officer.is_hers(effect.to) and rota.is_staffed(turn.conn, effect.to.office, effect.to.desk, turn.clock)
        opens = Coded(effect.facts, asks=effect.asks, hers=hers)
        remembered.keep(turn.conn, turn.keyring, effect.report, opens, now=turn.clock)


def _link(turn: Turn, effect: File, contact: str) -> None:
    who = turn.reporter.who.hash
    hidden = effect.mode is Mode.DISCREET or discretion.is_discreet(turn.conn, who)
    veiled = not hidden and veils.stands(turn.conn, who)
    told = Told(hidden=hidden or veiled, silent=turn.muted, veiled=veiled)
    tie = link(turn.keyring, effect.report, contact, told)
    turn.conn.execute(_LINK, {"report": effect.report, "contact": contact, "tie": tie})


def append(turn: Turn, report: str) -> None:
    """Adds this message to a report, or to the one it was joined into.

    Raises LookupError when it is not there or erased.
    """
    if joins.is_changed(turn.conn, turn.keyring, report):
        suspicions.note(turn.conn, turn.keyring, report, suspicions.Changed.JOINED, now=turn.now)
    row = turns.report(turn, joins.root(turn.conn, turn.keyring, report))
    if row is None:
        raise LookupError("a part for a report that is not there")
    body = _body(turn, row.id)
    if revisions.absorbed(turn, row.id, body):
        return
    people = content.people(turn.conn, turn.keyring, row.id, turn.clock)
    clear_at = hours.when(turn.conn, row.id, turn.now, desk=row.desk)
    said = _utterance(turn, row.id, body, clear_at=clear_at, people=people)
    content.add_rows(turn.conn, [said])
    _files(turn, str(said["id"]), row.id)
    if row.status == Status.CLOSED.value:
        _open_again(turn, row, at=clear_at)


def _open_again(turn: Turn, row: Row[Any], *, at: datetime) -> None:
    """What its office asked before it closed the report is answered now: nobody would look there."""
    status = Status.IN_PROGRESS if row.claimed_by is not None else Status.NEW
    ends: dict[str, Any] = {"status": status.value, "closed_at": None, "close_reason": None}
    turn.conn.execute(update(reports).where(reports.c.id == row.id).values(**ends, version=int(row.version) + 1))
    turns.note(replace(turn, now=at), row.id, "reopen", {})


def _utterance(
    turn: Turn, report: str, body: Mapping[str, Any], *, clear_at: datetime, people: Sequence[Recipient]
) -> dict[str, Any]:
    part = _part(turn, report, "utterance", body, clear_at=clear_at, people=people)
    return part | {"inbound": None if turn.private else turn.waiting.id}


def _part(
    turn: Turn, report: str, kind: str, body: Mapping[str, Any], *, clear_at: datetime, people: Sequence[Recipient]
) -> dict[str, Any]:
    return content.part_row(
        turn.keyring, report=report, kind=kind, body=body, at=turn.now, clear_at=clear_at, people=people
    )


def _body(turn: Turn, report: str) -> dict[str, Any]:
    """What was said. own: the same in every revision of one message. fragment: of which SMS, from 1, of how many.

    marks: what its files are, of a message that can be edited.
    """
    message = turn.waiting.message
    body = {
        "text": message.text,
        "point": revisions.place(message.point),
        "media": [file.kind for file in message.media],
        "edit": message.edit,
        "album": media.album_name(report, message.album),
    }
    seldom = {
        "own": revisions.name(report, message.own_id),
        "marks": revisions.marks(report, message.media) if message.own_id else [],
        "gesture": message.gesture.value,
        "forwarded": message.forwarded,
        "behalf": message.behalf,
        "live": message.live,
        "fragment": _fragment(report, message.fragment),
    }
    return body | {name: value for name, value in seldom.items() if value}


def _fragment(report: str, part: Fragment | None) -> dict[str, Any] | None:
    if part is None:
        return None
    return {"of": revisions.name(report, part.ref), "index": part.index, "total": part.total}


def _files(turn: Turn, part: str, report: str) -> None:
    said = turn.waiting.message
    at = {"part": part, "report": report}
    media.add(turn.conn, turn.keyring, **at, files=said.media, now=turn.now, carrier=said.carrier)


def _card(turn: Turn, effect: File) -> dict[str, Any]:
    heard = effect.analysis
    return {
        "category": effect.facts.category,
        "guesses": [[guess.category, guess.confidence] for guess in heard.guesses],
        "language": heard.language,
        "place": turns.named(effect.place),
        "urgency": effect.facts.urgency.value,
        "sensitive": effect.facts.sensitive,
        "minor": effect.facts.minor,
        "no_reply": effect.facts.no_reply,
        "apart": list(effect.facts.apart),
        "flight": effect.facts.flight,
        "officer": cards.officer(effect.facts),
        "why": list(heard.why),
        "landmark": heard.landmark,
        "spans": [[span.start, span.end, span.token] for span in heard.spans],
        "clean": heard.clean,  # what the spans count in
        "channel": turn.waiting.message.channel,
        "app": "whatsapp" if turn.waiting.message.address.startswith("whatsapp:") else "",
        "rule": effect.to.rule,
        "speaker": effect.speaker,
        "behalf": effect.behalf,
        "forwarded": turn.waiting.message.forwarded,
        "locked": effect.locked,
    }


def _reachable(turn: Turn, effect: File) -> str:
    if effect.locked:
        return "no"  # perhaps somebody else said it
    coded = bool(turn.waiting.message.code)  # whoever was promised a code comes back with it
    if turn.private:
        return "no" if effect.facts.no_reply and not coded else "pull"  # who may not be written to was told no code
    if turn.reporter.contact is None:
        return "pull" if coded else "no"
    if turn.muted:
        return "pull"
    return "nudge" if effect.mode is Mode.DISCREET else "yes"
