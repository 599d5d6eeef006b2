"""Who did what and when, so that nobody can change it unseen. No text, name, number or address ever stands here.

Each row carries a MAC of its own from the transaction that wrote it. Afterwards `chain` gives rows, as they became
visible, their place in one chain; an anchor (the chain's end, kept outside the database) shows a tail that was cut off.
Rows older than 24 months are purged from the beginning, and a signed checkpoint says what stood there.
"""

import hmac
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Row,
    String,
    and_,
    bindparam,
    cast,
    func,
    insert,
    select,
    text,
    type_coerce,
    update,
)

from storage import checkpoints
from storage.database import after
from storage.keys import Domain, Keyring
from storage.tables import audit

_A: Final = audit.c
_INSERT: Final = insert(audit).execution_options(preserve_rowcount=True)
_LAST: Final = select(_A.seq, _A.chain).where(_A.seq.is_not(None)).order_by(_A.seq.desc()).limit(1)
_HOUR_US: Final = 3_600_000_000
# The machine's own rows of a whole hour that is still to come: they may tell no more, and wait for it.
WAITS: Final = and_(
    _A.actor.like("machine:%"),
    type_coerce(_A.at, BigInteger) % _HOUR_US == 0,
    _A.at > bindparam("now", type_=_A.at.type),
)
# A row that somebody else holds locked keeps none of the others waiting.
_LOOSE: Final = (
    select(_A.id, _A.mac)
    .where(_A.seq.is_(None), ~WAITS)
    .order_by(_A.at, _A.id)
    .limit(bindparam("lot"))
    .with_for_update(skip_locked=True)
)
_PLACE: Final = update(audit).where(_A.id == bindparam("row")).values(seq=bindparam("s"), chain=bindparam("c"))
# Whoever writes SQL can hold this lock, too: nobody waits for it, and what has no place for long is told (`loose`).
_ONE_SEALER: Final = text("SELECT pg_try_advisory_xact_lock(7161969)")
_NOT_LONG: Final = text("SET LOCAL lock_timeout = '5s'")
_LOT: Final = 1000  # rows chained in one transaction
# As they lie there: whoever changed a row may have put something in a column that its type cannot read.
_RAW: Final = select(
    _A.id,
    type_coerce(_A.at, BigInteger).label("micros"),
    *(_A.actor, _A.action, _A.subject, _A.mac, _A.seq, _A.chain),
    cast(_A.data, String).label("json"),
)
_CHAINED: Final = _RAW.where(_A.seq.is_not(None)).order_by(_A.seq).execution_options(yield_per=_LOT)

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_START: Final = b"muntada audit chain 1"
_DAY_US: Final = 86_400_000_000


class Swallowed(Exception):
    """The database keeps no row of the audit, by a trigger or a rule: then what it would have told is not done."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """The chain's end: to be kept where whoever holds the database cannot change it."""

    seq: int
    chain: bytes


@dataclass(frozen=True, slots=True)
class Verdict:
    """whole: nothing was changed, taken away or swapped. rows: how many were checked.

    at: the first place where it does not fit, 0 for a row not yet chained (row: its id). reason: "changed", "missing",
    "moved", "replayed" (it was purged, and is there again), "checkpoint" (one is not ours, or one is missing), "cut"
    (shorter than an anchor), "rewritten" (another chain than an anchor's), "unchained" (rows that should have had a
    place for long; at: how many) or "unreadable" (which rows wait was noted, and the file is damaged; both of
    `storage.loose`) or "schema" (`storage.shape`; at: how many); "" when whole. hour: when it is
    over, of a row that is missing and had no place yet (`storage.loose`).
    """

    whole: bool
    rows: int
    at: int = 0
    reason: str = ""
    row: str = ""
    hour: datetime | None = None


