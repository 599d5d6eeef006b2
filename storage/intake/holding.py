"""A message that cannot be sealed to its desk now: it waits under the door's key, and its sender is told that it came.

Told once, and only who would have been answered openly; then it is settled like any as soon as the list verifies.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, select

from bot.decide import held
from bot.vocabulary import Decision, Known
from storage import inbound, tables
from storage.desks import alarming
from storage.inbound import Waiting
from storage.intake import privacy
from storage.intake.known import known
from storage.keys import Keyring
from storage.outgoing import outbox
from storage.reporting import reporters

REASON: Final = "Unverified"  # storage.sealed.recipients raised it


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
    first = select(tables.inbound.c.id).where(tables.inbound.c.id == waiting.id, tables.inbound.c.next_at.is_(None))
    if conn.execute(first).first() is not None and not (standing.discreet or waiting.message.entered_by):
        talking = waiting.id if standing.talking else None
        reporter = reporters.load(conn, keyring, who, now, talking=talking, discreet=standing.discreet)
        knows = known(conn, keyring, reporter, standing, message=waiting.message, said=codes, now=now, discretion=None)
        decision = decide(knows)
        replies = () if knows.muted else held.replies(decision)
        met = privacy.met(conn, keyring, reporter, decision, waiting, now=now) if replies else reporter
        for reply in replies if met.contact is not None else ():
            outbox.put(
                conn,
                keyring,
                once=f"{waiting.dedup.hex()}:held"[:80],
                kind="reply",
                contact=str(met.contact),
                channel=waiting.message.channel,
                reply=reply,
                due_at=now,
                now=now,
            )
    inbound.stumble(conn, keyring, waiting.id, now=now, reason=REASON)
