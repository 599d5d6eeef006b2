"""Who joins a sealed desk's list, and who leaves it: by the signature of one who stands there, told to all.

Each function is a step of a caller's transaction, run as the worker. Of one list's changes each waits for the other.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, select, update

from storage import audit
from storage.desks import ceremonies, recalling, settling
from storage.keys import Keyring
from storage.sealed import keypairs, recipients, roots
from storage.sealed.keypairs import Unlocked
from storage.sealed.recipients import Member, Refused, Row
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
    settling.forget(keyring, roots.name(row.office, row.desk), recipient)  # of a replacement that was not committed
    values = {"signed_by": signer.id, "signature": signature, "effective_at": stands.effective_at}
    conn.execute(update(table).where(_R.id == recipient).values(**values))
    audit.write(conn, keyring, at=now, actor=_actor(signer), action="recipient.invite", subject=recipient)
    return stands.effective_at


def revoke(conn: Connection, keyring: Keyring, *, by: Unlocked, recipient: str, now: datetime) -> None:
    """Takes one off her desk's list at once: nothing new is sealed to her. Whom she had signed stays.

    by: one who stands there, herself too, or the recovery key. recipient: also one whose seat has not begun; in whose
    place she was to come, that one stays. Of one whose seat vanished the recovery key alone says it, and then the list
    verifies again. What was sealed to her before opens to whoever has both her phrase and the server's keys.

    Raises Refused: desk.few where fewer than two who work there would be left on the list, now or once all seats have
    begun; then another takes her place in one step (`replace_one`).
    """
    row = _held(conn, keyring, recipient, now)
    signer = _standing(conn, keyring, by, row, now)
    member = _on_list(conn, keyring, row, signer, now)
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
    row, new = _held(conn, keyring, lost, now), _row(conn, keyring, recipient, now)
    place = (row.office, row.desk)
    if (new.office, new.desk) != place:
        raise Refused("recipient.gone")
    signer = _standing(conn, keyring, by, row, now)
    member = _on_list(conn, keyring, row, signer, now)
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
    endorsed = settling.endorsed(conn, keyring, row)
    roots.replace(keyring.folder, roots.name(*place), (lost, recipient), endorsed)
    data = {"by": recipient, "at": at.isoformat(), "endorsed": endorsed}
    audit.write(conn, keyring, at=now, actor=_actor(signer), action="recipient.replace", subject=lost, data=data)
    return at


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
    endorsed = settling.endorsed(conn, keyring, row)  # before her row says that she is off: then those fall with her
    signature = keypairs.sign(by, recipients.removal(row.id, now, signer.id))
    values = {"revoked_at": now, "revoked_by": signer.id, "revocation": signature}
    conn.execute(update(table).where(_R.id == row.id).values(**values))
    settling.forget(keyring, root, row.id)  # first: whom she was to replace stays
    roots.revoke(keyring.folder, root, row.id, endorsed)
    data = {"endorsed": endorsed}  # from which the file is written anew where it is lost
    audit.write(conn, keyring, at=now, actor=_actor(signer), action="recipient.revoke", subject=row.id, data=data)


def _held(conn: Connection, keyring: Keyring, recipient: str, now: datetime) -> Row:
    """A row of a list that nobody else changes until the transaction ends."""
    row = _row(conn, keyring, recipient, now)
    ceremonies.hold(conn, (row.office, row.desk))
    settling.at(conn, keyring, (row.office, row.desk), now)
    return _row(conn, keyring, recipient, now)


def _on_list(conn: Connection, keyring: Keyring, row: Row, signer: Member, now: datetime) -> Member:
    for each in recipients.members(conn, keyring, row.office, row.desk):
        if each.id == row.id and each.staff is not None and not recipients.is_off(each, now):
            return each
    if signer.staff is None and row.id in recipients.vanished(conn, keyring, row.office, row.desk):
        return Member(row.id, row.staff, row.public_key, row.signing_key, None, now, revoked=False)
    raise Refused("recipient.gone")


def _row(conn: Connection, keyring: Keyring, recipient: str, now: datetime) -> Row:
    for office, desk in recalling.places(conn):
        if recipient in recipients.vanished(conn, keyring, office, desk):  # its place is where her seat began
            none = Row(recipient, office, desk, None, b"", b"", now, now)  # somebody deleted it, or moved it elsewhere
            return next((row for row in recipients.rows_of(conn, office, desk) if row.id == recipient), none)
    here = conn.execute(select(_R.office, _R.desk).where(_R.id == recipient, _R.desk != "")).first()
    if here is None:
        raise Refused("recipient.gone")
    return next(row for row in recipients.rows_of(conn, here.office, here.desk) if row.id == recipient)


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
