"""What the database knows of the keys: which exist, a check value of each, and which are destroyed."""

import hmac
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from storage import tables
from storage.database import sql
from storage.keys.epochs import FOR_EVER, PASSING, Domain, epoch_of, upcoming
from storage.keys.ring import KeyMismatch, KeyMissing, Keyring, check_value


def register(conn: Connection, keyring: Keyring, now: datetime) -> None:
    """Checks every key in use against the database, and makes those needed now and in the next epochs.

    Cheap when nothing is to be made: one query. Raises KeyMissing or KeyMismatch: this process is not ready. A key of
    hours or days whose time is still to come and whose file was lost is made anew: it sealed nothing, and no copy has
    it. So is any that was ended although its time is not over, because a clock was ahead for a while.
    """
    known = _registered(conn)
    # First: whoever has another's folder makes nothing in it.
    for (domain, epoch), check in known.items():
        if domain in keyring.domains and not _is_to_come(keyring, domain, epoch, now):
            _check(keyring, domain, epoch, check)
    needed = {(domain, epoch_of(domain, at)): at for domain in sorted(keyring.domains) for at in upcoming(domain, now)}
    missing = [key for key in needed if key not in known or not keyring.has(*key)]
    over = {(domain, epoch) for domain, epoch, _ in ended(conn)} if missing else set()
    for domain, epoch in missing:
        if (domain, epoch) in known:
            lose(conn, domain, epoch)
        add = _anew if (domain, epoch) in over else _add
        _check(keyring, domain, epoch, add(conn, keyring, domain, needed[domain, epoch], now=now))


def ready(conn: Connection, keyring: Keyring, now: datetime) -> bool:
    """Whether the keys to seal with now are here, and those that the database knows; else `register` is needed."""
    known = _registered(conn)
    try:
        for domain in keyring.domains:
            epoch = epoch_of(domain, now)
            _check(keyring, domain, epoch, known.get((domain, epoch), b""))
    except (KeyMissing, KeyMismatch):
        return False
    return True


def _is_to_come(keyring: Keyring, domain: Domain, epoch: str, now: datetime) -> bool:
    """Whether this key's hours or day are still to come, and its file is not here."""
    return domain in PASSING and epoch > epoch_of(domain, now) and not keyring.has(domain, epoch)


def mark_destroyed(conn: Connection, domain: Domain, epoch: str, now: datetime) -> None:
    """Notes that a key is no more; its row stays, so that no other is made once its time is over."""
    k = tables.keys.c
    conn.execute(update(tables.keys).where(k.domain == domain.value, k.epoch == epoch).values(destroyed_at=now))


def lose(conn: Connection, domain: Domain, epoch: str) -> None:
    """A key of `PASSING` is in no copy: where it was lost, another may take its name, so that messages can be kept.

    What still waited under it, to be settled or to be sent, opens no more.
    """
    k = tables.keys.c
    conn.execute(delete(tables.keys).where(k.domain == domain.value, k.epoch == epoch))


def forget_ended(conn: Connection, before: datetime) -> int:
    """Takes the rows of passing keys that ended before this: no clock goes back so far that their epochs come again."""
    k = tables.keys.c
    old = (k.domain.in_([domain.value for domain in PASSING]), k.destroyed_at < before)
    return conn.execute(delete(tables.keys).where(*old)).rowcount


def destroyed(conn: Connection, domain: Domain) -> list[str]:
    """The epochs of a domain whose keys are noted as destroyed (the file may still be there)."""
    k = tables.keys.c
    rows = conn.execute(select(k.epoch).where(k.domain == domain.value, k.destroyed_at.is_not(None)))
    return sorted(row.epoch for row in rows)


def ended(conn: Connection) -> list[tuple[Domain, str, datetime]]:
    """Every key that is noted as destroyed, and since when."""
    k = tables.keys.c
    rows = conn.execute(select(k.domain, k.epoch, k.destroyed_at).where(k.destroyed_at.is_not(None)))
    return sorted((Domain(row.domain), row.epoch, row.destroyed_at) for row in rows)


