"""What is done with a language that we do not answer in: what we have is tried, and staff are told whom they need."""

from collections.abc import Sequence
from dataclasses import replace

from bot.decide.turn import Turn
from bot.nlp import speakers
from bot.vocabulary import Analysis, Facts, Language, Locale, Reply, Urgency


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
    each of our three that it arrived, or in an emergency the number, but no question.
    """
    if not replies or turn.conversation.locale is not None:
        return list(replies)
    wanted, told_in = Reply("speaker.wanted", {"code": code}), speakers.answered_in(needed)
    if any(not isinstance(locale, Locale) for locale in told_in):
        return [*(replace(wanted, locale=stub) for stub in told_in), *replies]
    said = replies[0] if ".emergency" in replies[0].key else wanted
    return [replace(said, options=(), locale=locale) for locale in told_in]
