"""Says who is on duty at a desk, and whether an office is open: in Iraqi time, which is an argument.

A directory's rotas name those alone who may be rung (storage.people.rota).
"""

from datetime import datetime, timedelta, timezone
from typing import Final

from bot.vocabulary import Desk, Directory, Shift

# Asia/Baghdad: UTC+3 all the year; Iraq has had no summer time since 2008.
BAGHDAD: Final = timezone(timedelta(hours=3))
_WEEKEND: Final = frozenset({4, 5})  # Friday and Saturday; a rota may still name them


def on_duty(directory: Directory, office: str, desk: Desk, now: datetime) -> tuple[str, ...]:
    """Staff ids on duty at a desk at `now` (aware), lowest rank first, each once; () for an unknown office."""
    here = directory.offices.get(office)
    shifts = sorted(here.duty.get(desk, ()), key=lambda shift: shift.rank) if here else []
    return tuple(dict.fromkeys(shift.staff for shift in shifts if _holds(shift, now)))


def has_somebody(directory: Directory, office: str, desk: Desk) -> bool:
    """Whether anybody works at a desk, on duty at some hour or never; False for an unknown office."""
    here = directory.offices.get(office)
    return here is not None and (desk in here.staffed or bool(here.duty.get(desk)))


def is_open(directory: Directory, office: str, now: datetime) -> bool:
    """Whether an office keeps its hours at `now`: its minutes of the local day, never on Friday and Saturday."""
    here = directory.offices.get(office)
    if here is None:
        return False
    hours = Shift("", 0, frozenset(range(7)) - _WEEKEND, here.opens_minute, here.closes_minute)
    return _holds(hours, now)


def _holds(shift: Shift, now: datetime) -> bool:
    local = now.astimezone(BAGHDAD)
    minute, today = local.hour * 60 + local.minute, local.weekday()
    if shift.since_minute < shift.to_minute:
        return today in shift.weekdays and shift.since_minute <= minute < shift.to_minute
    # Past midnight it still belongs to the day it began on; from a minute to the same minute is a whole day.
    begun_today = today in shift.weekdays and minute >= shift.since_minute
    return begun_today or ((today - 1) % 7 in shift.weekdays and minute < shift.to_minute)
