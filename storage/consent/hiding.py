"""Keeps from others, with a report, what was shared of it: offices that it names only later do not see the copy either.

A copy leaves its desk for no other (storage.casework.landing). Where all who are there are of such an office nobody
sees it any more, until its consent ends; those who shared it are told.
"""

from collections.abc import Collection
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import Row, select, update

from bot.vocabulary import Desk
from storage import timers
from storage.casework import apart, bringing
from storage.reporting import turns
from storage.reporting.turns import Turn
from storage.tables import consents, reports
from storage.words import cards, content, hours

HIDDEN: Final = "share_hidden"


def keep_apart(turn: Turn, report: str, barred: Collection[str]) -> None:
    """These offices are kept from every copy of a report as they are from the report itself."""
    shared = select(consents.c.copy).where(consents.c.report == report, consents.c.copy.is_not(None))
    standing = select(reports).where(reports.c.id.in_(shared), reports.c.erased_at.is_(None))
    hidden = [_hide(turn, row, barred) for row in turn.conn.execute(standing.with_for_update()).all()]
    if any(hidden):
        # Which office that is, or whose copy, no row of a sealed desk may tell.
        turns.note(replace(turn, now=hours.when(turn.conn, report, turn.now)), report, HIDDEN, {})


def _hide(turn: Turn, row: Row[Any], barred: Collection[str]) -> bool:
    """Whether the office that has the copy is one of them now."""
    known = name(turn, row, barred)
    if known is None or row.office not in barred:
        return False
    timers.stop(turn.conn, report=row.id, now=turn.now)  # it rings nobody there any more
    return row.office not in known


def name(turn: Turn, row: Row[Any], barred: Collection[str]) -> tuple[str, ...] | None:
    """These offices are kept from a report or a copy, by row and card; which were before. None: all of them were."""
    conn, keyring = turn.conn, turn.keyring
    known, desk = apart.named(conn, keyring, row), Desk(row.desk)
    if set(barred) <= set(known):
        return None
    every = apart.known(row, {"apart": known}, barred)
    conn.execute(
        update(reports)
        .where(reports.c.id == row.id)
        .values(apart=apart.column(every, desk=desk), version=row.version + 1)
    )
    bringing.promise(keyring, row, (row.office, desk), every, now=turn.now)
    # So does its card: where it is sealed to people that alone keeps out who works there.
    clear = hours.when(conn, row.id, turn.now, desk=row.desk)
    body = cards.named(every)
    content.add_part(conn, keyring, report=row.id, kind="card", body=body, at=turn.now, clear_at=clear)
    return known
