"""What came to a discreet reporter's phone before their word was said: which reports hold it, and when they go."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, exists, select

from storage.keys import Keyring
from storage.reporting import discretion, hidden
from storage.tables import codes, report_contacts

# Of a report that was erased, or is to be when no hold keeps it, neither code nor contact is left.
_HAS_CODE: Final = select(exists().where(codes.c.report == bindparam("one")))
_HAS_REPORT: Final = select(exists().where(report_contacts.c.contact == bindparam("one")))


def remember(conn: Connection, keyring: Keyring, who: bytes, report: str, *, now: datetime) -> None:
    """Remembers, sealed, a report of what came while this sender's word was not said: it goes when theirs does."""
    kept = hidden.kept_of(conn, keyring, who)
    if kept.report:
        hidden.keep(conn, keyring, who, replace(kept, locked=(*kept.locked, (report, kept.report))), now)


def part(conn: Connection, keyring: Keyring, who: bytes, *, contact: str | None, now: datetime) -> tuple[str, ...]:
    """After this sender erased a report: what came while locked and is to go with it, all of it with their last one.

    Then they are discreet no longer, for nothing is left to hide. Where the key is gone nothing is known of it.
    """
    kept = hidden.kept_of(conn, keyring, who)
    if not kept.report:
        return ()
    if not (_is_there(conn, kept.report) or (contact and conn.execute(_HAS_REPORT, {"one": contact}).scalar_one())):
        discretion.show(conn, keyring, who, contact=contact, now=now)
        return tuple(one for one, _ in kept.locked)
    stays = tuple((one, of) for one, of in kept.locked if _is_there(conn, of))
    if stays != kept.locked:
        hidden.keep(conn, keyring, who, replace(kept, locked=stays), now)
    return tuple(one for one, of in kept.locked if (one, of) not in stays)


def _is_there(conn: Connection, report: str) -> bool:
    return bool(conn.execute(_HAS_CODE, {"one": report}).scalar_one())
