"""Messages whose sender erased what they became: an edit of one brings nothing back, and nobody answers it.

Of each stands a keyed hash of its carrier, account, chat and name, beside no report, contact or delivery. The key is
the day's for what comes in, and both go within 48 hours: so long a carrier lets somebody edit. Whoever has that key
and guesses a chat learns that something of it was erased; afterwards nobody does, nor that two rows are of one chat.
That is why they do not stay as long as the hashes of deliveries, in which there is no chat.

The same hashes stand in a file a day beside the keys, KEYS_DIR/erased/effaced-2026-11-22, before the erasing counts:
a database that is restored from before it knows them again (`again`). No copy of keys holds the day's key that made
them, so in an officer's copy they lead nowhere; the file goes after four days.
"""

import hmac
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, select

from bot.vocabulary import Message
from storage import promises
from storage.database import sql
from storage.keys import Domain, KeyGone, Keyring, epoch_of
from storage.reporting import traces
from storage.tables import effaced
from storage.words import hours

# The name under which a whole chat stands: every message there that we do not know by name (storage.reporting.traces).
CHAT: Final = ""
_DAY: Final = timedelta(days=1)
_HOUR: Final = timedelta(hours=1)
_FOLDER: Final = "erased"  # beside the journal of erasures (storage.purging.journal)
_FILE: Final = "effaced-"
_NAME: Final = re.compile(rf"{_FILE}[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}", re.ASCII)
_LINE: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}) ([0-9]{4}-[0-9]{2}-[0-9]{2}) ([0-9a-f]{64})", re.ASCII
)
_LISTED: Final = timedelta(days=4)  # from the beginning of its day


def efface(
    conn: Connection, keyring: Keyring, message: Message, names: Iterable[str], *, hourly: bool, now: datetime
) -> None:
    """Remembers messages, by their names or `CHAT`, of the chat in which this one was said. hourly: by the hour."""
    key = keyring.current(Domain.INTAKE, now)
    at = hours.hour(now) if hourly else now
    hashes = [_hash(key.secret, message, one) for one in dict.fromkeys(names)]
    if not hashes:
        return
    known = set(conn.execute(select(effaced.c.hash).where(effaced.c.hash.in_(hashes))).scalars())
    if new := sorted(set(hashes) - {bytes(one) for one in known}):  # of a pin that moves on a line a day is enough
        lines = [f"{now:%Y-%m-%dT%H} {key.epoch} {one.hex()}" for one in new]
        promises.append(keyring.folder / _FOLDER / f"{_FILE}{now:%Y-%m-%d}", lines)
    rows = [{"hash": one, "epoch": key.epoch, "at": at} for one in hashes]
    conn.execute(sql.upsert(conn, effaced, "epoch", "at"), rows)


def again(conn: Connection, keyring: Keyring, now: datetime) -> int:
    """Remembers in a restored database what was effaced in the last 48 hours, where its day's key is here; how many."""
    rows: dict[bytes, dict[str, object]] = {}
    for line in (line for file in _files(keyring.folder) for line in file.read_bytes().split(b"\n")):
        found = _LINE.fullmatch(line.decode("ascii", "replace"))  # one that a crash cut is passed over
        if found is None:
            continue
        hour, epoch, hashed = found.groups()
        at = datetime.strptime(hour, "%Y-%m-%dT%H").replace(tzinfo=UTC) + _HOUR  # its end: none is forgotten too early
        if at > now - traces.KEPT and keyring.has(Domain.INTAKE, epoch):
            one = bytes.fromhex(hashed)
            rows[one] = {"hash": one, "epoch": epoch, "at": min(at, now)}
    if rows:
        conn.execute(sql.upsert(conn, effaced, "epoch", "at"), list(rows.values()))
    return len(rows)


def prune(keys_dir: Path, *, now: datetime) -> int:
    """Takes away the files of days whose hashes lead nowhere; returns how many."""
    gone = 0
    for file in _files(keys_dir):
        if datetime.strptime(file.name.removeprefix(_FILE), "%Y-%m-%d").replace(tzinfo=UTC) < now - _LISTED:
            file.unlink(missing_ok=True)
            gone += 1
    return gone


def _files(keys_dir: Path) -> list[Path]:
    return sorted(file for file in (keys_dir / _FOLDER).glob(f"{_FILE}*") if _NAME.fullmatch(file.name))


def is_effaced(conn: Connection, keyring: Keyring, message: Message, *, contact: str | None, now: datetime) -> bool:
    """Whether this is an edit of such a message. contact: where its sender is answered; None where we know nobody.

    A pin that moves on may do so for days: what it was stays remembered for as long as it is heard of.
    """
    if not (message.edit and message.own_id and message.address):
        return False
    gone = _stands(conn, keyring, message, message.own_id, now)
    if not gone and not (contact and traces.knows(conn, keyring, contact=contact, own_id=message.own_id)):
        gone = _stands(conn, keyring, message, CHAT, now)
    if gone and message.live:
        efface(conn, keyring, message, [message.own_id], hourly=True, now=now)
    return gone


def _stands(conn: Connection, keyring: Keyring, message: Message, name: str, now: datetime) -> bool:
    hashes = []
    for days in range(traces.KEPT // _DAY + 1):
        try:
            secret = keyring.at(Domain.INTAKE, epoch_of(Domain.INTAKE, now - days * _DAY))
        except KeyGone:
            continue
        hashes.append(_hash(secret, message, name))
    still = (effaced.c.hash.in_(hashes), effaced.c.at > now - traces.KEPT)
    return conn.execute(select(effaced.c.hash).where(*still)).first() is not None


def _hash(secret: bytes, message: Message, name: str) -> bytes:
    said = f"effaced\x00{message.carrier}\x00{message.account}\x00{message.address}\x00{name}"
    return hmac.digest(secret, said.encode("utf-8", "surrogatepass"), "sha256")
