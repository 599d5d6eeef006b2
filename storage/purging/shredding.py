"""Takes the files of a report away, without looking at whom they came from."""

import secrets
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, select

from storage import timers
from storage.tables import media, parts

_M: Final = media.c
_FILES: Final = select(_M.id, _M.path).join(parts, parts.c.id == _M.part).where(parts.c.report == bindparam("of"))


def shred(conn: Connection, report: str, *, now: datetime) -> None:
    """Forgets the files of a report; what lies on disk is shredded by a timer, which outlives a crash."""
    for row in conn.execute(_FILES, {"of": report}).all():
        if row.path and not _is_elsewhere(conn, row):
            timers.set_timer(
                conn, once=f"shred:{secrets.token_hex(16)}", kind="shred", due_at=now, data={"path": row.path}
            )
        conn.execute(delete(media).where(_M.id == row.id))


def _is_elsewhere(conn: Connection, row: Any) -> bool:
    """Whether the same sealed file stands under a copy that its reporter agreed to: who goes last takes it along."""
    return conn.execute(select(_M.id).where(_M.path == row.path, _M.id != row.id).limit(1)).first() is not None
