"""Hands the old parts of a sealed desk on to one who joined its list: in lots, begun again wherever it was left.

Only one to whom they are sealed can, with her own open key; or the recovery key, when both officers typed their halves.
"""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, literal, select

from bot.vocabulary import Desk
from storage import audit, ceremonies, recipients, seals
from storage.keypairs import Unlocked
from storage.keys import Keyring
from storage.recipients import Member, Recipient, Refused
from storage.seals import Kind
from storage.tables import media, parts, reports
from storage.tables import recipients as table

LOT: Final = 100  # parts and files of one transaction: some 30 ms


def behind(conn: Connection, *, office: str, desk: Desk, recipient: str) -> int:
    """How many parts and files of a desk are sealed to others and not to this recipient."""
    total = 0
    for kind in Kind:
        query = _of_desk(kind, office, desk).where(_sealed(kind), ~_sealed(kind, recipient))
        total += int(conn.execute(query.with_only_columns(func.count())).scalar_one())
    return total


def grant(conn: Connection, keyring: Keyring, *, by: Unlocked, recipient: str, now: datetime, lot: int = LOT) -> int:
    """Seals up to a lot of old parts and files to a recipient too; says how many, 0 when nothing more can be handed on.

    by: the open key of one who stands on the same list, or the recovery key. Raises Refused where the recipient does
    not stand there (her 72 hours are not over, say), or `by` does not.
    """
    place = conn.execute(select(table.c.office, table.c.desk).where(table.c.id == recipient)).first()
    if place is None or not place.desk:
        raise Refused("recipient.gone")
    to = _standing(conn, keyring, place.office, place.desk, recipient, now)
    giver = _giver(conn, keyring, place.office, place.desk, by, now)
    handed = 0
    for kind in Kind:
        handed += _hand_on(
            conn, keyring, kind, (place.office, Desk(place.desk)), by=by, to=to, most=lot - handed, now=now
        )
    if handed:
        data = {"parts": handed}
        actor = giver.staff or "machine:recovery"
        audit.write(conn, keyring, at=now, actor=actor, action="parts.grant", subject=recipient, data=data)
    return handed


def _hand_on(
    conn: Connection,
    keyring: Keyring,
    kind: Kind,
    place: tuple[str, Desk],
    *,
    by: Unlocked,
    to: Recipient,
    most: int,
    now: datetime,
) -> int:
    handed, after = 0, ""
    mine = _sealed(kind, key=by.public)
    while handed < most:
        # What does not open (its month's key is gone, say) is passed over, or it would stand in the way for ever.
        query = _of_desk(kind, *place).where(mine, ~_sealed(kind, to.id), _id(kind) > after).order_by(_id(kind))
        ids: list[str] = list(conn.execute(query.limit(most - handed)).scalars())
        if not ids:
            break
        after = ids[-1]
        for id, key in seals.opened(conn, keyring, kind, ids, by).items():
            seals.add(conn, kind, seals.to_people(keyring, kind, id, key, [to], now=now))
            handed += 1
    return handed


def _standing(conn: Connection, keyring: Keyring, office: str, desk: str, recipient: str, now: datetime) -> Recipient:
    for each in recipients.people(conn, keyring, office, desk, now):
        if each.id == recipient:
            return Recipient(each.id, each.public_key)
    raise Refused("recipient.not_standing")


def _giver(conn: Connection, keyring: Keyring, office: str, desk: str, by: Unlocked, now: datetime) -> Member:
    givers = list(recipients.people(conn, keyring, office, desk, now))
    if (recovery := ceremonies.recovery(conn, keyring)) is not None:
        givers.append(recovery)
    for each in givers:
        if (each.public_key, each.signing_key) == (by.public, by.signing_public):
            return each
    raise Refused("recipient.not_standing")


def _of_desk(kind: Kind, office: str, desk: Desk) -> Select[Any]:
    here = and_(reports.c.office == office, reports.c.desk == desk.value, reports.c.erased_at.is_(None))
    joined = parts.join(reports, reports.c.id == parts.c.report)
    if kind is Kind.MEDIUM:
        joined = joined.join(media, media.c.part == parts.c.id)
    return select(_id(kind)).select_from(joined).where(here)


def _id(kind: Kind) -> ColumnElement[str]:
    match kind:
        case Kind.PART:
            return parts.c.id
        case Kind.MEDIUM:
            return media.c.id


def _sealed(kind: Kind, recipient: str = "", *, key: bytes = b"") -> ColumnElement[bool]:
    """Whether there is a seal: to anybody, to this recipient, or to any row with this public key."""
    of = kind.table.alias("of_" + kind.column)
    query = select(literal(1)).select_from(of).where(of.c[kind.column] == _id(kind))
    if recipient:
        query = query.where(of.c.recipient == recipient)
    if key:
        query = query.where(of.c.recipient.in_(select(table.c.id).where(table.c.public_key == key)))
    return exists(query)
