"""Carries out what `decide` decided, inside the transaction that settles a message."""

from dataclasses import replace

from sqlalchemy import delete, update

from bot.vocabulary import Append, Claim, Effect, Erase, File, Gone, Join, Leave, Mute, Reroute, Status, Unmute, Wipe
from storage import claims, contacts, content, filing, hours, media, outbox, reporters, rerouting, timers, turns
from storage.acts import Conflict, Refused, Unseen
from storage.tables import codes, report_contacts, reports
from storage.turns import Turn


def apply(turn: Turn, effect: Effect) -> None:
    """Carries out one effect."""
    match effect:
        case File():
            filing.file(turn, effect)
        case Append():
            filing.append(turn, effect.report)
        case Reroute():
            rerouting.reroute(turn, effect)
        case Erase():
            _erase(turn, effect.report)
        case Mute():
            _mute(turn)
        case Unmute():
            _unmute(turn)
        case Claim():
            _claim(turn, effect)
        case Join() | Wipe() | Leave() | Gone():
            pass


def name(effect: Effect) -> str:
    """An effect's name for the audit."""
    return type(effect).__name__.lower()


def _erase(turn: Turn, report: str) -> None:
    row = turns.report(turn, report)
    if row is None:
        return
    content.erase(turn.conn, report)
    media.erase(turn.conn, report, now=turn.now)
    turn.conn.execute(delete(report_contacts).where(report_contacts.c.report == report))
    turn.conn.execute(delete(codes).where(codes.c.report == report))
    timers.stop(turn.conn, report=report, now=turn.now)
    # The worker that rings it overwrites what was deleted in the file, after this is committed.
    timers.set_timer(turn.conn, once=f"erased:{report}", kind="erased", due_at=turn.now)
    outbox.drop(turn.conn, report=report, reason="erased")
    nothing = {"category": None, "place": None, "language": None, "channel": None, "reachable": "no"}
    then = hours.told(row.desk, turn.now)
    ended = {"status": Status.CLOSED.value, "closed_at": row.closed_at or then, "close_reason": "erased"}
    turn.conn.execute(
        update(reports)
        .where(reports.c.id == report)
        .values(**nothing, **ended, erased_at=then, version=row.version + 1)
    )
    turns.note(replace(turn, now=hours.when(turn.conn, report, turn.now, desk=row.desk)), report, "erase", {})


def _mute(turn: Turn) -> None:
    if turn.reporter.contact is None:
        return
    contacts.mute(turn.conn, turn.reporter.who.hash, now=turn.now)
    outbox.drop(turn.conn, contact=turn.reporter.contact, reason="muted")
    reporters.set_reachable(turn.conn, turn.reporter.contact, "pull", instead_of="yes")


def _unmute(turn: Turn) -> None:
    if turn.reporter.contact is None:
        return
    contacts.unmute(turn.conn, turn.reporter.who.hash)
    reporters.set_reachable(turn.conn, turn.reporter.contact, "yes", instead_of="pull")


def _claim(turn: Turn, effect: Claim) -> None:
    try:
        claims.claim_from_phone(turn.conn, turn.keyring, staff=effect.staff, report=effect.report, now=turn.now)
    except (Unseen, Conflict, Refused):
        return  # taken, closed or moved meanwhile: who claims too late changes nothing
