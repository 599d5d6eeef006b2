"""Settles a kept message: all that follows from it, in one transaction, or nothing of it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import Enum
from functools import partial
from typing import Any, Final

from sqlalchemy import Connection

from bot import consent
from bot.vocabulary import (
    Append,
    Consent,
    Decision,
    Discretion,
    File,
    Gone,
    Known,
    Leave,
    Lock,
    Mode,
    Mute,
    Put,
    Reroute,
    Show,
    Unlock,
    Unmute,
    Veil,
    Wipe,
)
from storage import audit, deadletters, inbound, tables
from storage.consent import explaining
from storage.database import sql
from storage.database.engine import Store
from storage.inbound import Waiting
from storage.intake import besides, effects, privacy, provisional, veiling
from storage.intake.known import heard, known
from storage.keys import Keyring
from storage.outgoing import outbox
from storage.reporting import bearer, cutting, effaced, reporters, traces
from storage.reporting.reporters import Reporter
from storage.reporting.turns import Turn
from storage.words import hours

_ABOUT_NOBODY: Final = (
    Mute,
    Unmute,
    Wipe,
    Leave,
    Gone,
    Veil,
    Show,
    Unlock,
    Lock,
    Consent,
    Put,
)  # effects that name no report
_MICROSECOND: Final = timedelta(microseconds=1)


class Settled(Enum):
    """DONE: it is settled now. LATER: an older message of this reporter comes first. GONE: it was settled before.

    APART: what it wishes of what was told in the open is done, and committed alone; then the rest (`wished`).
    """

    DONE = "done"
    LATER = "later"
    GONE = "gone"
    APART = "apart"


async def settle_wholly(store: Store, *, decide: Callable[[Known], Decision], **said: Any) -> Settled:
    """Settles a kept message, in two transactions where a private turn wishes something of what was told in the open.

    The second carries out what the first decided: it must not take what that has just done for something done before.
    """
    decided: list[Decision] = []

    def first(known: Known) -> Decision:
        decided.append(decide(known))
        return decided[-1]

    done = await store.write(partial(settle, decide=first, **said))
    if done is not Settled.APART:
        return done
    return await store.write(partial(settle, decide=lambda _known: decided[-1], wished=True, **said))


def settle(
    conn: Connection,
    keyring: Keyring,
    waiting: Waiting,
    *,
    codes: Sequence[str],
    decide: Callable[[Known], Decision],
    now: datetime,
    wished: bool = False,
) -> Settled:
    """Asks `decide` with all that is known and carries out what it says; after this the raw text is gone from intake.

    codes: those standing in the message, digits only. Raises what `decide` raises, and IntegrityError when a report's
    number or code is taken: try again with other entropy. Unverified where it would go to a desk whose list does not
    verify, or to what waits for one: then it waits as well (storage.intake.holding).
    wished: what a private turn wishes of what was told in the open was done, as this decision says (`settle_wholly`).
    """
    who = reporters.who(keyring, waiting, now)
    reporters.lock(conn, who)
    standing = reporters.standing(conn, who, waiting.id)
    if standing is None or standing.settled:
        return Settled.GONE
    if standing.behind:
        return Settled.LATER
    if not waiting.readable:
        deadletters.bury(conn, keyring, waiting.id, now=now, reason="unreadable")
        return Settled.DONE
    talking = waiting.id if standing.talking else None
    reporter = reporters.load(
        conn,
        keyring,
        who,
        now,
        talking=talking,
        discreet=standing.discreet,
        private=waiting.private,
        edits=waiting.message.own_id if waiting.message.edit else "",
    )
    reporter = provisional.recalled(conn, reporter, standing)
    if effaced.is_effaced(conn, keyring, waiting.message, contact=reporter.contact, now=now):
        inbound.mark_settled(conn, waiting.id, now=now, private=True)
        return Settled.DONE
    hides = _hides(conn, keyring, reporter, waiting, codes=codes, now=now) if standing.discreet else None
    knows = known(conn, keyring, reporter, standing, waiting=waiting, said=codes, now=now, discretion=hides)
    decision = provisional.there(
        decide(provisional.beside(conn, knows, reporter, standing)),
        unsure=provisional.may_be_of_it(conn, knows, waiting, reporter, standing),
    )
    waiting, decision = cutting.cut(conn, keyring, reporter, waiting, knows, decision)
    if not wished and not who.hidden and besides.are_wished(decision):
        besides.carry_out(Turn(conn, keyring, waiting, reporter, muted=False, now=now, private=True), decision)
        return Settled.APART
    turn = Turn(
        conn=conn,
        keyring=keyring,
        waiting=waiting,
        reporter=privacy.met(conn, keyring, reporter, decision, waiting, coded=knows.by_code, now=now),
        muted=knows.muted and not any(isinstance(effect, Unmute) for effect in decision.effects),
        now=now,
        private=decision.conversation.mode is Mode.PRIVATE,
    )
    decision = _carried_out(turn, decision)
    privacy.save(turn, decision, before=reporter, codes=codes)
    _part(turn, reporter)
    _trace(turn, decision)
    _answer(turn, decision)
    _record(turn, decision)
    if not inbound.mark_settled(conn, waiting.id, now=now, private=turn.private):
        raise RuntimeError("a message was settled twice at once")  # the locks above make this impossible
    return Settled.DONE


def _hides(
    conn: Connection, keyring: Keyring, reporter: Reporter, waiting: Waiting, *, codes: Sequence[str], now: datetime
) -> Discretion | None:
    private = reporter.private or bearer.opens(conn, keyring, codes)
    return heard(conn, keyring, reporter, waiting, codes=codes, private=private, now=now)


def _carried_out(turn: Turn, decision: Decision) -> Decision:
    """As it is told: where an effect was not what was decided, that is said instead."""
    veiling.hold(turn, decision.effects)
    for effect in decision.effects:
        instead = effects.apply(turn, effect)
        decision = decision if instead is None else replace(decision, replies=(instead,))
    return decision


def _part(turn: Turn, before: Reporter) -> None:
    if turn.private and not before.private:
        provisional.part(turn.conn, turn.keyring, before, now=turn.now)


def _trace(turn: Turn, decision: Decision) -> None:
    """Remembers what the carrier calls this message, where it has a name and somebody to delete it for."""
    contact, own_id = turn.reporter.contact, turn.waiting.message.own_id
    if contact is not None and own_id:
        about = None if turn.private else _about(decision)
        traces.theirs(turn.conn, turn.keyring, contact=contact, own_id=own_id, report=about, now=turn.now)


def _answer(turn: Turn, decision: Decision) -> None:
    """Queues the replies, each a microsecond after the one before, so that they keep their order."""
    if turn.reporter.contact is None or not decision.replies:
        return
    message, rows = turn.waiting.message, []
    about = None if turn.private else _about(decision)
    for place, reply in enumerate(decision.replies):
        to = {"kind": "reply", "channel": message.channel.value, "contact": turn.reporter.contact, "report": about}
        callback = message.callback if place == 0 else ""
        body = outbox.parcel_body(turn.keyring, reply, callback, to=to, now=turn.now)
        at = turn.now + place * _MICROSECOND
        rows.append(
            {
                **body,
                **to,
                "once": _once(turn, decision, place, parcel=body["id"]),
                "created_at": at,
                "due_at": turn.now,
            }
        )
    turn.conn.execute(sql.insert_unless_there(turn.conn, tables.outbox), rows)


def _once(turn: Turn, decision: Decision, place: int, *, parcel: str) -> str:
    """The name of a reply's parcel; what says something of a consent goes by that, to be known when it is answered."""
    what = explaining.says(decision.replies[place].key)
    put = next((effect.consent for effect in decision.effects if isinstance(effect, Put)), "")
    about = put or consent.named(decision.conversation.options)
    if what is not None and about:
        hidden = explaining.once_hidden(turn.keyring, what, about, parcel, place)
        return hidden if turn.private else explaining.once(what, about, turn.waiting.dedup)
    return f"{turn.waiting.dedup.hex()}:{place}"


