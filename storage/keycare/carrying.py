"""Carries what still waits when its watch is over into the present one, so that no key of a watch outlives it for long.

A database's log keeps what a row sealed before, whatever the row says now: only the end of its key ends that. A reply
that is tried for three days must not hold, for all that was said in the same four hours, the key that opens it.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from storage.keycare import rewrapping, wraps
from storage.keycare.rewrapping import Place
from storage.keycare.wraps import CARRIED, Kind
from storage.keys import Domain, KeyGone, Keyring
from storage.sealing import Tampered


def carry(conn: Connection, keyring: Keyring, domain: Domain, epoch: str, *, now: datetime, most: int) -> int:
    """Seals anew, under the key of now, what waits under an epoch's; returns how many, `most` where more may be left.

    What another transaction holds, and what does not open, is passed over.
    """
    done = 0
    for kind in _of(domain):
        if done < most and keyring.has(domain, epoch):
            done += _lots(conn, keyring, kind, epoch, now=now, most=most - done)
    return done


def waits(conn: Connection, keyring: Keyring, domain: Domain, epoch: str) -> bool:
    """Whether something is left that an epoch's key opens; what it does not open holds no key."""
    return any(
        _opens(keyring, kind, row) for kind in _of(domain) for row in conn.execute(wraps.wrapped(kind, epoch)).all()
    )


def _lots(conn: Connection, keyring: Keyring, kind: Kind, epoch: str, *, now: datetime, most: int) -> int:
    done, after = 0, tuple[str, ...]()
    while done < most:
        rows = rewrapping.lot(conn, kind, Place(epoch, after=after), most=most)
        done += rewrapping.rewrap(conn, keyring, kind, rows, now)
        if len(rows) < most:
            break
        after = wraps.words(kind, rows[-1])
    return done


def _opens(keyring: Keyring, kind: Kind, row: Row[Any]) -> bool:
    try:
        wraps.opened(keyring, kind, row)
    except (KeyGone, Tampered):
        return False
    return True


def _of(domain: Domain) -> list[Kind]:
    return [kind for kind in CARRIED if kind.domain is domain]
