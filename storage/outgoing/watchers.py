"""Those who watch over the machine, and the message that rings their phones."""

from collections.abc import Collection, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from sqlalchemy import Connection, and_, bindparam, or_, select

from bot.vocabulary import SEALED_DESKS, Channel, Desk, Reply, Role
from storage import ties
from storage.keys import Keyring
from storage.outgoing import outbox
from storage.tables import contacts, grants, staff

_DESKS: Final = bindparam("desks", expanding=True, type_=grants.c.desk.type)
_PEOPLE: Final = bindparam("people", expanding=True, type_=staff.c.id.type)
# Whose desks are told beside the administrators; of danger also those on duty at the desk that is broken.
_ALSO: Final[Mapping[str, Collection[Desk]]] = MappingProxyType(
    {"alert.list": (Desk.OVERSIGHT,), "alert.log": (Desk.OVERSIGHT,), "alert.danger": (Desk.OVERSIGHT, *SEALED_DESKS)}
)
_WATCHING: Final = (
    select(contacts.c.id, contacts.c.channel)
    .join_from(contacts, staff, staff.c.id == contacts.c.staff)
    .join(
        grants,
        and_(
            grants.c.staff == staff.c.id,
            or_(grants.c.role == Role.ADMINISTRATOR.value, grants.c.desk.in_(_DESKS), staff.c.id.in_(_PEOPLE)),
        ),
    )
    .where(
        staff.c.active,
        contacts.c.unreachable_at.is_(None),
        or_(grants.c.until_at.is_(None), grants.c.until_at > bindparam("now", type_=grants.c.until_at.type)),
    )
    .distinct()
)


def watches(conn: Connection, person: str, key: str, now: datetime) -> bool:
    """Whether somebody may be told what was queued for whoever watches, by the key of its words."""
    desks = [desk.value for desk in _ALSO.get(key, ())]
    whose = _WATCHING.where(contacts.c.staff == person)
    return conn.execute(whose, {"now": now, "desks": desks, "people": []}).first() is not None


def ring(
    conn: Connection,
    keyring: Keyring,
    reply: Reply,
    *,
    once: str,
    now: datetime,
    desks: Collection[Desk] = (),
    people: Collection[str] = (),
    every_s: int = 1,
) -> None:
    """Sends every administrator who has a phone here a message, and whoever works at one of these desks, anywhere.

    once: names the occasion; the same is rung once in `every_s` seconds. people: members of staff who are told as well.
    """
    to = {"now": now, "desks": [desk.value for desk in desks], "people": list(people)}
    for contact, channel in conn.execute(_WATCHING, to).all():
        outbox.put(
            conn,
            keyring,
            once=ties.keyed(keyring, f"{once}:{int(now.timestamp()) // every_s}:{contact}"),
            kind="alert",
            contact=contact,
            channel=Channel(channel),
            reply=reply,
            due_at=now,
            now=now,
        )
