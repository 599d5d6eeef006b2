"""Wraps anew, under this month's keys, what still lives under an earlier month's; then that month's key ends.

Data keys never change: only what wraps them does, in lots, as often as one likes and from any place on. A key ends in
one transaction with the count that nothing is wrapped by it any more; its file goes later, when nobody can still be
reading a row as it was before. What is past its time is to be purged first (storage.purging.retention): it is not
carried on.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, delete, tuple_

from storage import audit, keys
from storage.database import cursors
from storage.keycare import wraps
from storage.keycare.wraps import KINDS, Kind
from storage.keys import Domain, KeyGone, Keyring, epoch_of
from storage.sealing import Tampered, seal
from storage.tables import cursors as cursor_rows

DOMAINS: Final = (Domain.CONTENT, Domain.CONTACT)
# So long after its month a key stays: clocks differ by less.
GRACE: Final = timedelta(hours=48)
# From the note of a key's end until its file goes: no transaction that began before it is still reading.
LINGERS: Final = timedelta(minutes=10)
# What is then still to be done (a lot, a purge, a process that was away) is done within this, or the key is late.
LAG: Final = timedelta(days=1)
LOT: Final = 250  # rows in one transaction: nobody waits long behind it


@dataclass(frozen=True, slots=True)
class Place:
    """How far a pass over an epoch has come: the kind it is at (an index of KINDS) and the last row that it saw."""

    epoch: str
    kind: int = 0
    after: tuple[str, ...] = ()

    def data(self) -> dict[str, Any]:
        """For a timer."""
        return {"epoch": self.epoch, "kind": self.kind, "after": list(self.after)}

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "Place | None":
        """What `data` made; None for anything else, also for what another version's kinds made: a pass begins anew."""
        index, words = data.get("kind", -1), data.get("after", [])
        if not data.get("epoch") or index not in range(len(KINDS)) or not isinstance(words, list):
            return None
        after = tuple(str(word) for word in words)
        if after and len(after) != len(wraps.names(KINDS[index])):
            return None
        return cls(str(data["epoch"]), index, after)


@dataclass(frozen=True, slots=True)
class Ended:
    """A key that ended: how many columns were wrapped anew, and how many were given up because they do not open."""

    domain: Domain
    epoch: str
    rewrapped: int
    given_up: int


# ── A lot ────────────────────────────────────────────────────────────────────────────────────────────────────
def first(conn: Connection, now: datetime) -> Place | None:
    """Where a pass begins: at the oldest month before this one whose keys are in use; None when there is none."""
    old = _old(conn, now)
    return Place(min(epoch for _domain, epoch in old)) if old else None


def step(conn: Connection, keyring: Keyring, place: Place, now: datetime) -> Place | None:
    """Wraps one lot anew. Returns where the next begins; None when the pass is over.

    Rows that another transaction holds, and those that do not open, are passed over: `end` counts them.
    """
    kind = KINDS[place.kind]
    if kind.domain in keyring.domains and keyring.has(kind.domain, place.epoch):
        rows = lot(conn, kind, place)
        done = rewrap(conn, keyring, kind, rows, now)
        if done:
            name = _counter(kind.domain, place.epoch)
            cursors.put(conn, name, cursors.get(conn, name) + done)
        if len(rows) == LOT:
            return Place(place.epoch, place.kind, wraps.words(kind, rows[-1]))
    if place.kind + 1 < len(KINDS):
        return Place(place.epoch, place.kind + 1)
    later = [epoch for _domain, epoch in _old(conn, now) if epoch > place.epoch]
    return Place(min(later)) if later else None


def lot(conn: Connection, kind: Kind, place: Place, *, most: int = LOT) -> list[Row[Any]]:
    """At most so many rows that an epoch's key seals something of, after a place, held; those that others hold are not.

    kind: of which only rows are wanted, whatever the place says.
    """
    # Locked but never waited for, and no stronger than it must be: whoever settles a reporter waits in no ring with us.
    rows = wraps.wrapped(kind, place.epoch).order_by(*wraps.names(kind)).limit(most)
    if place.after:
        rows = rows.where(tuple_(*wraps.names(kind)) > tuple_(*wraps.values(kind, place.after)))
    return list(conn.execute(rows.with_for_update(skip_locked=True, key_share=True, of=kind.table)).all())


def rewrap(conn: Connection, keyring: Keyring, kind: Kind, rows: Sequence[Row[Any]], now: datetime) -> int:
    """Wraps these rows (of `wraps.wrapped`) under the key of now; returns how many columns. Who does not open stays."""
    key, values, count = keyring.current(kind.domain, now), [], 0
    empty = {f"new_{column}": None for column in kind.columns}
    for row in rows:
        try:
            plain = wraps.opened(keyring, kind, row)
        except (KeyGone, Tampered):
            continue
        sealed = {
            f"new_{column}": seal(key.secret, found, *wraps.context(kind, column, row), key.epoch)
            for column, found in plain.items()
            if found is not None
        }
        values.append({**empty, **sealed, "new_epoch": key.epoch, **wraps.keys_of(kind, row)})
        count += len(sealed)
    if values:
        conn.execute(wraps.anew(kind), values)
    return count


