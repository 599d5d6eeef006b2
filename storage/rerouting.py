"""Takes in what is understood better than when a report was filed."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, update

from bot import alerts
from bot.vocabulary import HELD, SEALED_DESKS, Desk, Destination, Facts, Reroute, Status
from storage import content, corrections, examples, hours, turns
from storage.tables import reports
from storage.turns import Turn


def reroute(turn: Turn, effect: Reroute) -> None:
    """Takes in what is better understood now, and moves the report if its desk is another. Urgency only rises."""
    row = turns.report(turn, effect.report)
    if row is None:
        return
    before = content.card(turn.conn, turn.keyring, effect.report)
    effect, by_hand = corrections.standing(before, effect, here=Destination(row.office, Desk(row.desk), HELD))
    urgency = max(row.urgency, effect.facts.urgency.value)
    card = before | {
        "category": effect.facts.category,
        "place": turns.named(effect.place) or before.get("place") or {},
        "urgency": urgency,
        "sensitive": effect.facts.sensitive or bool(before.get("sensitive")),
        "minor": effect.facts.minor or bool(before.get("minor")),
        "no_reply": effect.facts.no_reply or bool(before.get("no_reply")),
        "corrected": by_hand,
        "rule": before.get("rule", "") if effect.to.rule == HELD else effect.to.rule,
    }
    if card["sensitive"] or card["minor"]:
        examples.forget(turn.conn, effect.report)
    # Somebody works on it where it is: what is understood better is taken in, and the report stays.
    to = Destination(row.office, Desk(row.desk), HELD) if effect.to.rule == HELD else effect.to
    sealed, moves = to.desk in SEALED_DESKS, (row.office, row.desk) != (to.office, to.desk)
    if sealed and Desk(row.desk) not in SEALED_DESKS:
        hours.seal(turn.conn, turn.keyring, effect.report, now=turn.now)
    clear_at = hours.when(turn.conn, effect.report, turn.now, desk=to.desk)
    content.add_part(
        turn.conn, turn.keyring, report=effect.report, kind="card", body=card, at=turn.now, clear_at=clear_at
    )
    values = {
        "urgency": urgency,
        "version": row.version + 1,
        **turns.told(
            effect.facts,
            effect.place,
            sealed=sealed,
            language=card.get("language", ""),
            channel=card.get("channel", ""),
        ),
        "opened_at": hours.told(to.desk, row.opened_at),
        "due_at": _due(row, effect.facts, to.desk, turn.now),
        "closed_at": row.closed_at and hours.told(to.desk, row.closed_at),
        **(_moving(row, to) if moves else {}),
    }
    if not sealed and effect.place is None:
        values["place"] = row.place
    turn.conn.execute(update(reports).where(reports.c.id == effect.report).values(**values))
    if moves:
        then = replace(turn, now=hours.when(turn.conn, effect.report, turn.now, desk=to.desk))
        turns.note(then, effect.report, "move", _way(row, to))
    if row.closed_at is None and (moves or row.claimed_by is None):
        version = int(row.version) + 1
        turns.ring(turn, effect.report, effect.facts, office=to.office, desk=to.desk, version=version)


def _moving(row: Row[Any], to: Destination) -> dict[str, Any]:
    """At another desk it is new and nobody's, as after a person's own move."""
    status = row.status if row.status == Status.CLOSED.value else Status.NEW.value
    where = {"office": to.office, "desk": to.desk.value}
    return {**where, "status": status, "claimed_by": None, "claimed_at": None}


def _way(row: Row[Any], to: Destination) -> dict[str, str]:
    new = {"office": to.office, "desk": to.desk.value}
    # A sealed desk does not tell by which rule a report came to it: the rule names the matter.
    why = {} if to.desk in SEALED_DESKS or Desk(row.desk) in SEALED_DESKS else {"rule": to.rule}
    return {**new, "from_office": row.office, "from_desk": row.desk, **why}


def _due(row: Row[Any], facts: Facts, desk: Desk, now: datetime) -> datetime | None:
    """More urgent than thought: due sooner. Never later; at a sealed desk counted from the hour."""
    standing: datetime | None = row.due_at and hours.told(desk, row.due_at)
    if facts.urgency.value <= row.urgency:
        return standing
    due = alerts.due_at(facts.urgency, hours.told(desk, now))
    return due if standing is None else min(standing, due)
