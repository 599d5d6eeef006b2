"""Where reports lie after a restore: what was taken to a desk that keeps it from others does not lie in the open again.

What only people can read stays where it is, for a machine seals it to nobody else; then its answers wait for whoever
comes for them.
"""

import secrets
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, insert, select, update

from bot.vocabulary import SEALED_DESKS, Desk, Status
from storage.casework import apart, bringing, landing
from storage.keys import Keyring
from storage.promises import Promise
from storage.tables import events, reports
from storage.words import content, hours

_BY: Final = "machine:restore"


def again(conn: Connection, keyring: Keyring, one: Promise, now: datetime) -> bool:
    """A report lies again where a promise says (Kind.APART), and is kept from the offices that it names.

    False where it does already, is not here, or opens to its people only.
    """
    row = conn.execute(select(reports).where(reports.c.id == one.about, reports.c.erased_at.is_(None))).first()
    if row is None:
        return False
    office, desk = one.data["office"], Desk(one.data["desk"])
    moves = not _stays(row, one)
    barred = apart.column(apart.known(row, {}, one.data["apart"]), desk=desk)
    if not moves and row.apart == barred:
        return False
    values: dict[str, Any] = {"apart": barred, "version": row.version + 1}
    if moves:
        try:
            bringing.bring(conn, keyring, row, (office, desk), by=_BY, now=now)
        except content.SealedAway:
            return False
        values |= _moved(row, office, desk)
    conn.execute(update(reports).where(reports.c.id == row.id).values(**values))
    if moves:
        _note(conn, row, office, desk, now)
    return True


def is_there(conn: Connection, one: Promise) -> bool:
    """Whether a report lies where a promise says, or is not here at all."""
    here = select(reports.c.office, reports.c.desk).where(reports.c.id == one.about, reports.c.erased_at.is_(None))
    row = conn.execute(here).first()
    return row is None or _stays(row, one)


def _stays(row: Any, one: Promise) -> bool:
    """Nothing goes back to where more people read it: that a person decides again."""
    office, desk = one.data["office"], Desk(one.data["desk"])
    leaves = desk in bringing.APART or row.office in one.data["apart"]
    return (row.office, row.desk) == (office, desk.value) or not leaves


def _moved(row: Row[Any], office: str, desk: Desk) -> dict[str, Any]:
    """There it is new and nobody's; at a sealed desk its row tells the hour, and nothing of its matter."""
    new = {} if row.status == Status.CLOSED.value else {"status": Status.NEW.value}
    marked = {"sealed_once": landing.marked(row, desk), "claimed_by": None, "claimed_at": None}
    there = {"office": office, "desk": desk.value, **marked, **new}
    if desk not in SEALED_DESKS:
        return there
    times = {name: getattr(row, name) for name in ("opened_at", "due_at", "closed_at")}
    told = {name: at and hours.told(desk, at) for name, at in times.items()}
    return {**there, **told, "category": None, "place": None, "language": None, "channel": None}


def _note(conn: Connection, row: Row[Any], office: str, desk: Desk, now: datetime) -> None:
    way = {"office": office, "desk": desk.value, "from_office": row.office, "from_desk": row.desk}
    at = hours.when(conn, row.id, now, desk=desk)
    event = {"id": secrets.token_hex(16), "report": row.id, "at": at, "kind": "move", "actor": None, "data": way}
    conn.execute(insert(events), event)
