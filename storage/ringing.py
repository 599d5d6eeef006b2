"""Whether what was queued for a member of staff may still be said to them, asked when it is about to be sent.

Between the two lie seconds, or hours where a carrier was away; meanwhile somebody's grant ended, or the report went to
a desk that is not theirs. Then their phone stays silent, and the report's ladder rings the others at once. What rings
all who watch over the machine, and the digest of a day, concern the others anyway.
"""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, select

from bot import alerts as ladder
from bot.vocabulary import Desk, Directory
from storage import alerts, audit, digests, overseeing, timers
from storage.casework.queues import visible
from storage.keys import Keyring
from storage.outgoing import outbox, watchers
from storage.outgoing.outbox import Parcel
from storage.people import rota
from storage.tables import reports
from storage.words import hours

KINDS: Final = frozenset({"alert", "digest"})  # of parcels: what goes to members of staff


def may(conn: Connection, keyring: Keyring, parcel: Parcel, *, directory: Directory, now: datetime) -> bool:
    """Whether whoever has this phone may still be told. directory: one that was read a while ago."""
    person = rota.owner(conn, parcel.contact)
    if person is None:
        return False
    report = alerts.about(parcel.reply)
    if parcel.kind == "digest":
        return digests.waits(conn, person, now)
    if parcel.reply.key == overseeing.KEY:
        return overseeing.may(conn, keyring, person, parcel.reply, now)
    if report is None:
        return watchers.watches(conn, person, parcel.reply.key, now)
    if parcel.reply.key in alerts.ASKED:
        return _sees(conn, person, report, now)
    return _is_rung(conn, keyring, person, report, directory=directory, now=now)


def pass_on(conn: Connection, keyring: Keyring, parcel: Parcel, *, now: datetime) -> bool:
    """Ends such a parcel unsent, and has the others of its ladder rung now. False when the lease was lost."""
    if not outbox.withheld(conn, parcel, reason="not theirs"):
        return False
    report = alerts.about(parcel.reply)
    if report is None or parcel.reply.key in alerts.ASKED:
        return True
    for timer, data in timers.running(conn, kind="alert", report=report):
        private = bool(data.get("hour"))
        timers.hurry(conn, timer, due_at=alerts.coarse(now) if private else now)
        at = hours.noted(hours.after(conn, report, now) if private else now, private=private)
        audit.write(conn, keyring, at=at, actor="machine:alerts", action="report.not_rung", subject=report)
    return True


def _is_rung(
    conn: Connection, keyring: Keyring, person: str, report: str, *, directory: Directory, now: datetime
) -> bool:
    """Whether this report's ladder names them, as it stands now, or they have it and see it still."""
    r = reports.c
    row = conn.execute(select(reports).where(r.id == report, r.erased_at.is_(None), r.closed_at.is_(None))).first()
    if row is None:
        return False
    if row.claimed_by == person:
        return _sees(conn, person, report, now)
    here, barred = alerts.standing(conn, keyring, row, directory, now=now)
    return person in ladder.named(here, office=row.office, desk=Desk(row.desk)) - barred


def _sees(conn: Connection, person: str, report: str, now: datetime) -> bool:
    return conn.execute(select(reports.c.id).where(reports.c.id == report, visible(person, now))).first() is not None
