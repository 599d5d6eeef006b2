"""Does a legal hold again as it was last noted beside the keys: a backup knows neither a later order nor its end."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, insert, select, update

from storage import ties
from storage.keys import Keyring
from storage.purging import holds
from storage.tables import holds as table
from storage.tables import reports, staff

_TIMES: Final = frozenset({"asked_at", "confirmed_at", "until_at", "ended_at"})


def again(conn: Connection, keyring: Keyring, id: str, data: Mapping[str, Any], now: datetime) -> bool:
    """data: as `holds.promised` made it. Returns whether anything changed; where the report is gone nothing does.

    Whoever of the two was hired after the backup is left out of its row; whoever is there ends it as any other.
    """
    row = {"id": id, **{name: _read(name, data[name]) for name in holds.PROMISED}}
    row |= {who: row[who] if _is_here(conn, row[who]) else None for who in ("asked_by", "confirmed_by")}
    standing = select(reports.c.id).where(reports.c.id == row["report"], reports.c.erased_at.is_(None))
    before = conn.execute(select(table).where(table.c.id == id)).first()
    if conn.execute(standing).first() is None or (before is None and row["ended_at"] is not None):
        return False
    if before is not None and all(getattr(before, name) == row[name] for name in holds.PROMISED):
        return False
    values = {**row, "tie": ties.hold(keyring, row)}
    if before is not None:
        conn.execute(update(table).where(table.c.id == id).values(**values))
    else:
        conn.execute(insert(table).values(**values))
    holds.bind(conn, keyring, row["report"], now)
    return True


def _is_here(conn: Connection, person: str | None) -> bool:
    return conn.execute(select(staff.c.id).where(staff.c.id == person)).first() is not None


def _read(name: str, value: Any) -> Any:
    return datetime.fromisoformat(value) if name in _TIMES and value is not None else value
