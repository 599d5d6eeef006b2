"""How fast words leave, over all replicas: so many a second by each carrier, about one a second into each chat.

A carrier's budget is a bucket that fills with time; it is read and spent inside the transaction that takes parcels.
A carrier without a pace here sets its own.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, bindparam, func, select, update

from storage.database import sql
from storage.tables import budgets, contacts

# A chat that was quiet takes three at once; then one a second.
_EACH: Final = timedelta(seconds=1)
_AT_ONCE: Final = 3
_SEVERAL: Final = 3  # so many chats that must wait at once: it is the carrier that is asked too much
# Then it is asked again after a minute at most, so that three chats in trouble do not silence the others for hours.
_LONGEST_HALT: Final = timedelta(seconds=60)

_BUDGETS: Final = select(budgets).order_by(budgets.c.carrier).with_for_update()
_NEXT: Final = (
    update(contacts)
    .where(contacts.c.id == bindparam("chat"))
    .values(next_at=bindparam("then", type_=budgets.c.at.type))
)
_CARRIER: Final = select(contacts.c.carrier).where(contacts.c.id == bindparam("chat"))
_HALTED: Final = (
    select(func.count())
    .select_from(contacts)
    .where(contacts.c.carrier == bindparam("by"), contacts.c.next_at > bindparam("then", type_=budgets.c.at.type))
)


@dataclass(frozen=True, slots=True)
class Pace:
    """per_s: messages a second. burst: so many at once after a pause. chats: each chat has a pace of its own."""

    per_s: float
    burst: float
    chats: bool = False


def pace_of(carrier: str) -> Pace | None:
    """What a carrier bears: Telegram about 30 a second for a bot; a telephone with a SIM about one SMS a second."""
    match carrier:
        case "telegram":
            return Pace(per_s=25, burst=25, chats=True)
        case "smsgate":
            return Pace(per_s=1, burst=5)
        case "twilio" | "kannel" | "generic":
            return Pace(per_s=10, burst=20)
        case _:
            return None


@dataclass(slots=True)
class Purse:
    """What may still be taken in one transaction: by carrier, and from when on in each chat."""

    now: datetime
    _left: dict[str, float]
    _at: dict[str, datetime]
    _taken: set[str] = field(default_factory=set)
    _chats: dict[str, datetime] = field(default_factory=dict)

    def empty(self) -> list[str]:
        """The carriers that take nothing now."""
        return [carrier for carrier, left in self._left.items() if left < 1]

    def short(self, of: int) -> bool:
        """Whether some carrier may not be able to take so many."""
        return any(left < of for left in self._left.values())

    def take(self, *, carrier: str, chat: str, next_at: datetime | None) -> bool:
        """Whether one more may go into this chat now; if so it is counted."""
        pace = pace_of(carrier)
        left = self._left.get(carrier, pace.burst if pace else 1.0)
        if left < 1:
            return False
        if pace is None:
            return True
        if pace.chats:
            rested = self.now - (_AT_ONCE - 1) * _EACH
            then = self._chats.get(chat) or max(next_at or rested, rested)
            if then > self.now:
                return False
            self._chats[chat] = then + _EACH
        self._left[carrier] = left - 1
        self._taken.add(carrier)
        return True

    def pay(self, conn: Connection) -> None:
        """Writes down what was taken."""
        for carrier in sorted(self._taken):
            row = {"carrier": carrier, "tokens": self._left[carrier], "at": self._at.get(carrier, self.now)}
            conn.execute(sql.upsert(conn, budgets, "tokens", "at"), row)
        if self._chats:
            conn.execute(_NEXT, [{"chat": chat, "then": then} for chat, then in sorted(self._chats.items())])


def purse(conn: Connection, now: datetime) -> Purse:
    """What each carrier may be sent now; other replicas wait until this transaction ends."""
    rows = conn.execute(_BUDGETS).all()
    # A replica whose clock is behind turns no time back.
    at = {row.carrier: max(row.at, now) for row in rows}
    return Purse(now, {row.carrier: _filled(row, now) for row in rows}, at)


def _filled(row: Any, now: datetime) -> float:
    if row.halted_until is not None and row.halted_until > now:
        return 0.0
    pace = pace_of(row.carrier)
    if pace is None:
        return float("inf")
    passed_s = max(0.0, float((now - row.at).total_seconds()))
    return min(pace.burst, float(row.tokens) + pace.per_s * passed_s)


def throttled(conn: Connection, *, chat: str, wait_s: float, now: datetime) -> None:
    """A carrier asked for a pause after a message into this chat: the chat pauses, and the others go on.

    The carrier itself pauses when it has no chats of its own pace, or when several chats were told to wait.
    """
    carrier = str(conn.execute(_CARRIER, {"chat": chat}).scalar_one())
    pace, until = pace_of(carrier), now + timedelta(seconds=wait_s)
    if pace is not None and pace.chats:
        conn.execute(_NEXT, [{"chat": chat, "then": until}])
        if int(conn.execute(_HALTED, {"by": carrier, "then": now + _EACH}).scalar_one()) < _SEVERAL:
            return
    full = pace.burst if pace is not None else 1.0
    row = {"carrier": carrier, "tokens": full, "at": now, "halted_until": min(until, now + _LONGEST_HALT)}
    conn.execute(sql.upsert(conn, budgets, "halted_until"), row)
