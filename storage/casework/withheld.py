"""Which rows of the audit log are not for an auditor: those about a report that names an office of the auditor's own.

At a sealed desk only the card knows whom a report names, and no auditor opens that: in doubt such a row is for
oversight, outside of every chain.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, literal, or_, select

from bot.vocabulary import SEALED_DESKS, OfficeKind
from storage.casework import apart
from storage.tables import grants, offices, reports

_ID: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)
# What is done to a report: its row may be gone, and with it the list of offices that it named.
_ABOUT_REPORTS: Final = frozenset({"report", "file", "settle", "hold", "consent", "alerted", "alert_ended"})


@dataclass(frozen=True, slots=True)
class Barred:
    """which: the condition on `reports` under which one is not for this auditor. outside: they are of oversight only.

    Whoever is of another office, too, is not outside of every chain.
    """

    which: ColumnElement[bool]
    outside: bool


def hidden(person: str, now: datetime) -> ColumnElement[bool]:
    """The condition on `reports` under which one is not for a person who watches: an auditor, or whoever holds reports.

    It names an office of theirs; or it lies at a sealed desk, where its row cannot tell, and they are not of oversight
    alone.
    """
    sealed = reports.c.desk.in_(sorted(SEALED_DESKS))
    return or_(apart.hidden(person, now), and_(sealed, _chained(person, now).exists()))


def barred(conn: Connection, person: str, now: datetime) -> Barred:
    """What is not for this auditor."""
    return Barred(hidden(person, now), outside=conn.execute(_chained(person, now).limit(1)).first() is None)


def _chained(person: str, now: datetime) -> Select[int]:
    """A person's running grants at offices that are not of oversight."""
    running = or_(grants.c.until_at.is_(None), grants.c.until_at > now)
    theirs = select(literal(1)).select_from(grants.join(offices, offices.c.code == grants.c.office))
    return theirs.where(grants.c.staff == person, running, offices.c.kind != OfficeKind.OVERSIGHT.value)


def rows(conn: Connection, given: Sequence[Row[Any]], barred: Barred) -> frozenset[str]:
    """The ids of those rows of the log that tell, anywhere in them, of a report that is not for this auditor.

    A report whose row is gone is nobody's to judge: that, too, is for oversight.
    """
    told = {row.id: frozenset(_ids(row.subject, row.data)) for row in given}
    ids = sorted(frozenset[str]().union(*told.values()))
    if not ids:
        return frozenset()
    found = conn.execute(select(reports.c.id, barred.which.label("hidden")).where(reports.c.id.in_(ids))).all()
    hidden = {row.id for row in found if row.hidden}
    if not barred.outside:
        there = {row.id for row in found}
        about = (row for row in given if row.action.partition(".")[0] in _ABOUT_REPORTS)
        hidden |= {row.subject for row in about if row.subject and row.subject not in there}
    return frozenset(row.id for row in given if not hidden.isdisjoint(told[row.id]))


def _ids(*data: Any) -> Iterable[str]:
    for each in data:
        if isinstance(each, str) and _ID.fullmatch(each):
            yield each
        elif isinstance(each, list):
            yield from _ids(*each)
        elif isinstance(each, dict):
            yield from _ids(*each.values())
