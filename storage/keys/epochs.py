"""What keys are for, and the times that each is used: the names of their epochs."""

import re
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final

_EPOCH_NAME: Final = re.compile(r"all|[0-9]{4}-[0-9]{2}(-[0-9]{2}(T[0-9]{2})?)?", re.ASCII)
_MONTH: Final = len("2026-01")
FOR_EVER: Final = "all"  # the epoch of keys that never end


class Domain(StrEnum):
    """What a key is for. A process is given only the domains that it needs."""

    CONTENT = "content"
    CONTACT = "contact"
    OUTBOX = "outbox"
    INTAKE = "intake"
    DOOR = "door"
    PEPPER = "pepper"
    DEDUP = "dedup"
    CODE = "code"
    AUDIT = "audit"


ALL_DOMAINS: Final = frozenset(Domain)
# A key for each watch: what passes through is in PostgreSQL's log for longer than it waits here.
WATCH: Final = timedelta(hours=4)
WATCHES: Final = frozenset({Domain.DOOR, Domain.OUTBOX})
PASSING: Final = WATCHES | {Domain.INTAKE}  # keys for a day at most, which no copy ever holds
# So far ahead they are made: whoever makes them may be held up, and nothing is sealed by one before its time. A copy of
# the folder opens what the log will keep of these watches, so no further.
AHEAD: Final = timedelta(hours=8)
_A_DAY: Final = timedelta(hours=24)


def epoch_of(domain: Domain, at: datetime) -> str:
    """The name of the epoch that an instant (UTC) belongs to: a watch of four hours, a day, a month, or "all"."""
    return _epoch_name(domain, at.date(), at.hour - at.hour % (WATCH // timedelta(hours=1)))


@lru_cache(maxsize=64)  # asked twice for every message at the door
def _epoch_name(domain: Domain, day: date, watch: int) -> str:
    match domain:
        case Domain.DOOR | Domain.OUTBOX:
            return f"{day.isoformat()}T{watch:02}"
        case Domain.INTAKE:
            return day.isoformat()
        case Domain.CONTENT | Domain.CONTACT | Domain.PEPPER:
            return f"{day:%Y-%m}"
        case Domain.DEDUP | Domain.CODE | Domain.AUDIT:
            return FOR_EVER


def is_passing(epoch: str) -> bool:
    """Whether an epoch's name is of a day or a watch: what such a key wraps was never meant to stay."""
    return len(epoch) > _MONTH


def upcoming(domain: Domain, at: datetime) -> tuple[datetime, ...]:
    """Instants in this epoch and in each of those whose keys are made ahead: two watches, a day, or the next month."""
    if domain in WATCHES:
        return tuple(at + WATCH * step for step in range(AHEAD // WATCH + 1))
    return (at, at + _A_DAY) if domain in PASSING else (at, at.replace(day=28) + timedelta(days=4))


def epoch_named(name: str) -> str:
    """The name of an epoch; ValueError for any other word."""
    if not _EPOCH_NAME.fullmatch(name):
        raise ValueError("not an epoch")
    return name
