"""Takes in what is understood better than when a report was filed."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, update

from bot import alerts
from bot.vocabulary import HELD, SEALED_DESKS, Desk, Destination, Facts, Reroute, Status, Urgency
from storage.casework import apart, bringing, landing
from storage.consent import hiding
from storage.intake import corrections
from storage.reporting import turns
from storage.reporting.turns import Turn
from storage.sealed import recipients
from storage.tables import reports
from storage.words import cards, content, examples, hours

_BY: Final = "machine:settle"


def reroute(turn: Turn, effect: Reroute) -> None:
    """Takes in what is better understood now, and moves the report if its desk is another. Urgency only rises."""
    row = turns.report(turn, effect.report)
    if row is None:
        return
    here = Destination(row.office, Desk(row.desk), HELD)
    before = content.card(turn.conn, turn.keyring, effect.report)
    locked = not before and content.is_locked(turn.conn, effect.report)
    barred = apart.known(row, before, effect.facts.apart)
    effect = replace(effect, facts=replace(effect.facts, apart=barred))
    effect = _unread(turn, effect, here=here) if locked else effect
    effect, by_hand = corrections.standing(before, effect, here=here)
    urgency = max(row.urgency, effect.facts.urgency.value)
    card = _card(before, effect, urgency=urgency) | {"corrected": by_hand}
    if card["sensitive"] or card["minor"]:
        examples.forget(turn.conn, effect.report)
    to = _lands(turn, row, effect, here=here)
    sealed, moves = to.desk in SEALED_DESKS, (row.office, row.desk) != (to.office, to.desk)
    # It leaves an office that it names, even where those who get it cannot read what was sealed to people there.
    leaves = moves and locked and row.office in barred
    if moves and not leaves:
        bringing.bring(turn.conn, turn.keyring, row, (to.office, to.desk), by=_BY, now=turn.clock, private=turn.private)
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
        "apart": apart.column(barred, desk=to.desk),
        "sealed_once": landing.marked(row, to.desk),
        "opened_at": hours.told(to.desk, row.opened_at),
        "due_at": _due(row, effect.facts, to.desk, turn.now),
        "closed_at": row.closed_at and hours.told(to.desk, row.closed_at),
        **(_moving(row, to) if moves else {}),
    }
    if not sealed and effect.place is None:
        values["place"] = row.place
    turn.conn.execute(update(reports).where(reports.c.id == effect.report).values(**values))
    bringing.promise(turn.keyring, row, (to.office, to.desk), barred, now=turn.now)
    # After the move, so that it is sealed to those who are there.
    _understood(turn, effect.report, cards.heard(card) if locked else card, to=to, leaves=leaves)
    if moves:
        _moved(turn, row, to)
    hiding.keep_apart(turn, effect.report, barred)
    if row.closed_at is None and (moves or row.claimed_by is None):
        turns.ring(turn, effect.report, effect.facts, office=to.office, desk=to.desk, version=int(row.version) + 1)


def _lands(turn: Turn, row: Row[Any], effect: Reroute, *, here: Destination) -> Destination:
    """Where it lies from now on: here, where somebody works on it, and where it may not lie there."""
    to = effect.to
    if to.rule == HELD or to.office in effect.facts.apart:
        return here
    # It leaves an office that it names also for a desk that others read, if only they are no police.
    where = (to.office, to.desk)
    if here.office in effect.facts.apart:
        return to if landing.may(turn.conn, row, where, now=turn.now) else here
    danger = effect.facts.urgency is Urgency.EMERGENCY
    return to if landing.may_alone(turn.conn, row, where, danger=danger, now=turn.now) else here


def _understood(turn: Turn, report: str, body: Mapping[str, Any], *, to: Destination, leaves: bool) -> None:
    clear_at = hours.when(turn.conn, report, turn.now, desk=to.desk)
    said: dict[str, Any] = {"report": report, "kind": "card", "at": turn.now, "clear_at": clear_at}
    if not leaves:
        content.add_part(turn.conn, turn.keyring, body=body, **said)
        return
    # Under a key, so that nobody who only writes SQL can say it: what comes next is for those who are there.
    people = recipients.standing(turn.conn, turn.keyring, to.office, to.desk, turn.clock)
    card = content.part_row(turn.keyring, body={**body, content.LEFT: True}, people=people, **said)
    content.add_rows(turn.conn, [card])


def _card(before: Mapping[str, Any], effect: Reroute, *, urgency: int) -> dict[str, Any]:
    """What is understood now, over what was understood before."""
    facts = effect.facts
    return dict(before) | {
        "category": facts.category,
        "place": turns.named(effect.place) or before.get("place") or {},
        "urgency": urgency,
        "sensitive": facts.sensitive or bool(before.get("sensitive")),
        "minor": facts.minor or bool(before.get("minor")),
        "no_reply": facts.no_reply or bool(before.get("no_reply")),
        "apart": list(facts.apart),
        "flight": facts.flight or before.get("flight", ""),
        "officer": cards.officer(facts) or before.get("officer", ""),
        "rule": before.get("rule", "") if effect.to.rule == HELD else effect.to.rule,
    }


def _unread(turn: Turn, effect: Reroute, *, here: Destination) -> Reroute:
    """Of a report that only people can read: it stays where a person corrected it, or where others could not read it.

    Its urgency rises all the same.
    """
    there = (effect.to.office, effect.to.desk)
    if there == (here.office, here.desk) or here.office in effect.facts.apart:
        return effect
    stays = corrections.stands(turn.conn, turn.keyring, effect.report)
    if stays or not bringing.follows(turn.conn, turn.keyring, effect.report, there, turn.clock):
        return replace(effect, to=here)
    return effect


def _moving(row: Row[Any], to: Destination) -> dict[str, Any]:
    """At another desk it is new and nobody's, as after a person's own move."""
    status = row.status if row.status == Status.CLOSED.value else Status.NEW.value
    where = {"office": to.office, "desk": to.desk.value}
    return {**where, "status": status, "claimed_by": None, "claimed_at": None}


def _moved(turn: Turn, row: Row[Any], to: Destination) -> None:
    then = replace(turn, now=hours.when(turn.conn, row.id, turn.now, desk=to.desk))
    turns.note(then, row.id, "move", _way(row, to))


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
