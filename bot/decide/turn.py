"""One message in its world: what was heard, what is known, and what both mean together."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from bot import commands, conversation, safety, tickets
from bot.commands import Intent
from bot.decide import tipped
from bot.nlp import places
from bot.nlp.places import Gazetteer
from bot.vocabulary import (
    SEALED_DESKS,
    UNNAMED,
    Analysis,
    Case,
    Category,
    Conversation,
    Decision,
    Desk,
    Directory,
    Effect,
    Facts,
    Hotline,
    Known,
    Language,
    Locale,
    Message,
    Ongoing,
    Place,
    Reply,
)

FEW_READ: Final = SEALED_DESKS | {Desk.SECURITY}
_NO_REPLY: Final = "no_reply"
_OF_THE_DISCREET: Final = frozenset({Intent.LOCK, Intent.WORD})


@dataclass(frozen=True, slots=True)
class Heard:
    """A message and what was understood of it. analysis: None without text, or when understanding failed.

    codes: what tickets.codes_in found in the text; storage looked them up (Known.by_code).
    """

    message: Message
    analysis: Analysis | None
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class World:
    """What a decision rests on besides the message.

    now: aware UTC. entropy: 64 random bytes, used once. backups_days: after how many days, at the latest, an erased
    report can no longer be read in any backup (until the month's key and the backups of keys are gone); None while no
    number of days is true. understand: reads a text as Heard.analysis was read, pure and quick, for what comes in
    pieces; None when every message stands alone.
    """

    directory: Directory
    hotlines: tuple[Hotline, ...]
    gazetteer: Gazetteer
    now: datetime
    entropy: bytes
    backups_days: int | None = None
    understand: Callable[[str], Analysis] | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """words: the text without codes. intent: set only when the message commands and tells nothing.

    picked: the choice that a tap or digit stands for; "" for none; None for a void tap. hushed: it asks for silence, or
    says that another reads this phone. watched: it says the latter, in words of their own, and nobody asked for silence
    in it or before: what is filed by it gets its number, in words that tell nothing.
    """

    known: Known
    heard: Heard
    world: World
    locale: Locale
    words: str
    intent: Intent | None
    picked: str | None
    hushed: bool = False
    watched: bool = False

    @property
    def conversation(self) -> Conversation:
        """What we remember."""
        return self.known.conversation

    @property
    def message(self) -> Message:
        """What arrived."""
        return self.heard.message

    @property
    def ongoing(self) -> Ongoing | None:
        """The report that can be added to."""
        return conversation.about(self.conversation, self.known.latest)

    @property
    def edited(self) -> Case | None:
        """The case that the message of which this is an edit is part of; None for no edit, and where nobody knows."""
        if not self.message.edit:
            return None
        said = conversation.is_said(self.conversation, self.message.own_id)
        return self.known.latest if said and self.known.latest is not None else self.known.edited

    @property
    def revises(self) -> bool:
        """Whether it is an edit of a message of the report that can be added to."""
        case, latest = self.edited, self.known.latest
        return self.ongoing is not None and latest is not None and case is not None and case.report == latest.report

    @property
    def echo(self) -> str:
        """A short hash of the text, by which a repetition is known; "" without words. It says nothing of the text."""
        text = " ".join(self.message.text.split())
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16] if text else ""

    @property
    def attached(self) -> bool:
        """Whether it carries more than words."""
        return bool(self.message.media) or self.message.point is not None


def _opens(known: Known) -> str:
    """The code in this message that led to a case; "" for none."""
    return known.by_code.code if known.by_code is not None else ""


def coded(known: Known, heard: Heard) -> Heard:
    """Without digits that rather tell an age, a date or a sum, where they open nothing."""
    told = tickets.are_told(heard.message.text) - {_opens(known)}
    return replace(heard, codes=tuple(code for code in heard.codes if code not in told)) if told else heard


def listen(known: Known, heard: Heard, world: World) -> Turn:
    """What a message means to this reporter now."""
    message = heard.message
    attached = bool(message.media) or message.point is not None
    words = tickets.without_codes(message.text, _opens(known)) if heard.codes else message.text.strip()
    picked = conversation.chosen(known.conversation, text="" if attached else message.text, choice=message.choice)
    # Words that another wrote command nothing: they are passed on to be read.
    told = attached or (message.forwarded and not message.choice)
    intent = None if told else _here(known, commands.intent(words, picked or ""))
    # Who asks for discretion in so many words wants to be answered so, not to be left in silence.
    watched, asked = safety.watched(words), heard.analysis is not None and heard.analysis.no_reply
    hushed = (watched or asked) and intent is not Intent.DISCREET
    watched = watched and hushed and not (asked or known.muted or message.forwarded)
    if hushed:
        # Nothing may be asked of who must not be written to: the same as of who asked for silence before.
        known, heard = replace(known, muted=True), replace(heard, analysis=_quiet(heard.analysis))
    heard = replace(heard, analysis=_named_beside(known, tipped.heard(known, heard.analysis)))
    locale = _locale(known.conversation, heard, intent)
    return Turn(known, heard, world, locale, words, intent, picked, hushed, watched)


def _here(known: Known, intent: Intent | None) -> Intent | None:
    """Without the words of discretion where nobody is discreet: there they may tell something."""
    return None if intent in _OF_THE_DISCREET and known.discretion is None else intent


def _quiet(analysis: Analysis | None) -> Analysis | None:
    """With the wish for silence among its reasons, for staff to see."""
    if analysis is None:
        return None
    why = tuple(dict.fromkeys((*analysis.why, _NO_REPLY)))
    return replace(analysis, no_reply=True, why=why)


def _named_beside(known: Known, analysis: Analysis | None) -> Analysis | None:
    """With somebody of those who read it, where words of theirs stand beside what few may see: "he works with you".

    Whom they speak of was told before, where nobody can look for him: what few may see is not remembered in words.
    """
    if analysis is None or not analysis.yours or not _is_of_few(known):
        return analysis
    return replace(analysis, insiders=tuple(dict.fromkeys((*analysis.insiders, UNNAMED))))


def _is_of_few(known: Known) -> bool:
    """Whether anything is known of this reporter that few may see, or nobody knows that it is not."""
    talk = known.conversation
    question = talk.overtaken.ongoing if talk.overtaken is not None else None
    remembered = [each for each in (talk.ongoing, talk.before, question) if each is not None]
    if known.discretion is not None or any(is_of_few(each.facts) for each in remembered):
        return True
    told = {each.report for each in remembered}
    cases = (known.by_code, known.latest, known.replied, known.edited)
    return any(_may_be_of_few(case) for case in cases if case is not None and case.report not in told)


def _may_be_of_few(case: Case) -> bool:
    facts = case.coded.facts if case.coded is not None else case.facts
    return is_of_few(facts) if facts is not None else case.desk in FEW_READ


def answers_barely(turn: Turn) -> bool:
    """Whether it is no more than a yes, a no, a digit or a sign: it tells nothing of its own."""
    return not turn.attached and (turn.intent is not None or not any(letter.isalpha() for letter in turn.words))


def is_of_few(facts: Facts) -> bool:
    """Whether few may see such a report: what is hers, or a tip; but who wants to die must reach a person at once."""
    hers = facts.sensitive or facts.woman_officer or facts.category is Category.EXTREMISM
    return hers and facts.category is not Category.SELF_HARM


def _locale(remembered: Conversation, heard: Heard, intent: Intent | None) -> Locale:
    known = remembered.locale or commands.more_in(heard.message.text)
    if known:
        return known
    # "/start" is what the Telegram button sends, whatever its owner speaks.
    if heard.analysis is None or intent is Intent.START:
        return Locale.AR
    match heard.analysis.language:
        # In Duhok and Zakho, Kurmanji is written and taught in the same letters as Sorani, which stands on every office
        # of the Region; Arabic is what the young there read less, and what says "you are not from here".
        case Language.CKB | Language.KMR:
            return Locale.CKB
        case Language.EN:
            return Locale.EN
        case Language.AR | Language.ARABIZI | Language.TR | Language.TURKMEN | Language.FA:
            return Locale.AR
        case Language.UNKNOWN if _withdraws_in_english(heard.message.text) or _wishes_in_english(heard.message.text):
            return Locale.EN
        case Language.SYRIAC | Language.UNKNOWN:
            return Locale.AR


def _wishes_in_english(text: str) -> bool:
    """The same of a wish for secrecy, or for a woman, once the talk is forgotten."""
    words = tickets.without_codes(text)
    return commands.wishes_in_english(words) and (
        safety.is_only_fear(words) or commands.intent(words, "") in {Intent.DISCREET, Intent.PRIVATE, Intent.WOMAN}
    )


def _withdraws_in_english(text: str) -> bool:
    """Of a single word no language is known; this one comes with a code, from who said yes in a talk long forgotten."""
    return text.isascii() and commands.withdraws(tickets.without_codes(text), given=True)


def decided(
    turn: Turn, after: Conversation | None = None, *, replies: Iterable[Reply] = (), effects: Iterable[Effect] = ()
) -> Decision:
    """A decision in the turn's language; without `after` the conversation stays as it was."""
    return Decision(turn.conversation if after is None else after, turn.locale, tuple(replies), tuple(effects))


def known_place(turn: Turn, lineage: tuple[str, ...]) -> Place | None:
    """The place that a lineage starts with."""
    return places.by_id(turn.world.gazetteer, lineage[0]) if lineage else None
