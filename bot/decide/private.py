"""Private telling: what we and its reporter wrote goes at the carrier, and only sixteen digits lead back to a report.

Storage keeps no sender for such a turn and forgets the talk within half an hour; here nothing is decided that would
need one. A message that carries a code of sixteen digits is itself private, whoever sent it from wherever: its sender's
other talk is neither looked at nor linked to it.
"""

from dataclasses import replace
from typing import Final

from bot import conversation, tickets
from bot.commands import Intent
from bot.decide import asking, honest
from bot.decide.turn import Heard, Turn, answers_barely
from bot.decide.where import Told
from bot.vocabulary import (
    Append,
    Channel,
    Claim,
    Conversation,
    Decision,
    Effect,
    Facts,
    File,
    Hide,
    Known,
    Mode,
    Ongoing,
    Option,
    Reply,
    Show,
    Stage,
    Unlock,
    Unmute,
    Urgency,
    Wipe,
)

_FILED: Final = "private.filed"
_NOTED: Final = Option("v1:noted", "choice.noted", typed=False)
# Each of these would need a sender who is known. A wish for silence, and a veil, are kept where storage knows them
# besides; and locking ends the talk.
_OF_A_SENDER: Final = (Unmute, Hide, Show, Unlock, Claim)
# "We write to you" is not true here.
_INSTEAD: Final = {"case.new": "case.new.silent", "stopped": "private.silent", "resumed": "private.silent"}


def entered(known: Known, heard: Heard) -> Known:
    """What may be known of a message that is private: by the talk it belongs to, or by the code that it carries.

    Sixteen digits that open nothing, beside words, may be a bank card's: then the message is one like any.
    """
    if known.conversation.mode is Mode.PRIVATE:
        return replace(known, muted=False)
    carried = any(tickets.is_long(code) for code in heard.codes)
    alone = not tickets.without_codes(heard.message.text)
    if not carried or not (alone or opened(known, heard)):
        return known
    if not opened(known, heard):
        known = replace(known, by_code=None)
    # A short code beside it opens nothing here: it would need to be known whose it is.
    fresh = conversation.unlinked(known.conversation, Mode.PRIVATE)
    about = known.by_code.report if known.by_code is not None else None
    asked = known.asked if known.asked is not None and known.asked.report == about else None
    consents = known.consents if about is not None else ()  # what the code names, and nothing of its sender's
    return Known(replace(fresh, woman_officer=False), by_code=known.by_code, asked=asked, consents=consents)


def opened(known: Known, heard: Heard) -> bool:
    """Whether sixteen digits in a message open a case: to whoever holds them, on any phone, also one that is locked."""
    carried = any(tickets.is_long(code) for code in heard.codes)
    return carried and known.by_code is not None and not known.by_short


def stays(turn: Turn, decision: Decision) -> bool:
    """Whether what somebody we know tells now would become theirs, though within the day they told privately.

    What they say of a report by its code or in reply, an edit of what we know to be part of one, and whatever tells no
    concern is theirs as ever: a bare answer, too, to what the office asked in the open. So is all, once they want to be
    ordinary. Any other edit may be of what they told privately.
    """
    known = turn.known
    if not known.lately_private or known.discretion is not None or decision.conversation.mode is not Mode.NORMAL:
        return False
    theirs = known.by_code is not None or known.replied is not None or known.edited is not None
    return not (theirs or _answers_barely(turn, decision)) and any(
        isinstance(effect, File | Append) for effect in decision.effects
    )


def _answers_barely(turn: Turn, decision: Decision) -> bool:
    case = turn.known.resumes
    return answers_barely(turn) and case is not None and Append(case.report) in decision.effects


def again(known: Known) -> Known:
    """The same, in private: nothing is known of them but their language, and that the office asked something."""
    fresh = conversation.unlinked(known.conversation, Mode.PRIVATE)
    return Known(fresh, alert=known.alert, told_at=None if known.resumes is None else known.told_at)


def is_private(turn: Turn) -> bool:
    """Whether this message is told privately."""
    return turn.conversation.mode is Mode.PRIVATE