def in_use(conn: Connection, domain: Domain) -> list[str]:
    """The epochs of a domain whose keys are not destroyed, oldest first."""
    return sorted(epoch for known, epoch in _registered(conn) if known is domain)


def _registered(conn: Connection) -> dict[tuple[Domain, str], bytes]:
    k = tables.keys.c
    rows = conn.execute(select(k.domain, k.epoch, k.check_value).where(k.destroyed_at.is_(None)))
    return {(Domain(row.domain), row.epoch): row.check_value for row in rows}


def _add(conn: Connection, keyring: Keyring, domain: Domain, at: datetime, *, now: datetime) -> bytes:
    """Makes and registers a key; returns the check value that stands, another replica's when that one was first."""
    epoch = epoch_of(domain, at)
    made = keyring.make(domain, at)
    k, row = tables.keys.c, {"domain": domain.value, "epoch": epoch, "created_at": now}
    check = check_value(keyring.at(domain, epoch), domain, epoch)
    adding = sql.insert_unless_there(conn, tables.keys)
    counted = {"preserve_rowcount": True}  # else psycopg has forgotten how many by the time it is asked
    if conn.execute(adding, {**row, "check_value": check}, execution_options=counted).rowcount == 1:
        return check
    stands = conn.execute(select(k.check_value, k.destroyed_at).where(k.domain == domain.value, k.epoch == epoch)).one()
    if made and (stands.check_value != check or stands.destroyed_at is not None):
        # Ours never sealed anything. Left here it would hide that the right one is missing.
        keyring.destroy(domain, epoch)
        raise KeyMissing
    if stands.destroyed_at is not None:
        raise KeyMissing
    return bytes(stands.check_value)


def _anew(conn: Connection, keyring: Keyring, domain: Domain, at: datetime, *, now: datetime) -> bytes:
    """A key that ended before its time (a clock was ahead) is in use again, or another in its place; its check value.

    Whatever the first one sealed stays unreadable where its file is gone.
    """
    epoch = epoch_of(domain, at)
    if epoch == FOR_EVER:
        raise KeyMissing
    keyring.forget(domain, epoch)  # memory may still hold the one whose file is gone
    keyring.make(domain, at)
    check = check_value(keyring.at(domain, epoch), domain, epoch)
    k = tables.keys.c
    stood = (k.domain == domain.value, k.epoch == epoch, k.destroyed_at.is_not(None))
    conn.execute(update(tables.keys).where(*stood).values(check_value=check, destroyed_at=None, created_at=now))
    return check


def check(conn: Connection, keyring: Keyring, domain: Domain, epoch: str) -> None:
    """Raises KeyMissing or KeyMismatch unless the file of a key is here and is the one that the database knows."""
    _check(keyring, domain, epoch, _registered(conn).get((domain, epoch), b""))


def fits(conn: Connection, domain: Domain, epoch: str, secret: bytes) -> bool:
    """Whether a secret is the key that the database knows as in use under this name."""
    known = _registered(conn).get((domain, epoch), b"")
    return hmac.compare_digest(check_value(secret, domain, epoch), known)


def _check(keyring: Keyring, domain: Domain, epoch: str, check: bytes) -> None:
    if not keyring.has(domain, epoch):
        raise KeyMissing
    if _is(keyring, domain, epoch, check):
        return
    keyring.forget(domain, epoch)  # another process may have made it anew after this one read it
    if not keyring.has(domain, epoch):
        raise KeyMissing
    if not _is(keyring, domain, epoch, check):
        raise KeyMismatch


def _is(keyring: Keyring, domain: Domain, epoch: str, check: bytes) -> bool:
    return hmac.compare_digest(check_value(keyring.at(domain, epoch), domain, epoch), check)
