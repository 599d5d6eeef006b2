"""Files that came with a message: to be fetched, then kept as a sealed file, or given up with a reason that staff see.

While one waits, its row seals the carrier's handle, under the door's key, as the message was that it came with; once
kept, the key of its file, under the keys of what was said, or to the people of a sealed desk. Both are bound to its
part and its report: a row that SQL leads to another part is given up, and what was fetched for it belongs nowhere.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, and_, bindparam, insert, or_, select, update

from bot.vocabulary import Medium, MediumKind, SendFailed
from storage.encoding import dumps, loads
from storage.keys import Domain, KeyGone, Keyring
from storage.rows import open_row, seal_row
from storage.sealed import seals
from storage.sealed.seals import Kind
from storage.sealing import Tampered
from storage.tables import media, parts, reports
from storage.words import content, filekeys, suspicions
from storage.words.filekeys import At
from storage.words.suspicions import Changed
from storage.words.vault import Stored

TRIES: Final = 8  # of which the last is some ten hours after the first
_FIRST_WAIT_S: Final = 10.0
_GROWS_BY: Final = 4.0
_LONGEST_WAIT_S: Final = 6 * 3600.0

_M: Final = media.c
_INSERT: Final = insert(media)
_REPORT: Final = (
    select(reports.c.id)
    .join(parts, parts.c.report == reports.c.id)
    .join(media, media.c.part == parts.c.id)
    .where(media.c.id == bindparam("medium"), parts.c.id == bindparam("of"), reports.c.id == bindparam("about"))
    .with_for_update(of=reports)
)
_LARGEST: Final = 2**31 - 1  # the column's


def add(
    conn: Connection,
    keyring: Keyring,
    *,
    part: str,
    report: str,
    files: Sequence[Medium],
    now: datetime,
    carrier: str = "",
) -> None:
    """Notes the files of a part of a report, to be fetched from this carrier.

    Handles are like addresses (they name an account), and with our token for the carrier they are the file.
    """
    rows = []
    for file in files:
        medium = secrets.token_hex(16)
        told, here = dumps({"ref": file.ref, "carrier": carrier}), At(medium, part, report).within
        handle = seal_row(keyring, Domain.DOOR, (media.name, medium), told, now=now, within=here)
        rows.append(
            {
                "id": medium,
                "part": part,
                "kind": file.kind.value,
                "content_type": _shown(file.content_type),
                "size": max(0, min(file.size, _LARGEST)),
                "state": "waiting",
                "attempts": 0,
                "due_at": now,
                **handle.columns(),
            }
        )
    if rows:
        conn.execute(_INSERT, rows)


# ── Fetching ─────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class Fetch:
    """A file to be fetched, held by `owner` until its lease ends.

    ref: the carrier's own handle, secret. attempts: this one included. part, report: what it came with, as its handle
    was sealed, whatever its row says meanwhile.
    """

    id: str
    part: str
    report: str
    kind: MediumKind
    carrier: str
    attempts: int
    owner: str
    ref: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Known:
    """What a fetched file turned out to be. stripped: nothing is left in it but what is seen or heard."""

    kind: MediumKind
    content_type: str
    stripped: bool


def claim(
    conn: Connection, keyring: Keyring, *, owner: str, now: datetime, limit: int, lease: timedelta
) -> list[Fetch]:
    """Takes what is due and nobody holds, oldest first. Who does not report back within the lease loses it to the next.

    One whose handle does not open is given up, and so is one at which every try before ended without a word: it may be
    what ended them.
    """
    fetches: list[Fetch] = []
    rows = take(conn, "waiting", owner=owner, now=now, limit=limit, lease=lease)
    places = filekeys.places(conn, rows)
    for row in rows:
        if row.attempts > TRIES:
            _give_up(conn, row, reason="gave_up")
            continue
        at = places[row.id]
        try:
            handle = loads(open_row(keyring, Domain.DOOR, (media.name, row.id), row, within=at.within))
        except (KeyGone, Tampered) as error:
            _give_up(conn, row, reason="unopenable")
            if isinstance(error, Tampered):
                suspicions.note(conn, keyring, at.report, Changed.FILE, now=now)
            continue
        carrier, ref = str(handle.get("carrier", "")), str(handle["ref"])
        kind = MediumKind(row.kind)
        fetches.append(Fetch(row.id, at.part, at.report, kind, carrier, row.attempts, owner, ref))
    return fetches


def take(
    conn: Connection, state: str, *, owner: str, now: datetime, limit: int, lease: timedelta
) -> Sequence[Row[Any]]:
    """Rows in this state that are due and nobody holds, now held by `owner`."""
    due = (
        select(_M.id)
        .where(_M.state == state, _M.due_at <= now, or_(_M.lease_until.is_(None), _M.lease_until < now))
        .order_by(_M.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
        # Once, by itself: PostgreSQL may run a subquery that locks more than once, and so take more than was asked for.
        .cte("due")
    )
    held = {"owner": owner, "lease_until": now + lease, "attempts": _M.attempts + 1}
    return conn.execute(update(media).where(_M.id.in_(select(due.c.id))).values(held).returning(media)).all()


def is_due(conn: Connection, state: str, *, now: datetime) -> bool:
    """Whether `take` might find any: asked each second, so it only reads."""
    waits = select(_M.id).where(_M.state == state, _M.due_at <= now).limit(1)
    return conn.execute(waits).first() is not None


def kept(
    conn: Connection, keyring: Keyring, fetch: Fetch, stored: Stored, known: Known, *, now: datetime, unheard: bool
) -> bool:
    """Notes that a file lies in the vault; its handle is forgotten. unheard: it is due to be transcribed.

    False when the lease was lost, its report erased, or its row led elsewhere meanwhile: then the file is nobody's, and
    its fetcher shreds it.
    """
    at = {"medium": fetch.id, "of": fetch.part, "about": fetch.report}
    if conn.execute(_REPORT, at).first() is None:  # held, so that it moves to no other desk meanwhile
        return False
    people = content.people(conn, keyring, fetch.report, now)
    place = At(fetch.id, fetch.part, fetch.report)
    key, rows = filekeys.sealed(keyring, place, stored.key, people, now=now, unheard=unheard)
    ours = _end(
        conn,
        fetch,
        state="kept",
        kind=known.kind.value,
        content_type=_shown(known.content_type),
        size=min(stored.size, _LARGEST),
        stripped=known.stripped,
        path=stored.path,
        attempts=0,
        due_at=now if unheard else None,
        **key,
    )
    if ours:
        seals.add(conn, Kind.MEDIUM, rows)
    return ours


# ── What cannot be fetched ───────────────────────────────────────────────────────────────────────────────────
def failed(conn: Connection, fetch: Fetch, failure: SendFailed, *, now: datetime, jitter: float) -> bool:
    """Notes that a file could not be fetched: due again, or given up. jitter: a random number in [0, 1).

    False when the lease was lost, and then nothing changed.
    """
    if failure.retryable and fetch.attempts < TRIES:
        return _end(conn, fetch, due_at=now + timedelta(seconds=wait_s(fetch.attempts, failure, jitter)))
    return _end(conn, fetch, **_given_up("gave_up" if failure.retryable else failure.reason))


def wait_s(attempts: int, failure: SendFailed, jitter: float) -> float:
    """Seconds until the next try: 10, four times that at each attempt, up to six hours, give or take a quarter.

    Never before the carrier's wish.
    """
    grown = min(_LONGEST_WAIT_S, _FIRST_WAIT_S * _GROWS_BY ** (attempts - 1))
    return max(grown * (0.75 + 0.5 * jitter), failure.retry_after_s or 0.0)


def release(conn: Connection) -> int:
    """At the start of SQLite's only process: whoever held a file is dead. Returns how many; on PostgreSQL 0."""
    if conn.dialect.name == "postgresql":
        return 0
    return conn.execute(update(media).where(_M.owner.is_not(None)).values(owner=None, lease_until=None)).rowcount


