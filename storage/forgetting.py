"""What goes of a report and when: the way to its reporter, then what was said, then the row that is only counted.

A report that was joined into another goes by the other's time, for there its thread is read. A report on hold keeps all
that it has, and so does what was joined into it.
"""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, case, delete, exists, func, or_, select, update

from bot.vocabulary import SEALED_DESKS
from storage import examples, shredding
from storage.lots import Lot
from storage.tables import codes, consents, parts, report_contacts, reports
from storage.tables import examples as example_rows

_SEALED: Final = sorted(desk.value for desk in SEALED_DESKS)
_TALK: Final = ("utterance", "reply")  # what the two sides say; notes and cards break no silence
_root = reports.alias("root")
_other = report_contacts.alias("other")


def links(lot: Lot) -> int:
    """Forgets how a reporter is reached, some time after closing or when neither side said anything for long."""
    closed = _root.c.closed_at < lot.now - lot.keep.contact
    quiet = and_(
        reports.c.opened_at < lot.now - lot.keep.silence,
        ~exists()
        .where(
            _other.c.contact == report_contacts.c.contact,
            parts.c.report == _other.c.report,
            parts.c.kind.in_(_TALK),
            parts.c.at >= lot.now - lot.keep.silence,
        )
        .correlate(report_contacts),
    )
    query = _free(lot.now).join(report_contacts, report_contacts.c.report == reports.c.id).where(or_(closed, quiet))
    ids = _ids(lot, query)
    if ids:
        lot.conn.execute(delete(report_contacts).where(report_contacts.c.report.in_(ids)))
        _unreachable(lot, ids)
    return len(ids)


def content(lot: Lot) -> int:
    """Forgets what was said, with its keys, files, codes, and what was learnt from it."""
    query = _free(lot.now).where(_told_long_ago(lot), _something_left())
    ids = _ids(lot, query)
    for report in ids:
        shredding.shred(lot.conn, report, now=lot.now)
        examples.forget(lot.conn, report)
    if ids:
        lot.conn.execute(delete(parts).where(parts.c.report.in_(ids)))
        lot.conn.execute(delete(codes).where(codes.c.report.in_(ids)))
        lot.conn.execute(update(reports).where(reports.c.id.in_(ids)).values(reachable="no"))
    return len(ids)


def rows(lot: Lot) -> int:
    """Takes the rows that are left, those that were joined into another first."""
    joined = reports.alias("joined_here")
    leaf = ~exists().where(joined.c.joined == reports.c.id)
    query = _free(lot.now).where(_root.c.closed_at < lot.now - lot.keep.report, ~_something_left(), leaf)
    ids = _ids(lot, query)
    if ids:
        lot.conn.execute(delete(reports).where(reports.c.id.in_(ids)))
    return len(ids)


def agreed(now: datetime) -> ColumnElement[bool]:
    """Whether their reporter agreed to something that runs still: until then what was said stays."""
    return exists().where(
        consents.c.report == reports.c.id,
        consents.c.answer,
        consents.c.revoked_at.is_(None),
        consents.c.until_at > now,
    )


def _told_long_ago(lot: Lot) -> ColumnElement[bool]:
    sealed = reports.c.desk.in_(_SEALED)
    return or_(
        and_(~sealed, _root.c.closed_at < lot.now - lot.keep.content),
        and_(sealed, _root.c.closed_at < lot.now - lot.keep.sealed, ~agreed(lot.now)),
    )


def _something_left() -> ColumnElement[bool]:
    tables = (parts, codes, example_rows)
    return or_(*(exists().where(table.c.report == reports.c.id) for table in tables))


def _free(now: datetime) -> Select[Any]:
    """Reports that no hold keeps, each with the one that it is worked on as."""
    free = (or_(table.c.held_until.is_(None), table.c.held_until <= now) for table in (reports, _root))
    return (
        select(reports.c.id)
        .join(_root, _root.c.id == func.coalesce(reports.c.joined, reports.c.id))
        .where(*free)
        .with_for_update(of=reports, skip_locked=True)  # whoever works on one now is not made to wait
    )


def _ids(lot: Lot, query: Select[Any]) -> list[str]:
    return list(lot.conn.execute(query.limit(lot.most)).scalars())


def _unreachable(lot: Lot, ids: list[str]) -> None:
    """Where a code opens it from anywhere, they may still come for an answer."""
    comes = exists().where(codes.c.report == reports.c.id, codes.c.scope == "anywhere")
    lot.conn.execute(
        update(reports)
        .where(reports.c.id.in_(ids), reports.c.reachable.in_(("yes", "nudge", "pull")))
        .values(reachable=case((comes, "pull"), else_="no"))
    )
