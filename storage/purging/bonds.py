"""Until when a report is held, in its own row, tied: whoever can only write SQL holds nothing, and frees nothing early.

Two times. Until `held_until` nothing of it is purged: any hold of two persons does that. Until `bound_until` it stands
also against its reporter's own wish to erase it: only what a court or a prosecutor ordered does.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, or_, select, update

from storage.keys import Keyring
from storage.purging import joined
from storage.tables import reports
from storage.ties import Tie, holds, made

_R = reports.c
_ROW = (_R.id, _R.held_until, _R.bound_until, _R.held_tie)
_ONE = select(*_ROW).where(_R.id == bindparam("one"))


def put(conn: Connection, keyring: Keyring, report: str, *, held: datetime | None, bound: datetime | None) -> None:
    """Writes down until when, and ties it; None: not held, or not against its reporter's wish."""
    tie = None if held is None else made(keyring, Tie.HELD, report, held, bound)
    values = {"held_until": held, "bound_until": bound, "held_tie": tie}
    conn.execute(update(reports).where(_R.id == report).values(**values))


def until(conn: Connection, keyring: Keyring, report: str, now: datetime) -> datetime | None:
    """Until when a court's or a prosecutor's order stands against its reporter's wish to erase it; None: none does."""
    ends = last(conn, keyring, report)
    return ends if ends is not None and ends > now else None


def last(conn: Connection, keyring: Keyring, report: str) -> datetime | None:
    """The same, also when it is past. What was joined into a report is kept with it, and it with that."""
    each = (report, *(part.id for part in joined.tied(conn, keyring, report)))
    return max((at for one in each if (at := ordered(conn, keyring, one)) is not None), default=None)


def bound(keyring: Keyring, row: Any) -> datetime | None:
    """The same of one row of `reports` (id, held_until, bound_until, held_tie)."""
    ends: datetime | None = row.bound_until
    return ends if ends is not None and _is_ours(keyring, row) else None


def held(conn: Connection, keyring: Keyring, report: str) -> datetime | None:
    """Until when it is kept from the purge, None where nothing of ours says so."""
    row = conn.execute(_ONE, {"one": report}).first()
    ends: datetime | None = row.held_until if row is not None and _is_ours(keyring, row) else None
    return ends


def ordered(conn: Connection, keyring: Keyring, report: str) -> datetime | None:
    """Until when an order of ours stands in this row, also when it is past; None where none does."""
    row = conn.execute(_ONE, {"one": report}).first()
    return None if row is None else bound(keyring, row)


def settle(conn: Connection, keyring: Keyring) -> None:
    """Before a purge: what nobody of ours wrote goes.

    What is over stays where it is written, and keeps nothing: a clock may be ahead, and nothing would bind it again.
    """
    marked = or_(_R.held_until.is_not(None), _R.bound_until.is_not(None))
    for row in conn.execute(select(*_ROW).where(marked)).all():
        if row.held_until is None or not _is_ours(keyring, row):
            put(conn, keyring, row.id, held=None, bound=None)


def _is_ours(keyring: Keyring, row: Any) -> bool:
    return holds(keyring, row.held_tie, Tie.HELD, row.id, row.held_until, row.bound_until)
