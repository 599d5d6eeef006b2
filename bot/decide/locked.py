"""What comes to a discreet reporter's phone before her word was said: kept, and answered as by any service of the area.

The answer knows of opening hours and of orders, and of nothing else. What came is attached to nothing of hers: it lies
in a report of its own at her desk, marked as received while locked, and what is grave rings that desk in silence.
"""

from dataclasses import replace
from typing import Final

from bot import commands, routing
from bot.commands import Intent
from bot.decide import another, apart, drawn, private, restraint, understood, withdrawing
from bot.decide.turn import FEW_READ, Heard, Turn, decided, is_of_few, known_place
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
    Known,
    Lock,
    Mode,
    Mute,
    Ongoing,
    Presence,
    Reply,
    Reroute,
    Unmute,
    Urgency,
    Wipe,
)

_STOPS: Final = frozenset({Intent.STOP, Intent.HUSH, Intent.CANCEL})
_BACK: Final = frozenset({Intent.START, Intent.RESUME})
_KIND: Final = frozenset({Intent.THANKS, Intent.NOD})
_OPENING: Final = tuple(commands.fold(word) for word in ("دوام", "تفتحون", "مفتوح", "دەوام", "hours", "open"))


def applies(known: Known, heard: Heard) -> bool:
    """Whether a message came to a discreet reporter's address and her word was not said. News of the chat is none.

    A private talk that goes on is hers, for it began after her word or with sixteen digits; a decoy would file what few
    may know at her desk. Digits that open a private report begin one: whoever has them learns of that report, as on any
    phone, and nothing of what is hidden here. Those that open nothing are told what any other number is.
    """
    if private.opened(known, heard):
        return False
    standing = known.discretion if known.conversation.mode is not Mode.PRIVATE else None
    spoken = heard.message.presence is Presence.NONE and not heard.message.entered_by
    return standing is not None and not (standing.open or standing.said) and spoken


def closes(turn: Turn, decision: Decision) -> bool:
    """Whether what is said in the minutes of one report's code, and without it, sounds of what few may see.

    Somebody else may hold the phone by now than who gave that code. A report that few read is left to go on.
    """
    standing, talk = turn.known.discretion, turn.conversation
    if standing is None or standing.without is None or turn.message.choice:
        return False
    if Mode.PRIVATE in {talk.mode, decision.conversation.mode}:
        return False
    known = talk.ongoing.facts if talk.ongoing is not None else None
    if (standing.to is not None and standing.to.desk in FEW_READ) or (known is not None and is_of_few(known)):
        return False
    return is_graver(decision, known)


def is_graver(decision: Decision, known: Facts | None) -> bool:
    """Whether what follows sounds of what few may see, or more urgent than a report was of which that is known."""
    return any(_is_graver(effect, known) for effect in decision.effects)


def _is_graver(effect: Effect, known: Facts | None) -> bool:
    """known: what was of the report that is talked about."""
    match effect:
        case Reroute(to=to, facts=facts):
            raised = known is not None and facts.urgency > known.urgency
            return raised or to.desk in FEW_READ or is_of_few(facts)
        case File(to=to, facts=facts):
            return to.desk in FEW_READ or is_of_few(facts)
        case _:
            return False


def close(turn: Turn) -> Decision:
    """Kept as if nobody had said that code, and its minutes end: what follows is perhaps of the same hand."""
    standing = turn.known.discretion
    behind = standing.without if standing is not None else None
    kept = decide(replace(turn, known=replace(turn.known, discretion=behind)))
    return replace(kept, effects=(*kept.effects, Lock()))


def decide(turn: Turn) -> Decision:
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
    talk = replace(said.conversation, stage=before.stage, options=before.options)
    talk = replace(talk, echo=before.echo, bundle=before.bundle, topic=before.topic)
    talk = replace(talk, kinds=before.kinds, gist=before.gist)
    return replace(said, conversation=talk)


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
    facts = _as_edited(turn, understood.first(analysis, analysis.place))
    whole = facts if before is None else _as_edited(turn, _together(turn, before.facts, analysis))
    hers = _desk(turn, whole)
    sealed = facts.sensitive or hers.desk in SEALED_DESKS
    facts = replace(facts, sensitive=sealed, no_reply=turn.hushed, apart=whole.apart)
    facts = apart.known(world.directory, world.gazetteer, facts, analysis)
    facts = _kept_from_who_reads(turn, facts, analysis)
    fitting = routing.route(world.directory, facts)
    unfit = not _may_read(hers, facts, fitting)
    if before is not None and not unfit:
        kept, effects = _added(turn, before, replace(whole, sensitive=whole.sensitive or sealed), hers)
    else:
        kept, effects = _begun(turn, facts, fitting if unfit else hers, analysis)
    if analysis.urgency > Urgency.NORMAL or analysis.flagged:
        effects.append(Alarm(kept.report))
    return replace(turn.conversation, locked=before if unfit else kept), effects


def _kept_from_who_reads(turn: Turn, facts: Facts, analysis: Analysis) -> Facts:
    """The facts with the forum apart that has her case, where somebody is said to be of those who read it."""
    standing = turn.known.discretion
    if standing is None or standing.to is None:
        return facts
    hers = Facts(Category.OTHER, Urgency.NORMAL, sensitive=True)
    case = Ongoing(standing.report, "", "", hers, standing.to.office, standing.to.desk, turn.world.now)
    return apart.answered(turn.world.directory, facts, case, analysis)


def _as_edited(turn: Turn, facts: Facts) -> Facts:
    """Of a message that is part of another report, and is edited while locked: nobody reads it who could not there."""
    return understood.as_closed(facts, another.known_of(turn, turn.edited)) if turn.edited is not None else facts


def _together(turn: Turn, old: Facts, analysis: Analysis) -> Facts:
    """What is known of the report of what came while locked, with this: as of any addition, it only grows graver."""
    facts = understood.placed(understood.better(old, analysis), analysis.place, said=False)
    facts = apart.known(turn.world.directory, turn.world.gazetteer, facts, analysis)
    return replace(facts, no_reply=facts.no_reply or turn.hushed)


def _begun(turn: Turn, facts: Facts, to: Destination, analysis: Analysis) -> tuple[Ongoing, list[Effect]]:
    world, place = turn.world, analysis.place
    report, number = drawn.report(world), drawn.number(world, place)
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
