"""The one order in which rows are locked that lead from a phone to a report: contact, report, link, what is queued.

Staff hold their report before they put an answer to it, and that holds the link (`muntada_answer`); whoever changes how
somebody is told holds all of these before the first change. So none waits for another in a ring, and no answer is put
past such a change: it is tied anew with what was queued, or finds the link as it is now. SQLite has one writer anyway.
"""

from collections.abc import Collection, Sequence
from typing import Any, Final

from sqlalchemy import BindParameter, Connection, Row, bindparam, or_, select

from storage.tables import contacts, report_contacts, reports

_L: Final = report_contacts.c
_THEIRS: Final[BindParameter[Any]] = bindparam("theirs", expanding=True)
_THESE: Final[BindParameter[Any]] = bindparam("these", expanding=True)
_WHICH: Final = or_(_L.contact.in_(_THEIRS), _L.report.in_(_THESE))
_CONTACTS: Final = (
    select(contacts.c.id)
    .where(
        or_(
            contacts.c.id.in_(_THEIRS),
            contacts.c.id.in_(select(_L.contact).where(_L.report.in_(_THESE))),
        )
    )
    .order_by(contacts.c.id)
    .with_for_update(key_share=True)
)
_REPORTS: Final = (
    select(reports.c.id)
    .where(or_(reports.c.id.in_(_THESE), reports.c.id.in_(select(_L.report).where(_WHICH))))
    .order_by(reports.c.id)
    .with_for_update(key_share=True)
)
_LINKS: Final = select(report_contacts).where(_WHICH).order_by(_L.report).with_for_update(key_share=True)
_STAYS: Final = select(reports.c.id).where(reports.c.id == bindparam("one")).with_for_update(read=True, key_share=True)


def lock(conn: Connection, *, contacts: Collection[str] = (), reports: Collection[str] = ()) -> Sequence[Row[Any]]:
    """Until the transaction ends nobody else changes how these contacts, or the reporters of these reports, are told.

    Returns the links (rows of `report_contacts`) as they are now. To be called before one of these reports, or anything
    queued for these contacts, is held or changed.
    """
    which = {"theirs": list(contacts), "these": list(reports)}
    if conn.dialect.name == "postgresql":
        conn.execute(_CONTACTS, which).all()
        conn.execute(_REPORTS, which).all()
    return conn.execute(_LINKS, which).all()


def lock_alone(conn: Connection, reports: Collection[str]) -> None:
    """These reports and their links, and neither their contact nor what else leads there.

    On PostgreSQL those rows would keep the number of the transaction that makes these private.
    """
    if conn.dialect.name == "postgresql":
        which = {"theirs": [], "these": list(reports)}
        conn.execute(_REPORTS, which).all()
        conn.execute(_LINKS, which).all()


def stays(conn: Connection, report: str) -> None:
    """Waits now for what an event of this report would wait for: to be called before its parcel is changed."""
    if conn.dialect.name == "postgresql":
        conn.execute(_STAYS, {"one": report}).all()
