"""Offices that must not see a report, because it names them or somebody who may work there: `reports.apart`.

Whoever belongs to such an office, by any running grant in any role, does not see it at another office either. At a
sealed desk the row tells nothing that could point at anybody: there the card alone knows these offices, and a focal
point who belongs to one of them is refused when her key opens it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, String, cast, exists, literal, or_, select

from bot.vocabulary import SEALED_DESKS, Desk
from storage.tables import grants, reports


def hidden(person: str, now: datetime) -> ColumnElement[bool]:
    """The condition on `reports` under which one names an office that this member of staff belongs to.

    An office's code is compared with its quotes in the column's JSON: codes are letters, digits and hyphens.
    """
    inside = literal('%"') + grants.c.office + literal('"%')
    belongs = exists(
        select(literal(1))
        .select_from(grants)
        .where(grants.c.staff == person, _running(now), cast(reports.c.apart, String).like(inside))
        .correlate(reports)
    )
    return reports.c.apart.is_not(None) & belongs


def column(apart: Iterable[str], *, desk: Desk) -> list[str] | None:
    """What stands in the row of a report that lies at such a desk; None for nothing. apart: codes of offices."""
    return None if desk in SEALED_DESKS else sorted(set(apart)) or None


def known(row: Any, card: Mapping[str, Any], more: Iterable[str] = ()) -> tuple[str, ...]:
    """All offices that a report's row and card (content.card) keep apart, and `more`: they only grow."""
    return tuple(sorted({*(row.apart or ()), *(card.get("apart") or ()), *more}))


def offices_of(conn: Connection, person: str, now: datetime) -> frozenset[str]:
    """Codes of the offices that a member of staff belongs to."""
    theirs = select(grants.c.office).where(grants.c.staff == person, _running(now))
    return frozenset(conn.execute(theirs).scalars())


def is_of(conn: Connection, person: str, offices: Collection[str], now: datetime) -> bool:
    """Whether a member of staff belongs to any of these offices."""
    return bool(offices) and bool(barred(conn, [person], offices, now))


def barred(conn: Connection, people: Sequence[str], offices: Collection[str], now: datetime) -> frozenset[str]:
    """Those of these members of staff that belong to any of these offices."""
    if not offices or not people:
        return frozenset()
    theirs = (grants.c.staff.in_(people), grants.c.office.in_(sorted(offices)), _running(now))
    return frozenset(conn.execute(select(grants.c.staff).where(*theirs)).scalars())


def unseen(conn: Connection) -> Sequence[str]:
    """Ids of reports that lie at an office which they name, so that nobody sees them: there was no other to hear them.

    At sealed desks none is known.
    """
    named = cast(reports.c.apart, String).like(literal('%"') + reports.c.office + literal('"%'))
    found = select(reports.c.id).where(reports.c.apart.is_not(None), named, reports.c.erased_at.is_(None))
    return conn.execute(found.order_by(reports.c.id)).scalars().all()


def _running(now: datetime) -> ColumnElement[bool]:
    return or_(grants.c.until_at.is_(None), grants.c.until_at > now)
