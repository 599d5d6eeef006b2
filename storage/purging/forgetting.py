"""What goes of a report and when: the way to its reporter, then what was said, then the row that is only counted.

A report that was joined into another goes by the other's time, for there its thread is read. A report on hold keeps all
that it has, and so does what was joined into it.
"""

from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Table, and_, case, delete, exists, func, or_, select, update

from bot.vocabulary import SEALED_DESKS
from storage.purging import shredding
from storage.purging.lots import Lot, came_lately
from storage.reporting import order
from storage.tables import codes, consents, parts, report_contacts, reports
from storage.tables import examples as example_rows
from storage.words import examples

_SEALED: Final = sorted(desk.value for desk in SEALED_DESKS)
_TALK: Final = ("utterance", "reply")  # what the two sides say; notes and cards break no silence
_WORDS: Final = (parts, codes, example_rows)
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
            or_(parts.c.at >= lot.now - lot.keep.silence, parts.c.inbound >= came_lately(lot)),
        )
        .correlate_except(_other, parts),
    )
    ids = _ids(lot, report_contacts, or_(closed, quiet))
    if ids:
        lot.conn.execute(delete(report_contacts).where(report_contacts.c.report.in_(ids)))
        _unreachable(lot, ids)
    return len(ids)


def content(lot: Lot) -> int:
    """Forgets what was said, with its keys, files, codes, and what was learnt from it."""
    ids: list[str] = []
    for table in _WORDS:
        ids = ids or _ids(lot, table, _told_long_ago(lot))
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
    empty = (~exists().where(table.c.report == reports.c.id) for table in _WORDS)
    then = lot.now - lot.keep.report
    # Whatever was joined was closed then, so no later than the one that it was joined into: a cheap first sieve.
    query = select(reports.c.id).where(
        reports.c.closed_at < then, _free(lot.now, _root.c.closed_at < then), leaf, *empty
    )
    ids = list(lot.conn.execute(query.limit(lot.most)).scalars())
    if ids:
        order.lock(lot.conn, reports=ids)
        lot.conn.execute(delete(reports).where(reports.c.id.in_(ids), reports.c.id.in_(query.correlate(None))))
    return len(ids)


def agreed(now: datetime) -> ColumnElement[bool]:
    """Whether their reporter agreed to something that runs still: until then what was said stays."""
    runs = (consents.c.answer, consents.c.revoked_at.is_(None), consents.c.until_at > now)
    return exists().where(consents.c.report == reports.c.id, *runs).correlate_except(consents)


def _told_long_ago(lot: Lot) -> ColumnElement[bool]:
    sealed = reports.c.desk.in_(_SEALED)
    return or_(
        and_(~sealed, _root.c.closed_at < lot.now - lot.keep.content),
        and_(sealed, _root.c.closed_at < lot.now - lot.keep.sealed, ~agreed(lot.now)),
    )


def _ids(lot: Lot, hangs: Table, when: ColumnElement[bool]) -> list[str]:
    """The reports with rows in this table of which that is true, and that no hold keeps; held from now on.

    Begun at the rows that hang on a report: of most reports only the row is left, and nobody walks through those.
    Asked again once they are held: a hold, an answer or a consent may have come between.
    """
    here = select(hangs.c.report).group_by(hangs.c.report).subquery() if hangs is not report_contacts else hangs
    it = exists().where(reports.c.id == here.c.report, _free(lot.now, when)).correlate_except(reports)
    due = select(here.c.report).where(it)
    found = list(lot.conn.execute(due.limit(lot.most)).scalars())
    if not found:
        return found
    order.lock(lot.conn, reports=found)
    return list(lot.conn.execute(due.where(here.c.report.in_(found))).scalars())


def _free(now: datetime, also: ColumnElement[bool]) -> ColumnElement[bool]:
    """Of a report: that no hold keeps it nor the one that it is worked on as (`_root`), of which `also` is true."""
    free, here = (or_(table.c.held_until.is_(None), table.c.held_until <= now) for table in (_root, reports))
    worked_on = exists().where(_root.c.id == func.coalesce(reports.c.joined, reports.c.id), free, also)
    return and_(here, worked_on.correlate_except(_root))


def _unreachable(lot: Lot, ids: list[str]) -> None:
    """Where a code opens it from anywhere, they may still come for an answer."""
    comes = exists().where(codes.c.report == reports.c.id, codes.c.scope == "anywhere")
    lot.conn.execute(
        update(reports)
        .where(reports.c.id.in_(ids), reports.c.reachable.in_(("yes", "nudge", "pull")))
        .values(reachable=case((comes, "pull"), else_="no"))
    )