def is_told(reply: Reply) -> bool:
    """Whether this is that message."""
    return reply.key.startswith(_FILED)


def told(turn: Turn, code: str, key: str = _FILED) -> Reply:
    """The message that carries the code; where it can be deleted, with a button for when it is written down.

    By SMS the digits stand together: between spaces their groups would be shown in the wrong order.
    """
    if turn.message.channel is Channel.SMS:
        return Reply(key, {"code": code})
    return Reply(key, {"code": tickets.grouped(code)}, (_NOTED,))


def first(turn: Turn, after: Conversation, ongoing: Ongoing, place: Told) -> tuple[Conversation, list[Reply]]:
    """The first answer: in danger the number, then the code. Where is asked only where it costs no second SMS."""
    if turn.watched:
        return after, [*_plainly(danger(turn, ongoing.facts)), told(turn, ongoing.code)]  # and nothing is asked
    replies = [*danger(turn, ongoing.facts), told(turn, ongoing.code, _further(turn, ongoing.facts))]
    if turn.message.channel is Channel.SMS or ongoing.facts.lineage:
        return after, replies
    after, reply = asking.where(turn, after, place.candidates, reply=Reply("place.ask"))
    return (after, replies) if after.stage is Stage.IDLE else (after, [*replies, reply])


def _plainly(replies: list[Reply]) -> list[Reply]:
    """The number for an emergency in the words of any service, for a phone that another reads."""
    return [replace(reply, key=reply.key.replace("danger", "discreet.added.emergency")) for reply in replies]


def _further(turn: Turn, facts: Facts) -> str:
    """To whom has a report, by this talk or the code in this message: that its code goes on being needed.

    And how to answer what the office asked about another one, where these words may be that: they lead nowhere.
    """
    fresh = turn.ongoing is None and turn.known.told_at is not None
    if turn.known.latest is None and turn.known.by_code is None and not fresh:
        return _FILED
    asked = (fresh or is_asked_elsewhere(turn)) and not danger(turn, facts)
    return "private.filed.asked" if asked else "private.filed.also"


def is_asked_elsewhere(turn: Turn) -> bool:
    """Whether, since they told something in private, the office said something on that phone about another report."""
    at, ongoing = turn.known.told_at, turn.ongoing
    return is_private(turn) and at is not None and ongoing is not None and at > ongoing.filed_at


def danger(turn: Turn, facts: Facts) -> list[Reply]:
    """In an emergency its number, with where it holds while the place is unknown."""
    number = honest.hotline(turn, facts) if facts.urgency is Urgency.EMERGENCY else ""
    if not number:
        return []
    return [Reply("danger" if facts.lineage else "danger.unplaced", {"hotline": number})]


def kept(turn: Turn, decision: Decision) -> Decision:
    """A decision with nothing in it that needs a known sender, and with its words deleted: theirs now, ours later."""
    effects: list[Effect] = [effect for effect in decision.effects if not isinstance(effect, _OF_A_SENDER)]
    instead = dict(_INSTEAD)
    if turn.conversation.ongoing is None:
        del instead["stopped"]  # where nothing was told yet, as anybody is answered: it would show what was chosen
    replies = tuple(replace(reply, key=instead.get(reply.key, reply.key)) for reply in decision.replies)
    if turn.message.channel is Channel.TELEGRAM and turn.intent is not Intent.NOTED and Wipe() not in effects:
        effects.append(Wipe(theirs=True))
        if replies:
            effects.append(Wipe(later=True))
    return replace(decision, conversation=_told_of(turn, decision), replies=replies, effects=tuple(effects))


def _told_of(turn: Turn, decision: Decision) -> Conversation:
    """With this message, where it became the report that the talk is about: nothing else tells whose an edit is."""
    after, own = decision.conversation, turn.message.own_id
    ours = {effect.report for effect in decision.effects if isinstance(effect, File | Append)}
    return conversation.saying(after, own) if after.ongoing is not None and after.ongoing.report in ours else after
