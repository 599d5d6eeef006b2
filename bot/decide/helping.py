"""The honest words: who reads this, what its carrier knows, which words command.

By SMS they are two texts of one part each, the second when it is asked for: by its word, which the first names and no
open question can take for an answer, or by asking who reads this.
"""

from dataclasses import replace
from typing import Final

from bot import conversation
from bot.decide import honest
from bot.decide.turn import Turn, decided
from bot.vocabulary import Append, Channel, Conversation, Decision, Option, Reply, Stage

_MENU: Final = (
    Option("v1:cmd:private", "choice.private", typed=False),
    Option("v1:cmd:woman", "choice.her", typed=False),
    Option("v1:cmd:discreet", "choice.discreet", typed=False),
    Option("v1:cmd:status", "menu.status"),
    Option("v1:cmd:language", "menu.language"),
    Option("v1:cmd:behalf", "menu.behalf"),
)
_REST: Final = Reply("help.more")


def help_(turn: Turn) -> Decision:
    """Who reads this and what the carrier knows. The menu only before a report: later a digit may answer someone.

    SMS gets no menu: its words name the commands. In an emergency the number comes first: perhaps it was a cry.
    """
    after = _said(turn)
    if _by_sms(turn) or after.stage is not Stage.IDLE or after.ongoing is not None:
        return decided(turn, after, replies=[*honest.in_danger(turn), _page(turn)])
    after = replace(after, options=tuple(option.choice for option in _MENU if option.typed))
    return decided(turn, after, replies=[Reply("help", options=_MENU)])


def more(turn: Turn) -> Decision:
    """By SMS what had no room in the first text, elsewhere all of it. The office may have asked: it reads the word."""
    answered = decided(turn, replies=[*honest.in_danger(turn), _REST]) if _by_sms(turn) else help_(turn)
    latest = turn.known.latest
    kept = [Append(turn.ongoing.report)] if turn.ongoing and latest is not None and latest.answers else []
    return replace(answered, effects=tuple(kept))


def ask(turn: Turn) -> Decision:
    """Who reads this, who learns my number? Staff may read the question too: it is often the first word of a fear."""
    if not _by_sms(turn):
        answered = help_(turn)
    else:
        first = [] if conversation.helped(turn.conversation, now=turn.world.now) else [_page(turn)]
        answered = decided(turn, _said(turn), replies=[*honest.in_danger(turn), *first, _REST])
    kept = [Append(turn.ongoing.report)] if turn.ongoing else []
    return replace(answered, effects=tuple(kept))


def nudge(turn: Turn) -> Decision:
    """To signs that are no words: the honest words at most once an hour; else a short one."""
    if conversation.helped(turn.conversation, now=turn.world.now):
        return decided(turn, replies=[Reply("hello")])
    return help_(turn)


def _said(turn: Turn) -> Conversation:
    return replace(turn.conversation, introduced=True, helped_at=turn.world.now)


def _page(turn: Turn) -> Reply:
    """By WhatsApp, which is a carrier of SMS here, no phone company knows of it, but two others do."""
    return Reply("help.whatsapp" if turn.message.address.startswith("whatsapp:") else "help")


def _by_sms(turn: Turn) -> bool:
    return turn.message.channel is Channel.SMS
