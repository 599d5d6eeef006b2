"""Files what was said: as a new report, or as a further part of one."""

from typing import Any, Final

from sqlalchemy import insert

from bot import alerts
from bot.vocabulary import SEALED_DESKS, File, Status
from storage import content, known, media, turns
from storage.tables import codes, report_contacts, reports
from storage.turns import Turn

_FILE: Final = insert(reports)
_CODE: Final = insert(codes)
_LINK: Final = insert(report_contacts)


def file(turn: Turn, effect: File) -> None:
    """Files a report: where it goes, what was said, what was understood, its code, and whom an answer reaches."""
    sealed = effect.to.desk in SEALED_DESKS
    turn.conn.execute(
        _FILE,
        {
            "id": effect.report,
            "number": effect.number,
            "office": effect.to.office,
            "desk": effect.to.desk.value,
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
            "opened_at": turns.hour(turn.now) if sealed else turn.now,
            "due_at": alerts.due_at(effect.facts.urgency, turn.now),
            "version": 1,
        },
    )
    turn.conn.execute(_CODE, known.code_row(turn.keyring, turn.reporter.who, effect.code, effect.report))
    if turn.reporter.contact is not None:
        turn.conn.execute(_LINK, {"report": effect.report, "contact": turn.reporter.contact})
    card = content.part_row(turn.keyring, report=effect.report, kind="card", body=_card(turn, effect), at=turn.now)
    said = _utterance(turn, effect.report)
    content.add_rows(turn.conn, [card, said])
    _files(turn, str(said["id"]))
    turns.note(turn, effect.report, "file", {} if sealed else {"rule": effect.to.rule})
    turns.ring(turn, effect.report, effect.facts, office=effect.to.office, desk=effect.to.desk, version=1)


def append(turn: Turn, report: str) -> None:
    """Adds this message to a report. Raises LookupError when it is not there or erased."""
    if turns.report(turn, report) is None:
        raise LookupError("a part for a report that is not there")
    said = _utterance(turn, report)
    content.add_rows(turn.conn, [said])
    _files(turn, str(said["id"]))


def _utterance(turn: Turn, report: str) -> dict[str, Any]:
    message = turn.waiting.message
    body = {
        "text": message.text,
        "point": None if message.point is None else {"lat": message.point.lat, "lon": message.point.lon},
        "media": [file.kind for file in message.media],
        "edit": message.edit,
    }
    part = content.part_row(turn.keyring, report=report, kind="utterance", body=body, at=turn.now)
    return part | {"inbound": turn.waiting.id}


def _files(turn: Turn, part: str) -> None:
    media.add(turn.conn, turn.keyring, part=part, files=turn.waiting.message.media, now=turn.now)


def _card(turn: Turn, effect: File) -> dict[str, Any]:
    heard = effect.analysis
    return {
        "category": effect.facts.category,
        "guesses": [[guess.category, guess.confidence] for guess in heard.guesses],
        "language": heard.language,
        "place": turns.named(effect.place),
        "urgency": effect.facts.urgency.value,
        "sensitive": effect.facts.sensitive,
        "why": list(heard.why),
        "landmark": heard.landmark,
        "spans": [[span.start, span.end, span.token] for span in heard.spans],
        "clean": heard.clean,  # what the spans count in
        "channel": turn.waiting.message.channel,
        "rule": effect.to.rule,
    }


def _reachable(turn: Turn) -> str:
    if turn.reporter.contact is None:
        return "no"
    return "pull" if turn.muted else "yes"
