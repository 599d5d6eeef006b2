"""The carrier's names of messages in a chat, ours and theirs, for 48 hours.

To delete them there when their reporter asks for it, and to know what a reply replies to. Sealed under the day's
key and found by a keyed hash; nobody who hides has any. What one is about is tied to it (storage.ties).
"""

import hmac
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, false, func, insert, or_, select, update

from storage.keys import Domain, KeyGone, Keyring
from storage.sealing import Tampered, seal, unseal
from storage.tables import traces
from storage.ties import Tie, holds, made

KEPT: Final = timedelta(hours=48)  # after this Telegram deletes nothing any more

_T: Final = traces.c
# Whose message it is, sealed before its name.
_THEIRS: Final = "<"
_OURS: Final = ">"
_INSERT: Final = insert(traces)
_THIS: Final = (_T.contact == bindparam("whose"), _T.hash == bindparam("named", type_=_T.hash.type))
_BELONGS: Final = update(traces).where(*_THIS).values(report=bindparam("about"), tie=bindparam("tied"))
_NOTHING: Final[dict[str, Any]] = {"report": None, "tie": None}
_SEEN: Final = select(_T.id).where(*_THIS).limit(1)
_SINCE: Final = select(func.max(_T.at)).where(*_THIS)
_ABOUT: Final = select(_T.report, _T.tie).where(*_THIS, _T.report.is_not(None)).order_by(_T.at.desc()).limit(1)
_ALL: Final = (
    select(_T.id, _T.sealed, _T.epoch)
    .where(_T.contact == bindparam("whose"), _T.at > bindparam("since", type_=_T.at.type))
    .order_by(_T.at, _T.id)
)
_FORGET: Final = delete(traces).where(_T.id == bindparam("one"))


@dataclass(frozen=True, slots=True)
class Trace:
    """One message in a chat. own_id: what the carrier calls it there. theirs: they wrote it, not we."""

    id: str
    own_id: str = field(repr=False)
    theirs: bool = False


def theirs(conn: Connection, keyring: Keyring, *, contact: str, own_id: str, report: str | None, now: datetime) -> None:
    """Remembers a message that a reporter sent, and the report it became part of; an edit of it is the same message."""
    hashed = _hash(keyring, contact, own_id)
    this = {"whose": contact, "named": hashed}
    if report is not None:
        tied = made(keyring, Tie.TRACE, hashed, report)
        if conn.execute(_BELONGS, {**this, "about": report, "tied": tied}).rowcount:
            return
    if conn.execute(_SEEN, this).first() is None:
        conn.execute(_INSERT, _row(keyring, contact, _THEIRS + own_id, report, now))


def ours(
    conn: Connection, keyring: Keyring, *, contact: str, ids: Sequence[str], report: str | None, now: datetime
) -> None:
    """Remembers what we sent, as the carrier named it, and what it was about."""
    rows = [_row(keyring, contact, _OURS + own_id, report, now) for own_id in dict.fromkeys(ids)]
    if rows:
        conn.execute(_INSERT, rows)


def about(conn: Connection, keyring: Keyring, *, contact: str, own_id: str) -> str | None:
    """The report that a message in this chat was about; None when it was about none, or is not remembered."""
    named = _hash(keyring, contact, own_id)
    row = conn.execute(_ABOUT, {"whose": contact, "named": named}).first()
    return None if row is None or not holds(keyring, row.tie, Tie.TRACE, named, row.report) else str(row.report)


def at(conn: Connection, keyring: Keyring, *, contact: str, own_id: str) -> datetime | None:
    """Since when a message in this chat is known: ours as it was sent, theirs as it was settled."""
    named = {"whose": contact, "named": _hash(keyring, contact, own_id)}
    return conn.execute(_SINCE, named).scalar()


def knows(conn: Connection, keyring: Keyring, *, contact: str, own_id: str) -> bool:
    """Whether a message in this chat is remembered by its name."""
    return conn.execute(_SEEN, {"whose": contact, "named": _hash(keyring, contact, own_id)}).first() is not None


def written(conn: Connection, keyring: Keyring, *, contact: str, about: Collection[str | None]) -> tuple[str, ...]:
    """The names of what they wrote that became part of these reports; None: of none. What does not open is passed over.

    Of a private reporter every message is about none.
    """
    which = or_(_T.report.in_(one for one in about if one), _T.report.is_(None) if None in about else false())
    rows = conn.execute(select(traces).where(_T.contact == contact, which)).all()
    names = (_named(keyring, row) for row in rows)
    return tuple(name[1:] for name in names if name is not None and name[:1] == _THEIRS)


def of(conn: Connection, keyring: Keyring, *, contact: str, now: datetime) -> tuple[Trace, ...]:
    """Every message in this chat that can still be deleted, oldest first; one that does not open is passed over."""
    found = []
    for row in conn.execute(_ALL, {"whose": contact, "since": now - KEPT}):
        named = _named(keyring, row)
        if named is not None:
            found.append(Trace(row.id, named[1:], theirs=named[:1] == _THEIRS))
    return tuple(found)


def _named(keyring: Keyring, row: Any) -> str | None:
    """Whose message it is and its name; None where it does not open."""
    try:
        key = keyring.at(Domain.INTAKE, row.epoch)
        return unseal(key, row.sealed, traces.name, "sealed", row.id, row.epoch).decode()
    except (KeyGone, Tampered):
        return None


def forget(conn: Connection, gone: Sequence[Trace]) -> None:
    """These are deleted at the carrier."""
    if gone:
        conn.execute(_FORGET, [{"one": trace.id} for trace in gone])


def hand_over(conn: Connection, keyring: Keyring, *, old: str, new: str, reports: Collection[str]) -> None:
    """What was said of these reports, or of none, is a private reporter's from now on, and about no report."""
    theirs = or_(_T.report.is_(None), _T.report.in_(reports))
    for row in conn.execute(select(traces).where(_T.contact == old, theirs)).all():
        conn.execute(_FORGET, {"one": row.id})
        named = _named(keyring, row)
        if named is not None:
            conn.execute(_INSERT, _row(keyring, new, named, None, row.at))


def about_nothing(conn: Connection, contact: str) -> None:
    """What was said in this chat is remembered for deleting it, no longer as being about a report."""
    conn.execute(update(traces).where(_T.contact == contact, _T.report.is_not(None)).values(**_NOTHING))


def part_from(conn: Connection, report: str) -> None:
    """A report was erased: what was said of it is remembered for deleting it, no longer as being about it."""
    conn.execute(update(traces).where(_T.report == report).values(**_NOTHING))


def _row(keyring: Keyring, contact: str, named: str, report: str | None, now: datetime) -> dict[str, Any]:
    trace, key = secrets.token_hex(16), keyring.current(Domain.INTAKE, now)
    hashed = _hash(keyring, contact, named[1:])
    return {
        "id": trace,
        "contact": contact,
        "hash": hashed,
        "report": report,
        "tie": None if report is None else made(keyring, Tie.TRACE, hashed, report),
        "at": now,
        "sealed": seal(key.secret, named.encode("utf-8", "replace"), traces.name, "sealed", trace, key.epoch),
        "epoch": key.epoch,
    }


def _hash(keyring: Keyring, contact: str, own_id: str) -> bytes:
    data = f"trace\x00{contact}\x00{own_id}".encode("utf-8", "surrogatepass")
    return hmac.digest(keyring.at(Domain.DEDUP, "all"), data, "sha256")
