"""Makes a backup each day, tries the newest each week and checks the audit log each day; one replica at a time."""

from datetime import datetime, timedelta
from typing import Final

import structlog

from api import auditing, copies
from api.logs import fault
from api.wiring import Wiring
from api.workers import accusing
from storage.backups import drills
from storage.backups.drills import Kind
from storage.database import leases
from storage.database.engine import Connection
from storage.keys import Keyring

log = structlog.get_logger()

EVERY_S: Final = 60.0
_LEASE: Final = "backups"
_LONGEST: Final = timedelta(hours=3)  # then another may begin: whoever held it is gone
_AGAIN: Final = timedelta(hours=1)  # after one that did not go well
_EVERY: Final = {Kind.BACKUP: timedelta(days=1), Kind.DRILL: timedelta(days=7), Kind.VERIFY: timedelta(days=1)}


async def keep(wiring: Wiring) -> bool:
    """Does what is due, if anything is. Never True: nothing here is in such a hurry."""
    now = wiring.clock()
    due = await wiring.store.read(
        lambda conn: [kind for kind in _wanted(wiring) if _is_due(conn, wiring.keyring, kind, now)]
    )
    if not due:
        return False
    mine = await wiring.store.write(
        lambda conn: leases.take(conn, _LEASE, owner=wiring.owner, until=now + _LONGEST, now=now)
    )
    if not mine:
        return False
    try:
        for kind in due:
            await _do(wiring, kind, now)
    finally:
        await wiring.store.write(lambda conn: leases.release(conn, _LEASE, owner=wiring.owner))
    return False


def _wanted(wiring: Wiring) -> tuple[Kind, ...]:
    return (Kind.BACKUP, Kind.DRILL, Kind.VERIFY) if wiring.settings.backup_dir else (Kind.VERIFY,)


def _is_due(conn: Connection, keyring: Keyring, kind: Kind, now: datetime) -> bool:
    last = drills.borne(conn, keyring, kind, now=now)
    return last is None or now >= last.at + (_EVERY[kind] if last.well else _AGAIN)


async def _do(wiring: Wiring, kind: Kind, now: datetime) -> None:
    base, folder = copies.Base(wiring.settings, wiring.store, wiring.keyring), wiring.settings.backup_dir
    try:
        match kind:
            case Kind.BACKUP if folder:
                await copies.make(base, folder, now=now)
            case Kind.DRILL if folder:
                await copies.drill(base, folder, now=now)
            case Kind.VERIFY:
                await _verify(wiring, now)
            case Kind.BACKUP | Kind.DRILL | Kind.RESTORE:
                return
    except Exception as error:  # noqa: BLE001 - it is noted as not well, an administrator is warned, and it comes again
        log.warning("backup_failed", name=kind.value, **fault(error))


async def _verify(wiring: Wiring, now: datetime) -> None:
    found = await auditing.check(wiring.store, wiring.keyring, wiring.settings, now=now, actor="machine:audit")
    if not found.whole:
        await accusing.told(wiring, found.fault, found.missing or found.verdict.at, now)
