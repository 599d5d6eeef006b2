"""Gives one who is on a desk's list what was sealed there before her: only one who can open it can do so.

That is another focal point, in her own session; or the two officers with the recovery key, for what waited while the
desk was off, or after a loss. Run it as the worker.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Select, func, select

from storage import audit
from storage.desks import ceremonies
from storage.keys import Keyring
from storage.sealed import recipients, seals
from storage.sealed.keypairs import Unlocked
from storage.sealed.recipients import Member, Recipient, Refused
from storage.sealed.seals import Kind
from storage.tables import media, parts, reports
from storage.tables import recipients as table

LOT: Final = 500  # parts or files in one transaction


@dataclass(frozen=True, slots=True)
class Place:
    """How far a granting has come: whether it is at the files, and the last id that it saw."""

    kind: Kind = Kind.PART
    after: str = ""


def grant(
    conn: Connection, keyring: Keyring, *, by: Unlocked, to: str, now: datetime, place: Place | None = None
) -> tuple[int, Place | None]:
    """Seals to one recipient a lot of what another can open and she cannot, of the reports that are at her desk now.

    by: another of the same list, unlocked, or the recovery key. to: a recipient's id. place: None at first. Returns how
    many parts or files she was given, and where the next lot begins, None at the end. Raises Refused where one of the
    two does not stand on the list, or another is to take the place of `to`; what does not open is passed over.
    """
    here = _desk(conn, to)
    ceremonies.hold(conn, here)
    listed = [each for each in recipients.members(conn, keyring, *here) if recipients.stands_at(each, now)]
    giver = _one(listed, lambda each: each.public_key == by.public)
    taker = _one(listed, lambda each: each.id == to and each.ends_at is None)
    at = place or Place()
    ids = conn.execute(_lacking(at.kind, here, giver.id, to).where(_id(at.kind) > at.after).limit(LOT)).scalars().all()
    keys = seals.opened(conn, keyring, at.kind, ids, by)
    someone = [Recipient(taker.id, taker.public_key)]
    rows = [row for id, key in keys.items() for row in seals.to_people(keyring, at.kind, id, key, someone, now=now)]
    seals.add(conn, at.kind, rows)
    if rows:
        data = {"what": at.kind.column, "count": len(rows)}
        actor = giver.staff or "machine:recovery"
        audit.write(conn, keyring, at=now, actor=actor, action="recipient.grant", subject=to, data=data)
    return len(rows), _next(at, ids)


def lacking(conn: Connection, *, by: str, to: str) -> int:
    """How many parts at the desk of `to` one recipient has a seal of and the other has not. Both by their ids."""
    ids = _lacking(Kind.PART, _desk(conn, to), by, to).subquery()
    return int(conn.execute(select(func.count()).select_from(ids)).scalar_one())


def _next(at: Place, ids: Sequence[str]) -> Place | None:
    if len(ids) == LOT:
        return Place(at.kind, ids[-1])
    return Place(Kind.MEDIUM) if at.kind is Kind.PART else None


def _desk(conn: Connection, recipient: str) -> tuple[str, str]:
    row = conn.execute(select(table.c.office, table.c.desk).where(table.c.id == recipient, table.c.desk != "")).first()
    if row is None:
        raise Refused("recipient.gone")
    return row.office, row.desk


def _one(listed: Sequence[Member], fits: Callable[[Member], bool]) -> Member:
    for each in listed:
        if fits(each):
            return each
    raise Refused("recipient.not_standing")


def _id(kind: Kind) -> Any:
    return parts.c.id if kind is Kind.PART else media.c.id


def _lacking(kind: Kind, here: tuple[str, str], by: str, to: str) -> Select[Any]:
    office, desk = here
    name, whose = kind.table.c[kind.column], kind.table.c.recipient
    whole = parts.join(reports, reports.c.id == parts.c.report)
    if kind is Kind.MEDIUM:
        whole = whole.join(media, media.c.part == parts.c.id)
    return (
        select(_id(kind))
        .select_from(whole)
        .where(reports.c.office == office, reports.c.desk == desk)
        .where(_id(kind).in_(select(name).where(whose == by)), _id(kind).not_in(select(name).where(whose == to)))
        .order_by(_id(kind))
    )
