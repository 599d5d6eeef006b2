"""Carries out what `decide` decided, inside the transaction that settles a message."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import update

from bot.decide import held, officer
from bot.vocabulary import (
    Alarm,
    Append,
    Claim,
    Coded,
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
    Put,
    Reply,
    Reroute,
    Revoke,
    Show,
    Status,
    Unlock,
    Unmute,
    Veil,
    Wipe,
)
from storage import contacts, overseeing, promises, timers
from storage.casework import claims, recalls
from storage.casework.acts import Conflict, Refused, Unseen
from storage.consent import answering
from storage.intake import effacing, filing, joining, provisional, rerouting, veiling
from storage.outgoing import outbox
from storage.people import rota
from storage.promises import Kind
from storage.purging import bonds, erasing, joined
from storage.reporting import beside, discretion, joins, reach, turns
from storage.reporting.turns import Turn
from storage.sealed import remembered
from storage.tables import contacts as contact_rows
from storage.tables import reports
from storage.words import hours

_NOW: Final = timedelta()
_TO_NOTE_IT: Final = timedelta(minutes=10)  # so long what we told them stays, for them to write it down


def apply(turn: Turn, effect: Effect) -> Reply | None:
    """Carries out one effect. Returns what is told instead, where what was decided would be said of nothing done."""
    match effect:
        case File() | Append() | Reroute() | Join() | Erase() | Claim():
            return _to_a_report(_in_private(turn, effect) if turn.private else turn, effect)
        case Hide() | Veil() | Show() | Unlock() | Lock():
            _hide(turn, effect)
        case Alarm():
            _alarm(_in_private(turn, effect) if turn.private else turn, effect)
        case Consent() | Put() | Revoke():
            _consent(turn, effect)
        case Mute() | Unmute() | Wipe() | Leave() | Gone():
            if turn.reporter.contact is not None:
                _to_a_reporter(turn, effect, turn.reporter.contact)
    return None


def _hide(turn: Turn, effect: Hide | Veil | Show | Unlock | Lock) -> None:
    if turn.private and isinstance(effect, Lock):
        veiling.hold_back(turn)  # all else was done before (storage.intake.besides)
    elif not (turn.reporter.who.hidden or turn.private):
        veiling.apply(turn, effect)


def _consent(turn: Turn, effect: Consent | Put | Revoke) -> None:
    conn, ring, hourly = turn.conn, turn.keyring, turn.private
    match effect:
        case Consent():
            answering.answer(conn, ring, effect.consent, given=effect.given, now=turn.now, hourly=hourly)
        case Put():
            answering.put(conn, ring, effect.consent, hourly=hourly, now=turn.now)
        case Revoke():
            answering.revoke(conn, ring, effect.report, turn.now, hourly=hourly)


def _to_a_report(turn: Turn, effect: File | Append | Reroute | Join | Erase | Claim) -> Reply | None:
    match effect:
        case File():
            filing.file(turn, effect)
            if effect.locked and not turn.private:
                who, contact = turn.reporter.who.hash, turn.reporter.contact
                beside.remember(turn.conn, turn.keyring, who, effect.report, contact=contact, now=turn.now)
        case Append():
            filing.append(turn, effect.report)
        case Reroute():
            _reroute(turn, effect)
        case Join():
            joining.join(turn, effect)
        case Erase():
            _erase(turn, effect.report)
        case Claim():
            return _claim(turn, effect)
    return None


def _erase(turn: Turn, report: str) -> None:
    """With it goes what came while its reporter's word was not said, and what waits to come into it."""
    waited = provisional.erase(turn.conn, turn.keyring, turn.reporter, report, now=turn.now)
    # Of whoever is discreet messages are deleted in the chat, and their names with that; yet one may be edited.
    discreet = discretion.is_discreet(turn.conn, turn.reporter.who.hash)
    effacing.efface(turn, [report], whole=waited or discreet)
    if report == held.NAME:
        return
    _erase_one(turn, report)
    if turn.private or turn.reporter.who.hidden:
        return
    who, contact = turn.reporter.who.hash, turn.reporter.contact
    left = veiling.kept_back(turn) if discreet else {}
    veiled = any(told.veiled for told in left.values())
    locked = beside.part(turn.conn, turn.keyring, who, contact=contact, left=tuple(left), veiled=veiled, now=turn.now)
    for one in left if not discretion.is_discreet(turn.conn, who) else ():
        reach.veiled(turn.conn, turn.keyring, report=one)
    if locked:
        effacing.efface(turn, [None])
    for one in locked:
        _erase_one(turn, one)


def _erase_one(turn: Turn, report: str) -> None:
    """One that an order keeps is only cut off: that, too, must hold in a backup."""
    bound = bonds.until(turn.conn, turn.keyring, report, turn.now)
    erasing.erase(turn.conn, report, now=turn.now, bound=bound)
    if bound is None:
        promises.note(turn.keyring, Kind.ERASED, report, now=turn.now)
    else:
        promises.note(turn.keyring, Kind.CUT, report, now=turn.now, until=bound.isoformat())


def _in_private(turn: Turn, effect: File | Append | Reroute | Join | Erase | Claim | Alarm) -> Turn:
    """What is kept of it tells the hour, and the order within a report."""
    if isinstance(effect, File) or effect.report == held.NAME:
        return replace(turn, now=hours.hour(turn.now), exact=turn.now)
    return replace(
        turn, exact=turn.now, now=hours.after(turn.conn, joins.root(turn.conn, turn.keyring, effect.report), turn.now)
    )


