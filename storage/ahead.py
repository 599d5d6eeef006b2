"""Brings back to now what was dated while a clock was ahead: of a machine that starts before it knows the time, say.

Nearly all that waits here waits for a time that its row names. Once the clock is right again such a time is days away,
and nothing else would tell: no purge, no alarm, no log-in until then, and a private talk that lasts so long. But what
lies farther ahead than anything of ours ever waits, a wrong clock put there, or somebody's hand: it is due.

So it is looked for each minute, in one table of columns, and no query that reads one of them has to know. What only
tells when something was is not changed: dated too early by a clock that is behind, it would be purged. Nor is what is
bound by a seal or a tie; where such a time decides anything, whoever asks looks at both sides of now.

A clock that is behind now sees the same as one that is right after another was ahead, and no look can tell which. So
nothing is brought back that protects somebody until then: no hold, no mark of whoever chose privacy, no way in.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Connection, and_, exists, or_, select, update

from storage import guessing
from storage.database import sql
from storage.database.leases import SKEW
from storage.desks.unlocking import OPEN_FOR
from storage.outgoing.parcels import WAITING
from storage.people.logins import LONGEST_DELAY_S
from storage.purging.erasing import WISHED
from storage.reporting import discretion, talks
from storage.tables import (
    budgets,
    contacts,
    devices,
    discreet,
    keys,
    media,
    outbox,
    second_factors,
    sessions,
    staff,
    timers,
)

_NEVER: Final = timedelta()
_AN_HOUR: Final = timedelta(hours=1)
_A_DAY: Final = timedelta(days=1)  # a carrier may wish for a pause so long, as one file may be tried six hours later
_LEASE: Final = timedelta(minutes=5)  # the longest of any
_SOME_HOURS: Final = timedelta(hours=2)  # of what is due each hour or sooner, a turn of it included


@dataclass(frozen=True, slots=True)
class Wait:
    """A column that says until when something waits, and how far ahead it may lie, clocks that differ apart."""

    column: Column[Any]
    longest: timedelta
    of: tuple[ColumnElement[bool], ...] = ()

    def ahead(self, now: datetime) -> ColumnElement[bool]:
        return and_(self.column > now + self.longest + SKEW, *self.of)


def _timers(now: datetime) -> tuple[Wait, ...]:
    t = timers.c
    runs, alert = t.done_at.is_(None), t.kind == "alert"
    begun_ahead = sql.number(t.data["started_at"].as_string()) > (now + _AN_HOUR + SKEW).timestamp()
    seldom = t.kind.in_(("alert", "digest", WISHED))
    return (
        Wait(t.due_at, _SOME_HOURS, (runs, or_(~seldom, and_(alert, begun_ahead)))),
        Wait(t.due_at, _A_DAY + _AN_HOUR, (runs, seldom)),  # alarms of one reporter queue up
        Wait(t.lease_until, _LEASE, (runs,)),
    )


def _outgoing(now: datetime) -> tuple[Wait, ...]:
    o, waits = outbox.c, WAITING
    return (
        Wait(o.due_at, _A_DAY, (waits,)),
        Wait(o.due_at, _AN_HOUR, (waits, o.created_at > now + _AN_HOUR + SKEW)),
        Wait(o.lease_until, _LEASE, (waits,)),
        Wait(contacts.c.next_at, _AN_HOUR),  # whatever asked for longer waits by itself
        Wait(budgets.c.at, _NEVER),
        Wait(budgets.c.halted_until, _AN_HOUR),
    )


_REPORTERS: Final = (
    Wait(contacts.c.until_at, talks.LIFE, (talks.NEEDS_NO_CONTACT,)),
    Wait(discreet.c.open_until, discretion.OPEN),
    Wait(discreet.c.tries_since, _NEVER),
)
_PEOPLE: Final = (
    Wait(staff.c.next_login_at, timedelta(seconds=LONGEST_DELAY_S)),
    Wait(devices.c.next_login_at, timedelta(seconds=LONGEST_DELAY_S)),
    Wait(second_factors.c.next_code_at, _AN_HOUR),
    Wait(sessions.c.created_at, _NEVER),
    Wait(sessions.c.seen_at, _NEVER),
    Wait(sessions.c.key_until, OPEN_FOR),
)
_HOUSE: Final = (
    Wait(media.c.due_at, _A_DAY),
    Wait(media.c.lease_until, _LEASE),
    Wait(keys.c.destroyed_at, _NEVER),
)


def waits(now: datetime) -> tuple[Wait, ...]:
    """Every column that is looked at, and how far ahead it may lie."""
    return (*_timers(now), *_outgoing(now), *_REPORTERS, *_PEOPLE, *_HOUSE)


def is_any(conn: Connection, now: datetime) -> bool:
    """Whether anything lies farther ahead than it can wait: asked each minute, so it only reads."""
    found = [exists().where(wait.ahead(now)) for wait in waits(now)]
    found += [exists().where(talks.begun_ahead(now))]
    return bool(conn.execute(select(or_(*found))).scalar_one()) or guessing.is_ahead(conn, now)


def bring_back(conn: Connection, now: datetime) -> Mapping[str, int]:
    """Makes all of it due now; returns how much, by table.

    Who was to wait before they try a password or a code again may try at once, but what they tried stays counted.
    """
    done = {"guesses": guessing.bring_back(conn, now), "talks": talks.end_begun_ahead(conn, now)}
    for wait in waits(now):
        table = wait.column.table
        count = conn.execute(update(table).where(wait.ahead(now)).values({wait.column: now})).rowcount
        done[table.name] = done.get(table.name, 0) + count
    return {table: count for table, count in done.items() if count}
