"""That a member of staff looked at a page which shows no single case but tells of cases, or of the state of keys."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, exists, select

from storage import audit
from storage.keys import Keyring
from storage.tables import audit as log

AGAIN: Final = timedelta(minutes=5)  # a phone that loads a page again and again is one look until then


def note(conn: Connection, keyring: Keyring, *, person: str, page: str, now: datetime) -> None:
    """Leaves the row "<page>.view", unless the same person looked at the same page within the last five minutes.

    page: small letters. Asks the log itself, so give it the worker's connection.
    """
    action = f"{page}.view"
    lately = (log.c.at > now - AGAIN, log.c.at <= now, log.c.actor == person, log.c.action == action)
    if not conn.execute(select(exists().where(*lately))).scalar_one():
        audit.write(conn, keyring, at=now, actor=person, action=action)
