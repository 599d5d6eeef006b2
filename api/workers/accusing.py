"""Says that the audit log is not whole: in the server's log, and to the phones of those who watch over it."""

from datetime import datetime
from functools import partial
from typing import Final

import structlog

from api.wiring import Wiring
from bot.vocabulary import Desk, Reply
from storage.database.engine import Connection
from storage.keys import Keyring
from storage.outgoing import watchers

log = structlog.get_logger()

_BURIED: Final = Reply("alert.log")
_DAY_S: Final = 86_400


async def told(wiring: Wiring, reason: str, count: int, now: datetime) -> None:
    """Rings once a day. Oversight too: whoever can take rows away may be an administrator."""
    log.error("audit_not_whole", reason=reason, count=count)
    await wiring.store.write(partial(_ring, keyring=wiring.keyring, now=now))
    wiring.to_deliver.set()


def _ring(conn: Connection, keyring: Keyring, now: datetime) -> None:
    watchers.ring(conn, keyring, _BURIED, once="log", now=now, desks=(Desk.OVERSIGHT,), every_s=_DAY_S)