def _about(decision: Decision) -> str | None:
    """The report that it is part of. What is kept behind a discreet reporter's word is nobody's: no reply tells it."""
    kept = decision.conversation.locked
    locked = {kept.report} if kept is not None else set()
    for effect in decision.effects:
        if isinstance(effect, File) and effect.locked:
            locked.add(effect.report)
        if isinstance(effect, File | Append | Reroute) and effect.report not in locked:
            return effect.report
    return None


def _record(turn: Turn, decision: Decision) -> None:
    """Who typed it for a caller or visitor stands here, too; in private no report does.

    It tells the hour: whoever chooses privacy later cannot have it changed.

    Of nobody it stands that they asked for silence or a veil: beside `muted` and `veils` it would tell who did so in a
    private talk.
    """
    by = turn.waiting.message.entered_by
    about = next((effect.report for effect in decision.effects if not isinstance(effect, _ABOUT_NOBODY)), "")
    names = [effects.name(effect) for effect in decision.effects if not isinstance(effect, Mute | Veil)]
    audit.write(
        turn.conn,
        turn.keyring,
        at=hours.noted(turn.now, private=turn.private),
        actor="machine:settle",
        action="settle",
        subject="" if turn.private else about,
        data={"effects": names} | ({"entered_by": by} if by else {}),
    )
