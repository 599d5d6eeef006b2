"""Does a legal hold again as it was last noted beside the keys: a backup knows neither a later order nor its end."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, insert, select, update

from storage import ties
from storage.keys import Keyring
from storage.purging import bonds, holds
from storage.purging.holds import ORDERS, Reason
from storage.tables import holds as table
from storage.tables import reports, staff

_TIMES: Final = frozenset({"asked_at", "confirmed_at", "until_at", "ended_at"})


def again(conn: Connection, keyring: Keyring, id: str, data: Mapping[str, Any], now: datetime) -> bool:
    """data: as `holds.promised` made it. Returns whether anything changed; where the report is gone nothing does.

    Where one of the two who held it was hired after the backup, only the report's own row says until when it is held.
    """
    row = {"id": id, **{name: _read(name, data[name]) for name in holds.PROMISED}}
    standing = select(reports.c.id).where(reports.c.id == row["report"], reports.c.erased_at.is_(None))
    before = conn.execute(select(table).where(table.c.id == id)).first()
    if conn.execute(standing).first() is None or (before is None and row["ended_at"] is not None):
        return False
    if before is not None and all(getattr(before, name) == row[name] for name in holds.PROMISED):
        return False
    values = {**row, "tie": ties.hold(keyring, row)}
    if before is not None:
        conn.execute(update(table).where(table.c.id == id).values(**values))
    elif _are_here(conn, row["asked_by"], row["confirmed_by"]):
        conn.execute(insert(table).values(**values))
    else:
        return _bound(conn, keyring, row, now)
    holds.bind(conn, keyring, row["report"], now)
    return True


def _bound(conn: Connection, keyring: Keyring, row: Mapping[str, Any], now: datetime) -> bool:
    report, until = row["report"], row["until_at"]
    if until <= now:
        return False
    before = (bonds.held(conn, keyring, report), bonds.ordered(conn, keyring, report))
    held, ordered = max(until, before[0] or until), before[1]
    if Reason(row["reason"]) in ORDERS:
        ordered = max(until, ordered or until)
    bonds.put(conn, keyring, report, held=held, bound=ordered)
    return (held, ordered) != before


def _are_here(conn: Connection, *people: str) -> bool:
    found = conn.execute(select(staff.c.id).where(staff.c.id.in_(people))).scalars().all()
    return set(found) == set(people)


def _read(name: str, value: Any) -> Any:
    return datetime.fromisoformat(value) if name in _TIMES and value is not None else value
