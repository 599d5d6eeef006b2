"""Who joins a sealed desk's list, and who leaves it: by the signature of one who stands there, told to all.

Each function is a step of a caller's transaction, run as the worker.
"""

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
from storage.tables import recipients as table

_R: Final = table.c


def invite(
    conn: Connection, keyring: Keyring, *, by: Unlocked, recipient: str, fingerprint: str, now: datetime
) -> datetime:
    """One who stands signs another onto her desk's list; returns when that takes effect, 72 hours from now.

    by: hers, unlocked, or the recovery key. fingerprint: as the newcomer read it out, so that a row which somebody
    changed meanwhile is not signed. Raises Refused.
    """
    row = _row(conn, recipient)
    signer = _standing(conn, keyring, by, row, now)
    signs = "".join(fingerprint.split()).upper()
    if signs != keypairs.fingerprint(row.public_key, row.signing_key).replace(" ", ""):
        raise Refused("recipient.fingerprint")
    if row.staff is None or row.signature is not None:
        raise Refused("recipient.stands")
    ceremonies.focal_point(conn, row.staff, row.office, row.desk, now)
    stands = replace(row, signed_by=signer.id, effective_at=now + recipients.WAITS)
    signature = keypairs.sign(by, recipients.invitation(stands))
    values = {"signed_by": signer.id, "signature": signature, "effective_at": stands.effective_at}
    conn.execute(update(table).where(_R.id == recipient).values(**values))
    audit.write(conn, keyring, at=now, actor=_actor(signer), action="recipient.invite", subject=recipient)
    return stands.effective_at


def revoke(conn: Connection, keyring: Keyring, *, by: Unlocked, recipient: str, now: datetime) -> None:
    """Takes one off her desk's list at once: nothing new is sealed to her. Whom she had signed stays.

    by: one who stands there, herself too, or the recovery key. What was sealed to her before opens to whoever has both
    her phrase and the server's keys. Raises Refused: desk.few where fewer than two who work there would be left on the
    list; then another takes her place in one step (`replace_one`).
    """
    row = _row(conn, recipient)
    _take_off(conn, keyring, row, by=by, before=len(active(conn, keyring, (row.office, row.desk), now)), now=now)


def replace_one(
    conn: Connection, keyring: Keyring, *, by: Unlocked, lost: str, recipient: str, fingerprint: str, now: datetime
) -> datetime:
    """Signs one on and takes another off the same list, in one act: for one who is lost, or who leaves.

    by: one who stands there, herself the one who leaves too, or the recovery key. Returns when the newcomer's seat
    takes effect, 72 hours from now; the other's ends at once. Raises Refused, and then nothing changed.
    """
    row, new = _row(conn, lost), _row(conn, recipient)
    if (new.office, new.desk) != (row.office, row.desk):
        raise Refused("recipient.gone")
    before = len(active(conn, keyring, (row.office, row.desk), now))
    at = invite(conn, keyring, by=by, recipient=recipient, fingerprint=fingerprint, now=now)
    _take_off(conn, keyring, row, by=by, before=before, now=now)
    return at


def active(
    conn: Connection, keyring: Keyring, place: tuple[str, str], now: datetime, *, without: str = ""
) -> frozenset[str]:
    """The people on a desk's list who work there, also who takes her seat later. without: a row that does not count."""
    listed = recipients.members(conn, keyring, *place)
    people = {each.staff for each in listed if each.staff and not each.revoked and each.id != without}
    return frozenset(people) & ceremonies.focal_points(conn, *place, now) if people else frozenset()


def _take_off(conn: Connection, keyring: Keyring, row: Row, *, by: Unlocked, before: int, now: datetime) -> None:
    """before: how many on the list worked there. Two at least stay; where there were fewer, one more than before."""
    recipient = row.id
    signer = _standing(conn, keyring, by, row, now)
    listed = recipients.members(conn, keyring, row.office, row.desk)
    member = next((each for each in listed if each.id == recipient), None)
    if member is None or member.staff is None or member.revoked:
        raise Refused("recipient.gone")
    left = len(active(conn, keyring, (row.office, row.desk), now, without=recipient))
    if left < ceremonies.FEWEST and left <= before:
        raise Refused("desk.few")  # before the file below is there: it would outlive what is undone
    signature = keypairs.sign(by, recipients.removal(recipient, now, signer.id))
    values = {"revoked_at": now, "revoked_by": signer.id, "revocation": signature}
    conn.execute(update(table).where(_R.id == recipient).values(**values))
    endorsed = [each.id for each in listed if each.signed_by == recipient and not each.revoked]
    roots.revoke(keyring.folder, roots.name(row.office, row.desk), recipient, endorsed)
    audit.write(conn, keyring, at=now, actor=_actor(signer), action="recipient.revoke", subject=recipient)


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