def _give_up(conn: Connection, row: Row[Any], *, reason: str) -> None:
    conn.execute(update(media).where(_M.id == row.id).values(owner=None, lease_until=None, **_given_up(reason)))


def _given_up(reason: str) -> dict[str, Any]:
    forgotten = {"sealed": None, "wrapped": None, "epoch": None}
    return {"state": "failed", "reason": reason[:24], "due_at": None, **forgotten}


def _end(conn: Connection, fetch: Fetch, **values: Any) -> bool:
    # Owner and attempts together are the fence: after the lease ran out another holds it under another number.
    mine = and_(_M.id == fetch.id, _M.owner == fetch.owner, _M.attempts == fetch.attempts, _M.state == "waiting")
    return conn.execute(update(media).where(mine).values(owner=None, lease_until=None, **values)).rowcount == 1


# ── Files that no row knows ──────────────────────────────────────────────────────────────────────────────────
def unknown(conn: Connection, paths: Sequence[str]) -> list[str]:
    """Those of these files in the vault that no row names: left by a crash between a file's name and its row."""
    named = set(conn.execute(select(_M.path).where(_M.path.is_not(None))).scalars())
    return [path for path in paths if path not in named]


def album_name(report: str, album: str) -> str:
    """What pictures sent together have in common within one report, without the carrier's name for it; "" for none."""
    return hashlib.sha256(f"{report}:{album}".encode()).hexdigest()[:16] if album else ""


def _shown(content_type: str) -> str:
    # PostgreSQL takes neither NUL nor half a surrogate pair, and a type has neither.
    return "".join(sign for sign in content_type if sign.isascii() and sign.isprintable())[:80]
