"""Carries out a reporter's wishes for discretion: on all that leads to their phone, under whatever month's name."""

from collections.abc import Collection, Mapping, Sequence

from bot.vocabulary import Effect, Erase, Gone, Hide, Leave, Lock, Mute, Show, Unlock, Unmute, Veil
from storage.outgoing import outbox
from storage.reporting import discretion, order, reach, talks, ways
from storage.reporting.turns import Turn
from storage.ties import Told
from storage.words import hours


def apply(turn: Turn, effect: Hide | Veil | Show | Unlock | Lock) -> None:
    """Carries out one of them."""
    match effect:
        case Hide():
            _hide(turn, effect)
        case Veil():
            veil(turn, effect)
        case Show():
            _show(turn, effect)
        case Unlock():
            # What waited longer opens no longer: another may hold the phone by now.
            said_at = min(turn.now, turn.waiting.since or turn.now)
            who, ring = turn.reporter.who.hash, turn.keyring
            if effect.only:
                hold_back(turn)  # what waits was meant for whoever said their word
            discretion.unlock(turn.conn, ring, who, only=effect.only, said_at=said_at, now=turn.now)
        case Lock():
            discretion.lock(turn.conn, turn.reporter.who.hash)
            hold_back(turn)


def hold(turn: Turn, effects: Sequence[Effect]) -> None:
    """Holds what is to change how this phone is told, before any effect holds a report (storage.reporting.order).

    To erase changes it too: what is left without a word is veiled. What is told in private changes nothing that was
    told in the open (storage.intake.besides).
    """
    changes = [one for one in effects if isinstance(one, Hide | Veil | Show | Mute | Unmute | Leave | Gone | Erase)]
    if turn.reporter.contact is None or not changes:
        return
    wishes = any(isinstance(one, Hide | Veil | Show | Erase) for one in changes)
    theirs = {turn.reporter.contact, *(contacts(turn) if wishes and not turn.private else ())}
    order.lock(turn.conn, contacts=theirs, reports=[one.report for one in changes if isinstance(one, Erase)])


def led(turn: Turn) -> Mapping[str, str]:
    """Of each report that leads to this phone its contact, the newest contact first."""
    message, contact = turn.waiting.message, turn.reporter.contact
    return ways.leading(turn.conn, turn.keyring, message.channel, message.address, contact=contact)


def _hide(turn: Turn, effect: Hide) -> None:
    conn, ring, who = turn.conn, turn.keyring, turn.reporter.who.hash
    theirs, first = contacts(turn), not discretion.is_discreet(conn, who)
    for contact in theirs:
        reach.hidden(conn, ring, contact, first=first)
        outbox.hold_back(conn, ring, contact=contact, reason="locked")
    reach.opens(conn, ring, effect.report)
    discretion.hide(
        conn,
        ring,
        who,
        report=effect.report,
        words=effect.words,
        contacts=theirs,
        veiled=_veiled(turn, theirs),
        now=turn.now,
    )


def veil(turn: Turn, effect: Veil, *, but: Collection[str] = ()) -> None:
    """Whoever has a word is hidden by it already, but of what is told beside the code of one report alone.

    In private, too, what was told before; of whom only the talk knows, nothing is kept. By the hour for all, as silence
    is. but: reports that become private with this message, and are to stand in no promise beside their sender.
    """
    conn, ring, who = turn.conn, turn.keyring, turn.reporter.who.hash
    if discretion.is_discreet(conn, who) and not effect.report:
        return
    theirs = contacts(turn)
    if turn.private and not theirs:
        return
    if effect.report:
        reach.veiled(conn, ring, report=effect.report)
    for contact in () if effect.report else theirs:
        reach.veiled(conn, ring, contact=contact)
    at, told = hours.hour(turn.now), [one for one in _veiled(turn, theirs) if one not in but]
    discretion.veil(conn, ring, who, contacts=theirs, veiled=told, now=at)


def _show(turn: Turn, effect: Show) -> None:
    """What was told before they had a word, or has outlived it, is shown by its own code alone."""
    conn, ring, who, one = turn.conn, turn.keyring, turn.reporter.who.hash, effect.unveiled
    talks.drop(conn, turn.reporter.who.talk)
    theirs = contacts(turn)
    if one:
        reach.unveiled(conn, ring, one)
        discretion.unveil(conn, ring, who, report=one, contacts=theirs, veiled=_veiled(turn, theirs), now=turn.now)
    elif discretion.is_discreet(conn, who):
        for contact in theirs:
            reach.shown(conn, ring, contact)
        discretion.show(conn, ring, who, contacts=theirs, veiled=_veiled(turn, theirs), now=turn.now)


def contacts(turn: Turn) -> tuple[str, ...]:
    """All that lead from a report to this phone, under whatever month's name."""
    return tuple(dict.fromkeys(led(turn).values()))


def kept_back(turn: Turn) -> Mapping[str, Told]:
    """The reports that lead to this phone and of which it is not told in the open."""
    each = {one: reach.told(turn.conn, turn.keyring, one) for one in led(turn)}
    return {one: told for one, told in each.items() if told is not None and told.hidden}


def _veiled(turn: Turn, theirs: Sequence[str]) -> list[str]:
    """The reports that only their own code opens."""
    each = [reach.theirs(turn.conn, turn.keyring, contact) for contact in theirs]
    return [report for told in each for report, how in told.items() if how.veiled]


def hold_back(turn: Turn) -> None:
    """What waits for them."""
    if turn.reporter.contact is not None:
        outbox.hold_back(turn.conn, turn.keyring, contact=turn.reporter.contact, reason="locked")
