"""Takes from what was told privately the places that its rows have in the file: between others they tell the minute."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    and_,
    bindparam,
    column,
    delete,
    exists,
    or_,
    select,
    text,
    update,
)

from storage.tables import (
    alerts,
    audit,
    code_seals,
    codes,
    consents,
    effaced,
    events,
    inbound,
    media,
    medium_seals,
    part_seals,
    parts,
    reports,
    talks,
    timers,
)
from storage.words import hours

_LATELY: Final = timedelta(hours=6)
_FARTHEST: Final = 2**62

# Why no row of these tells of a private report by its place; a test holds the schema to it.
UNSTIRRED: Final = MappingProxyType(
    {
        "no row of it names a report or comes of a message": (
            *("keys", "places", "offices", "coverage", "desks", "staff", "grants", "sessions", "devices", "tokens"),
            *("login_links", "duty", "recipients", "services", "terms", "checkpoints", "leases", "cursors", "drills"),
            *("budgets", "second_factors", "recovery_codes"),
        ),
        "a private reporter has none; whoever had one loses it in `take_over`": (
            *("senders", "conversations", "report_contacts", "muted", "discreet", "veils"),
        ),
        "gone with the talk, and named by nothing that stays": ("contacts", "traces", "outbox", "receipts"),
        "made by staff, at a time of theirs": ("holds", "examples"),
        "a message that no program could read: of no report": ("dead_letters",),
        "a wrong code is of no report, and a right one leaves no row": ("guesses",),
    }
)


def stir(conn: Connection, now: datetime) -> int:
    """Takes from what private reporters told in past hours the places that its rows have in the file.

    Between neighbours whose times are exact such a place would tell the minute; so does, on PostgreSQL, the transaction
    that wrote a row. Run it hourly. Returns how many rows were moved.
    """
    hour = hours.hour(now)
    found = rows(hour - _LATELY, hour)
    # A ladder that ended told when it was climbed; it is in the report's events, by the hour.
    climbed = (timers.c.kind == "alert", timers.c.done_at.is_not(None), found[timers])
    conn.execute(delete(timers).where(*climbed))
    if conn.dialect.name != "sqlite":
        del found[audit]  # the sealer's own change has moved them
    # All are found before any is moved.
    places = {table: _places(conn, table, which) for table, which in found.items()}
    for table, them in places.items():
        _move(conn, table, them)
    return sum(len(them) for them in places.values())


def rows(since: datetime, hour: datetime) -> dict[Table, ColumnElement[bool]]:
    """Which rows of each table came of what was told privately in the hours from `since` to `hour`."""
    told = and_(parts.c.inbound.is_(None), parts.c.at >= since, parts.c.at < hour)
    opened = and_(reports.c.opened_at >= since, reports.c.opened_at < hour)
    private = or_(reports.c.reachable == "pull", reports.c.erased_at >= since)
    whose = select(reports.c.id).where(private, or_(opened, exists().where(parts.c.report == reports.c.id, told)))
    said = or_(parts.c.report.in_(whose), and_(parts.c.kind == "utterance", told))
    ids = select(parts.c.id).where(said)
    # What tells no more than its hour is dated at the hour's end.
    ends = [since + timedelta(hours=step) for step in range(int((hour - since) / timedelta(hours=1)) + 1)]
    return {
        reports: reports.c.id.in_(whose),
        parts: said,
        **{table: table.c.report.in_(whose) for table in (events, timers, alerts, codes, consents)},
        **{table: table.c.part.in_(ids) for table in (part_seals, code_seals, media)},
        medium_seals: medium_seals.c.medium.in_(select(media.c.id).where(media.c.part.in_(ids))),
        inbound: and_(inbound.c.settled_at >= since, inbound.c.settled_at < hour, inbound.c.sequence == 0),
        audit: audit.c.at.in_(ends),
        talks: talks.c.sealed == b"",  # the marks that talks left
        effaced: effaced.c.at < hour,  # the private ones are of the hour
    }


def _places(conn: Connection, table: Table, which: ColumnElement[bool]) -> list[Any]:
    """Their places in the file (SQLite), or their keys, in no order."""
    names: list[Any] = [column("rowid")] if conn.dialect.name == "sqlite" else list(table.primary_key)
    found: list[Any] = [tuple(row) for row in conn.execute(select(*names).select_from(table).where(which))]
    secrets.SystemRandom().shuffle(found)
    return found


def _move(conn: Connection, table: Table, them: Sequence[tuple[Any, ...]]) -> None:
    if not them:
        return
    if conn.dialect.name == "sqlite":
        move = text(f"UPDATE {table.name} SET rowid = :place WHERE rowid = :one")  # noqa: S608 - names of ours
        conn.execute(move, [{"one": one, "place": _place()} for (one,) in them])
    elif table is inbound:
        # Its id is a serial number, and no part names it.
        moves = update(inbound).where(inbound.c.id == bindparam("one")).values(id=bindparam("place"))
        conn.execute(moves, [{"one": one, "place": _place()} for (one,) in them])
    else:
        keys = list(table.primary_key)
        same = {key.name: key for key in keys}
        these = and_(*(key == bindparam(f"key{at}", type_=key.type) for at, key in enumerate(keys)))
        conn.execute(
            update(table).where(these).values(same), [{f"key{at}": v for at, v in enumerate(row)} for row in them]
        )


def _place() -> int:
    """Below zero, where no new row comes after it."""
    return -1 - secrets.randbelow(_FARTHEST)
