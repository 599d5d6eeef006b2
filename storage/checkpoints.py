"""Where the audit chain begins after rows past their time were taken away: signed, so that nobody cuts off a beginning.

Each checkpoint says how many rows it took, and those must reach back to the one before: no checkpoint can be left out.
"""

import hmac
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import BigInteger, Connection, Row, delete, func, insert, select, text, type_coerce

from storage.tables import Instant, audit, checkpoints

KEPT: Final = timedelta(days=730)  # 24 months; PostgreSQL holds the worker to it by its own clock
_C: Final = checkpoints.c
_ALL: Final = select(_C.seq, _C.chain, type_coerce(_C.at, BigInteger).label("micros"), _C.rows, _C.mac).order_by(_C.seq)
_NOW: Final = text("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint")
_TAKE: Final = text("SELECT muntada_purge_audit(:upto, :chain, :before, :rows, :mac)")


@dataclass(frozen=True, slots=True)
class Start:
    """Where verifying begins. seq 0: nothing was taken yet. before: no row after it is older. wrong: its fault."""

    seq: int = 0
    chain: bytes = b""
    before: int = 0  # microseconds since the epoch
    wrong: int = 0  # the seq of the first checkpoint that does not fit, 0: all do


def standing(conn: Connection, key: bytes) -> Start:
    """The newest checkpoint, and whether each says what its MAC and the one before it bear out."""
    start = Start()
    for row in conn.execute(_ALL):
        if not _fits(key, row, start):
            return Start(start.seq, start.chain, start.before, wrong=row.seq if isinstance(row.seq, int) else -1)
        start = Start(row.seq, row.chain, row.micros)
    return start


def oldest_allowed(conn: Connection, before: datetime) -> datetime:
    """`before`, or earlier where PostgreSQL's own clock allows no later."""
    if conn.dialect.name != "postgresql":
        return before
    clock = Instant().process_result_value(conn.execute(_NOW).scalar_one(), conn.dialect)
    return before if clock is None else min(before, clock - KEPT)


def take(conn: Connection, key: bytes, *, start: Start, upto: tuple[int, bytes], before: datetime) -> int:
    """Takes the rows from `start` to `upto` (seq, chain) and signs what stood there; returns how many."""
    seq, chain = upto
    rows, micros = seq - start.seq, Instant().process_bind_param(before, conn.dialect) or 0
    mac = _mac(key, seq, chain, micros, rows)
    if conn.dialect.name == "postgresql":
        asked = {"upto": seq, "chain": chain, "before": micros, "rows": rows, "mac": mac}
        return rows if conn.execute(_TAKE, asked).scalar_one() else 0
    there = conn.execute(select(func.count()).where(audit.c.seq > start.seq, audit.c.seq <= seq)).scalar_one()
    if there != rows:
        return 0
    conn.execute(delete(audit).where(audit.c.seq <= seq))
    conn.execute(insert(checkpoints).values(seq=seq, chain=chain, at=before, rows=rows, mac=mac))
    return rows


def _fits(key: bytes, row: Row[Any], before: Start) -> bool:
    try:
        right = _mac(key, row.seq, row.chain, row.micros, row.rows)
        return hmac.compare_digest(right, row.mac) and row.seq - before.seq == row.rows
    except (TypeError, AttributeError):  # on SQLite any column may hold anything
        return False


def _mac(key: bytes, seq: int, chain: bytes, micros: int, rows: int) -> bytes:
    canonical = json.dumps(["muntada audit checkpoint 1", seq, chain.hex(), micros, rows], separators=(",", ":"))
    return hmac.digest(key, canonical.encode(), "sha256")
