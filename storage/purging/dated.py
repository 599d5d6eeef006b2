"""Brings back holds that were asked for while a clock was ahead: they last so many days from now, and not from then.

A hold is tied, so `storage.ahead` cannot: its end would lie farther ahead than the 180 days of the longest.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, select, update

from storage import audit, promises, ties
from storage.database.leases import SKEW
from storage.keys import Keyring
from storage.promises import Kind
from storage.purging import holds
from storage.tables import holds as table

_H: Final = table.c


def is_any(conn: Connection, keyring: Keyring, now: datetime) -> bool:
    """Whether a hold of ours was asked for later than now: looked for each minute, so it only reads."""
    return bool(_ahead(conn, keyring, now))


def bring_back(conn: Connection, keyring: Keyring, now: datetime) -> int:
    """Makes them begin now; returns how many. What of them was over, or asked only, stays so."""
    found = _ahead(conn, keyring, now)
    for row in found:
        new = begun(row, now)
        conn.execute(update(table).where(_H.id == row["id"]).values(**new, tie=ties.hold(keyring, new)))
        holds.bind(conn, keyring, row["report"], now)
        if new["confirmed_by"] is not None:
            promises.note(keyring, Kind.HOLD, row["id"], now=now, **holds.promised(new))
        data = {"hold": row["id"], "until": f"{new['until_at']:%Y-%m-%d}"}
        audit.write(conn, keyring, at=now, actor="machine:holds", action="hold.dated", subject=row["report"], data=data)
    return len(found)


def begun(row: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """A hold's row as it is to be; changed only where it was asked for later than now."""
    new = {name: value for name, value in row.items() if name != "tie"}
    if row["asked_at"] > now + SKEW:
        lasts = row["until_at"] - row["asked_at"]
        new |= {"asked_at": now, "until_at": now + lasts, "confirmed_at": row["confirmed_at"] and now}
    return new


def _ahead(conn: Connection, keyring: Keyring, now: datetime) -> list[Mapping[str, Any]]:
    rows = conn.execute(select(table).where(_H.asked_at > now + SKEW, _H.ended_at.is_(None)).order_by(_H.id)).all()
    ours = [row for row in rows if ties.hold_holds(keyring, row)]
    return [{column.name: getattr(row, column.name) for column in _H} for row in ours]
