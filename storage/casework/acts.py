"""What every step taken on a case shares: who may do what, the errors, the version check, the event and the audit row.

storage.casework.cases and storage.casework.moves hold the steps themselves.
"""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, Row, select, update

from bot.vocabulary import SEALED_DESKS, Role, Status
from storage import audit
from storage.casework import apart
from storage.casework.queues import visible
from storage.keys import Keyring
from storage.sealed.keypairs import Unlocked
from storage.tables import events, grants, reports
from storage.words import content, hours

LONGEST: Final = 2000  # characters of a reply or a note


class Right(StrEnum):
    """What a role may do to a case that a grant shows."""

    CLAIM = "claim"
    REPLY = "reply"
    NOTE = "note"
    STATUS = "status"
    MOVE = "move"
    REFER = "refer"
    CLOSE = "close"
    CORRECT = "correct"


_ALL: Final = frozenset(Right)


def rights(role: Role) -> frozenset[Right]:
    """What this role may do where a grant lets it in."""
    match role:
        case Role.COORDINATOR | Role.FOCAL_POINT | Role.DUTY_OFFICER | Role.MEDIATOR | Role.POLICE_LIAISON:
            return _ALL
        case Role.SUPERVISOR:
            return frozenset({Right.MOVE, Right.CLOSE})
        case Role.AUDITOR | Role.ADMINISTRATOR:
            return frozenset()


_ENTER: Final = frozenset({Role.COORDINATOR, Role.DUTY_OFFICER, Role.FOCAL_POINT})


def may_enter(roles: Collection[Role]) -> bool:
    """Whether somebody with these roles may type in what a caller or visitor tells; that opens nothing to them."""
    return not _ENTER.isdisjoint(roles)


class Unseen(Exception):
    """There is no such report, or it is not this person's to see: the same thing to whoever asks."""


class Conflict(Exception):
    """Somebody changed the case since this person read it. version: the one it has now."""

    def __init__(self, version: int) -> None:
        super().__init__("version")
        self.version = version


class Refused(Exception):
    """Seen, but not to be done. key: why, as a key of the console's catalogue."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


@dataclass(frozen=True, slots=True)
class Act:
    """Who does something to which case, as they last read it, and when. opener: a focal point's key, unlocked."""

    staff: str
    number: str
    version: int
    now: datetime
    opener: Unlocked | None = field(default=None, repr=False)


def checked(text: str, *, longest: int = LONGEST, empty: bool = False) -> str:
    """Words that a person typed, fit to keep; Refused when empty, too long, or holding what no keyboard types."""
    words = text.replace("\r\n", "\n").strip()
    if not words and not empty:
        raise Refused("text.empty")
    if len(words) > longest:
        raise Refused("text.long")
    if any(("\ud800" <= sign <= "\udfff") or (sign < " " and sign not in "\n\t") for sign in words):
        raise Refused("text.signs")
    return words


def found(conn: Connection, *, staff: str, number: str, now: datetime) -> Row[Any]:
    row = conn.execute(
        select(reports).where(reports.c.number == number, visible(staff, now)).with_for_update(of=reports)
    ).first()
    if row is None:
        raise Unseen
    return row


def permitted(right: Right, conn: Connection, keyring: Keyring, act: Act) -> Row[Any]:
    """The report, held, where this person may do this to it.

    Raises Unseen, Conflict, and Refused: case.role; case.locked where it is sealed to others than act.opener.
    """
    row = found(conn, staff=act.staff, number=act.number, now=act.now)
    _read(conn, keyring, act, row)
    if right not in rights(role_of(conn, act, row)):
        raise Refused("case.role")
    if row.version != act.version:
        raise Conflict(row.version)
    return row


def _read(conn: Connection, keyring: Keyring, act: Act, row: Row[Any]) -> None:
    """At a sealed desk only the card knows which offices a report names: who cannot open it does nothing to it."""
    locked = content.is_locked(conn, row.id)
    if not locked and row.desk not in SEALED_DESKS:
        return
    card = content.card(conn, keyring, row.id, act.opener)
    if locked and not card:
        raise Refused("case.locked")
    named = apart.known(row, card, apart.joined(conn, keyring, row.id, act.opener))
    if apart.is_of(conn, act.staff, named, act.now):
        raise Unseen


def role_of(conn: Connection, act: Act, row: Row[Any]) -> Role:
    return Role(
        conn.execute(
            select(grants.c.role).where(
                grants.c.staff == act.staff, grants.c.office == row.office, grants.c.desk == row.desk
            )
        ).scalar_one()
    )


def not_erased(row: Row[Any]) -> None:
    if row.erased_at is not None:
        raise Refused("case.erased")


def still_open(row: Row[Any]) -> None:
    not_erased(row)
    if row.status == Status.CLOSED.value:
        raise Refused("case.closed")


def change(
    conn: Connection,
    keyring: Keyring,
    act: Act,
    row: Row[Any],
    values: Mapping[str, Any],
    *,
    event: tuple[str, Mapping[str, Any]],
) -> int:
    kind, data = event
    version = int(row.version) + 1
    desk = str(values.get("desk", row.desk))
    told = {name: hours.told(desk, at) if isinstance(at, datetime) else at for name, at in values.items()}
    changed = conn.execute(
        update(reports).where(reports.c.id == row.id, reports.c.version == row.version).values(**told, version=version)
    )
    if changed.rowcount != 1:  # row locks make this impossible on PostgreSQL, the one writer on SQLite: the last guard
        raise Conflict(version)
    at = hours.when(conn, row.id, act.now, desk=desk)
    conn.execute(
        events.insert().values(
            id=secrets.token_hex(16), report=row.id, at=at, kind=kind, actor=act.staff, data=dict(data)
        )
    )
    audit.write(conn, keyring, at=act.now, actor=act.staff, action=f"report.{kind}", subject=row.id, data=dict(data))
    return version


def claiming(row: Row[Any], act: Act) -> Mapping[str, Any]:
    values: dict[str, Any] = {"claimed_by": act.staff, "claimed_at": act.now}
    if row.status == Status.NEW.value:
        values["status"] = Status.ACKNOWLEDGED.value
    return values