# ── The end of a key ─────────────────────────────────────────────────────────────────────────────────────────
def end(conn: Connection, keyring: Keyring, now: datetime, *, give_up: bool = False) -> list[Ended]:
    """Notes the end of every key whose time is over and that wraps nothing any more: counted in this transaction.

    give_up: also where rows are left that its key does not open (they were changed, or never whole): nobody can read
    them, but somebody should have looked. A row that opens is never given up.
    """
    over = []
    for domain, epoch in _old(conn, now):
        if now < after(epoch) + GRACE or not keyring.has(domain, epoch):
            continue
        opens, shut = left(conn, keyring, domain, epoch)
        if opens or (shut and not give_up):
            continue
        name = _counter(domain, epoch)
        done = Ended(domain, epoch, cursors.get(conn, name), shut)
        keys.mark_destroyed(conn, domain, epoch, now)
        conn.execute(delete(cursor_rows).where(cursor_rows.c.name == name))
        data = {"rewrapped": done.rewrapped, "left": 0, "given_up": shut}
        audit.write(
            conn, keyring, at=now, actor="machine:keys", action="keys.ended", subject=f"{domain}:{epoch}", data=data
        )
        over.append(done)
    return over


def shred(conn: Connection, keyring: Keyring, now: datetime) -> int:
    """Destroys the files of keys whose end was noted LINGERS ago; returns how many.

    Whatever a late process wrapped by one meanwhile is wrapped anew, and its file goes next time.
    """
    gone = 0
    for domain, epoch, since in keys.ended(conn):
        if domain not in DOMAINS or since > now - LINGERS or not keyring.has(domain, epoch):
            continue
        if now < after(epoch) + GRACE:  # ended while a clock was ahead: it is in use again
            continue
        opens, _shut = left(conn, keyring, domain, epoch)
        if opens:
            for index, kind in enumerate(KINDS):
                if kind.domain is domain:
                    rewrap(conn, keyring, kind, lot(conn, kind, Place(epoch, index)), now)
            continue
        keyring.destroy(domain, epoch)
        gone += 1
    return gone


def left(conn: Connection, keyring: Keyring, domain: Domain, epoch: str) -> tuple[int, int]:
    """How many rows are wrapped by a key still: those that it opens, and those that it does not."""
    opens = shut = 0
    for kind in KINDS:
        if kind.domain is not domain:
            continue
        for row in conn.execute(wraps.wrapped(kind, epoch)):
            try:
                wraps.opened(keyring, kind, row)
                opens += 1
            except (KeyGone, Tampered):
                shut += 1
    return opens, shut


# ── When ─────────────────────────────────────────────────────────────────────────────────────────────────────
def after(epoch: str) -> datetime:
    """The instant at which the month of an epoch ("2026-11") is over."""
    begun = datetime.fromisoformat(f"{epoch}-01T00:00:00+00:00")
    return (begun + timedelta(days=32)).replace(day=1)


def is_late(conn: Connection, keyring: Keyring, now: datetime) -> bool:
    """Whether a key, or its file, is here that should be gone: then nobody may be promised when something is."""
    files = [
        epoch
        for domain, epoch, _since in keys.ended(conn)
        if domain in DOMAINS and domain in keyring.domains and keyring.has(domain, epoch)
    ]
    return bool(overdue(conn, now)) or any(now > _latest(epoch) for epoch in files)


def overdue(conn: Connection, now: datetime) -> list[tuple[Domain, str]]:
    """Keys in use that should have ended: something that they wrap was held, does not open, or nobody was at it."""
    return [(domain, epoch) for domain, epoch in _old(conn, now) if now > _latest(epoch)]


def _latest(epoch: str) -> datetime:
    return after(epoch) + GRACE + LAG


def unreadable_in(now: datetime, *, backups_days: int) -> int:
    """Within how many days what is erased now opens in no backup: its month ends, its key goes, copies of keys go.

    backups_days: for how long copies of keys are kept at most.
    """
    last = _latest(epoch_of(Domain.CONTENT, now)) + timedelta(days=backups_days)
    return math.ceil((last - now) / timedelta(days=1))


def _old(conn: Connection, now: datetime) -> list[tuple[Domain, str]]:
    return [
        (domain, epoch) for domain in DOMAINS for epoch in keys.in_use(conn, domain) if epoch < epoch_of(domain, now)
    ]


def _counter(domain: Domain, epoch: str) -> str:
    return f"rewrapped:{domain}:{epoch}"
