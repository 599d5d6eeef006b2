"""What a voice turns out to say once it is written down: whom it names does not see it, and what few may see is sealed.

As of an addition in words; but a machine may have heard wrong, so nothing else moves by it: neither a kind nor a place.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, select

from bot.decide import apart, understood
from bot.nlp import places
from bot.nlp.gazetteer import Gazetteer
from bot.routing import route
from bot.vocabulary import (
    HELD,
    Analysis,
    Category,
    Channel,
    Conversation,
    Desk,
    Destination,
    Facts,
    Message,
    Reroute,
    Urgency,
)
from storage import overseeing
from storage.inbound import Waiting
from storage.intake import rerouting, understanding
from storage.keys import Keyring
from storage.people import directory
from storage.purging import joined
from storage.reporting import joins, turns
from storage.reporting.reporters import Reporter, Who
from storage.reporting.turns import Turn
from storage.tables import report_contacts

# No message is settled here: nobody wrote just now, and nobody is answered.
_SAID: Final = Waiting(0, Message(Channel.SMS, "", "", "", "", 0), b"", b"")
_NOBODY: Final = Who(b"", (b"", b"", b""), b"", hidden=True)


def part(
    conn: Connection,
    keyring: Keyring,
    report: str,
    heard: Analysis,
    gazetteer: Gazetteer,
    *,
    private: bool,
    now: datetime,
    clock: datetime,
) -> None:
    """Takes a report from those who may not see it any more. private: its times tell the hour. clock: the time."""
    whole = joins.root(conn, keyring, report)
    contact = conn.execute(select(report_contacts.c.contact).where(report_contacts.c.report == whole)).scalar()
    reporter = Reporter(_NOBODY, Conversation(), contact=contact, private=private)
    turn = Turn(conn, keyring, _SAID, reporter, muted=False, now=now, private=private, exact=clock)
    row = turns.report(turn, whole)
    effect = None if row is None else _reroute(turn, row, heard, gazetteer)
    if effect is None:
        return
    rerouting.reroute(turn, effect)
    overseeing.tell(turn.conn, turn.keyring, effect.report, effect.facts, private=turn.private, now=turn.clock)
    row = turns.report(turn, whole)
    if row is None:
        return
    to = Destination(row.office, Desk(row.desk), effect.to.rule)
    for each in joined.tied(conn, keyring, whole):
        rerouting.reroute(turn, replace(effect, report=each.id, to=to, place=None))


def _reroute(turn: Turn, row: Row[Any], heard: Analysis, gazetteer: Gazetteer) -> Reroute | None:
    told = understanding.facts(turn.conn, turn.keyring, row.id)
    sealed = Facts(Category.OTHER, Urgency(row.urgency), sensitive=True)
    place = places.by_id(gazetteer, told.lineage[0]) if told is not None and told.lineage else None
    old = replace(told or sealed, lineage=place.lineage if place is not None else ())
    better = understood.better(old, heard)
    facts = replace(
        old,
        category=better.category if better.sensitive and not old.sensitive else old.category,
        sensitive=better.sensitive,
        about_police=better.about_police,
        insider=better.insider,
        minor=better.minor,
    )
    offices = directory.read(turn.conn, turn.clock)
    facts = apart.known(offices, gazetteer, facts, heard)
    if facts == old:
        return None
    to = route(offices, facts)
    if told is None and row.office not in facts.apart:
        to = Destination(row.office, Desk(row.desk), HELD)
    return Reroute(row.id, to, facts, place)
