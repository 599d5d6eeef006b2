"""A focal point's key before it counts: made by herself, and waiting at each sealed desk where she works.

Nothing is sealed to a key that waits. A founding (`found`) or the signature of one who stands (`membership`) puts
it on a list.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, delete, insert, or_, select, update

from bot.vocabulary import SEALED_DESKS, Desk, Role
from storage import audit
from storage.desks import ceremonies
from storage.keys import Keyring
from storage.people import services
from storage.people.logins import Attempt, fits
from storage.sealed import keypairs, recipients
from storage.sealed.keypairs import Unlocked, WrongPhrase
from storage.sealed.recipients import Refused, Row
from storage.tables import grants, staff
from storage.tables import recipients as table

FEWEST_WORDS: Final = 5
FEWEST_SIGNS: Final = 14
Place = tuple[str, Desk]
_R: Final = table.c


@dataclass(frozen=True, slots=True)
class Own:
    """What a person has before she makes a key. password_hash: what her pass phrase must not be, None without one.

    places: sealed desks where she works and has no key, neither on the list nor waiting. standing: the rows of hers
    that are on a list, waiting: those that are on none yet; each an id and her private keys under her pass phrase.
    """

    places: tuple[Place, ...]
    standing: tuple[tuple[str, bytes], ...] = field(repr=False)
    waiting: tuple[tuple[str, bytes], ...] = field(repr=False)
    password_hash: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Made:
    """A key for one desk: the same for all desks of one person, under the same pass phrase."""

    place: Place
    pair: Unlocked
    locked: bytes = field(repr=False)


def own(conn: Connection, keyring: Keyring, *, person: str, now: datetime, forgot: bool = False) -> Own:
    """What this person has already, and where a key of hers is wanting.

    forgot: the phrase of what stands: it counts for nothing, and a new key takes its place (membership.replace_one).
    """
    listed: set[str] = set()
    taken: set[tuple[str, str]] = set()
    standing: list[tuple[str, bytes]] = []
    waiting: list[tuple[str, bytes]] = []
    hers = select(_R.id, _R.office, _R.desk, _R.private_sealed, _R.signature).where(_R.staff == person)
    for row in conn.execute(hers.order_by(_R.added_at, _R.id)).all():
        members = recipients.members(conn, keyring, row.office, row.desk)
        listed |= {each.id for each in members}
        off = any(each.id == row.id and recipients.is_off(each, now) for each in members)
        counts_for_nothing = row.id not in listed and row.signature is not None  # it can neither be signed nor used
        if off or counts_for_nothing or (forgot and row.id in listed):
            continue
        taken.add((row.office, row.desk))
        if row.private_sealed is not None:
            (standing if row.id in listed else waiting).append((row.id, row.private_sealed))
    places = tuple(place for place in _works_at(conn, person, now) if (place[0], place[1].value) not in taken)
    hashed = conn.execute(select(staff.c.password_hash).where(staff.c.id == person)).scalar()
    return Own(places, tuple(standing), tuple(waiting), hashed)


def _works_at(conn: Connection, person: str, now: datetime) -> list[Place]:
    g = grants.c
    sealed = sorted(desk.value for desk in SEALED_DESKS)
    mine = (g.staff == person, g.role == Role.FOCAL_POINT.value, g.desk.in_(sealed))
    runs = or_(g.until_at.is_(None), g.until_at > now)
    found = conn.execute(select(g.office, g.desk).where(*mine, runs).order_by(g.office, g.desk))
    return [(row.office, Desk(row.desk)) for row in found]


def checked(phrase: str, has: Own) -> str:
    """The pass phrase; raises Refused where it is too short, or the password. Takes 80 ms where there is a password."""
    words = phrase.split()
    if len(" ".join(words)) < FEWEST_SIGNS and len(words) < FEWEST_WORDS:
        raise Refused("phrase.short")
    if has.password_hash and fits(Attempt("anybody", has.password_hash), phrase):
        raise Refused("phrase.password")
    return phrase


def make(has: Own, phrase: str) -> tuple[Made, ...]:
    """A key for each desk where one is wanting: some 200 ms each, with no transaction open.

    Whoever has a key already must give its pass phrase: then one unlocking opens all her desks. Raises WrongPhrase,
    keypairs.ShortPhrase.
    """
    first = _known(has, phrase)
    made = []
    for place in has.places:
        id = secrets.token_hex(16)
        pair = keypairs.new(id) if first is None else replace(first, recipient=id)
        first = first or pair
        made.append(Made(place, pair, keypairs.lock(pair, phrase)))
    return tuple(made)


def _known(has: Own, phrase: str) -> Unlocked | None:
    rows = has.standing or has.waiting
    for id, locked in rows:
        try:
            return keypairs.unlock(id, locked, phrase)
        except WrongPhrase:
            continue
    if rows:
        raise WrongPhrase
    return None


def opens(has: Own, phrase: str) -> bool:
    """Whether these words open a key of hers: some 200 ms for each that she has, with no transaction open."""
    for id, locked in (*has.standing, *has.waiting):
        try:
            keypairs.unlock(id, locked, phrase)
        except WrongPhrase:
            continue
        return True
    return False


def keep(
    conn: Connection, keyring: Keyring, *, person: str, made: Sequence[Made], now: datetime, forgot: bool = False
) -> None:
    """Writes her keys, which wait. Raises Refused where she is no focal point of a desk, or has a key there already.

    forgot: as in `own`; the audit log says so.
    """
    ceremonies.hold(conn, *((office, desk.value) for (office, desk) in (each.place for each in made)))
    wanting = set(own(conn, keyring, person=person, now=now, forgot=forgot).places)
    for each in made:
        office, desk = each.place
        if each.place not in wanting:
            raise Refused("recipient.stands")
        values = {
            "id": each.pair.recipient,
            "office": office,
            "desk": desk.value,
            "staff": person,
            "public_key": each.pair.public,
            "signing_key": each.pair.signing_public,
            "added_at": now,
            "effective_at": now + recipients.WAITS,
        }
        conn.execute(insert(table).values(**values, private_sealed=each.locked))
        data = {"forgot": True} if forgot else {}
        audit.write(
            conn, keyring, at=now, actor=person, action="recipient.offer", subject=each.pair.recipient, data=data
        )


def withdraw(conn: Connection, keyring: Keyring, *, person: str, now: datetime, forgot: bool = False) -> int:
    """Takes back her keys that wait; returns how many. Nothing is sealed to them. Keys that stand on a list stay.

    forgot: whoever asks gave no pass phrase; the audit log says so, for it may have been somebody else at her session.
    """
    ids = [id for id, _ in own(conn, keyring, person=person, now=now).waiting]
    conn.execute(delete(table).where(_R.id.in_(ids), _R.signature.is_(None)))
    action = "recipient.forgot" if forgot else "recipient.withdraw"
    for id in ids:
        audit.write(conn, keyring, at=now, actor=person, action=action, subject=id)
    return len(ids)


def found(
    conn: Connection, keyring: Keyring, place: Place, *, ids: Sequence[str], by: str, now: datetime
) -> tuple[str, ...]:
    """Switches a desk on with keys that wait there: its words are sealed to them and the recovery key from now on.

    ids: rows that wait, whose fingerprints their owners have read out to whoever holds the ceremony (`by`, for the
    audit). Returns them. Raises Refused, and then nothing changed.
    """
    office, desk = place
    ceremonies.hold(conn, (office, desk.value))
    if why := missing(conn, keyring, place, now=now):
        raise Refused(why)
    rows = [row for row in waiting(conn, keyring, place) if row.id in ids]
    if len({row.staff for row in rows}) < ceremonies.FEWEST or len(rows) != len(set(ids)):
        raise Refused("desk.two")
    for row in rows:
        ceremonies.focal_point(conn, row.staff or "", office, desk.value, now)
    conn.execute(update(table).where(_R.id.in_([row.id for row in rows])).values(effective_at=now))
    founders = [replace(row, effective_at=now) for row in rows]
    ceremonies.seat(conn, keyring, (office, desk.value), rows=founders, by=by, now=now)
    return tuple(row.id for row in founders)


def missing(conn: Connection, keyring: Keyring, place: Place, *, now: datetime) -> str:
    """Why a desk cannot be switched on yet, as a key of Refused; "" when nothing is wanting."""
    office, desk = place
    if why := ceremonies.ready(conn, keyring, office=office, desk=desk.value):
        return why
    if not services.serving(conn, office=office, desk=desk, now=now):
        return "desk.services"
    makers = {row.staff for row in waiting(conn, keyring, place) if _is_here(conn, row, now)}
    return "desk.two" if len(makers) < ceremonies.FEWEST else ""


def _is_here(conn: Connection, row: Row, now: datetime) -> bool:
    try:
        ceremonies.focal_point(conn, row.staff or "", row.office, row.desk, now)
    except Refused:
        return False
    return True


def waiting(conn: Connection, keyring: Keyring, place: Place) -> tuple[Row, ...]:
    """The keys that wait at a desk, by id: made by somebody, signed by nobody."""
    office, desk = place
    counted = {each.id for each in recipients.members(conn, keyring, office, desk.value)}
    rows = recipients.rows_of(conn, office, desk.value)
    return tuple(row for row in rows if row.id not in counted and row.signature is None and row.staff and row.desk)
