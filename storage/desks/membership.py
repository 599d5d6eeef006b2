"""Who joins a sealed desk's list, and who leaves it: by the signature of one who stands there, told to all.

Each function is a step of a caller's transaction, run as the worker. Of one list's changes each waits for the other.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, select, update

from storage import audit
from storage.desks import ceremonies
from storage.keys import Keyring
from storage.sealed import keypairs, recipients, roots
from storage.sealed.keypairs import Unlocked
from storage.sealed.recipients import Member, Refused, Row
from storage.tables import desks
from storage.tables import recipients as table

_R: Final = table.c


def invite(
    conn: Connection, keyring: Keyring, *, by: Unlocked, recipient: str, fingerprint: str, now: datetime
) -> datetime:
    """One who stands signs another onto her desk's list; returns when that takes effect, 72 hours from now.

    by: hers, unlocked, or the recovery key. fingerprint: as the newcomer read it out, so that a row which somebody
    changed meanwhile is not signed. Raises Refused.
    """
    row = _held(conn, keyring, recipient, now)
    signer = _standing(conn, keyring, by, row, now)
    if signer.ends_at is not None:
        raise Refused("recipient.pending")
    signs = "".join(fingerprint.split()).upper()
    if signs != keypairs.fingerprint(row.public_key, row.signing_key).replace(" ", ""):
        raise Refused("recipient.fingerprint")
    if row.staff is None or row.signature is not None:
        raise Refused("recipient.stands")
    ceremonies.focal_point(conn, row.staff, row.office, row.desk, now)
    stands = replace(row, signed_by=signer.id, effective_at=now + recipients.WAITS)
    signature = keypairs.sign(by, recipients.invitation(stands))
    _forget(keyring, roots.name(row.office, row.desk), recipient)  # of a replacement that was not committed
    values = {"signed_by": signer.id, "signature": signature, "effective_at": stands.effective_at}
    conn.execute(update(table).where(_R.id == recipient).values(**values))
    audit.write(conn, keyring, at=now, actor=_actor(signer), action="recipient.invite", subject=recipient)
    return stands.effective_at


def revoke(conn: Connection, keyring: Keyring, *, by: Unlocked, recipient: str, now: datetime) -> None:
    """Takes one off her desk's list at once: nothing new is sealed to her. Whom she had signed stays.

    by: one who stands there, herself too, or the recovery key. recipient: also one whose seat has not begun; in whose
    place she was to come, that one stays. What was sealed to her before opens to whoever has both her phrase and the
    server's keys. Raises Refused: desk.few where fewer than two who work there would be left on the list, now or once
    all seats have begun; then another takes her place in one step (`replace_one`).
    """
    row = _held(conn, keyring, recipient, now)
    signer = _standing(conn, keyring, by, row, now)
    member = _on_list(conn, keyring, row, now)
    if recipients.stands_at(member, now):
        _may_go(conn, keyring, row, signer, member, now)
    else:
        _may_be_refused(conn, keyring, row, signer, member, now)
    _take_off(conn, keyring, row, by=by, signer=signer, now=now)


def replace_one(
    conn: Connection, keyring: Keyring, *, by: Unlocked, lost: str, recipient: str, fingerprint: str, now: datetime
) -> datetime:
    """Signs one on and lets another go from the same list, in one act: for one who is lost, or who leaves.

    by: one who stands there, herself the one who leaves too, or the recovery key. Returns when the newcomer's seat
    begins, 72 hours from now. The other's ends then, and not if somebody takes the newcomer off before: so nobody reads
    alone meanwhile. It ends at once where the recovery key signs, and where the other works there no more. Raises
    Refused, and then nothing changed; recipient.pending where one of those concerned is being replaced, or comes only.
    """
    row, new = _held(conn, keyring, lost, now), _row(conn, recipient)
    place = (row.office, row.desk)
    if (new.office, new.desk) != place:
        raise Refused("recipient.gone")
    signer, member = _standing(conn, keyring, by, row, now), _on_list(conn, keyring, row, now)
    at_once = signer.staff is None or member.staff not in ceremonies.focal_points(conn, *place, now)
    if not at_once and (member.ends_at is not None or not recipients.stands_at(member, now)):
        raise Refused("recipient.pending")
    before = len(active(conn, keyring, place, now))
    at = invite(conn, keyring, by=by, recipient=recipient, fingerprint=fingerprint, now=now)
    left = len(active(conn, keyring, place, now, without=lost))
    if left < ceremonies.FEWEST and left <= before:
        raise Refused("desk.few")  # before a file is there: it would outlive what is undone
    if at_once:
        _take_off(conn, keyring, row, by=by, signer=signer, now=now)
        return at
    who = (lost, recipient)
    roots.replace(keyring.folder, roots.name(*place), who, _endorsed(conn, keyring, row))
    data = {"by": recipient, "at": at.isoformat()}
    audit.write(conn, keyring, at=now, actor=_actor(signer), action="recipient.replace", subject=lost, data=data)
    return at


def settle(conn: Connection, keyring: Keyring, now: datetime) -> int:
    """Writes down for good whose seats have begun, and that those are off in whose place; returns how many of these."""
    d = desks.c
    places = conn.execute(select(d.office, d.desk).where(d.sealed_at.is_not(None)).order_by(d.office, d.desk)).all()
    return sum(_settle(conn, keyring, (each.office, each.desk), now) for each in places)


def active(
    conn: Connection, keyring: Keyring, place: tuple[str, str], now: datetime, *, without: str = ""
) -> frozenset[str]:
    """The people on a desk's list who work there once every seat has begun. without: a row that does not count."""
    listed = recipients.members(conn, keyring, *place)
    stay = (each for each in listed if not each.revoked and each.ends_at is None and each.id != without)
    return _working(conn, place, stay, now)


