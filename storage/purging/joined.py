"""Which reports are parts of which, by their reporter's own word (storage.intake.joining makes them so)."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, bindparam, select

from storage.tables import reports

_ROOT: Final = select(reports.c.joined).where(reports.c.id == bindparam("one"))
_JOINED: Final = (
    select(reports.c.id, reports.c.office, reports.c.desk)
    .where(reports.c.joined == bindparam("into"), reports.c.erased_at.is_(None))
    .order_by(reports.c.id)
)


def root(conn: Connection, report: str) -> str:
    """The report that this one was joined into, or else itself: what is said belongs there now."""
    return conn.execute(_ROOT, {"one": report}).scalar() or report


def under(conn: Connection, report: str) -> Sequence[Any]:
    """Those that were joined into a report (id, office, desk) and are not erased."""
    return conn.execute(_JOINED, {"into": report}).all()
