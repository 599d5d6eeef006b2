"""Tells staff and the audit that a row of a case was changed past us (storage.ties): which kind of row, nothing of it.

The row itself counts as absent to whoever found it out; nothing here mends it.
"""

import secrets
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection, insert, select

from storage import audit
from storage.keys import Keyring
from storage.tables import events, reports
from storage.words import hours

KIND: Final = "tampered"
_ONCE_IN: Final = timedelta(days=1)  # about one thing of one case: whoever changes rows must not fill a thread
_E: Final = events.c


class Changed(StrEnum):
    """Which row it was."""

    CODE = "code"
    JOINED = "joined"
    PARCEL = "parcel"
    CONSENT = "consent"
    FILE = "file"
    APART = "apart"


def note(
    conn: Connection, keyring: Keyring, report: str, what: Changed, *, now: datetime, by: str | None = None
) -> None:
    """Adds an event and an audit row, once a day; they tell only the hour, as a private report may.

    by: the member of staff in whose transaction this is, whose own step the audit dates anyway; None: the machine. A
    report that is not there has no event.
    """
    if conn.execute(select(reports.c.id).where(reports.c.id == report)).first() is None:
        return
    lately = (_E.report == report, _E.kind == KIND, _E.at > now - _ONCE_IN)
    if any(data.get("what") == what.value for data in conn.execute(select(_E.data).where(*lately)).scalars()):
        return
    at, data = hours.after(conn, report, now), {"what": what.value}
    event = {"id": secrets.token_hex(16), "report": report, "at": at, "kind": KIND, "actor": by, "data": data}
    conn.execute(insert(events), event)
    actor, dated = (by, now) if by else ("machine:ties", hours.over(now))
    audit.write(conn, keyring, at=dated, actor=actor, action="report.tampered", subject=report, data=data)
