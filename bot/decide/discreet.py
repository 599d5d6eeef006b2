"""Discretion: whoever holds the phone of a discreet reporter learns nothing from us until their word was said.

*Locked*, whatever comes is answered as a service of the area would answer, which knows of opening hours and of orders.
All of it is kept, attached to nothing of hers: in a report of its own at her desk, marked as received while locked, and
what is grave rings that desk in silence. *Unlocked*, by her word and for ten minutes, she is answered as anybody.

Her order number is her word; she may choose one of her own. A discreet answer asks nothing, and no message that we send
unasked carries a word that opens.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from bot import commands, conversation, routing, safety, tickets
from bot.commands import Intent
from bot.decide import answering, apart, common, honest, officer, restraint, understood, wishes, withdrawing
from bot.decide.turn import Heard, Turn, World, decided, known_place
from bot.taxonomy import RULES
from bot.vocabulary import (
    HELD,
    SEALED_DESKS,
    Alarm,
    Analysis,
    Append,
    Category,
    Channel,
    Conversation,
    Decision,
    Desk,
    Destination,
    Effect,
    Facts,
    File,
    Hide,
    Known,
    Lock,
    Mode,
    Mute,
    Ongoing,
    Option,
    Presence,
    Reply,
    Reroute,
    Stage,
    Unlock,
    Unmute,
    Urgency,
    Wipe,
)

_REPORT, _NUMBER = slice(0, 16), slice(16, 24)  # of a turn's 64 random bytes, as bot.decide.filing uses them
_SHORTEST: Final = 3  # letters of a word of one's own
_SOUGHT: Final = frozenset({Category.MISSING_PERSON, Category.KIDNAPPING})
_OPENED: Final = (
    Option("v1:cmd:word", "choice.word", typed=False),
    Option("v1:cmd:lock", "choice.lock", typed=False),
)
_STOPS: Final = frozenset({Intent.STOP, Intent.HUSH, Intent.CANCEL})
_BACK: Final = frozenset({Intent.START, Intent.RESUME})
_KIND: Final = frozenset({Intent.THANKS, Intent.NOD})
_OPENING: Final = tuple(commands.fold(word) for word in ("دوام", "تفتحون", "مفتوح", "دەوام", "hours", "open"))


# ── Becoming discreet ────────────────────────────────────────────────────────────────────────────────────────
def mode_of(turn: Turn, facts: Facts) -> Mode:
    """How the reporter of a new report with these facts is to be answered."""
    if turn.conversation.mode is Mode.PRIVATE:
        return Mode.PRIVATE
    if turn.known.muted or not can_be_told(turn):
        return Mode.NORMAL
    chosen = turn.conversation.mode is Mode.DISCREET or turn.known.discretion is not None
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
    effects: list[Effect] = [*filed, Hide(ongoing.report, (ongoing.code,))]
    if turn.message.channel is Channel.TELEGRAM:
        effects.append(Wipe(later=True))
    return decided(turn, after, replies=[first(turn, ongoing)], effects=effects)


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
    effects: tuple[Effect, ...] = (Unlock(), *decision.effects)
    if turn.message.channel is Channel.TELEGRAM and Wipe() not in effects:
        effects = (*effects, Wipe(theirs=True), Wipe(later=True))
    if alone or decision.replies:
        decision = replace(decision, replies=(*decision.replies, *_who_reads(turn, decision)))
    if alone:
        opened = Reply("discreet.open", options=_OPENED if turn.message.channel is Channel.TELEGRAM else ())
        # Perhaps a stranger said "stop" meanwhile: she is to know why nothing comes.
        paused = (Reply("discreet.paused"),) if turn.known.muted else ()
        return replace(decision, replies=(*decision.replies, *paused, opened), effects=effects)
    case = turn.known.by_code or turn.known.latest
    told = any(reply.key.startswith(("answer", "erase.")) for reply in decision.replies)
    if case is None or not case.last_answer or told or Lock() in effects:
        return replace(decision, effects=effects)
    waiting = Reply("answer", {"text": case.last_answer})
    return replace(decision, replies=(*decision.replies, waiting), effects=effects)


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
    told = officer.told(ongoing.facts, fitting if there else to, key="")  # whether anybody works there, routing knows
    return (told,) if told is not None and told.key else ()


def choose(turn: Turn, word: str) -> Decision:
    """A word of her own opens from now on, and her order number too where we still know it. It is not said again."""
    standing, ongoing = turn.known.discretion, turn.conversation.ongoing
    after = conversation.answered(turn.conversation)
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


def chosen(turn: Turn) -> str:
    """The word that a message chooses: after "my word", or alone where we asked for it; "" for none."""
    if turn.known.discretion is None or turn.attached or turn.message.choice:
        return ""
    named = commands.own_word(turn.words)
    alone = turn.words if turn.conversation.stage is Stage.WORD and turn.intent is None else ""
    return named or (commands.fold(alone) if len(alone.split()) == 1 else "")


# ── Locked ───────────────────────────────────────────────────────────────────────────────────────────────────
def is_locked(known: Known, heard: Heard) -> bool:
    """Whether a message came to a discreet reporter's address and her word was not said. News of the chat is none.

    A private talk that goes on is hers: it began after her word, and a decoy would file what few may know at her desk.
    """
    standing = known.discretion if known.conversation.mode is not Mode.PRIVATE else None
    spoken = heard.message.presence is Presence.NONE and not heard.message.entered_by
    return standing is not None and not (standing.open or standing.said) and spoken


def locked(turn: Turn) -> Decision:
    """Kept, and answered as by a service that knows nothing."""
    before = turn.conversation
    withdrawn = list(withdrawing.locked(turn))
    after, effects = (before, withdrawn) if withdrawn else _kept(turn)
    intent = commands.intent(turn.words, turn.message.choice)
    if turn.hushed or intent in _STOPS:
        effects.append(Mute())
        return decided(turn, after, effects=effects)
    if intent is Intent.WIPE and turn.message.channel is Channel.TELEGRAM:
        return decided(turn, after, effects=[*effects, Wipe()])
    if turn.known.muted:
        if intent not in _BACK:
            return decided(turn, after, effects=effects)
        effects.append(Unmute())
    said = restraint.restrained(turn, decided(turn, after, replies=[_decoy(turn, intent)], effects=effects))
    # Perhaps it was not she who spoke: of what was said nothing is remembered beside her report.
    apart = replace(said.conversation, stage=before.stage, options=before.options)
    apart = replace(apart, echo=before.echo, bundle=before.bundle, topic=before.topic)
    apart = replace(apart, kinds=before.kinds, gist=before.gist)
    return replace(said, conversation=apart)


def _decoy(turn: Turn, intent: Intent | None) -> Reply:
    key, alone = commands.fold(turn.words), not turn.message.choice
    if alone and (commands.digit(turn.words) == 1 or any(word in key for word in _OPENING)):
        return Reply("decoy.hours", _hours(turn))
    if intent in _KIND:
        return Reply("decoy.thanks")
    if turn.heard.codes:
        return Reply("decoy.order")
    if intent is not None or not turn.words:
        return Reply("decoy.hello")
    return Reply("decoy.unknown")


def _hours(turn: Turn) -> dict[str, str]:
    to = turn.known.discretion.to if turn.known.discretion else None
    office = turn.world.directory.offices.get(to.office) if to else None
    minutes = (office.opens_minute, office.closes_minute) if office else (8 * 60, 16 * 60)
    opens, closes = (f"{minute // 60}:{minute % 60:02d}" for minute in minutes)
    return {"opens": opens, "closes": closes}


def _kept(turn: Turn) -> tuple[Conversation, list[Effect]]:
    """In the report of what came while locked, at her desk; else in one of its own, where her desk may not read it."""
    world, before = turn.world, turn.conversation.locked
    analysis = understood.analysis_of(turn.message, turn.heard.analysis)
    facts = understood.first(analysis, analysis.place)
    whole = facts if before is None else _together(turn, before.facts, analysis)
    hers = _desk(turn, whole)
    sealed = facts.sensitive or hers.desk in SEALED_DESKS
    facts = replace(facts, sensitive=sealed, no_reply=turn.hushed, apart=whole.apart)
    facts = apart.known(world.directory, world.gazetteer, facts, analysis)
    fitting = routing.route(world.directory, facts)
    unfit = not _may_read(hers, facts, fitting)
    if before is not None and not unfit:
        locked, effects = _added(turn, before, replace(whole, sensitive=whole.sensitive or sealed), hers)
    else:
        locked, effects = _begun(turn, facts, fitting if unfit else hers, analysis)
    if analysis.urgency > Urgency.NORMAL or analysis.flagged:
        effects.append(Alarm(locked.report))
    return replace(turn.conversation, locked=before if unfit else locked), effects


def _together(turn: Turn, old: Facts, analysis: Analysis) -> Facts:
    """What is known of the report of what came while locked, with this: as of any addition, it only grows graver."""
    facts = understood.placed(understood.better(old, analysis), analysis.place, said=False)
    facts = apart.known(turn.world.directory, turn.world.gazetteer, facts, analysis)
    return replace(facts, no_reply=facts.no_reply or turn.hushed)


def _begun(turn: Turn, facts: Facts, to: Destination, analysis: Analysis) -> tuple[Ongoing, list[Effect]]:
    world, place = turn.world, analysis.place
    report = world.entropy[_REPORT].hex()
    number = tickets.make_number(place.governorate if place else "", world.entropy[_NUMBER])
    filed = File(report, number, "", to, facts, place, analysis, mode=Mode.DISCREET, locked=True)
    return Ongoing(report, number, "", facts, to.office, to.desk, world.now), [filed]


def _added(turn: Turn, before: Ongoing, facts: Facts, to: Destination) -> tuple[Ongoing, list[Effect]]:
    """It moves only as her own case does, or where it may not lie any more: perhaps somebody works on it."""
    effects: list[Effect] = [Append(before.report)]
    stays = (to.office, to.desk) == (before.office, before.desk)
    if facts != before.facts or not stays:
        held = stays and not understood.turned(before.facts, facts)
        where = replace(to, rule=HELD) if held else to
        effects.append(Reroute(before.report, where, facts, known_place(turn, facts.lineage)))
    return replace(before, facts=facts, office=to.office, desk=to.desk), effects


def _may_read(hers: Destination, facts: Facts, fitting: Destination) -> bool:
    """Whether her desk may read it: what few may see lies where those few are, also when it is kept as locked.

    fitting: where it would lie if it were anybody's. A sealed desk reads all but extremism, which its own desk reads.
    """
    if hers.office in facts.apart:
        return False
    same = (fitting.office, fitting.desk) == (hers.office, hers.desk)
    if facts.category is Category.EXTREMISM:
        return same or hers.desk is Desk.SECURITY
    few = facts.sensitive or facts.about_police or facts.insider or facts.woman_officer
    few = few or facts.category is Category.POLICE_MISCONDUCT
    return same or hers.desk in SEALED_DESKS or not few


def _desk(turn: Turn, kept: Facts) -> Destination:
    """Where her case lies; where none is left, a sealed desk. Where it must not know, it goes as anybody's would.

    kept: all that is known of what came while locked.
    """
    standing = turn.known.discretion
    if standing is not None and standing.to is not None:
        named = standing.to.office in kept.apart
        return routing.route(turn.world.directory, kept) if named else standing.to
    facts = Facts(Category.OTHER, Urgency.NORMAL, sensitive=True, apart=kept.apart)
    return routing.route(turn.world.directory, facts)
