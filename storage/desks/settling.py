"""Writes down for good what became of a sealed desk's list by itself, in its rows and beside the keys alike.

Each function is a step of a caller's transaction, run as the worker.
"""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, select, update

from storage import audit
from storage.desks import ceremonies, recalling
from storage.keys import Keyring
from storage.sealed import recipients, roots
from storage.sealed.recipients import Row
from storage.tables import recipients as table

_R: Final = table.c
_ACTOR: Final = "machine:desks"
Place = tuple[str, str]


def settle(conn: Connection, keyring: Keyring, now: datetime) -> int:
    """Of each list: writes down whose seats have begun, and who is off; returns how many went for another's seat.

    So a row says it where only a file did (what took her off was not committed), and a file where only the audit log
    does (the folder is an older copy).
    """
    return sum(at(conn, keyring, place, now) for place in recalling.places(conn))


def at(conn: Connection, keyring: Keyring, place: Place, now: datetime) -> int:
    """The same of one list.

    Without this an SQL statement that spoils the newcomer's row would bring back whose seat she has.
    Or it would leave a colleague alone with the desk, and nobody would be told.
    """
    folder, root = keyring.folder, roots.name(*place)
    if not (roots.replaced(folder, root) or _unsaid(conn, keyring, place) or _begun(conn, keyring, place, now)):
        return 0
    ceremonies.hold(conn, place)
    recalling.again(conn, keyring, place)
    for id in sorted(_unwritten(conn, keyring, place)):
        conn.execute(update(table).where(_R.id == id).values(revoked_at=now))
        _note(conn, keyring, id, sorted(roots.revoked(folder, root)[id]), now)
    ended = _end(conn, keyring, place, now)
    for row in _begun(conn, keyring, place, now):
        roots.seat(folder, root, row.id, recipients.invited(row))
    return ended


def endorsed(conn: Connection, keyring: Keyring, row: Row) -> list[str]:
    """Those on the list whom this one signed: they stay when she goes. Ask before her row says that she is off."""
    listed = recipients.members(conn, keyring, row.office, row.desk)
    return [each.id for each in listed if each.signed_by == row.id and not each.revoked]


def forget(keyring: Keyring, root: str, recipient: str) -> None:
    """No note says any more that this one goes, or that another goes when her seat begins."""
    for who in roots.replaced(keyring.folder, root):
        if recipient in who:
            roots.unreplace(keyring.folder, root, who)


def _end(conn: Connection, keyring: Keyring, place: Place, now: datetime) -> int:
    """Whoever was replaced goes with the newcomer's seat."""
    root = roots.name(*place)
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
        _note(conn, keyring, each.id, sorted(notes[who]), now)
    return len(ended)


def _note(conn: Connection, keyring: Keyring, recipient: str, stay: list[str], now: datetime) -> None:
    data = {"endorsed": stay}
    audit.write(conn, keyring, at=now, actor=_ACTOR, action="recipient.revoke", subject=recipient, data=data)


def _unsaid(conn: Connection, keyring: Keyring, place: Place) -> bool:
    """Whether a row or a file says that somebody is off, and the other does not."""
    return bool(_unwritten(conn, keyring, place) or recalling.unnoted(conn, keyring, place))


def _unwritten(conn: Connection, keyring: Keyring, place: Place) -> frozenset[str]:
    """Whose rows do not say that they are off, though a file does."""
    here = (_R.office == place[0], _R.desk == place[1], _R.revoked_at.is_(None))
    rows = conn.execute(select(_R.id).where(*here)).scalars().all()
    return frozenset(rows) & roots.revoked(keyring.folder, roots.name(*place)).keys()


def _begun(conn: Connection, keyring: Keyring, place: Place, now: datetime) -> list[Row]:
    """Who was signed on and sits there, without a note that says so; with another where she was signed on anew."""
    noted = roots.seated(keyring.folder, roots.name(*place))
    signed = (each for each in recipients.members(conn, keyring, *place) if each.staff and each.signed_by)
    sits = {each.id for each in signed if recipients.stands_at(each, now)}
    found = (row for row in recipients.rows_of(conn, *place) if row.id in sits)
    return [row for row in found if recipients.invited(row) not in noted.get(row.id, ())]
