"""Where reports lie after a restore: what was taken to a desk that keeps it from others does not lie in the open again.

What only people can read stays where it is, for a machine seals it to nobody else, and so does what no desk of the
backup may take; then its answers wait for whoever comes for them.
"""

import secrets
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, insert, select, update

from bot.vocabulary import SEALED_DESKS, Category, Desk, Facts, Status, Urgency
from storage.casework import apart, bringing, landing, moves
from storage.keys import Keyring
from storage.promises import Promise
from storage.sealed.recipients import Unverified
from storage.tables import desks, events, offices, reports
from storage.words import content, hours

_BY: Final = "machine:restore"


def again(conn: Connection, keyring: Keyring, one: Promise, now: datetime) -> bool:
    """A report lies again where a promise says (Kind.APART), and is kept from the offices that it names.

    False where it does already, is not here, opens to its people only, or that desk's list does not verify. A desk that
    the backup does not know yet takes nothing: then it lies at the most general one of that kind, or stays where it is,
    kept from those offices.
    """
    row = conn.execute(select(reports).where(reports.c.id == one.about, reports.c.erased_at.is_(None))).first()
    if row is None:
        return False
    here = (row.office, Desk(row.desk))
    to = _place(conn, row, one, now) or here
    barred = apart.column(apart.known(row, {}, one.data["apart"]), desk=to[1])
    if to == here and row.apart == barred:
        return False
    values: dict[str, Any] = {"apart": barred, "version": row.version + 1}
    if to != here:
        try:
            bringing.bring(conn, keyring, row, to, by=_BY, now=now)
        except (content.SealedAway, Unverified):
            return False
        values |= _moved(row, to[0], to[1])
    conn.execute(update(reports).where(reports.c.id == row.id).values(**values))
    if to != here:
        _note(conn, row, to[0], to[1], now)
        _ring(conn, keyring, row, to, now)
    return True


def is_there(conn: Connection, one: Promise, now: datetime) -> bool:
    """Whether a report lies where a promise lets it, or is not here at all."""
    row = conn.execute(select(reports).where(reports.c.id == one.about, reports.c.erased_at.is_(None))).first()
    return row is None or _place(conn, row, one, now) == (row.office, Desk(row.desk))


def _place(conn: Connection, row: Row[Any], one: Promise, now: datetime) -> tuple[str, Desk] | None:
    """Where it is to lie; None where there is no such desk.

    Nothing goes back to where more people read it: that a person decides again.
    """
    here, to = (row.office, Desk(row.desk)), (one.data["office"], Desk(one.data["desk"]))
    leaves = to[1] in bringing.APART or row.office in one.data["apart"]
    if here == to or not leaves:
        return here
    there = select(desks.c.office).where(desks.c.office == to[0], desks.c.desk == to[1].value)
    return _general(conn, row, one, now) if conn.execute(there).first() is None else to


def _general(conn: Connection, row: Row[Any], one: Promise, now: datetime) -> tuple[str, Desk] | None:
    """The desk of that kind with the fewest offices above it, at an office that the report does not name."""
    desk = Desk(one.data["desk"])
    parents = {each.code: each.parent for each in conn.execute(select(offices.c.code, offices.c.parent)).all()}
    active = select(offices.c.code).where(offices.c.active)
    found = conn.execute(select(desks.c.office).where(desks.c.desk == desk.value, desks.c.office.in_(active))).scalars()
    barred = apart.known(row, {}, one.data["apart"])
    may = (code for code in found if code not in barred and landing.may(conn, row, (code, desk), now=now))
    office = min(may, key=lambda code: (len(_above(parents, code)), code), default=None)
    return None if office is None else (office, desk)


def _above(parents: Mapping[str, str | None], code: str) -> Collection[str]:
    chain = [code]
    while (parent := parents.get(chain[-1])) and parent not in chain:
        chain.append(parent)
    return chain


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


def _ring(conn: Connection, keyring: Keyring, row: Row[Any], to: tuple[str, Desk], now: datetime) -> None:
    """Whoever had it has it no longer: of an emergency those hear who are there."""
    if row.status != Status.CLOSED.value:
        facts = Facts(Category(row.category or Category.OTHER), Urgency(row.urgency), sensitive=False)
        moves.ring(conn, keyring, row.id, facts, office=to[0], desk=to[1], version=row.version + 1, now=now)
