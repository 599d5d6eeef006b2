"""Discretion: whoever holds the phone of a discreet reporter learns nothing from us until their word was said.

*Locked*, whatever comes is kept and answered as by any service of the area (bot.decide.locked). *Unlocked*, by her word
and for ten minutes, she is answered as anybody.

Her order number is her word; she may choose one of her own. A discreet answer asks nothing, and no message that we send
unasked carries a word that opens.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from bot import commands, conversation, routing, safety
from bot.decide import answering, common, honest, lasting, officer, understood, watched, wishes
from bot.decide.turn import Heard, Turn, World, decided
from bot.replies import UNREVEALING
from bot.taxonomy import RULES
from bot.vocabulary import (
    Category,
    Channel,
    Conversation,
    Decision,
    Effect,
    Facts,
    Hide,
    Known,
    Lock,
    Mode,
    Ongoing,
    Option,
    Put,
    Reply,
    Stage,
    Unlock,
    Urgency,
    Veil,
    Wipe,
)

_SHORTEST: Final = 3  # letters of a word of one's own
_SOUGHT: Final = frozenset({Category.MISSING_PERSON, Category.KIDNAPPING})
_OPENED: Final = (
    Option("v1:cmd:word", "choice.word", typed=False),
    Option("v1:cmd:lock", "choice.lock", typed=False),
)


# ── Becoming discreet ────────────────────────────────────────────────────────────────────────────────────────
def mode_of(turn: Turn, facts: Facts) -> Mode:
    """How the reporter of a new report with these facts is to be answered."""
    if turn.conversation.mode is Mode.PRIVATE:
        return Mode.PRIVATE
    if not can_be_told(turn):
        return Mode.NORMAL
    if watched.is_told(turn):
        return Mode.DISCREET
    known = turn.known
    spoken = known.discretion is not None and known.discretion.said and not turn.hushed
    if known.muted and not spoken:  # whoever says her word is answered, silence or not
        return Mode.NORMAL
    chosen = turn.conversation.mode is Mode.DISCREET or known.discretion is not None or known.veiled
    return Mode.DISCREET if chosen or _fears(turn, facts) else Mode.NORMAL


def switches(turn: Turn, ongoing: Ongoing) -> bool:
    """Whether words of fear in an addition make its reporter discreet now; in an edit too, which is answered then."""
    if turn.conversation.mode is Mode.PRIVATE or turn.known.muted or not can_be_told(turn):
        return False
    standing = turn.known.discretion
    return (standing is None or standing.report != ongoing.report) and _fears(turn, ongoing.facts)


def can_be_told(turn: Turn) -> bool:
    """Whether there is somebody here to learn their word; not who came by a door that promised them a code."""
    message = turn.message
    elsewhere = message.code or message.about or message.entered_by or message.channel is Channel.WEB
    return bool(message.address) and not elsewhere


def _fears(turn: Turn, facts: Facts) -> bool:
    if turn.message.forwarded:
        return False
    if safety.secret(turn.words):
        return True  # asked for in so many words, in an emergency too; its answer names the hotline (`first`)
    if facts.urgency is Urgency.EMERGENCY and not facts.sensitive:
        return False
    if safety.pleads(turn.words):
        return RULES[facts.category].group != "hazards" and facts.category not in _SOUGHT
    analysis, ongoing = turn.heard.analysis, turn.ongoing
    if analysis is None or not (analysis.fear and facts.sensitive):
        return False
    # Nobody is locked out of an emergency of theirs by what may only sound like hers.
    waits = ongoing is not None and understood.is_plain_emergency(ongoing.facts)
    return not waits or understood.is_surely_hers(analysis)


def hidden(turn: Turn, after: Conversation, ongoing: Ongoing, *, filed: tuple[Effect, ...] = ()) -> Decision:
    """The report is hidden behind its code, and that is told in one neutral message that asks nothing."""
    after = replace(conversation.answered(after), mode=Mode.DISCREET, later=())
    hides = apart(turn, ongoing.report) or (Hide(ongoing.report, (ongoing.code,)),)
    effects: list[Effect] = [*filed, *hides]
    if turn.message.channel is Channel.TELEGRAM:
        effects.append(Wipe(later=True))
    return decided(turn, after, replies=[first(turn, ongoing)], effects=effects)


def apart(turn: Turn, report: str) -> tuple[Effect, ...]:
    """A veil over what is told or hidden beside the code of one report, where a word locks the phone.

    Who said that code may not be who was told the word: it opens nothing of theirs.
    """
    standing = turn.known.discretion
    return (Veil(report),) if standing is not None and standing.only else ()


def first(turn: Turn, ongoing: Ongoing) -> Reply:
    """The order number, how to come back with it, and, as any service may, the number for an emergency."""
    number = honest.hotline(turn, ongoing.facts) if ongoing.facts.urgency is Urgency.EMERGENCY else ""
    if not number:
        return Reply("discreet.filed", {"code": ongoing.code})
    key = "discreet.filed.emergency" if ongoing.facts.lineage else "discreet.filed.emergency.unplaced"
    return Reply(key, {"code": ongoing.code, "hotline": number})


def untold(decision: Decision) -> Decision:
    """Without hiding anything whose word could not be told, because nothing is said any more."""
    if decision.replies or not any(isinstance(effect, Hide) for effect in decision.effects):
        return decision
    effects = tuple(effect for effect in decision.effects if not isinstance(effect, Hide))
    return replace(decision, conversation=replace(decision.conversation, mode=Mode.NORMAL), effects=effects)


# ── Her word ─────────────────────────────────────────────────────────────────────────────────────────────────
def without_word(known: Known, heard: Heard, world: World) -> Heard:
    """What is left of a message that begins with her word; codes are no words anyway (bot.tickets)."""
    if known.discretion is None or not known.discretion.said or heard.codes:
        return heard
    rest = "".join(heard.message.text.split(maxsplit=1)[1:])
    analysis = heard.analysis if rest else None
    if rest and world.understand is not None:
        analysis = world.understand(rest)
    return replace(heard, message=replace(heard.message, text=rest), analysis=analysis)


def unlocked(turn: Turn, weigh: Callable[[Turn], Decision]) -> Decision:
    """What follows when her word was said: what else she said is weighed, and an answer that waits is told.

    On Telegram the word goes from the chat at once, and what we say to it in ten minutes.
    """
    alone = not (turn.words or turn.attached or turn.message.choice)
    decision = wishes.status(turn) if alone else weigh(turn)
    only = turn.known.discretion.only if turn.known.discretion is not None else ""
    effects: tuple[Effect, ...] = (Unlock(only), *decision.effects)
    if turn.message.channel is Channel.TELEGRAM and Wipe() not in effects:
        effects = (*effects, Wipe(theirs=True), Wipe(later=True))
    if alone or decision.replies:
        decision = replace(decision, replies=(*decision.replies, *_who_reads(turn, decision)))
    if alone:
        options = _OPENED if turn.message.channel is Channel.TELEGRAM else ()
        opened = [] if only else [Reply("discreet.open", options=options)]
        # Perhaps a stranger said "stop" meanwhile: she is to know why nothing comes.
        paused = (Reply("discreet.paused"),) if turn.known.muted else ()
        return replace(decision, replies=(*decision.replies, *paused, *opened), effects=effects)
    case = turn.known.by_code or turn.known.latest
    told = any(reply.key.startswith(("answer", "erase.")) for reply in decision.replies)
    if case is None or not case.last_answer or told or Lock() in effects:
        return replace(decision, effects=effects)
    waiting = Reply("answer", {"text": case.last_answer})
    return replace(decision, replies=(*decision.replies, waiting), effects=effects)


def late(turn: Turn, decision: Decision) -> Decision:
    """What follows from a word that was said hours ago and waited since: it is filed as hers, and nothing is opened.

    Whoever holds the phone now is answered as a stranger, which says how to come back; but an order number that could
    be told to nobody else is told. No question was put then, and nothing became private: the code would be his.
    """
    standing = turn.known.discretion
    if standing is None or not standing.late or turn.conversation.mode is Mode.PRIVATE:
        return decision
    if decision.conversation.mode is Mode.PRIVATE:
        return decided(turn, replies=[Reply("decoy.hello")])
    effects = tuple(effect for effect in decision.effects if not isinstance(effect, Unlock | Put))
    told = tuple(reply for reply in decision.replies if reply.key in UNREVEALING)
    after = replace(conversation.answered(decision.conversation), later=())
    said = told or ((Reply("decoy.hello"),) if decision.replies else ())
    return replace(decision, conversation=after, replies=said, effects=effects)


def _who_reads(turn: Turn, decision: Decision) -> tuple[Reply, ...]:
    """That no woman reads it, to whoever wished for one: the first answer, which anybody may see, could not say so.

    Not where that is said anyway, nor to who locks again or clears the chat.
    """
    ongoing = turn.ongoing
    said = any(reply.key.startswith(("woman.", "erase.")) for reply in decision.replies)
    if ongoing is None or said or any(isinstance(effect, Lock | Wipe) for effect in decision.effects):
        return ()
    to, fitting = answering.at(ongoing), routing.route(turn.world.directory, ongoing.facts)
    there = (to.office, to.desk) == (fitting.office, fitting.desk)
    told = officer.told(
        turn.world.directory, ongoing.facts, fitting if there else to, key=""
    )  # whether anybody works there, routing knows
    return (told,) if told is not None and told.key else ()


def choose(turn: Turn, word: str) -> Decision:
    """A word of her own opens from now on, and her order number too where we still know it. It is not said again."""
    standing, ongoing = turn.known.discretion, turn.conversation.ongoing
    after = conversation.answered(turn.conversation)
    if standing is not None and standing.only:
        return asked_for(turn)
    short = len(word) < _SHORTEST or commands.intent(word, "") is not None
    if standing is None or not standing.report or short:
        return decided(turn, after, replies=[Reply("discreet.word.ask")])
    if common.is_common(word):
        again = conversation.asked(turn.conversation, Stage.WORD, ())
        taken = [Wipe(theirs=True)] if turn.message.channel is Channel.TELEGRAM else []
        return decided(turn, again, replies=[Reply("discreet.word.common")], effects=taken)
    code = ongoing.code if ongoing is not None and ongoing.report == standing.report else ""
    words = (code, word) if code else (word,)
    effects: list[Effect] = [Hide(standing.report, words)]
    if turn.message.channel is Channel.TELEGRAM:
        effects.append(Wipe(theirs=True))
    return decided(turn, after, replies=[Reply("discreet.word")], effects=effects)


def asked_for(turn: Turn) -> Decision:
    """Asks for a word of their own; not of who said the code of one report alone."""
    if turn.known.discretion is not None and turn.known.discretion.only:
        return decided(turn, replies=[Reply("discreet.go")])
    after = conversation.asked(turn.conversation, Stage.WORD, ())
    return decided(turn, after, replies=[Reply("discreet.word.ask")])


def chosen(turn: Turn) -> str:
    """The word that a message chooses: after "my word", or alone where we asked for it; "" for none."""
    if turn.known.discretion is None or turn.attached or turn.message.choice:
        return ""
    named = commands.own_word(turn.words)
    asked = turn.conversation.stage is Stage.WORD and lasting.is_fresh(turn)
    alone = turn.words if asked and turn.intent is None else ""
    return named or (commands.fold(alone) if len(alone.split()) == 1 else "")