def seated(
    conn: Connection, keyring: Keyring, place: tuple[str, str], now: datetime, *, without: str = ""
) -> frozenset[str]:
    """The people who work at a desk and whom its words are sealed to now. without: a row that does not count."""
    listed = recipients.people(conn, keyring, *place, now)
    return _working(conn, place, (each for each in listed if each.id != without), now)


def _working(conn: Connection, place: tuple[str, str], listed: Iterable[Member], now: datetime) -> frozenset[str]:
    people = frozenset(each.staff for each in listed if each.staff)
    return people & ceremonies.focal_points(conn, *place, now) if people else people


# ── Who may be taken off ─────────────────────────────────────────────────────────────────────────────────────
def _may_go(conn: Connection, keyring: Keyring, row: Row, signer: Member, member: Member, now: datetime) -> None:
    """Two who work there stay, of those whose seats have begun and of those who are named, or she goes in no haste."""
    place = (row.office, row.desk)
    if signer.id == row.id and member.staff not in ceremonies.focal_points(conn, *place, now):
        return  # she left, and says so
    if signer.staff is None and member.ends_at is not None:
        return  # her newcomer is named, and the officers know why not a word more may come to her
    if signer.ends_at is not None:
        raise Refused("recipient.pending")
    now_left, later_left = (len(count(conn, keyring, place, now, without=row.id)) for count in (seated, active))
    if min(now_left, later_left) < ceremonies.FEWEST:
        raise Refused("desk.few")


def _may_be_refused(
    conn: Connection, keyring: Keyring, row: Row, signer: Member, member: Member, now: datetime
) -> None:
    """Whoever is not in yet is refused by any one of the list; but one who reads alone refuses nobody of the officers'.

    She could else stay alone for as long as she liked.
    """
    recovery = ceremonies.recovery(conn, keyring)
    theirs = recovery is not None and member.signed_by == recovery.id and signer.staff is not None
    if theirs and len(seated(conn, keyring, (row.office, row.desk), now)) < ceremonies.FEWEST:
        raise Refused("desk.few")


# ── Going ────────────────────────────────────────────────────────────────────────────────────────────────────
def _take_off(conn: Connection, keyring: Keyring, row: Row, *, by: Unlocked, signer: Member, now: datetime) -> None:
    root = roots.name(row.office, row.desk)
    endorsed = _endorsed(conn, keyring, row)  # before her row says that she is off: then those fall with her
    signature = keypairs.sign(by, recipients.removal(row.id, now, signer.id))
    values = {"revoked_at": now, "revoked_by": signer.id, "revocation": signature}
    conn.execute(update(table).where(_R.id == row.id).values(**values))
    _forget(keyring, root, row.id)  # first: whom she was to replace stays
    roots.revoke(keyring.folder, root, row.id, endorsed)
    audit.write(conn, keyring, at=now, actor=_actor(signer), action="recipient.revoke", subject=row.id)


