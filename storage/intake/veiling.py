"""Carries out a reporter's wishes for discretion: on all that leads to their phone, under whatever month's name."""

from collections.abc import Mapping, Sequence

from bot.vocabulary import Effect, Gone, Hide, Leave, Lock, Mute, Show, Unlock, Unmute, Veil
from storage.outgoing import outbox
from storage.reporting import discretion, order, reach, reporters, talks, ways
from storage.reporting.turns import Turn


def apply(turn: Turn, effect: Hide | Veil | Show | Unlock | Lock) -> None:
    """Carries out one of them."""
    match effect:
        case Hide():
            _hide(turn, effect)
        case Veil():
            _veil(turn)
        case Show():
            _show(turn, effect)
        case Unlock():
            # What waited longer opens no longer: another may hold the phone by now.
            said_at = min(turn.now, turn.waiting.since or turn.now)
            discretion.unlock(turn.conn, turn.reporter.who.hash, said_at=said_at)
        case Lock():
            discretion.lock(turn.conn, turn.reporter.who.hash)
            _hold_back(turn)


def hold(turn: Turn, effects: Sequence[Effect]) -> None:
    """Holds what is to change how this phone is told, before any effect holds a report (storage.reporting.order)."""
    changes = [one for one in effects if isinstance(one, Hide | Veil | Show | Mute | Unmute | Leave | Gone)]
    if turn.reporter.contact is None or not changes:
        return
    wishes = any(isinstance(one, Hide | Veil | Show) for one in changes)
    besides = reporters.linked(turn.conn, turn.keyring, turn.reporter.who) if turn.private else None
    theirs = {turn.reporter.contact, *(contacts(turn) if wishes else ()), *([besides] if besides else ())}
    order.lock(turn.conn, contacts=theirs)


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


def _veil(turn: Turn) -> None:
    """Whoever has a word is hidden by it already."""
    conn, ring, who = turn.conn, turn.keyring, turn.reporter.who.hash
    if discretion.is_discreet(conn, who):
        return
    theirs = contacts(turn)
    for contact in theirs:
        reach.veiled(conn, ring, contact=contact)
    if theirs:
        discretion.veil(conn, ring, who, veiled=_veiled(turn, theirs), now=turn.now)


def _show(turn: Turn, effect: Show) -> None:
    """What was hidden before they had a word, or has outlived it, is shown by its own code alone.

    Once nothing is veiled any more, nor is what they tell next.
    """
    conn, ring, who = turn.conn, turn.keyring, turn.reporter.who.hash
    talks.drop(conn, turn.reporter.who.talk)
    by_word = discretion.is_discreet(conn, who)
    if not (by_word or effect.unveiled):
        return
    theirs = contacts(turn)
    for contact in theirs if by_word else ():
        reach.shown(conn, ring, contact)
    if effect.unveiled:
        reach.unveiled(conn, ring, effect.unveiled)
    discretion.show(
        conn,
        ring,
        who,
        contacts=theirs if by_word else (),
        veiled=_veiled(turn, theirs),
        unveiled=effect.unveiled,
        now=turn.now,
    )


def contacts(turn: Turn) -> tuple[str, ...]:
    """All that lead from a report to this phone, under whatever month's name."""
    return tuple(dict.fromkeys(led(turn).values()))


def _veiled(turn: Turn, theirs: Sequence[str]) -> list[str]:
    """The reports that only their own code opens."""
    each = [reach.theirs(turn.conn, turn.keyring, contact) for contact in theirs]
    return [report for told in each for report, how in told.items() if how.veiled]


def _hold_back(turn: Turn) -> None:
    """What waits for them, also beside a private talk that locking ends."""
    besides = reporters.linked(turn.conn, turn.keyring, turn.reporter.who) if turn.private else None
    for contact in (turn.reporter.contact, besides):
        if contact is not None:
            outbox.hold_back(turn.conn, turn.keyring, contact=contact, reason="locked")
