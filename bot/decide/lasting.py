"""Whether a question of the talk is still the last thing that we said: else a bare answer may be meant for another.

Staff answer and ask, and what they say comes between a question of the talk and its answer. A "yes", a digit or a lone
word said then is theirs to read (decision 0030). A button is not: it stands below its own question.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from bot import conversation
from bot.decide.turn import Turn
from bot.vocabulary import Channel, Conversation, Known, Message, Stage

# Questions that know themselves what was said after them, or tell what an answer that does not count any more was.
_OWN: Final = frozenset({Stage.CONSENT, Stage.ERASE})
_A_DAY: Final = timedelta(days=1)
_READ: Final = timedelta(minutes=1)  # what was said sooner may be the same SMS, sent twice by a phone or a gateway
_CHOOSING: Final = timedelta(minutes=10)  # so long a talk stays open after its word; then a lone word is an answer


def standing(known: Known, message: Message) -> Conversation:
    """The talk; without its question where that is not the last thing that they were told. A tap still finds it."""
    talk = known.conversation
    if message.choice or not (is_told(known) or _joins_another(known, message)):
        return talk
    if talk.stage is Stage.IDLE:
        return replace(talk, options=())  # what we offered: a digit is for the office now
    return talk if talk.stage in _OWN else conversation.given_up(talk)


def _joins_another(known: Known, message: Message) -> bool:
    """At the question whether both are one matter, which nobody undoes."""
    talk = known.conversation
    return talk.stage is Stage.BELONGS and (talk.passed or points_back(known, message))


def is_told(known: Known) -> bool:
    """Whether they were told what they had not asked for since the question of the talk was put."""
    told, asked = known.told_at, known.conversation.asked_at
    return told is not None and (asked is None or told > asked)


def is_passed(known: Known) -> bool:
    """The same, or whether we answered something else since, as when we read out what the office asks."""
    return known.conversation.passed or is_told(known)


def points_back(known: Known, message: Message) -> bool:
    """Whether it replies to a message from before the question of the talk, or to one that nobody knows any more.

    By SMS and WhatsApp nothing is kept that knows ours by their names: there only what was said since tells.
    """
    if not message.reply_to or message.channel is not Channel.TELEGRAM:
        return False
    at, asked = known.replied_at, known.conversation.asked_at
    return at is None or asked is None or at < asked


def is_older(known: Known) -> bool:
    """Whether this message came before the question of the talk was put: both may have waited, and nobody was asked."""
    came, asked = known.came_at, known.conversation.asked_at
    return came is not None and asked is not None and came < asked


def is_recent(turn: Turn) -> bool:
    """Whether the question was put within a day: who says yes later may mean anything."""
    asked = turn.conversation.asked_at
    return asked is None or turn.world.now - asked < _A_DAY


def is_read(turn: Turn) -> bool:
    """Whether there was the time to read the question: a command that came twice is no answer to it."""
    asked = turn.conversation.asked_at
    return asked is None or turn.world.now - asked >= _READ


def is_fresh(turn: Turn) -> bool:
    """Whether the question was put minutes ago."""
    asked = turn.conversation.asked_at
    return asked is None or turn.world.now - asked < _CHOOSING
