"""A person says what a report is about and how urgent it is, against the machine; and what is learnt from that.

Which category it was and is stands only in the sealed cards, never in an event or an audit row: a report may come to a
sealed desk later, and then its matter must not be told by what was written in clear before.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, select

from bot import alerts, routing
from bot.nlp.gazetteer import Gazetteer
from bot.taxonomy import RULES
from bot.vocabulary import (
    HELD,
    SEALED_DESKS,
    Category,
    Desk,
    Destination,
    Directory,
    Facts,
    Language,
    Reroute,
    Status,
    Urgency,
)
from storage.casework import moves
from storage.casework.acts import Act, Refused, Right, change, found, not_erased, permitted
from storage.casework.moves import Target
from storage.keys import KeyGone, Keyring
from storage.people import directory
from storage.sealed.keypairs import Unlocked
from storage.sealing import Tampered
from storage.tables import events, parts
from storage.words import content, examples, hours
from storage.words.examples import Example

# Desks that keep a matter from others: what newly belongs there goes there, whatever a person said before.
_APART: Final = SEALED_DESKS | {Desk.OVERSIGHT, Desk.SECURITY}


def correct(
    conn: Connection, keyring: Keyring, act: Act, *, category: Category, urgency: Urgency, gazetteer: Gazetteer
) -> int:
    """Sets a report's category and urgency, and learns from it where that is allowed. Returns the new version.

    The report stays at its desk: `proposed` says where it would go. Run it as the worker, not as the person: the
    console changes no category and reads nothing that was learnt; `visible` decides who may. Refused ("case.locked")
    where its words are sealed to others than act.opener: nobody corrects what they cannot read.
    """
    row = permitted(Right.CORRECT, conn, keyring, act)
    not_erased(row)
    card = content.card(conn, keyring, row.id, act.opener)
    if not card and content.is_locked(conn, row.id):
        raise Refused("case.locked")
    old = Category(card.get("category") or row.category or Category.OTHER)
    if (category, urgency.value) == (old, row.urgency):
        raise Refused("correct.same")
    _keep(conn, keyring, row, _corrected(card, act, category, urgency, row.urgency), now=act.now)
    values: dict[str, Any] = {"urgency": urgency.value, "due_at": _due(row, urgency, act.now)}
    if Desk(row.desk) not in SEALED_DESKS:
        values["category"] = category.value
    version = change(conn, keyring, act, row, values, event=("correct", {}))
    if urgency.value > row.urgency and row.claimed_by is None and row.status != Status.CLOSED.value:
        facts = Facts(category, urgency, sensitive=False)
        moves.ring(conn, keyring, row.id, facts, office=row.office, desk=Desk(row.desk), version=version, now=act.now)
    _learn(conn, keyring, row, card, labels=(old, category, urgency), gazetteer=gazetteer, now=act.now)
    return version


def _corrected(
    card: Mapping[str, Any], act: Act, category: Category, urgency: Urgency, was_urgent: int
) -> Mapping[str, Any]:
    """The card with a person's word over the machine's; `corrected` keeps what the machine had heard until then."""
    heard = card.get("corrected") or {"urgency": was_urgent, "rule": card.get("rule", "")}
    return dict(card) | {
        "category": category.value,
        "urgency": urgency.value,
        "sensitive": RULES[category].sensitive or bool(card.get("sensitive")),
        "corrected": dict(heard) | {"by": act.staff},
    }


def _keep(conn: Connection, keyring: Keyring, row: Row[Any], card: Mapping[str, Any], *, now: datetime) -> None:
    clear_at = hours.when(conn, row.id, now, desk=row.desk)
    content.add_part(conn, keyring, report=row.id, kind="card", body=card, at=now, clear_at=clear_at)


def _due(row: Row[Any], urgency: Urgency, now: datetime) -> datetime | None:
    """More urgent than thought: due sooner. Less urgent: nobody is given more time than was promised."""
    standing: datetime | None = row.due_at
    if urgency.value <= row.urgency:
        return standing
    due = alerts.due_at(urgency, hours.told(row.desk, now))
    return due if standing is None else min(standing, due)


# ── Learning ─────────────────────────────────────────────────────────────────────────────────────────────────
def _learn(
    conn: Connection,
    keyring: Keyring,
    row: Row[Any],
    card: Mapping[str, Any],
    *,
    labels: tuple[Category, Category, Urgency],
    gazetteer: Gazetteer,
    now: datetime,
) -> None:
    old, new, urgency = labels
    allowed = examples.may_learn(Desk(row.desk), (old, new), card) and not examples.was_sealed(conn, row.id)
    said = _said(conn, keyring, row.id) if allowed else ""
    if not said:
        examples.forget(conn, row.id)
        return
    language = Language(card.get("language") or row.language or Language.UNKNOWN)
    examples.remember(conn, keyring, Example(row.id, said, new, urgency, language), gazetteer, now=now)


def _said(conn: Connection, keyring: Keyring, report: str) -> str:
    """What was said first: the words that the machine took for a concern."""
    told = (parts.c.report == report, parts.c.kind == "utterance", parts.c.sealed.is_not(None))
    row = conn.execute(select(parts).where(*told).order_by(parts.c.at, parts.c.id).limit(1)).first()
    try:
        return "" if row is None else str(content.open_part(keyring, row).get("text") or "")
    except (content.SealedAway, KeyGone, Tampered):
        return ""


# ── Where it would go ────────────────────────────────────────────────────────────────────────────────────────
def proposed(
    conn: Connection,
    keyring: Keyring,
    offices: Directory,
    *,
    staff: str,
    number: str,
    now: datetime,
    opener: Unlocked | None = None,
) -> Target | None:
    """The desk that hears such a report by the rules, when that is another and this person may move it there.

    offices: the directory. A report whose place nobody knows is proposed to no other office, and one whose words are
    sealed to others than `opener` to none.
    """
    row = found(conn, staff=staff, number=number, now=now)
    card = content.card(conn, keyring, row.id, opener)
    if not card and content.is_locked(conn, row.id):
        return None
    category = Category(card.get("category") or row.category or Category.OTHER)
    place = (card.get("place") or {}).get("id", "")
    facts = Facts(
        category,
        Urgency(row.urgency),
        sensitive=RULES[category].sensitive or bool(card.get("sensitive")),
        lineage=_lineage(conn, place),
        minor=bool(card.get("minor")),
        apart=tuple(card.get("apart") or ()),
        insider=bool(card.get("apart")),
    )
    own = offices.offices.get(row.office)
    known = offices if facts.lineage or own is None else Directory({row.office: own})
    if not known.offices:
        return None
    to = routing.route(known, facts)
    listed = moves.targets(conn, staff=staff, number=number, now=now)
    return next((target for target in listed if (target.office, target.desk) == (to.office, to.desk)), None)


def _lineage(conn: Connection, place: str) -> tuple[str, ...]:
    parents = directory.place_parents(conn) if place else {}
    line: list[str] = []
    while place in parents and place not in line:
        line.append(place)
        place = parents[place]
    return tuple(line)


# ── What the machine hears afterwards ────────────────────────────────────────────────────────────────────────
def stands(conn: Connection, keyring: Keyring, report: str) -> bool:
    """Whether a person's correction of a report stands. Where nobody can read its cards, its events tell."""
    if card := content.card(conn, keyring, report):
        return bool(card.get("corrected"))
    said = (events.c.report == report, events.c.kind == "correct")
    return conn.execute(select(events.c.id).where(*said).limit(1)).first() is not None


def standing(
    card: Mapping[str, Any], effect: Reroute, *, here: Destination
) -> tuple[Reroute, Mapping[str, Any] | None]:
    """What may come of a better understanding when a person has corrected the report (card): its place, and more haste.

    Category and desk stay as the person said. Unless what was said since belongs to a desk that keeps it from others
    (private, about police or forum, extremism), by another rule than the machine had then; or it names the very office
    where it lies. Second: the card's
    `corrected` from now on, None when no correction stands.
    """
    by_hand = card.get("corrected")
    leaves = effect.to.desk in _APART and effect.to.rule not in (HELD, by_hand["rule"]) if by_hand else True
    if not by_hand or leaves or here.office in effect.facts.apart:
        return effect, None
    heard = Urgency(by_hand["urgency"])
    more = effect.facts.urgency if effect.facts.urgency > heard else Urgency.NORMAL
    facts = replace(effect.facts, category=Category(card["category"]), urgency=more)
    return replace(effect, to=here, facts=facts), dict(by_hand) | {"urgency": max(heard, more).value}
