"""Messages that stand for one said before: an edit that changes nothing, a pin that moved on. They are no new part."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import bindparam, select, update

from bot.vocabulary import Medium, Point
from storage.encoding import dumps
from storage.keys import Domain, KeyGone
from storage.reporting.turns import Turn
from storage.rows import seal_row
from storage.sealing import Tampered
from storage.tables import parts
from storage.words import content

_LOOKED_AT: Final = 8  # an edit of something said earlier is shown as said anew
_COMPARED: Final = ("text", "point", "media", "marks")
_LAST: Final = (
    select(parts)
    .where(parts.c.report == bindparam("of"), parts.c.kind == "utterance", parts.c.sealed.is_not(None))
    .order_by(parts.c.at.desc(), parts.c.id)
    .limit(_LOOKED_AT)
)


def name(report: str, carriers: str) -> str:
    """What the revisions of one message (or the pieces of one SMS) have in common within a report; "" for none.

    Not the carrier's own name for it, which is kept for 48 hours only.
    """
    return hashlib.sha256(f"{report}:{carriers}".encode("utf-8", "replace")).hexdigest()[:16] if carriers else ""


def place(point: Point | None) -> dict[str, float] | None:
    """A pin as a part's body holds it."""
    return None if point is None else {"lat": point.lat, "lon": point.lon}


def marks(report: str, files: Sequence[Medium]) -> list[str]:
    """What each file of a message is, the same in every revision of it: by the file itself, not by its handle.

    A carrier names the same file by another handle each time; where it tells nothing else, that is one revision more.
    """
    return [name(report, file.unique or file.ref) for file in files]


def absorbed(turn: Turn, report: str, body: Mapping[str, Any]) -> bool:
    """Whether what was said last in a report already stands for this message, or does now.

    A pin that moves is one part, which holds its last place and when it was there; carriers send it a hundred times.
    body: as it would be kept. An edit whose words, place and files are the same was no edit. What is sealed to people
    nobody here can compare: then each is a part, and whoever reads them folds them (storage.casework.folding).
    """
    message = turn.waiting.message
    if not (message.own_id and (message.edit or message.live)):
        return False
    row, before = _revised(turn, report, str(body["own"]))
    if row is None:
        return False
    if message.live and before.get("live"):
        _move(turn, row, body)
        return True
    return message.edit and all(before.get(each) == body.get(each) for each in _COMPARED)


def _revised(turn: Turn, report: str, own: str) -> tuple[Any | None, Mapping[str, Any]]:
    for row in turn.conn.execute(_LAST, {"of": report}):
        try:
            body = content.open_part(turn.keyring, row)
        except (content.SealedAway, KeyGone, Tampered):
            continue
        if body.get("own") == own:
            return row, body
    return None, {}


def _move(turn: Turn, row: Any, body: Mapping[str, Any]) -> None:
    kept = dumps({**body, "at": turn.now.isoformat()})
    here = (parts.name, row.id)
    sealed = seal_row(turn.keyring, Domain.CONTENT, here, kept, now=turn.now, within=row.report)
    turn.conn.execute(update(parts).where(parts.c.id == row.id).values(**sealed.columns()))
