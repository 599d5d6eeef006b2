"""Tells the people on duty that an urgent report waits, up the ladder of bot.alerts, until one of them claims it."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, insert, select

from bot import alerts as ladder
from bot.vocabulary import SEALED_DESKS, Channel, Desk, Directory, Option, Reply
from storage import audit, tables, ties, timers
from storage.casework import apart, claims, entered, landing, recalls, releasing
from storage.casework.queues import visible
from storage.keys import Keyring
from storage.outgoing import outbox
from storage.people import rota
from storage.timers import Timer
from storage.words import hours

# After the ladder's end its last rung repeats, so that a phone that was off still rings; then staff see it overdue.
_REPEAT: Final = timedelta(minutes=10)
_HOUR: Final = timedelta(hours=1)
_GIVE_UP: Final = timedelta(hours=24)
_CLAIM: Final = "v1:claim:"
_ABOUT: Final = "report"  # a value that no wording shows
ASKED: Final = frozenset({"alert.consent", "alert.consent.sealed"})  # what was asked of a reporter has an answer


def climb(
    connection: Connection, keyring: Keyring, timer: Timer, *, directory: Directory, url: str, now: datetime
) -> None:
    """Rings the next rung for an unclaimed report and sets the timer for the one after; ends when it is claimed.

    Where its reporter is in danger again (storage.casework.recalls), whoever has it is rung first.
    """
    report = _unclaimed(connection, timer.report)
    if report is None:
        _call_back(connection, keyring, timer, directory=directory, url=url, now=now)
        return
    hourly = bool(timer.data.get("hour"))
    told = hours.after(connection, report.id, now) if hourly else now
    # A report that moved since starts at the foot of its new desk's ladder, and rings there for a day.
    moved = (timer.data.get("office"), timer.data.get("desk")) != (report.office, report.desk)
    kept = timer.data.get("started_at")
    begun = kept if isinstance(kept, float) and not moved else told.timestamp()
    started = min(begun, told.timestamp())  # a clock may have been ahead
    if now.timestamp() - started > _GIVE_UP.total_seconds():
        ended = {"rounds": int(timer.data.get("rounds", 0))}
        _record(connection, keyring, report, action="alert_ended", data=ended, now=told, hourly=hourly)
        timers.done(connection, timer, now=now)
        return
    before = set[str]() if moved else set(timer.data.get("told", ()))
    data = {"office": report.office, "desk": report.desk, "started_at": started}
    steps = _rungs(connection, keyring, report, directory, now=now)
    if not steps:
        _again(connection, timer, {**data, "rung": 0, "told": sorted(before)}, wait=_REPEAT, now=now)
        return
    index, people = ladder.following(steps, before)
    rang = [
        _tell(connection, keyring, timer, report, staff=person, rung=index, url=url, now=now, told=told)
        for person in people
    ]
    before.update(people)
    # Nobody waits for somebody without a phone, as long as there is another to ring.
    others = any(not before.issuperset(step.staff) for step in steps)
    wait = steps[index].wait if any(rang) or not others else timedelta()
    _again(connection, timer, {**data, "rung": index + 1, "told": sorted(before)}, wait=wait, now=now, rang=any(rang))


def _rungs(
    connection: Connection, keyring: Keyring, report: Any, directory: Directory, *, now: datetime
) -> Sequence[ladder.Rung]:
    """The ladder of a report as it is this instant, without whoever must not hear of it."""
    here, barred = standing(connection, keyring, report, directory, now=now)
    return ladder.rungs(here, office=report.office, desk=Desk(report.desk), now=now, but=barred)


def standing(
    connection: Connection, keyring: Keyring, report: Any, directory: Directory, *, now: datetime
) -> tuple[Directory, frozenset[str]]:
    """The directory in which a report's ladder stands this instant, and who of it must not hear of the report."""
    named = apart.named(connection, keyring, report)
    here = landing.unbarred(_without(rota.current(connection, directory, now), named), report)
    people = sorted(ladder.named(here, office=report.office, desk=Desk(report.desk)))
    return here, _barred(connection, report, people, named=named, now=now)


