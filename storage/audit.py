"""Who did what and when, so that nobody can change it unseen. No text, name, number or address ever stands here.

Each row carries a MAC of its own from the transaction that wrote it. Afterwards `chain` gives rows, as they became
visible, their place in one chain; an anchor (the chain's end, kept outside the database) shows a tail that was cut off.
"""

import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, insert, select, text, update

from storage.keys import Domain, Keyring
from storage.tables import audit

_INSERT: Final = insert(audit)
_LAST: Final = select(audit.c.seq, audit.c.chain).where(audit.c.seq.is_not(None)).order_by(audit.c.seq.desc()).limit(1)
_LOOSE: Final = select(audit.c.id, audit.c.mac).where(audit.c.seq.is_(None)).order_by(audit.c.at, audit.c.id)
_PLACE: Final = update(audit).where(audit.c.id == bindparam("row")).values(seq=bindparam("s"), chain=bindparam("c"))
_ONE_SEALER: Final = text("SELECT pg_advisory_xact_lock(7161969)")
_LOT: Final = 1000  # rows chained in one transaction

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_START: Final = b"muntada audit chain 1"


@dataclass(frozen=True, slots=True)
class Anchor:
    """The chain's end: to be kept where whoever holds the database cannot change it."""

    seq: int
    chain: bytes


@dataclass(frozen=True, slots=True)
class Verdict:
    """whole: nothing was changed, taken away or swapped. rows: how many were checked.

    at: the first place where it does not fit, 0 for a row not yet chained. reason: "changed", "missing", "moved",
    "cut" (shorter than the anchor) or "rewritten" (another chain than the anchor's); "" when whole.
    """

    whole: bool
    rows: int
    at: int = 0
    reason: str = ""


def write(
    conn: Connection,
    keyring: Keyring,
    *,
    at: datetime,
    actor: str,
    action: str,
    subject: str = "",
    data: Mapping[str, Any] | None = None,
) -> None:
    """Adds a row. actor: a staff id or "machine:<part>". subject: a random id. data: codes, ids and numbers only."""
    row = secrets.token_hex(16)
    kept = dict(data or {})
    mac = _mac(_key(keyring), row, at, (actor, action, subject), kept)
    conn.execute(
        _INSERT,
        {"id": row, "at": at, "actor": actor, "action": action, "subject": subject, "data": kept, "mac": mac},
    )


def chain(conn: Connection, keyring: Keyring, now: datetime) -> int:  # noqa: ARG001 - a sealer is told the time
    """Gives up to 1,000 new rows their places, in the order in which they were seen; returns how many."""
    if conn.dialect.name == "postgresql":
        conn.execute(_ONE_SEALER)
    loose = conn.execute(_LOOSE.limit(_LOT)).all()
    if not loose:
        return 0
    key, end = _key(keyring), anchor(conn)
    seq, value = end.seq, end.chain
    places: list[dict[str, Any]] = []
    for row in loose:
        seq += 1
        value = _link(key, value, seq, row.mac)
        places.append({"row": row.id, "s": seq, "c": value})
    conn.execute(_PLACE, places)
    return len(places)


def anchor(conn: Connection) -> Anchor:
    """The chain's end as it is now."""
    last = conn.execute(_LAST).first()
    return Anchor(0, _START) if last is None else Anchor(last.seq, last.chain)


def verify(conn: Connection, keyring: Keyring, kept: Anchor | None = None) -> Verdict:
    """Checks every row and the chain; with an anchor kept outside, also that it still stands and goes on from there."""
    key, end = _key(keyring), Anchor(0, _START)
    for row in conn.execute(select(audit).where(audit.c.seq.is_not(None)).order_by(audit.c.seq)):
        seq = end.seq + 1
        end = Anchor(seq, _link(key, end.chain, seq, row.mac))
        if wrong := _wrong(key, row, end, kept):
            return Verdict(whole=False, rows=seq, at=seq, reason=wrong)
    if kept is not None and kept.seq > end.seq:
        return Verdict(whole=False, rows=end.seq, at=end.seq + 1, reason="cut")
    loose = conn.execute(select(audit).where(audit.c.seq.is_(None))).all()
    whole = all(_is_own(key, row) for row in loose)
    return Verdict(whole=whole, rows=end.seq + len(loose), reason="" if whole else "changed")


def _wrong(key: bytes, row: Row[Any], here: Anchor, kept: Anchor | None) -> str:
    if row.seq != here.seq:
        return "missing"
    if not _is_own(key, row):
        return "changed"
    if not hmac.compare_digest(here.chain, row.chain):
        return "moved"
    if kept is not None and kept.seq == here.seq and not hmac.compare_digest(kept.chain, here.chain):
        return "rewritten"
    return ""


def _key(keyring: Keyring) -> bytes:
    return keyring.at(Domain.AUDIT, "all")


def _is_own(key: bytes, row: Row[Any]) -> bool:
    return hmac.compare_digest(_mac(key, row.id, row.at, (row.actor, row.action, row.subject), row.data), row.mac)


def _mac(key: bytes, row: str, at: datetime, words: tuple[str, str, str], data: Mapping[str, Any]) -> bytes:
    micros = (at - _EPOCH) // timedelta(microseconds=1)
    canonical = json.dumps([row, micros, *words, data], sort_keys=True, separators=(",", ":"))
    return hmac.digest(key, canonical.encode(), "sha256")


def _link(key: bytes, before: bytes, seq: int, mac: bytes) -> bytes:
    return hmac.digest(key, before + seq.to_bytes(8) + mac, "sha256")
