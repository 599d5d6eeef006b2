"""Who has a second factor: how one is kept, replaced, taken away, and what of it a restore does not bring back."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, select, update

from storage import audit, promises
from storage.keys import Domain, Keyring
from storage.people import devices, unproven
from storage.promises import Kind
from storage.rows import seal_row
from storage.tables import recovery_codes, second_factors, sessions, staff


class Stale(Exception):
    """What somebody enrols in place of is not there any more, or something is there that was not."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody has. codes: how many recovery codes are left."""

    since: datetime
    codes: int


@dataclass(frozen=True, slots=True)
class Colleague:
    """An active member of staff, as an administrator sees them. since: None without a second factor.

    unproven: after a restore they set one up only with a code of an administrator (storage.people.unproven).
    """

    id: str
    name: str
    since: datetime | None
    unproven: bool = False


def standing(conn: Connection, *, person: str) -> Standing | None:
    """What this person has; None for no second factor."""
    since = conn.execute(select(second_factors.c.created_at).where(second_factors.c.staff == person)).scalar()
    if since is None:
        return None
    left = select(func.count()).select_from(recovery_codes).where(recovery_codes.c.staff == person)
    return Standing(since, conn.execute(left).scalar_one())


def colleagues(conn: Connection) -> tuple[Colleague, ...]:
    """Everybody who works here, by name, and since when they have a second factor."""
    rows = conn.execute(
        select(staff.c.id, staff.c.name, second_factors.c.created_at)
        .join_from(staff, second_factors, isouter=True)
        .where(staff.c.active)
        .order_by(staff.c.name)
    )
    needs = unproven.marked(conn)
    return tuple(Colleague(row.id, row.name, row.created_at, unproven=row.id in needs) for row in rows)


def enrol(
    conn: Connection,
    keyring: Keyring,
    *,
    person: str,
    secret: bytes,
    step: int,
    hashes: tuple[str, ...],
    instead: datetime | None,
    now: datetime,
) -> None:
    """Keeps a secret whose code of half minute `step` was right, and ends every session.

    instead: since when the one stands that it replaces, None for none. Raises Stale when that is not so any more.
    """
    _alone(conn, person)
    found = standing(conn, person=person)
    if (found.since if found else None) != instead:
        raise Stale
    since = max(now, instead + timedelta(microseconds=1)) if instead else now
    erase(conn, person=person)
    sealed = seal_row(keyring, Domain.CONTENT, (second_factors.name, person), secret, now=now)
    conn.execute(
        second_factors.insert().values(
            staff=person, **sealed.columns(), created_at=since, codes_at=since, last_step=step, wrong_codes=0
        )
    )
    conn.execute(recovery_codes.insert(), _rows(person, hashes))
    conn.execute(update(staff).where(staff.c.id == person).values(factor_reset_at=None))
    conn.execute(delete(sessions).where(sessions.c.staff == person))
    _promise(conn, keyring, person, now)
    action = "factor.enrol" if instead is None else "factor.replace"
    audit.write(conn, keyring, at=now, actor=person, action=action, subject=person)


def new_codes(conn: Connection, keyring: Keyring, *, person: str, hashes: tuple[str, ...], now: datetime) -> None:
    """Ten new recovery codes in place of all others. Raises Stale without a second factor."""
    _alone(conn, person)
    mine = second_factors.c
    renewed = update(second_factors).where(mine.staff == person).values(codes_at=now)
    if conn.execute(renewed).rowcount != 1:
        raise Stale
    conn.execute(delete(recovery_codes).where(recovery_codes.c.staff == person))
    conn.execute(recovery_codes.insert(), _rows(person, hashes))
    _promise(conn, keyring, person, now)
    audit.write(conn, keyring, at=now, actor=person, action="factor.codes", subject=person)


def remove(conn: Connection, keyring: Keyring, *, person: str, now: datetime) -> None:
    """Takes one's own away, and ends every session. Raises Stale when there is none."""
    if not _take(conn, keyring, person, now):
        raise Stale
    audit.write(conn, keyring, at=now, actor=person, action="factor.remove", subject=person)


def reset(conn: Connection, keyring: Keyring, *, person: str, by: str, now: datetime) -> None:
    """Takes a colleague's away, ends every session of theirs and forgets their browsers; they are told at the next.

    by: who does it, as the audit names them. Raises Stale when there is none.
    """
    if not _take(conn, keyring, person, now):
        raise Stale
    conn.execute(update(staff).where(staff.c.id == person).values(factor_reset_at=now))
    devices.forget(conn, person=person)
    audit.write(conn, keyring, at=now, actor=by, action="factor.reset", subject=person)


def seen(conn: Connection, *, person: str) -> None:
    """They have read that a colleague took it away."""
    conn.execute(update(staff).where(staff.c.id == person).values(factor_reset_at=None))


def erase(conn: Connection, *, person: str) -> None:
    """Nothing of it is left."""
    unproven.clear(conn, person)
    conn.execute(delete(recovery_codes).where(recovery_codes.c.staff == person))
    conn.execute(delete(second_factors).where(second_factors.c.staff == person))


def again(conn: Connection, *, person: str, since: str | None, codes: str | None) -> bool:
    """After a restore: what stood last is not brought back in an older form. Whether anything changed.

    since, codes: when what stood last was made, as ISO 8601; None for nothing.
    """
    row = conn.execute(select(second_factors).where(second_factors.c.staff == person)).first()
    if row is None:
        return False
    if row.created_at.isoformat() != since:
        erase(conn, person=person)
        return True
    if row.codes_at.isoformat() == codes:
        return False
    return conn.execute(delete(recovery_codes).where(recovery_codes.c.staff == person)).rowcount > 0


def used_again(conn: Connection, *, code: str, used: str) -> bool:
    """After a restore: a recovery code that was used is used. code: its person and slot. Whether it was there."""
    person, _, slot = code.partition(" ")
    one = recovery_codes.c
    gone = delete(recovery_codes).where(one.staff == person, one.slot == int(slot), one.hash == used)
    return conn.execute(gone).rowcount > 0


def _take(conn: Connection, keyring: Keyring, person: str, now: datetime) -> bool:
    _alone(conn, person)
    if standing(conn, person=person) is None:
        return False
    erase(conn, person=person)
    conn.execute(delete(sessions).where(sessions.c.staff == person))
    _promise(conn, keyring, person, now)
    return True


def _promise(conn: Connection, keyring: Keyring, person: str, now: datetime) -> None:
    row = conn.execute(select(second_factors).where(second_factors.c.staff == person)).first()
    since, codes = (None, None) if row is None else (row.created_at.isoformat(), row.codes_at.isoformat())
    promises.note(keyring, Kind.FACTOR, person, now=now, since=since, codes=codes)


def _rows(person: str, hashes: tuple[str, ...]) -> list[dict[str, object]]:
    return [{"staff": person, "slot": slot, "hash": each} for slot, each in enumerate(hashes)]


def _alone(conn: Connection, person: str) -> None:
    """One change at a time."""
    conn.execute(select(staff.c.id).where(staff.c.id == person).with_for_update())
