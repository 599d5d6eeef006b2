"""Makes one case of two reports, where their reporter says that they are one.

Only at one and the same desk, where both stand open: there the newer is closed, and its thread is shown in the
elder's. What lies at different desks stays apart, and neither desk learns of the other.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, update

from bot.vocabulary import Category, Desk, Facts, Join, Status, Urgency
from storage import timers
from storage.casework import apart
from storage.consent import hiding
from storage.purging import joined
from storage.reporting import joins, turns
from storage.reporting.turns import Turn
from storage.tables import reports
from storage.ties import Tie, joined_holds, made
from storage.words import content, hours

REASON: Final = "joined"  # of the newer one's closing


def join(turn: Turn, effect: Join) -> None:
    """Closes the newer report as part of the elder, which takes over its urgency and its alarm.

    Where one of them is closed nothing moves; both desks being one, its staff are told that they belong together.
    """
    into = joins.root(turn.conn, turn.keyring, effect.into)
    newer, elder = turns.report(turn, effect.report), turns.report(turn, into)
    if newer is None or elder is None or newer.id == elder.id or joined_holds(turn.keyring, newer):
        return
    if (newer.office, newer.desk) != (elder.office, elder.desk):
        return
    if newer.closed_at is None and elder.closed_at is None:
        _close(turn, newer, elder)
        _raise(turn, newer, elder)
    _keep_apart(turn, newer, elder)
    _tell(turn, newer, {"into": elder.id})
    _tell(turn, elder, {"from": newer.id})


def _close(turn: Turn, newer: Row[Any], elder: Row[Any]) -> None:
    timers.stop(turn.conn, report=newer.id, now=turn.now)
    ended = {"status": Status.CLOSED.value, "closed_at": hours.told(newer.desk, turn.now), "close_reason": REASON}
    turn.conn.execute(
        update(reports)
        .where(reports.c.id == newer.id)
        .values(**_into(turn, newer.id, elder.id), claimed_by=None, claimed_at=None, version=newer.version + 1, **ended)
    )
    # Its thread is shown in the elder's from now on: where the one may not go, the other may not.
    turn.conn.execute(
        update(reports).where(reports.c.id == elder.id).values(sealed_once=newer.sealed_once or elder.sealed_once)
    )
    # Whatever was part of it is part of the elder: one step leads from every report to the one that is worked on.
    for part in joined.tied(turn.conn, turn.keyring, newer.id):
        turn.conn.execute(update(reports).where(reports.c.id == part.id).values(**_into(turn, part.id, elder.id)))


def _keep_apart(turn: Turn, *rows: Row[Any]) -> None:
    """Whom one of them must be invisible to, all of it is: both, what was part of them, and every copy of these.

    Their reporter tells on in one of them, and it is one case to whoever reads there. What is sealed to people only
    they can read: there it is looked up when it is opened (storage.casework.apart.joined).
    """
    conn, keyring = turn.conn, turn.keyring
    whole = {each.id for row in rows for each in (row, *joined.tied(conn, keyring, row.id))}
    case = [each for id in sorted(whole) if (each := turns.report(turn, id)) is not None]
    barred = {office for each in case for office in apart.named(conn, keyring, each)}
    for each in case if barred else ():
        hiding.name(turn, each, barred)
        hiding.keep_apart(turn, each.id, barred)


def _into(turn: Turn, report: str, elder: str) -> dict[str, Any]:
    return {"joined": elder, "joined_tie": made(turn.keyring, Tie.JOINED, report, elder)}


def _raise(turn: Turn, newer: Row[Any], elder: Row[Any]) -> None:
    """Urgency only rises, and whoever is on duty hears of it where nobody has claimed the elder."""
    urgency, due = max(newer.urgency, elder.urgency), _sooner(newer.due_at, elder.due_at)
    if (urgency, due) == (elder.urgency, elder.due_at):
        return
    version = int(elder.version) + 1
    turn.conn.execute(
        update(reports).where(reports.c.id == elder.id).values(urgency=urgency, due_at=due, version=version)
    )
    if urgency > elder.urgency and elder.claimed_by is None:
        card = content.card(turn.conn, turn.keyring, newer.id)
        facts = Facts(Category(card.get("category", Category.OTHER)), Urgency(urgency), sensitive=False)
        turns.ring(turn, elder.id, facts, office=elder.office, desk=Desk(elder.desk), version=version)


def _sooner(one: datetime | None, other: datetime | None) -> datetime | None:
    return min(one, other) if one and other else one or other


def _tell(turn: Turn, row: Row[Any], data: dict[str, str]) -> None:
    then = replace(turn, now=hours.when(turn.conn, row.id, turn.now, desk=row.desk))
    turns.note(then, row.id, "joined", data)
