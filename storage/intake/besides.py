"""What is wished in a private turn of what its sender told in the open: in a transaction of its own, before the turn's.

PostgreSQL keeps with each row the number of the transaction that wrote it, and of the last that held it. One number on
what was told in private and on a contact, its links or `muted` would lead from one to the other without any key. Each
wish may be carried out twice: a crash between the two transactions settles the message again, from the beginning.
"""

from bot.vocabulary import Decision, Lock, Mode, Mute, Veil
from storage.intake import effects, veiling
from storage.outgoing import outbox
from storage.reporting import discretion, order, reporters
from storage.reporting.turns import Turn


def are_wished(decision: Decision) -> bool:
    """Whether this private turn wishes anything that also holds for what was told in the open."""
    private = decision.conversation.mode is Mode.PRIVATE
    return private and any(isinstance(effect, Mute | Veil | Lock) for effect in decision.effects)


def carry_out(turn: Turn, decision: Decision) -> None:
    """Nothing of whom only the talk knows: after it we could not write to them, and a row would name them.

    turn: its reporter as they were found, before anything was done for them.
    """
    conn, who = turn.conn, turn.reporter.who
    theirs = reporters.linked(conn, turn.keyring, who)
    veils = any(isinstance(effect, Veil) for effect in decision.effects)
    held = {*(veiling.contacts(turn) if veils else ()), *([theirs] if theirs else ())}
    order.lock(conn, contacts=held)
    talk = decision.conversation
    about = {one.report for one in (talk.ongoing, talk.before) if one is not None}
    for effect in decision.effects:
        match effect:
            case Mute() if theirs is not None:
                outbox.drop(conn, contact=theirs, reason="muted")
                effects.silence(turn, theirs)
            case Veil():
                veiling.veil(turn, effect, but=about)
            case Lock():
                discretion.lock(conn, who.hash)
                if theirs is not None:
                    outbox.hold_back(conn, turn.keyring, contact=theirs, reason="locked")
            case _:
                pass
