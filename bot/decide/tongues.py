"""What is done with a language that we do not answer in: what we have is tried, and staff are told whom they need."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.decide.turn import Turn
from bot.nlp import speakers
from bot.vocabulary import Analysis, Channel, Facts, Language, Locale, Reply, Urgency

_ARABIC: Final = re.compile(r"[\u0600-\u06ff]")
_EMERGENCY: Final = ".emergency"
_UNPLACED: Final = ".unplaced"


def speaker(turn: Turn, analysis: Analysis) -> Language | None:
    """The language whose speaker staff need to read a new report; None where they can, or where there are no words."""
    return None if turn.heard.analysis is None else speakers.speaker_of(analysis.language, turn.words)


def is_answered(needed: Language | None) -> bool:
    """Whether what follows can be said in the turn's language: who writes Badini reads Sorani, and needs a speaker."""
    return needed is None or needed is Language.KMR


def unread(facts: Facts, needed: Language | None) -> Facts:
    """As grave as a voice that nobody has heard, where the words could not be understood."""
    return facts if is_answered(needed) else replace(facts, urgency=max(facts.urgency, Urgency.HIGH))


def answered(turn: Turn, replies: Sequence[Reply], *, code: str, needed: Language) -> list[Reply]:
    """The first answer to somebody whose language we do not speak and of whom we know no other.

    In one of which we have some words, these and then the answer in what more of its speakers read; of any other, in
    each of our three that it arrived, or in an emergency the number, but no question. By SMS all that is one part.
    """
    if not replies or turn.conversation.locale is not None:
        return list(replies)
    wanted, told_in = Reply("speaker.wanted", {"code": code}), speakers.answered_in(needed)
    if turn.message.channel is Channel.SMS:
        return [_in_one(turn, replies[0], code=code, needed=needed)]
    if any(not isinstance(locale, Locale) for locale in told_in):
        return [*(replace(wanted, locale=stub) for stub in told_in), *replies]
    said = replies[0] if _EMERGENCY in replies[0].key else wanted
    return [replace(said, options=(), locale=locale) for locale in told_in]


def _in_one(turn: Turn, first: Reply, *, code: str, needed: Language) -> Reply:
    """The one message that serves them most.

    Who reads an answer of ours is answered as anybody; who is in danger and has a few words of theirs in our
    catalogue, too, in what more of its speakers read. Others with such words are told in these that somebody is looked
    for. Who has none reads in each of our three that it came, its code and how to erase it, after the number.
    """
    grave, (own, *_) = _EMERGENCY in first.key, speakers.answered_in(needed)
    if is_answered(needed) or (grave and not isinstance(own, Locale)):
        return first
    if not isinstance(own, Locale):
        key = "speaker.wanted.place" if first.key == "filed.place" else "speaker.wanted"
        return Reply(key, {"code": code}, locale=own)
    letters = Locale.AR if _ARABIC.search(turn.words) else Locale.EN  # for words that another reply may yet add
    return Reply(_in_three(first), {**first.values, "code": code}, locale=letters)


def _in_three(first: Reply) -> str:
    if _EMERGENCY not in first.key or "hotline" not in first.values:
        return "speaker.wanted.all"
    return "speaker.wanted.all.unplaced" if _UNPLACED in first.key else "speaker.wanted.all.emergency"
