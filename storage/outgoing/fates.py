"""How far the answers of a report have come, and why one did not arrive: codes of ours, never a carrier's words."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, bindparam, func, select, text

from bot.vocabulary import Delivery
from storage.outgoing import parcels
from storage.tables import outbox

_O: Final = outbox.c
_DELIVERIES: Final = select(func.substr(_O.once, 8).label("part"), _O.state, _O.reason, _O.delivery).where(
    _O.report == bindparam("about"), _O.kind == "answer"
)
# The console may not read the outbox; this function may, and tells no more than this.
_DELIVERIES_WALLED: Final = text("SELECT part, state, reason, delivery FROM muntada_deliveries(:about)")
_WITHDRAWN: Final = "withdrawn"
HOURS: Final = int(parcels.GIVE_UP.total_seconds() // 3600)  # for how long we try


class Arrival(StrEnum):
    """How far an answer has come. WAITING: not sent yet. SENT: its carrier took it, and may never tell more.

    UNDELIVERED: it could not be handed to the telephone. NOT_SENT: it was given up here. That it was read is not told.
    """

    WAITING = "waiting"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    NOT_SENT = "not_sent"


class Why(StrEnum):
    """Why an answer did not arrive, as far as staff can do something with it.

    OPTED_OUT: they asked us not to write. AWAY: the telephone was off, or out of reach. EXPIRED: so it was for HOURS.
    OURS: something at our end is to be mended.
    """

    BLOCKED = "blocked"
    NO_NUMBER = "no_number"
    REFUSED = "refused"
    OPTED_OUT = "opted_out"
    AWAY = "away"
    EXPIRED = "expired"
    OURS = "ours"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of an answer. why: None while there is hope."""

    arrival: Arrival
    why: Why | None = None


# By what adapters call it (SendFailed.reason), and what we say ourselves where we send nothing.
_WHY: Final[Mapping[str, Why]] = {
    "blocked": Why.BLOCKED,
    "left": Why.BLOCKED,
    **dict.fromkeys(("unreachable", "no_address", "unknown_chat", "gone"), Why.NO_NUMBER),
    **dict.fromkeys(("refused", "filtered", "window_closed", "too_large", "unsupported"), Why.REFUSED),
    **dict.fromkeys((*parcels.WANTS_SILENCE, "locked"), Why.OPTED_OUT),
    **dict.fromkeys(("carrier_down", "network", "timeout", "throttled"), Why.AWAY),
    "expired": Why.EXPIRED,
    **dict.fromkeys(("misconfigured", "unopenable", "unreadable", "carrier_off"), Why.OURS),
}


def of(conn: Connection, report: str) -> Mapping[str, Fate]:
    """What became of each answer of a report, by the id of its part; those taken back are not there.

    On PostgreSQL, inside a member of staff's transaction, nothing of a report that is not theirs to see.
    """
    statement = _DELIVERIES_WALLED if conn.dialect.name == "postgresql" else _DELIVERIES
    found = conn.execute(statement, {"about": report})
    return {row.part: _fate(row) for row in found if row.reason != _WITHDRAWN}


def _fate(row: Any) -> Fate:
    arrival = _arrival(row)
    lost = arrival in (Arrival.UNDELIVERED, Arrival.NOT_SENT)
    return Fate(arrival, _WHY.get(row.reason or "", Why.UNKNOWN) if lost else None)


def _arrival(row: Any) -> Arrival:
    match row.state:
        case "dead":
            return Arrival.NOT_SENT
        case "sent" if row.delivery == Delivery.FAILED:
            return Arrival.UNDELIVERED
        case "sent":
            return Arrival.DELIVERED if row.delivery > Delivery.FAILED else Arrival.SENT
        case _:
            return Arrival.WAITING
