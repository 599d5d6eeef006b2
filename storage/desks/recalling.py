"""Notes anew beside the keys who was taken off a sealed desk's list, where `roots` is an older copy: the log knows it.

Only rows of the audit log that carry our MAC count: whoever can only write SQL takes nobody off by it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, select

from storage import audit
from storage.desks import ceremonies
from storage.keys import Keyring
from storage.sealed import recipients, roots
from storage.tables import audit as log
from storage.tables import desks
from storage.tables import recipients as table

_R: Final = table.c
Place = tuple[str, str]


def places(conn: Connection) -> list[Place]:
    """Every desk that is on, by office and desk."""
    d = desks.c
    rows = conn.execute(select(d.office, d.desk).where(d.sealed_at.is_not(None)).order_by(d.office, d.desk)).all()
    return [(row.office, row.desk) for row in rows]


def all_again(conn: Connection, keyring: Keyring) -> int:
    """After the folder or the database was put back, of every list; returns how many are noted again."""
    found = places(conn)
    ceremonies.hold(conn, *found)
    return sum(again(conn, keyring, place) for place in found)


def again(conn: Connection, keyring: Keyring, place: Place) -> int:
    """The same of one list. Run it as the worker, with the list held (`ceremonies.hold`) where others may change it."""
    folder, root = keyring.folder, roots.name(*place)
    rows = {row.id: row for row in recipients.rows_of(conn, *place) if row.desk}
    off = roots.revoked(folder, root)
    done = 0
    for id in sorted(rows.keys() - off.keys()):
        if said := _said(conn, keyring, "recipient.revoke", id):
            done += roots.revoke(folder, root, id, {each for data in said for each in data.get("endorsed", ())})
    off = roots.revoked(folder, root)
    for id in sorted(rows.keys() - off.keys()):
        for data in _said(conn, keyring, "recipient.replace", id):
            comes = rows.get(data["by"])
            if comes and comes.id not in off and comes.effective_at == datetime.fromisoformat(data["at"]):
                done += roots.replace(folder, root, (id, comes.id), data.get("endorsed", ()))
    return done


def unnoted(conn: Connection, keyring: Keyring, place: Place) -> frozenset[str]:
    """Whose rows say that they are off this list, though no file does."""
    here = (_R.office == place[0], _R.desk == place[1], _R.revoked_at.is_not(None))
    rows = conn.execute(select(_R.id).where(*here)).scalars().all()
    return frozenset(rows) - roots.revoked(keyring.folder, roots.name(*place)).keys()


def _said(conn: Connection, keyring: Keyring, action: str, recipient: str) -> list[Mapping[str, Any]]:
    which = (log.c.action == action) & (log.c.subject == recipient)
    return [data for _, data in audit.said(conn, keyring, which)]