def _again(
    connection: Connection, timer: Timer, data: Mapping[str, Any], *, wait: timedelta, now: datetime, rang: bool = True
) -> None:
    """Sets it for the next rung. rang: phones rang now."""
    hourly, rounds = bool(timer.data.get("hour")), int(timer.data.get("rounds", 0))
    at = coarse(now) if hourly else now
    kept = {
        **data,
        "rounds": rounds + 1,
        recalls.RANG: at.timestamp() if rang else timer.data.get(recalls.RANG, 0.0),
        **({"hour": True} if hourly else {}),
    }
    due = now + wait
    timers.again(connection, timer, due_at=coarse(due) if hourly else due, data=kept)


def _call_back(
    connection: Connection, keyring: Keyring, timer: Timer, *, directory: Directory, url: str, now: datetime
) -> None:
    """Ends the ladder of a report that somebody has; unless it tells of danger that they have not looked at.

    Then they are rung; and where they do not look until the next rung would be, it is nobody's and rings the others.
    """
    report, data = _had(connection, timer.report), timer.data
    if report is None or recalls.DANGER not in data or recalls.seen(connection, report, since=data[recalls.DANGER]):
        timers.done(connection, timer, now=now)
        return
    told = hours.after(connection, report.id, now) if data.get("hour") else now
    here = {"office": report.office, "desk": report.desk, "rung": 0}
    person = None if data.get(recalls.CALLED) else recalls.holder(connection, keyring, report, now)
    if person is None or not rota.phones(connection, person):
        releasing.release(connection, report, kind="alarm", actor=None, now=told)
        at, who = hours.noted(told, private=bool(data.get("hour"))), {"from": report.claimed_by}
        audit.write(
            connection, keyring, at=at, actor="machine:alerts", action="report.passed_on", subject=report.id, data=who
        )
        _again(connection, timer, {**here, "started_at": told.timestamp()}, wait=timedelta(), now=now, rang=False)
        return
    _tell(connection, keyring, timer, report, staff=person, rung=0, url=url, now=now, told=told)
    first = ladder.rung(
        rota.current(connection, directory, now), office=report.office, desk=Desk(report.desk), rung=0, now=now
    )
    called = {**here, recalls.DANGER: data[recalls.DANGER], recalls.CALLED: True}
    _again(connection, timer, called, wait=first.wait if first else _REPEAT, now=now)


def tell(
    connection: Connection, keyring: Keyring, report: str, *, staff: str, about: str, hourly: bool, now: datetime
) -> None:
    """Tells a member of staff that what they asked a reporter has an answer, where they still see the report.

    about: what was asked, told once. hourly: the answer came in private: it is told at the end of the hour.
    """
    seen = (tables.reports.c.id == report, visible(staff, now))
    row = connection.execute(select(tables.reports.c.number, tables.reports.c.desk).where(*seen)).first()
    if row is None:
        return
    sealed = Desk(row.desk) in SEALED_DESKS
    values = {_ABOUT: report} if sealed else {_ABOUT: report, "number": row.number}
    told = hours.hour(now) if hourly else now
    for contact, channel in rota.phones(connection, staff):
        outbox.put(
            connection,
            keyring,
            once=_once(keyring, about, 0, contact),
            kind="alert",
            contact=contact,
            channel=Channel(channel),
            reply=Reply("alert.consent.sealed" if sealed else "alert.consent", values),
            due_at=told + _HOUR if hourly else now,
            now=told,
        )


def about(reply: Reply) -> str | None:
    """The id of the report that an alert was put for; None for one of the machine."""
    if reply.key in ASKED:
        return reply.values.get(_ABOUT)
    return next(
        (option.choice.removeprefix(_CLAIM) for option in reply.options if option.choice.startswith(_CLAIM)), None
    )


def coarse(at: datetime) -> datetime:
    """The five minutes that a time is in: a rung of a private report's ladder tells no more."""
    return at.replace(minute=at.minute - at.minute % 5, second=0, microsecond=0)


