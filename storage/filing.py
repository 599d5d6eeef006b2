"""Files what was said: as a new report, or as a further part of one."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import insert

from bot import alerts
from bot.vocabulary import SEALED_DESKS, File, Fragment, Status
from storage import content, hours, joining, known, media, revisions, turns
from storage.tables import codes, report_contacts, reports
from storage.turns import Turn

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
            "reachable": _reachable(turn),
            "opened_at": opened,
            "due_at": alerts.due_at(effect.facts.urgency, opened),
            "version": 1,
        },
    )
    turn.conn.execute(_CODE, known.code_row(turn.keyring, turn.reporter.who, effect.code, effect.report))
    if turn.reporter.contact is not None:
        turn.conn.execute(_LINK, {"report": effect.report, "contact": turn.reporter.contact})
    card = content.part_row(
        turn.keyring, report=effect.report, kind="card", body=_card(turn, effect), at=turn.now, clear_at=opened
    )
    said = _utterance(
        turn, effect.report, _body(turn, effect.report), clear_at=opened + hours.STEP if sealed else opened
    )
    content.add_rows(turn.conn, [card, said])
    _files(turn, str(said["id"]))
    then = replace(turn, now=hours.when(turn.conn, effect.report, turn.now, desk=desk))
    turns.note(then, effect.report, "file", {} if sealed else {"rule": effect.to.rule})
    turns.ring(turn, effect.report, effect.facts, office=effect.to.office, desk=effect.to.desk, version=1)


def append(turn: Turn, report: str) -> None:
    """Adds this message to a report, or to the one it was joined into.

    Raises LookupError when it is not there or erased.
    """
    row = turns.report(turn, joining.root(turn.conn, report))
    if row is None:
        raise LookupError("a part for a report that is not there")
    body = _body(turn, row.id)
    if revisions.absorbed(turn, row.id, body):
        return
    said = _utterance(turn, row.id, body, clear_at=hours.when(turn.conn, row.id, turn.now, desk=row.desk))
    content.add_rows(turn.conn, [said])
    _files(turn, str(said["id"]))


def _utterance(turn: Turn, report: str, body: Mapping[str, Any], *, clear_at: datetime) -> dict[str, Any]:
    part = content.part_row(turn.keyring, report=report, kind="utterance", body=body, at=turn.now, clear_at=clear_at)
    return part | {"inbound": turn.waiting.id}


def _body(turn: Turn, report: str) -> dict[str, Any]:
    """What was said. own: the same in every revision of one message. fragment: of which SMS, from 1, of how many."""
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


def _files(turn: Turn, part: str) -> None:
    message = turn.waiting.message
    media.add(turn.conn, turn.keyring, part=part, files=message.media, now=turn.now, carrier=message.carrier)


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
        "why": list(heard.why),
        "landmark": heard.landmark,
        "spans": [[span.start, span.end, span.token] for span in heard.spans],
        "clean": heard.clean,  # what the spans count in
        "channel": turn.waiting.message.channel,
        "rule": effect.to.rule,
        "speaker": effect.speaker,
        "behalf": effect.behalf,
        "forwarded": turn.waiting.message.forwarded,
    }


def _reachable(turn: Turn) -> str:
    if turn.reporter.contact is None:
        return "pull" if turn.waiting.message.code else "no"  # whoever was promised a code comes back with it
    return "pull" if turn.muted else "yes"
