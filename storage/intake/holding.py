"""A message that cannot be sealed to its desk now: it waits under the door's key, and its sender is told that it came.

Told once, and only who would have been answered; then it is settled like any as soon as the list verifies. Nobody waits
behind it: what the same person says next is settled at once, in the talk as it would be, with a report of which only
the name is there (bot.decide.held). So what belongs to it is known to belong to it, and waits as well, in its order,
instead of being filed by itself where anybody reads it; a fire, STOP or HELP goes its way; and it can be erased. When
it is filed at last, what was remembered in its place is forgotten, and no question that was put meanwhile is answered
by it. Nothing is ever kept unsealed in its stead. In private nothing is remembered of it.

Danger rings whoever would have been on duty for it, and oversight, at once, with nothing of what was said.
"""

import hmac
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from bot import alerts
from bot.decide import held
from bot.vocabulary import Append, Case, Decision, File, Known, Mode, Mute, Reply, Reroute
from storage import waits
from storage.casework import apart
from storage.desks import alarming
from storage.inbound import Waiting
from storage.intake import effects, privacy, provisional
from storage.intake.known import heard, known
from storage.keys import Domain, Keyring
from storage.outgoing import outbox
from storage.people import directory
from storage.reporting import reporters
from storage.reporting.reporters import Reporter
from storage.reporting.turns import Turn


def hold(
    conn: Connection,
    keyring: Keyring,
    waiting: Waiting,
    *,
    codes: Sequence[str],
    decide: Callable[[Known], Decision],
    now: datetime,
) -> None:
    """Lets it wait, tells its sender the first time that it came, and rings those who watch over the machine."""
    who = reporters.who(keyring, waiting, now)
    reporters.lock(conn, who)
    standing = reporters.standing(conn, who, waiting.id)
    if standing is None or standing.settled or standing.behind:
        return
    alarming.look(conn, keyring, now)
    private = False
    if not standing.held:
        talking = waiting.id if standing.talking else None
        found = reporters.load(
            conn, keyring, who, now, talking=talking, discreet=standing.discreet, private=waiting.private
        )
        reporter = provisional.recalled(conn, found, standing)
        hides = None
        if standing.discreet:
            hides = heard(conn, keyring, reporter, waiting, codes=codes, private=reporter.private, now=now)
        knows = known(conn, keyring, reporter, standing, waiting=waiting, said=codes, now=now, discretion=hides)
        knows = provisional.beside(conn, knows, reporter, standing)
        decision = decide(knows)
        _ring(conn, keyring, decision, reporter, now=now)
        private = decision.conversation.mode is Mode.PRIVATE
        if not private and not (standing.discreet or waiting.message.entered_by):
            turn = Turn(conn, keyring, waiting, reporter, knows.muted, now)
            _talk(turn, decision, coded=knows.by_code, codes=codes)
    waits.hold(conn, keyring, waiting.id, now=now, private=private)


def _talk(turn: Turn, decision: Decision, *, coded: Case | None, codes: Sequence[str]) -> None:
    """Answers it, remembers what was said, and obeys whoever asks for silence."""
    before = turn.reporter
    met = privacy.met(turn.conn, turn.keyring, before, decision, turn.waiting, coded=coded, now=turn.now)
    then = replace(turn, reporter=met)
    for effect in decision.effects:
        if isinstance(effect, Mute):
            effects.apply(then, effect)
    after = held.talk(decision, before.conversation)
    privacy.save(then, replace(decision, conversation=after), before=before, codes=codes)
    told = () if turn.muted else held.replies(decision)
    if before.conversation.mode is Mode.DISCREET:
        told = tuple(reply for reply in told if reply.key != "discreet.go")  # said once
    for place, reply in enumerate(told):
        _answer(then, reply, place)


def _answer(turn: Turn, reply: Reply, place: int) -> None:
    if turn.reporter.contact is None:
        return
    outbox.put(
        turn.conn,
        turn.keyring,
        once=f"{turn.waiting.dedup.hex()}:h{place}"[:80],
        kind="reply",
        contact=str(turn.reporter.contact),
        channel=turn.waiting.message.channel,
        reply=reply,
        due_at=turn.now,
        now=turn.now,
    )


def _ring(conn: Connection, keyring: Keyring, decision: Decision, reporter: Reporter, *, now: datetime) -> None:
    """Whoever would be rung first for it, but nobody of an office that it names."""
    if not held.is_grave(decision):
        return
    ongoing = decision.conversation.ongoing
    place = (ongoing.office, ongoing.desk) if ongoing is not None else None
    named: set[str] = set(ongoing.facts.apart) if ongoing is not None else set()
    for effect in decision.effects:
        if isinstance(effect, File | Reroute):
            place = (effect.to.office, effect.to.desk)
            named |= set(effect.facts.apart)
    if place is None or not any(isinstance(each, File | Append | Reroute) for each in decision.effects):
        return
    rung = alerts.rung(directory.read(conn, now), office=place[0], desk=place[1], rung=0, now=now)
    people = rung.staff if rung is not None else ()
    told = sorted(set(people) - apart.barred(conn, people, named, now))
    # No row of the outbox leads to whoever wrote.
    about = hmac.digest(keyring.at(Domain.DEDUP, "all"), b"danger" + reporter.who.hash, "sha256")
    alarming.danger(conn, keyring, told, about=about.hex()[:16], now=now)