def _endorsed(conn: Connection, keyring: Keyring, row: Row) -> list[str]:
    listed = recipients.members(conn, keyring, row.office, row.desk)
    return [each.id for each in listed if each.signed_by == row.id and not each.revoked]


def _forget(keyring: Keyring, root: str, recipient: str) -> None:
    for who in roots.replaced(keyring.folder, root):
        if recipient in who:
            roots.unreplace(keyring.folder, root, who)


def _settle(conn: Connection, keyring: Keyring, place: tuple[str, str], now: datetime) -> int:
    """Without this an SQL statement that spoils the newcomer's row would bring back whose seat she has.

    Or it would leave a colleague alone with the desk, and nobody would be told.
    """
    root = roots.name(*place)
    if not (roots.replaced(keyring.folder, root) or _begun(conn, keyring, place, now)):
        return 0
    ceremonies.hold(conn, place)
    notes = roots.replaced(keyring.folder, root)
    members = recipients.members(conn, keyring, *place)
    signed_by = {each.id: each.signed_by for each in members}
    ended = [each for each in members if not each.revoked and recipients.is_off(each, now)]
    for each in ended:
        who = (each.id, each.replaced_by)
        values = {"revoked_at": each.ends_at, "revoked_by": signed_by[each.replaced_by]}
        conn.execute(update(table).where(_R.id == each.id).values(**values))
        roots.revoke(keyring.folder, root, each.id, notes[who])
        roots.unreplace(keyring.folder, root, who)
        audit.write(conn, keyring, at=now, actor="machine:desks", action="recipient.revoke", subject=each.id)
    for row in _begun(conn, keyring, place, now):
        roots.seat(keyring.folder, root, row.id, recipients.invited(row))
    return len(ended)


def _begun(conn: Connection, keyring: Keyring, place: tuple[str, str], now: datetime) -> list[Row]:
    """Who was signed on and sits there, without a note that says so; with another where she was signed on anew."""
    noted = roots.seated(keyring.folder, roots.name(*place))
    signed = (each for each in recipients.members(conn, keyring, *place) if each.staff and each.signed_by)
    sits = {each.id for each in signed if recipients.stands_at(each, now)}
    found = (row for row in recipients.rows_of(conn, *place) if row.id in sits)
    return [row for row in found if recipients.invited(row) not in noted.get(row.id, ())]


def _held(conn: Connection, keyring: Keyring, recipient: str, now: datetime) -> Row:
    """A row of a list that nobody else changes until the transaction ends."""
    row = _row(conn, recipient)
    ceremonies.hold(conn, (row.office, row.desk))
    _settle(conn, keyring, (row.office, row.desk), now)
    return _row(conn, recipient)


def _on_list(conn: Connection, keyring: Keyring, row: Row, now: datetime) -> Member:
    for each in recipients.members(conn, keyring, row.office, row.desk):
        if each.id == row.id and each.staff is not None and not recipients.is_off(each, now):
            return each
    raise Refused("recipient.gone")


def _row(conn: Connection, recipient: str) -> Row:
    place = conn.execute(select(_R.office, _R.desk).where(_R.id == recipient, _R.desk != "")).first()
    if place is None:
        raise Refused("recipient.gone")
    return next(row for row in recipients.rows_of(conn, place.office, place.desk) if row.id == recipient)


def _standing(conn: Connection, keyring: Keyring, by: Unlocked, about: Row, now: datetime) -> Member:
    """The one of a row's list, or the recovery key, whose keys these are.

    Whoever is no focal point there any more takes off nobody but herself, and brings nobody.
    """
    for each in recipients.members(conn, keyring, about.office, about.desk):
        if each.signing_key == by.signing_public and recipients.stands_at(each, now):
            if each.staff is not None and each.id != about.id:
                _works(conn, each.staff, about, now)
            return each
    raise Refused("recipient.not_standing")


def _works(conn: Connection, person: str, about: Row, now: datetime) -> None:
    try:
        ceremonies.focal_point(conn, person, about.office, about.desk, now)
    except Refused:
        raise Refused("recipient.not_standing") from None


def _actor(member: Member) -> str:
    return member.staff or "machine:recovery"
