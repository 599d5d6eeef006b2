"""Settles a kept message: all that follows from it, in one transaction, or nothing of it."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from enum import Enum
from typing import Final

from sqlalchemy import Connection

from bot.vocabulary import (
    Append,
    Consent,
    Decision,
    File,
    Gone,
    Known,
    Leave,
    Lock,
    Mute,
    Reroute,
    Show,
    Unlock,
    Unmute,
    Wipe,
)
from storage import audit, effects, inbound, outbox, reporters, sql, tables, traces
from storage.inbound import Waiting
from storage.keys import Keyring
from storage.known import known
from storage.turns import Turn

_ABOUT_NOBODY: Final = (Mute, Unmute, Wipe, Leave, Gone, Show, Unlock, Lock, Consent)  # effects that name no report
_MICROSECOND: Final = timedelta(microseconds=1)


class Settled(Enum):
    """DONE: it is settled now. LATER: an older message of this reporter comes first. GONE: it was settled before."""

    DONE = "done"
    LATER = "later"
    GONE = "gone"


def settle(
    conn: Connection,
    keyring: Keyring,
    waiting: Waiting,
    *,
    codes: Sequence[str],
    decide: Callable[[Known], Decision],
    now: datetime,
) -> Settled:
    """Asks `decide` with all that is known and carries out what it says; after this the raw text is gone from intake.

    codes: those standing in the message, digits only. Raises what `decide` raises, and IntegrityError when a report's
    number or code is taken: try again with other entropy.
    """
    who = reporters.who(keyring, waiting, now)
    reporters.lock(conn, who)
    standing = reporters.standing(conn, who, waiting.id)
    if standing is None or standing.settled:
        return Settled.GONE
    if standing.behind:
        return Settled.LATER
    if not waiting.readable:
        inbound.bury(conn, keyring, waiting.id, now=now, reason="unreadable")
        return Settled.DONE
    reporter = reporters.load(conn, keyring, who, now)
    decision = decide(known(conn, keyring, reporter, standing, message=waiting.message, said=codes, now=now))
    reporter = reporters.meet(conn, keyring, reporter, waiting, locale=decision.locale, now=now)
    hushed = standing.muted and not any(isinstance(effect, Unmute) for effect in decision.effects)
    turn = Turn(conn=conn, keyring=keyring, waiting=waiting, reporter=reporter, muted=hushed, now=now)
    for effect in decision.effects:
        effects.apply(turn, effect)
    reporters.save(conn, keyring, reporter, decision.conversation, now=now)
    _trace(turn, decision)
    _answer(turn, decision)
    _record(turn, decision)
    if not inbound.mark_settled(conn, waiting.id, now=now):
        raise RuntimeError("a message was settled twice at once")  # the locks above make this impossible
    return Settled.DONE


def _trace(turn: Turn, decision: Decision) -> None:
    """Remembers what the carrier calls this message, where it has a name and somebody to delete it for."""
    contact, own_id = turn.reporter.contact, turn.waiting.message.own_id
    if contact is not None and own_id:
        about = _about(decision)
        traces.theirs(turn.conn, turn.keyring, contact=contact, own_id=own_id, report=about, now=turn.now)


def _answer(turn: Turn, decision: Decision) -> None:
    """Queues the replies, each a microsecond after the one before, so that they keep their order."""
    if turn.reporter.contact is None or not decision.replies:
        return
    message, rows = turn.waiting.message, []
    for place, reply in enumerate(decision.replies):
        body = outbox.parcel_body(turn.keyring, reply, message.callback if place == 0 else "", now=turn.now)
        at = turn.now + place * _MICROSECOND
        rows.append(
            {
                **body,
                "once": f"{turn.waiting.dedup.hex()}:{place}",
                "kind": "reply",
                "report": _about(decision),
                "contact": turn.reporter.contact,
                "channel": message.channel.value,
                "created_at": at,
                "due_at": turn.now,
            }
        )
    turn.conn.execute(sql.insert_unless_there(turn.conn, tables.outbox), rows)


def _about(decision: Decision) -> str | None:
    for effect in decision.effects:
        if isinstance(effect, File | Append | Reroute):
            return effect.report
    return None


def _record(turn: Turn, decision: Decision) -> None:
    """Who typed it for a caller or visitor stands here and nowhere else."""
    by = turn.waiting.message.entered_by
    audit.write(
        turn.conn,
        turn.keyring,
        at=turn.now,
        actor="machine:settle",
        action="settle",
        subject=next((effect.report for effect in decision.effects if not isinstance(effect, _ABOUT_NOBODY)), ""),
        data={"effects": [effects.name(effect) for effect in decision.effects]} | ({"entered_by": by} if by else {}),
    )
