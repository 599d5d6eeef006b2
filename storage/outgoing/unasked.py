"""When a contact was last told what no message of theirs had asked for: an answer, a nudge, a question of staff."""

from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from bot.vocabulary import Delivery
from storage import ties
from storage.keys import Keyring
from storage.tables import outbox, parts

_O: Final = outbox.c
_UNASKED: Final = ("answer", "alert", "digest")
# What waits for its first try was not said yet; what was given up after a try may have arrived all the same.
_MAY_HAVE_COME: Final = or_(_O.state.in_(("sent", "sending")), _O.attempts > 0)
_BY_PARCEL: Final = select(_O.state, _O.sent_at, _O.created_at).where(_O.kind.in_(_UNASKED), _MAY_HAVE_COME)
_BY_STAFF: Final = and_(parts.c.kind == "reply", parts.c.sealed.is_not(None))


def told_at(conn: Connection, contact: str | None, report: str | None, now: datetime) -> datetime | None:
    """The latest of it, or of what staff told them of this report, by telephone too; what is on its way is said now."""
    sent = conn.execute(_BY_PARCEL.where(_O.contact == contact)).all() if contact is not None else ()
    told = [_at(state, sent_at, created_at, now) for state, sent_at, created_at in sent]
    spoken = conn.execute(select(func.max(parts.c.at)).where(parts.c.report == report, _BY_STAFF)).scalar()
    return max([*told, *([spoken] if spoken is not None else [])], default=None)


_ANSWERS: Final = (
    select(outbox)
    .where(_O.kind == "answer", _O.state.in_(("sent", "sending")), _O.delivery != Delivery.FAILED)
    .order_by(_O.created_at.desc(), _O.id.desc())
)


def answered(conn: Connection, keyring: Keyring, contact: str, *, since: datetime, now: datetime) -> tuple[str, ...]:
    """The reports of the answers and questions of staff that went to this contact since, the last one first.

    () where the last one is of what is hidden.
    """
    rows = conn.execute(_ANSWERS.where(_O.contact == contact, _went_out(since))).all()
    rows = sorted(rows, key=lambda row: _at(row.state, row.sent_at, row.created_at, now), reverse=True)
    told = [ties.parcel_told(keyring, row) for row in rows]
    if not told or told[0] is None or told[0].hidden:
        return ()
    each = zip(rows, told, strict=True)
    return tuple(dict.fromkeys(row.report for row, how in each if how is not None and not how.hidden))


def is_answered(conn: Connection, report: str, since: datetime) -> bool:
    """Whether staff answered this report since, or an answer went out: to who is silent nothing does."""
    spoken = conn.execute(select(parts.c.id).where(parts.c.report == report, _BY_STAFF, parts.c.at >= since).limit(1))
    if spoken.first() is not None:
        return True
    about = _ANSWERS.where(_O.report == report, _went_out(since))
    return conn.execute(about.limit(1)).first() is not None


def _went_out(since: datetime) -> ColumnElement[bool]:
    return or_(_O.state == "sending", _O.sent_at >= since)


def _at(state: str, sent_at: datetime | None, created_at: datetime, now: datetime) -> datetime:
    """What was given up after a try came, if it did, about when it was put there."""
    match state:
        case "sent":
            return sent_at or created_at
        case "dead":
            return created_at
        case _:
            return now