def _without(directory: Directory, barred: Collection[str]) -> Directory:
    """The directory with nobody on duty at these offices, which stay where they are in the chain."""
    silent = {code: replace(office, duty={}) for code, office in directory.offices.items() if code in barred}
    return Directory({**directory.offices, **silent})


def _barred(
    connection: Connection, report: Any, people: Sequence[str], *, named: Collection[str], now: datetime
) -> frozenset[str]:
    """named: offices that the report keeps apart. Whoever has it already, unopened, is not told again."""
    barred = apart.barred(connection, people, named, now) | ({report.claimed_by} - {None})
    if not report.sealed_once:
        return barred
    return barred | landing.officers(connection, people, now) | entered.barred(connection, report.id, people, now)


def _unclaimed(connection: Connection, report: str | None) -> Any:
    """None where somebody has it, and has opened it where that takes a key (storage.casework.claims)."""
    r = tables.reports.c
    row = connection.execute(
        select(r.id, r.number, r.office, r.desk, r.apart, r.sealed_once, r.claimed_by).where(
            r.id == report, r.erased_at.is_(None), r.closed_at.is_(None)
        )
    ).one_or_none()
    return row if row is not None and (row.claimed_by is None or claims.unopened(connection, row)) else None


def _had(connection: Connection, report: str | None) -> Any:
    """The report, held, where somebody has it; None where nobody has, and where it ended."""
    r = tables.reports.c
    had = (r.id == report, r.claimed_by.is_not(None), r.erased_at.is_(None), r.closed_at.is_(None))
    return connection.execute(select(tables.reports).where(*had).with_for_update()).one_or_none()


def _tell(
    connection: Connection,
    keyring: Keyring,
    timer: Timer,
    report: Any,
    *,
    staff: str,
    rung: int,
    url: str,
    now: datetime,
    told: datetime,
) -> bool:
    """Whether a phone rings. told: the time that rows which name the report tell: now, or its hour."""
    reply, rounds = _words(report, url), int(timer.data.get("rounds", 0))
    phones = rota.phones(connection, staff)
    for contact, channel in phones:
        outbox.put(
            connection,
            keyring,
            once=_once(keyring, timer.id, rounds, contact),
            kind="alert",
            contact=contact,
            channel=Channel(channel),
            reply=reply,
            due_at=now,
            now=now,
        )
    connection.execute(
        insert(tables.alerts).values(id=secrets.token_hex(16), report=report.id, staff=staff, rung=rung, at=told)
    )
    data = {"staff": staff, "rung": rung}
    _record(connection, keyring, report, action="alerted", data=data, now=told, hourly=told != now)
    return bool(phones)


def _once(keyring: Keyring, about: str, rounds: int, contact: str) -> str:
    """What keeps an alert from being queued twice.

    about: the ladder, for a report may have a second one that rings the same phones.
    """
    return ties.keyed(keyring, f"alert:{about}:{rounds}:{contact}")


def _words(report: Any, url: str) -> Reply:
    """Nothing of what was reported; at a sealed desk not even which report it is."""
    claim = (Option(f"{_CLAIM}{report.id}", "alert.claim"),)
    if Desk(report.desk) in SEALED_DESKS:
        return Reply("alert.sealed", {"url": url}, claim)
    return Reply("alert", {"number": report.number, "url": f"{url}/reports/{report.number}"}, claim)


def _record(
    connection: Connection,
    keyring: Keyring,
    report: Any,
    *,
    action: str,
    data: Mapping[str, Any],
    now: datetime,
    hourly: bool,
) -> None:
    """hourly: it is of a private report."""
    connection.execute(
        insert(tables.events).values(
            id=secrets.token_hex(16),
            report=report.id,
            at=hours.when(connection, report.id, now, desk=report.desk),
            kind=action,
            actor=None,
            data=dict(data),
        )
    )
    at = hours.noted(now, private=hourly)
    audit.write(connection, keyring, at=at, actor="machine:alerts", action=action, subject=report.id, data=data)
