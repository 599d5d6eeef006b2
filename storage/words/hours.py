"""What a sealed desk tells of a time in clear: the hour. The exact time of what was said is sealed with its words.

Within a case order must still show: each part or event stands one microsecond after those before it, so that the
clear times of a case say in which order its lines came, and no more.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, func, select, update

from bot.vocabulary import SEALED_DESKS
from storage.keys import Keyring
from storage.sealed.recipients import Recipient
from storage.tables import events, parts, reports
from storage.words import examples, resealing

STEP: Final = timedelta(microseconds=1)


def hour(at: datetime) -> datetime:
    """The hour that a time is in."""
    return at.replace(minute=0, second=0, microsecond=0)


def over(at: datetime) -> datetime:
    """When the hour that a time is in is over: a row of the audit so dated gets its place then, and tells no minute."""
    return hour(at) + timedelta(hours=1)


def noted(at: datetime, *, private: bool) -> datetime:
    """How the audit dates what the machine did because of what a reporter said: never to the minute.

    Nobody may change such a row when its reporter chooses privacy later. In private it waits for the end of its hour;
    else it is of the hour's beginning (a step after it: the whole hour is what private rows tell, and what is stirred)
    and has its place at once, so that nobody takes it away unseen.
    """
    return over(at) if private else hour(at) + STEP


def told(desk: str, at: datetime) -> datetime:
    """A time as this desk tells it: exactly, or at a sealed desk its hour."""
    return hour(at) if desk in SEALED_DESKS else at


def when(conn: Connection, report: str, at: datetime, *, desk: str | None = None) -> datetime:
    """The clear time of a report's next part or event. desk: where it is, looked up when not given."""
    here = desk or conn.execute(select(reports.c.desk).where(reports.c.id == report)).scalar()
    if here not in SEALED_DESKS:
        return at
    before = [
        select(func.count()).select_from(table).where(table.c.report == report).scalar_subquery()
        for table in (parts, events)
    ]
    return hour(at) + STEP * int(conn.execute(select(before[0] + before[1])).scalar_one())


def after(conn: Connection, report: str, at: datetime) -> datetime:
    """The hour, but after all that stands in a report: what may tell no more than that of a private one."""
    newest = [select(func.max(table.c.at)).where(table.c.report == report) for table in (parts, events)]
    last: list[datetime | None] = [conn.execute(statement).scalar() for statement in newest]
    return max([hour(at), *(one + STEP for one in last if one is not None)])


def seal(conn: Connection, keyring: Keyring, report: str, *, now: datetime, people: Sequence[Recipient] = ()) -> None:
    """As a report comes to a sealed desk: its exact times go into the seal, what an event told of its matter goes.

    So does what was learnt from it. people: to whom its words and files are sealed from now on; none of them are under
    the month's key any more. Run it as the worker: the console changes no part and no event.
    """
    said = [(row.at, 0, row) for row in conn.execute(select(parts).where(parts.c.report == report))]
    happened = [(row.at, 1, row) for row in conn.execute(select(events).where(events.c.report == report))]
    lines = sorted([*said, *happened], key=lambda line: (line[0], line[1], line[2].id))
    for place, (at, kind, row) in enumerate(lines):
        clear = hour(at) + STEP * place
        if kind == 0:
            conn.execute(update(parts).where(parts.c.id == row.id).values(at=clear))
        else:
            data = {name: value for name, value in row.data.items() if name != "rule"}
            conn.execute(update(events).where(events.c.id == row.id).values(at=clear, data=data))
    resealing.reseal(conn, keyring, [row for _, kind, row in lines if kind == 0], people, now=now)
    examples.forget(conn, report)
