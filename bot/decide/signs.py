"""What comes without telling anything new: news of the chat, stickers, contacts, a pin that moves, repetitions."""

from dataclasses import replace
from typing import Final

from bot import conversation
from bot.decide import adding, asking, courtesy, helping, restraint, understood, waiting, where
from bot.decide.turn import Turn, decided
from bot.vocabulary import Append, Conversation, Decision, Effect, Gesture, Gone, Leave, Mode, Presence, Reply, Stage

# Of a part of what is being heard already, only this is worth a word.
_URGENT: Final = ".emergency"


def of_the_chat(turn: Turn) -> Decision | None:
    """News of the chat: nobody said anything, and nobody is answered."""
    match turn.message.presence:
        case Presence.NONE:
            return None
        case Presence.GROUP:
            return decided(turn, effects=[Leave()])
        case Presence.BLOCKED:
            return decided(turn, effects=[Gone()])
        case Presence.BACK:
            return decided(turn)


def of_the_hand(turn: Turn) -> Decision | None:
    """A sticker, game, contact or story without a word: a kind one in return, at most once an hour.

    With an ongoing report it is said only to who sent somebody's card, for they think that we have it.
    """
    gesture = turn.message.gesture
    if gesture is Gesture.NONE or turn.attached or turn.message.text.strip() or turn.message.choice:
        return None
    if gesture is Gesture.CONTACT:
        several = restraint.bundle(turn) == turn.conversation.bundle
        return decided(turn, replies=[] if several else [Reply("contact.unkept")])
    helped = conversation.helped(turn.conversation, now=turn.world.now)
    return decided(turn) if helped or turn.ongoing is not None else helping.help_(turn)


def repeated(turn: Turn) -> Decision | None:
    """What was heard already: an edit that changes nothing, a pin that moves on, the same text once more.

    A machine that answers us says the same again and again: that is kept, and answered no more.
    """
    message, ongoing = turn.message, turn.ongoing
    if message.live and message.edit and not _unseen(turn):
        # Of a report that is closed or erased, or of one that nobody knows, no pin that still moves may open another.
        return decided(turn, effects=_kept(turn) if turn.revises else [])
    if not turn.echo or turn.echo != turn.conversation.echo or turn.intent is not None or turn.attached:
        return None
    if message.edit and ongoing is not None:
        return decided(turn)
    if waiting.asks(turn.words) or courtesy.is_all(turn.words):
        return None  # asked again the next day, it is answered again
    # At an open question it may be the answer, once more; there the tries are counted.
    idle = turn.conversation.stage is Stage.IDLE and ongoing is not None and not turn.heard.codes
    return decided(turn, effects=_kept(turn)) if idle and adding.is_concern(turn) else None


def _unseen(turn: Turn) -> bool:
    """Whether nothing came from this chat before, so that what an edit is of never reached us.

    Of a private talk that is over we remember as little: there it was seen.
    """
    known = turn.known
    return known.conversation == Conversation() and known.latest is None and not known.lately_private


def in_pieces(turn: Turn) -> Decision | None:
    """A further picture of an album or part of a long SMS: added in silence, and no answer to an open question.

    Where a later part came first, nothing was asked of it: the beginning mostly says where, and else is asked now.
    """
    bundle = restraint.bundle(turn)
    if not bundle or bundle != turn.conversation.bundle or turn.ongoing is None:
        return None
    if turn.message.edit and not turn.revises:
        return None
    added, before = adding.add(turn), turn.conversation
    after = replace(added.conversation, tries=before.tries, thanked_at=before.thanked_at)
    placed = after.ongoing is not None and after.ongoing.facts.lineage != turn.ongoing.facts.lineage
    if not (placed and before.stage is Stage.PLACE):
        after = replace(after, stage=before.stage, options=before.options)
    replies = tuple(reply for reply in added.replies if _URGENT in reply.key)
    if not replies and _may_say_where_now(turn, after):
        after, asked = asking.where(turn, after, where.told(turn).candidates, reply=Reply("place.ask"))
        replies = (asked,)
    return replace(added, conversation=after, replies=replies)


def _may_say_where_now(turn: Turn, after: Conversation) -> bool:
    """Whether the beginning of a long SMS, which a part overtook that was asked nothing, came and names no place."""
    fragment, analysis, ongoing = turn.message.fragment, turn.heard.analysis, after.ongoing
    begins = fragment is not None and fragment.index == 1 and after.stage is Stage.IDLE and not after.tries
    if not begins or ongoing is None or ongoing.facts.lineage:
        return False
    idle = analysis is None or understood.idle(analysis, ongoing.facts)
    return not (idle or turn.known.muted) and after.mode is Mode.NORMAL


def _kept(turn: Turn) -> list[Effect]:
    return [Append(turn.ongoing.report)] if turn.ongoing else []
