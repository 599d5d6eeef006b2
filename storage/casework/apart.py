"""Offices that must not see a report, because it names them or somebody who may work there: `reports.apart`.

Whoever belongs to such an office, by any running grant in any role, does not see it at another office either. At a
sealed desk the row tells nothing that could point at anybody: there the card alone knows these offices, and a focal
point who belongs to one of them is refused when her key opens it.

Where what stands in the row is no list of codes, nobody knows whom it named: the report is kept from whoever belongs to
any office that is not of oversight, and `mend` puts them all there.
"""

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    String,
    and_,
    bindparam,
    cast,
    exists,
    insert,
    literal,
    or_,
    select,
    update,
)

from bot.routing import route
from bot.vocabulary import SEALED_DESKS, Category, Desk, Destination, Directory, Facts, OfficeKind, Urgency
from storage import audit
from storage.casework import landing
from storage.database import sql
from storage.keys import Keyring
from storage.sealed.keypairs import Unlocked
from storage.tables import events, grants, offices, reports
from storage.words import content, suspicions

_CHAINED: Final = offices.c.kind != OfficeKind.OVERSIGHT.value
_UNREADABLE: Final = ~sql.is_list_of_codes(reports.c.apart)
_PARTS: Final = select(reports.c.id, reports.c.apart).where(
    reports.c.joined == bindparam("into"), reports.c.erased_at.is_(None)
)


def hidden(person: str, now: datetime) -> ColumnElement[bool]:
    """The condition on `reports` under which one names an office that this member of staff belongs to.

    An office's code is compared with its quotes in the column's JSON: codes are letters, digits and hyphens.
    """
    inside = literal('%"') + grants.c.office + literal('"%')
    named = cast(reports.c.apart, String).like(inside)
    belongs = exists(
        select(literal(1))
        .select_from(grants.join(offices, offices.c.code == grants.c.office))
        .where(grants.c.staff == person, _running(now), or_(named, and_(_CHAINED, _UNREADABLE)))
        .correlate(reports)
    )
    return reports.c.apart.is_not(None) & belongs


def column(apart: Iterable[str], *, desk: Desk) -> list[str] | None:
    """What stands in the row of a report that lies at such a desk; None for nothing. apart: codes of offices."""
    return None if desk in SEALED_DESKS else sorted(set(apart)) or None


def known(row: Any, card: Mapping[str, Any], more: Iterable[str] = ()) -> tuple[str, ...]:
    """All offices that a report's row and card (content.card) keep apart, and `more`: they only grow."""
    return tuple(sorted({*(row.apart or ()), *(card.get("apart") or ()), *more}))


def named(conn: Connection, keyring: Keyring, row: Any) -> tuple[str, ...]:
    """The same as far as no key of a person is needed: a card that is sealed to people adds nothing."""
    return known(row, content.card(conn, keyring, row.id) if row.desk in SEALED_DESKS else {})


def joined(conn: Connection, keyring: Keyring, report: str, opener: Unlocked | None = None) -> frozenset[str]:
    """What the reports name that were joined into one, as far as they open: who may not read these reads neither.

    Who says so of a report is not asked: at worst somebody sees less.
    """
    rows = conn.execute(_PARTS, {"into": report}).all()
    return frozenset(code for row in rows for code in known(row, content.card(conn, keyring, row.id, opener)))


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
    here = cast(reports.c.apart, String).like(literal('%"') + reports.c.office + literal('"%'))
    named = or_(here, and_(_UNREADABLE, reports.c.office.in_(select(offices.c.code).where(_CHAINED))))
    found = select(reports.c.id).where(reports.c.apart.is_not(None), named, reports.c.erased_at.is_(None))
    return conn.execute(found.order_by(reports.c.id)).scalars().all()


def mend(conn: Connection, keyring: Keyring, directory: Directory, *, now: datetime) -> int:
    """Keeps what cannot be read from every office that is not of oversight, and brings it there; how many they were."""
    odd = (reports.c.apart.is_not(None), _UNREADABLE)
    found = conn.execute(select(reports).where(*odd).order_by(reports.c.id).with_for_update()).all()
    if not found:
        return 0
    every = list(conn.execute(select(offices.c.code).where(_CHAINED).order_by(offices.c.code)).scalars())
    for row in found:
        kept = {"apart": every or None, "version": row.version + 1}
        conn.execute(update(reports).where(reports.c.id == row.id).values(kept))
        suspicions.note(conn, keyring, row.id, suspicions.Changed.APART, now=now)
    free(conn, keyring, directory, now=now)
    return len(found)


def free(conn: Connection, keyring: Keyring, directory: Directory, *, now: datetime) -> int:
    """Brings what nobody could see to an office that may; how many reports. directory: as it is now.

    Where there is still none they stay.
    """
    count = 0
    for row in conn.execute(select(reports).where(reports.c.id.in_(unseen(conn))).with_for_update()).all():
        to = _elsewhere(conn, row, directory, now=now)
        if to is None:
            continue
        where = {"office": to.office, "desk": to.desk.value}
        data = {**where, "from_office": row.office, "from_desk": row.desk}
        conn.execute(update(reports).where(reports.c.id == row.id).values(**where, version=row.version + 1))
        told = {"id": secrets.token_hex(16), "report": row.id, "at": now, "kind": "move", "actor": None, "data": data}
        conn.execute(insert(events), told)
        audit.write(conn, keyring, at=now, actor="machine:apart", action="report.move", subject=row.id, data=data)
        count += 1
    return count


def _elsewhere(conn: Connection, row: Any, directory: Directory, *, now: datetime) -> Destination | None:
    """Where what nobody could see may lie; None where there is still no such desk."""
    urgencies = [Urgency(row.urgency), Urgency.NORMAL]  # by the second, what no urgent desk may have is for oversight
    for urgency in urgencies:
        facts = Facts(Category(row.category or Category.OTHER), urgency, sensitive=False, insider=True)
        to = route(directory, replace(facts, apart=tuple(row.apart)))
        if to.office not in row.apart and landing.may(conn, row, (to.office, to.desk), now=now):
            return to
    return None


def _running(now: datetime) -> ColumnElement[bool]:
    return or_(grants.c.until_at.is_(None), grants.c.until_at > now)