def _alarm(turn: Turn, effect: Alarm) -> None:
    """Rings those on duty, whoever holds the report and although it was closed; to the phone goes nothing."""
    row = turns.report(turn, joins.root(turn.conn, turn.keyring, effect.report))
    if row is not None and effect.again and row.claimed_by is not None and row.closed_at is None:
        recalls.again(turn.conn, row, hourly=turn.private, now=turn.clock)
        return
    if row is None or timers.is_set(turn.conn, kind="alert", report=row.id):
        return
    version = int(row.version) + 1
    nobodys = {"status": Status.NEW.value, "claimed_by": None, "claimed_at": None, "closed_at": None}
    turn.conn.execute(
        update(reports).where(reports.c.id == row.id).values(**nobodys, close_reason=None, version=version)
    )
    then = replace(turn, now=hours.when(turn.conn, row.id, turn.now, desk=row.desk))
    turns.note(then, row.id, "alarm", {})
    where: dict[str, Any] = {"office": row.office, "desk": Desk(row.desk), "version": version}
    turns.alarm(turn.conn, turn.keyring, row.id, contact=None, now=turn.now, private=turn.private, **where)


def _to_a_reporter(turn: Turn, effect: Mute | Unmute | Wipe | Leave | Gone, contact: str) -> None:
    match effect:
        case Mute():
            _mute(turn, contact)
        case Unmute():
            contacts.unmute(turn.conn, turn.reporter.who.hash)
            _promise_silence(turn, contact, on=False)
            reach.found(turn.conn, turn.keyring, contact, turn.reporter.who.hash, instead_of="pull")
        case Wipe():
            _errand(turn, contact, "unsay" if effect.theirs else "wipe", wait=_TO_NOTE_IT if effect.later else _NOW)
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
    overseeing.tell(turn.conn, turn.keyring, effect.report, effect.facts, private=turn.private, now=turn.clock)
    row = turns.report(turn, effect.report)
    if row is None:
        return
    if turn.private or turn.waiting.message.about:
        here = Destination(row.office, Desk(row.desk), effect.to.rule)
        hers = officer.is_hers(here) and rota.is_staffed(turn.conn, here.office, here.desk, turn.clock)
        remembered.keep(turn.conn, turn.keyring, row.id, Coded(effect.facts, hers=hers), now=turn.clock)
    for part in joined.tied(turn.conn, turn.keyring, effect.report):
        if (part.office, part.desk) != (row.office, row.desk):
            to = Destination(row.office, Desk(row.desk), effect.to.rule)
            rerouting.reroute(turn, replace(effect, report=part.id, to=to, place=None))


def _mute(turn: Turn, contact: str) -> None:
    """What was told in the open is silent too, where this is told in private (storage.intake.besides)."""
    outbox.drop(turn.conn, contact=contact, reason="muted")
    if not turn.private:
        silence(turn, contact)


def silence(turn: Turn, contact: str) -> None:
    """From now on nothing is sent of what leads to this contact."""
    # By the hour for all: an exact time, or a rounded one, would tell in which talk it was said.
    contacts.mute(turn.conn, turn.reporter.who.hash, now=hours.hour(turn.now))
    _promise_silence(turn, contact, on=True)
    reach.lost(turn.conn, turn.keyring, contact, "pull")


def _promise_silence(turn: Turn, contact: str, *, on: bool) -> None:
    about, at = turn.reporter.who.hash.hex(), hours.hour(turn.now)
    if on:
        promises.note(turn.keyring, Kind.MUTED, about, now=at, contact=contact, on=True)
    else:
        promises.ease(turn.conn, turn.keyring, Kind.MUTED, about, now=at, contact=contact, on=False)


def _gone(turn: Turn, contact: str) -> None:
    """They blocked us. Whoever comes back is met by `reporters.meet`, and can be answered again."""
    turn.conn.execute(update(contact_rows).where(contact_rows.c.id == contact).values(unreachable_at=turn.now))
    outbox.drop(turn.conn, contact=contact, reason="blocked")
    reach.lost(turn.conn, turn.keyring, contact, "no")
    if not turn.private:  # after the talk nothing reaches them anyway
        promises.note(turn.keyring, Kind.REACH, contact, now=turn.now)


def _errand(turn: Turn, contact: str, kind: str, *, wait: timedelta = _NOW) -> None:
    """Something to be done in the chat: after what was queued before, and before the words that this turn queues.

    wait: until then; what is said meanwhile does not wait for it.
    """
    outbox.put_errand(
        turn.conn,
        turn.keyring,
        once=f"{kind}:{turn.waiting.dedup.hex()}:{int(wait.total_seconds())}",
        wait=wait,
        kind=kind,
        contact=contact,
        channel=turn.waiting.message.channel,
        now=turn.now,
    )


def _claim(turn: Turn, effect: Claim) -> Reply | None:
    """What an officer is told who does not have it now: only what was written is called theirs."""
    try:
        claims.claim_from_phone(turn.conn, turn.keyring, staff=effect.staff, report=effect.report, now=turn.now)
    except Conflict:
        return Reply("alert.late")
    except (Unseen, Refused):
        return Reply("alert.refused")
    return None
