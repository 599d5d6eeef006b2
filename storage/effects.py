"""Carries out what `decide` decided, inside the transaction that settles a message."""

from dataclasses import replace

from sqlalchemy import update

from bot.vocabulary import (
    Alarm,
    Append,
    Claim,
    Consent,
    Desk,
    Destination,
    Effect,
    Erase,
    File,
    Gone,
    Hide,
    Join,
    Leave,
    Lock,
    Mute,
    Reroute,
    Revoke,
    Show,
    Unlock,
    Unmute,
    Wipe,
)
from storage import (
    claims,
    contacts,
    erasing,
    filing,
    joining,
    outbox,
    reporters,
    rerouting,
    turns,
)
from storage.acts import Conflict, Refused, Unseen
from storage.tables import contacts as contact_rows
from storage.turns import Turn


def apply(turn: Turn, effect: Effect) -> None:
    """Carries out one effect."""
    match effect:
        case File() | Append() | Reroute() | Join() | Erase() | Claim():
            _to_a_report(turn, effect)
        case Hide() | Show() | Unlock() | Lock() | Alarm() | Consent() | Revoke():
            raise NotImplementedError(name(effect))
        case Mute() | Unmute() | Wipe() | Leave() | Gone():
            if turn.reporter.contact is not None:
                _to_a_reporter(turn, effect, turn.reporter.contact)


def _to_a_report(turn: Turn, effect: File | Append | Reroute | Join | Erase | Claim) -> None:
    match effect:
        case File():
            filing.file(turn, effect)
        case Append():
            filing.append(turn, effect.report)
        case Reroute():
            _reroute(turn, effect)
        case Join():
            joining.join(turn, effect)
        case Erase():
            erasing.erase(turn.conn, effect.report, now=turn.now)
        case Claim():
            _claim(turn, effect)


def _to_a_reporter(turn: Turn, effect: Mute | Unmute | Wipe | Leave | Gone, contact: str) -> None:
    match effect:
        case Mute():
            _mute(turn, contact)
        case Unmute():
            contacts.unmute(turn.conn, turn.reporter.who.hash)
            reporters.set_reachable(turn.conn, contact, "yes", instead_of="pull")
        case Wipe():
            _errand(turn, contact, "wipe")
        case Leave():
            outbox.drop(turn.conn, contact=contact, reason="left")
            _errand(turn, contact, "leave")
        case Gone():
            _gone(turn, contact)


def name(effect: Effect) -> str:
    """An effect's name for the audit."""
    return type(effect).__name__.lower()


def _reroute(turn: Turn, effect: Reroute) -> None:
    """A report moves with what was joined into it: nothing that is sealed now may stay where others read it."""
    rerouting.reroute(turn, effect)
    row = turns.report(turn, effect.report)
    if row is None:
        return
    for part in joining.joined(turn.conn, effect.report):
        if (part.office, part.desk) != (row.office, row.desk):
            to = Destination(row.office, Desk(row.desk), effect.to.rule)
            rerouting.reroute(turn, replace(effect, report=part.id, to=to, place=None))


def _mute(turn: Turn, contact: str) -> None:
    contacts.mute(turn.conn, turn.reporter.who.hash, now=turn.now)
    outbox.drop(turn.conn, contact=contact, reason="muted")
    reporters.set_reachable(turn.conn, contact, "pull", instead_of="yes")


def _gone(turn: Turn, contact: str) -> None:
    """They blocked us. Whoever comes back is met by `reporters.meet`, and can be answered again."""
    turn.conn.execute(update(contact_rows).where(contact_rows.c.id == contact).values(unreachable_at=turn.now))
    outbox.drop(turn.conn, contact=contact, reason="blocked")
    reporters.set_reachable(turn.conn, contact, "no", instead_of="yes")


def _errand(turn: Turn, contact: str, kind: str) -> None:
    """Something to be done in the chat: after what was queued before, and before the words that this turn queues."""
    outbox.put_errand(
        turn.conn,
        turn.keyring,
        once=f"{kind}:{turn.waiting.dedup.hex()}",
        kind=kind,
        contact=contact,
        channel=turn.waiting.message.channel,
        now=turn.now,
    )


def _claim(turn: Turn, effect: Claim) -> None:
    try:
        claims.claim_from_phone(turn.conn, turn.keyring, staff=effect.staff, report=effect.report, now=turn.now)
    except (Unseen, Conflict, Refused):
        return  # taken, closed or moved meanwhile: who claims too late changes nothing