def write(
    conn: Connection,
    keyring: Keyring,
    *,
    at: datetime,
    actor: str,
    action: str,
    subject: str = "",
    data: Mapping[str, Any] | None = None,
) -> str:
    """Adds a row; returns its id. Raises Swallowed where the database took it and keeps it not.

    actor: a staff id or "machine:<part>". subject: a random id. data: codes, ids and numbers only.
    """
    row = secrets.token_hex(16)
    kept = dict(data or {})
    mac = _mac(_key(keyring), row, (at - _EPOCH) // timedelta(microseconds=1), (actor, action, subject), kept)
    written = conn.execute(
        _INSERT,
        {"id": row, "at": at, "actor": actor, "action": action, "subject": subject, "data": kept, "mac": mac},
    )
    if written.rowcount != 1:
        raise Swallowed
    after.remember(conn, row)
    return row


def chain(conn: Connection, keyring: Keyring, now: datetime) -> int:
    """Gives up to 1,000 new rows their places, in the order in which they were seen; returns how many.

    What may tell no more than its hour is dated at the hour's end, and gets its place then, among the others of that
    hour in no order. 0 also while another does it.
    """
    if not _is_alone(conn):
        return 0
    loose = conn.execute(_LOOSE, {"now": now, "lot": _LOT}).all()
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


def strays(conn: Connection, keyring: Keyring, kept: Anchor) -> str:
    """Why the chain does not go through an anchor, as a reason of `Verdict`; "" where it does, or was purged there.

    One look at one place: whoever took rows away is seen at once, and what else they did by `verify`.
    """
    if anchor(conn).seq < kept.seq:
        return "cut"
    value = conn.execute(select(_A.chain).where(_A.seq == kept.seq)).scalar()
    if value is None and kept.seq <= checkpoints.standing(conn, _key(keyring)).seq:
        return ""
    return "" if value == kept.chain else "rewritten"


def said(conn: Connection, keyring: Keyring, which: ColumnElement[bool]) -> list[tuple[datetime, Mapping[str, Any]]]:
    """When, and with what data, of those of these rows that we wrote: what other tables say is not signed."""
    key = _key(keyring)
    own = [row for row in conn.execute(_RAW.where(which)) if _is_own(key, row)]
    return [(_EPOCH + timedelta(microseconds=row.micros), json.loads(row.json)) for row in own]


def purge(conn: Connection, keyring: Keyring, *, before: datetime, now: datetime) -> int:
    """Takes the chain's beginning up to the first row that is not older than `before`; returns how many rows.

    The newest row always stays, and so do all where the beginning is not whole: what was tampered with is not hidden
    by its age. On PostgreSQL no row goes before its 24 months, by the server's clock, whatever `before` says.
    """
    if not _is_alone(conn):
        return 0
    key, before = _key(keyring), checkpoints.oldest_allowed(conn, before)
    start = checkpoints.standing(conn, key)
    young = conn.execute(
        # A row from the future (a clock was wrong) does not keep all that came after it for ever.
        select(func.min(_A.seq)).where(_A.seq.is_not(None), _A.at >= before, _A.at <= now)
    ).scalar()
    upto = (anchor(conn).seq if young is None else young) - 1
    if start.wrong or upto <= start.seq:
        return 0
    end = _end(start)
    with conn.execute(_CHAINED.where(_A.seq <= upto)) as rows:
        for row in rows:
            end = _next(key, end, row)
            if _wrong(key, row, end, before=0):
                return 0
    return checkpoints.take(conn, key, start=start, upto=(end.seq, end.chain), before=before)


def verify(conn: Connection, keyring: Keyring, anchors: Iterable[Anchor] = ()) -> Verdict:
    """Checks every checkpoint, every row and the chain, and that it goes through each anchor kept outside."""
    key = _key(keyring)
    start = checkpoints.standing(conn, key)
    if start.wrong:
        return Verdict(whole=False, rows=0, at=start.wrong, reason="checkpoint")
    with conn.execute(_CHAINED) as rows:
        found, end = _walk(key, rows, start, anchors)
    return found or _loose(conn, key, start, rows=end.seq - start.seq)


def borne(
    conn: Connection, keyring: Keyring, ids: Iterable[str], *, anchored: Anchor
) -> tuple[frozenset[str], frozenset[str]]:
    """Of these rows, those whose place the anchor bears out, and those that have a place which does not fit.

    Neither: what is not there, has no place, or fits and has a place after the anchor's. A place fits when the row's
    own MAC and its link with the one before hold; the anchor bears it out when the chain leads from there to it.
    """
    key, asked = _key(keyring), sorted(ids)
    fit: dict[str, Anchor] = {}
    wrong: set[str] = set()
    for first in range(0, len(asked), _LOT):
        for row in conn.execute(_RAW.where(_A.seq.is_not(None), _A.id.in_(asked[first : first + _LOT]))).all():
            before = _before(conn, key, row.seq)
            if before is None or _wrong(key, row, _next(key, before, row), before=0):
                wrong.add(row.id)
            elif row.seq <= anchored.seq:
                fit[row.id] = before
    if fit and not _leads(conn, key, min(fit.values(), key=lambda end: end.seq), anchored):
        return frozenset(), frozenset(wrong | fit.keys())
    return frozenset(fit), frozenset(wrong)


def _before(conn: Connection, key: bytes, seq: object) -> Anchor | None:
    """What stands before a place, None where nothing does that it could follow."""
    if not isinstance(seq, int) or seq <= 0:
        return None
    if seq == 1:
        return Anchor(0, _START)
    value = conn.execute(select(_A.chain).where(_A.seq == seq - 1)).scalar()
    if isinstance(value, bytes | memoryview):
        return Anchor(seq - 1, bytes(value))
    start = checkpoints.standing(conn, key)
    return _end(start) if start.seq == seq - 1 and not start.wrong else None


def _leads(conn: Connection, key: bytes, end: Anchor, to: Anchor) -> bool:
    """Whether the rows after `end` make the chain what an anchor says."""
    with conn.execute(_CHAINED.where(_A.seq > end.seq, _A.seq <= to.seq)) as rows:
        for row in rows:
            end = _next(key, end, row)
            if row.seq != end.seq:
                return False
    return end == to


def _walk(
    key: bytes, rows: Iterable[Row[Any]], start: checkpoints.Start, anchors: Iterable[Anchor]
) -> tuple[Verdict | None, Anchor]:
    """The first fault of the rows that have a place, and where they end."""
    kept, torn = _by_place(anchors)
    end = _end(start)

    def fault(at: int, reason: str, row: str = "") -> tuple[Verdict, Anchor]:
        return Verdict(whole=False, rows=end.seq - start.seq, at=at, reason=reason, row=row), end

    if start.seq and kept.pop(start.seq, start.chain) != start.chain:
        return fault(start.seq, "rewritten")
    for row in rows:
        if isinstance(row.seq, int) and row.seq <= start.seq:
            return fault(row.seq, "replayed", row.id)
        end = _next(key, end, row)
        wrong = _wrong(key, row, end, before=start.before)
        if not wrong and (end.seq in torn or kept.get(end.seq, end.chain) != end.chain):
            wrong = "rewritten"
        if wrong:
            return fault(end.seq, wrong, row.id)
    if max((*kept, *torn), default=0) > end.seq:
        return fault(end.seq + 1, "cut")
    return None, end


def _loose(conn: Connection, key: bytes, start: checkpoints.Start, *, rows: int) -> Verdict:
    """The rows that have no place yet."""
    for row in conn.execute(_RAW.where(_A.seq.is_(None)).order_by(_A.at, _A.id)):
        rows += 1
        wrong = "" if _is_own(key, row) else "changed"
        if not wrong and row.chain is not None:
            wrong = "moved"
        if wrong or row.micros < start.before - _DAY_US:
            return Verdict(whole=False, rows=rows, reason=wrong or "replayed", row=row.id)
    return Verdict(whole=True, rows=rows)


def _by_place(anchors: Iterable[Anchor]) -> tuple[dict[int, bytes], frozenset[int]]:
    """What each place must be, and the places of which two anchors tell different things."""
    kept: dict[int, bytes] = {}
    torn = {one.seq for one in anchors if kept.setdefault(one.seq, one.chain) != one.chain}
    return kept, frozenset(torn)


def _end(start: checkpoints.Start) -> Anchor:
    return Anchor(start.seq, start.chain) if start.seq else Anchor(0, _START)


def _next(key: bytes, end: Anchor, row: Row[Any]) -> Anchor:
    mac = row.mac if isinstance(row.mac, bytes | memoryview) else b""
    return Anchor(end.seq + 1, _link(key, end.chain, end.seq + 1, bytes(mac)))


def _wrong(key: bytes, row: Row[Any], here: Anchor, *, before: int) -> str:
    if row.seq != here.seq:
        return "missing"
    if not _is_own(key, row):
        return "changed"
    if not isinstance(row.chain, bytes | memoryview) or not hmac.compare_digest(here.chain, row.chain):
        return "moved"
    # A row in flight may be chained a little after a younger one; one that is older by a day was taken once already.
    return "replayed" if row.micros < before - _DAY_US else ""


def _is_alone(conn: Connection) -> bool:
    if conn.dialect.name != "postgresql":
        return True
    conn.execute(_NOT_LONG)
    return bool(conn.execute(_ONE_SEALER).scalar_one())


def _key(keyring: Keyring) -> bytes:
    return keyring.at(Domain.AUDIT, "all")


def _is_own(key: bytes, row: Row[Any]) -> bool:
    try:
        mac = _mac(key, row.id, row.micros, (row.actor, row.action, row.subject), json.loads(row.json))
        return hmac.compare_digest(mac, row.mac)
    except (TypeError, ValueError, RecursionError):  # on SQLite any column may hold anything
        return False


def _mac(key: bytes, row: str, micros: int, words: tuple[str, str, str], data: Mapping[str, Any]) -> bytes:
    canonical = json.dumps([row, micros, *words, data], sort_keys=True, separators=(",", ":"))
    return hmac.digest(key, canonical.encode(), "sha256")


def _link(key: bytes, before: bytes, seq: int, mac: bytes) -> bytes:
    return hmac.digest(key, before + seq.to_bytes(8) + mac, "sha256")
