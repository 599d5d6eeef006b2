"""What came to a discreet reporter's phone before their word was said: which reports hold it, and when they go."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from storage.keys import Keyring
from storage.reporting import discretion, hidden, leaving


def remember(
    conn: Connection, keyring: Keyring, who: bytes, report: str, *, contact: str | None, now: datetime
) -> None:
    """Remembers, sealed, a report of what came while this sender's word was not said: it goes when theirs does."""
    kept = hidden.kept_of(conn, keyring, who)
    if kept.report:
        theirs = leaving.standing(conn, keyring, kept.report, contact) or kept.report
        hidden.keep(conn, keyring, who, replace(kept, locked=(*kept.locked, (report, theirs))), now)


def part(
    conn: Connection,
    keyring: Keyring,
    who: bytes,
    *,
    contact: str | None,
    left: Sequence[str],
    veiled: bool,
    now: datetime,
) -> tuple[str, ...]:
    """After this sender erased a report: what came while locked and is to go with it, all of it with their last one.

    Then they are discreet no longer, for nothing is left that a word could open. Else their word finds the newest that
    is left. Where the key is gone nothing is known of it.
    left: all that leads to their phone, under the names of months before too. veiled: some of it is, so that who was
    told the word may not be who told the rest: then what came while locked stays, at its desk.
    """
    kept = hidden.kept_of(conn, keyring, who)
    if not kept.report:
        return ()
    theirs = leaving.standing(conn, keyring, kept.report, contact)
    if theirs is None:
        discretion.end(conn, keyring, who, left=left, now=now)
        return () if veiled else tuple(one for one, _ in kept.locked)
    stays = tuple((one, of) for one, of in kept.locked if leaving.is_there(conn, of))
    after = replace(kept, report=theirs, locked=stays)
    if after != kept:
        hidden.keep(conn, keyring, who, after, now)
    return () if veiled else tuple(one for one, of in kept.locked if (one, of) not in stays)
