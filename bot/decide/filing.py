"""What a concern becomes at once: a report, routed by what is known, with at most one question in its answer."""

from dataclasses import replace
from typing import Final

from bot import conversation, routing
from bot.decide import (
    answering,
    apart,
    asking,
    brief,
    discreet,
    drawn,
    honest,
    officer,
    private,
    rescue,
    tongues,
    understood,
    where,
)
from bot.decide.turn import Turn, decided, known_place
from bot.decide.where import Told
from bot.vocabulary import (
    Analysis,
    Channel,
    Conversation,
    Decision,
    Destination,
    Facts,
    File,
    Language,
    Mode,
    Ongoing,
    Reply,
    Teller,
    Urgency,
)

_PAID: Final = Channel.SMS
_WHERE: Final = (".place", ".unplaced", ".unplaced.away")  # answers that ask it


def file(turn: Turn, *, before: Ongoing | None = None, of: Facts | None = None, closed: bool = False) -> Decision:
    """A new report, routed by what is known; at most one question with the answer.

    before: the report that it may belong to. That is asked first, then the place, then the kind. of: of the report that
    it is part of, and into which it does not come. closed: nobody reads it who could not read it there.
    """
    world, message = turn.world, turn.message
    analysis = understood.analysis_of(message, turn.heard.analysis)
    told = _there(turn, where.told(turn), of if closed else None)
    heard, told = _rescued(
        turn, understood.unalarming(analysis) if told.bare and not analysis.flagged else analysis, told
    )
    facts = understood.first(heard, told.place)
    speaker = tongues.speaker(turn, analysis)
    behalf = message.behalf or turn.conversation.behalf
    facts = _of_who_tells(turn, tongues.unread(facts, speaker), behalf=behalf)
    elder = before.facts if before is not None else of
    facts = understood.as_of_a_tip(_as_closed(turn, facts, of if closed else None), heard, elder)
    facts = apart.known(world.directory, world.gazetteer, facts, heard)
    facts = apart.beside(world.directory, facts, elder, surely=before is None)
    to, mode = routing.route(world.directory, facts), discreet.mode_of(turn, facts)
    report, number = drawn.report(world), drawn.number(world, told.place)
    code = drawn.long_code(world) if mode is Mode.PRIVATE else drawn.code(world)
    ongoing = Ongoing(report, number, code, facts, to.office, to.desk, world.now)
    talk = _spoken(turn, speaker)
    after = conversation.remembering(conversation.filed(talk, ongoing), _piece(turn), now=world.now)
    filed = File(report, number, code, to, facts, told.place, analysis, behalf=behalf, speaker=speaker, mode=mode)
    match mode:
        case Mode.DISCREET:
            return discreet.hidden(turn, after, ongoing, filed=(filed,))
        case Mode.PRIVATE:
            after, replies = private.first(turn, after, ongoing, told)
        case Mode.NORMAL:
            overtaking = conversation.overtaking(after, turn.conversation)
            after, replies = _answered(turn, overtaking, filed, heard, told, before)
    effects = [filed, *(discreet.apart(turn, report) if mode is Mode.NORMAL else ())]
    return decided(turn, after, replies=_brief(turn, [*replies, *_who_reads(turn, facts, to)]), effects=effects)


def _brief(turn: Turn, replies: list[Reply]) -> list[Reply]:
    return brief.first(replies) if _is_paid(turn) else replies


def _spoken(turn: Turn, speaker: Language | None) -> Conversation:
    """The talk, in the language of what was told where we answer in that."""
    talk = turn.conversation
    answered = turn.heard.analysis is not None and tongues.is_answered(speaker)
    return replace(talk, locale=turn.locale) if answered else talk


def _of_who_tells(turn: Turn, facts: Facts, *, behalf: bool) -> Facts:
    """The facts with what was known of the reporter before they told it."""
    talk = turn.conversation
    wished = facts.woman_officer or talk.woman_officer
    teller = Teller.OTHER if behalf else facts.teller
    silent = turn.hushed and not (turn.watched and talk.mode is Mode.PRIVATE)  # there they are told the code
    return replace(facts, no_reply=silent, origin=talk.origin, woman_officer=wished, teller=teller)


def _there(turn: Turn, told: Told, of: Facts | None) -> Told:
    """Where that report is, unless another place is said."""
    place = known_place(turn, of.lineage) if of is not None and told.place is None else None
    return told if place is None else replace(told, place=place)


def _as_closed(turn: Turn, facts: Facts, of: Facts | None) -> Facts:
    """As closed as the report that it is part of; as a private matter where it may be of one and nobody knows."""
    if of is not None:
        return understood.as_closed(facts, of)
    talk, message = turn.known, turn.message
    hides = talk.conversation.mode is Mode.PRIVATE or talk.discretion is not None
    return replace(facts, sensitive=True) if message.edit and turn.edited is None and hides else facts


def _answered(
    turn: Turn, after: Conversation, filed: File, heard: Analysis, told: Told, before: Ongoing | None
) -> tuple[Conversation, list[Reply]]:
    # In danger, where no woman reads it, the one SMS has no room to ask that; staff can still put both together.
    full = _is_paid(turn) and _is_grave(filed.facts) and bool(_who_reads(turn, filed.facts, filed.to))
    # Of a report whose code was not said nobody is asked: whoever holds the phone would tie theirs to it by a digit.
    if before is not None and before.code and not turn.known.muted and not full:
        after, replies = asking.same(after, before, emergency=_hotline(turn, after))
    else:
        after, replies = _first_replies(turn, after, heard, told, filed.to)
    if filed.speaker is not None:
        said = tongues.answered(turn, replies, code=filed.code, needed=filed.speaker)
        asks = said == replies or any(reply.options or reply.key.endswith(_WHERE) for reply in said)
        return (after if asks else conversation.answered(after)), said
    return after, replies


def _rescued(turn: Turn, heard: Analysis, told: Told) -> tuple[Analysis, Told]:
    """Who waits for rescue beside what was told just now is sealed from nobody, and is there unless said."""
    if not rescue.is_beside(turn):
        return heard, told
    near = known_place(turn, rescue.place_of(turn))
    there = told if told.place is not None or near is None else replace(told, place=near)
    return understood.opened(heard), there


def _is_paid(turn: Turn) -> bool:
    """Whether every part of an answer costs, and lights a screen: then the first answer is one."""
    return turn.message.channel is _PAID


def _is_grave(facts: Facts) -> bool:
    return facts.urgency is Urgency.EMERGENCY


def _who_reads(turn: Turn, facts: Facts, to: Destination) -> list[Reply]:
    """To whoever wished for a woman: never silently a man. That a woman reads it costs no SMS, for they were told."""
    reply = officer.told(turn.world.directory, facts, to, key="woman.read")
    here = (
        reply is not None
        and not turn.known.muted
        and (not officer.reads(turn.world.directory, to) or not _is_paid(turn))
    )
    return [reply] if reply and here else []


def _hotline(turn: Turn, after: Conversation) -> Reply | None:
    ongoing = answering.about(after)
    if not _is_grave(ongoing.facts):
        return None
    return honest.filed(turn, ongoing.facts, answering.here(after), code=ongoing.code, unsure=False, idle=False)


def _first_replies(
    turn: Turn, after: Conversation, heard: Analysis, told: Told, to: Destination
) -> tuple[Conversation, list[Reply]]:
    """The first answer and the question in it. Of what is hardly a concern at all, nothing is asked."""
    ongoing = answering.about(after)
    facts = ongoing.facts
    # By SMS the first answer is one part, and names no kind of concern on a lit screen.
    kinds = () if _is_paid(turn) else asking.kinds(understood.doubts(heard, facts))
    who = officer.choices(turn, facts)
    idle = bool(turn.words) and not turn.attached and told.place is None and understood.idle(heard, facts)
    if told.pinned and told.place is not None:
        # The pin is asked about in words of its own; the kind waits.
        reply = honest.filed(turn, facts, to, code=ongoing.code, unsure=False, idle=False)
        if _is_paid(turn) and (_is_grave(facts) or _who_reads(turn, facts, to)):
            return after, [reply]
        return asking.pin(turn, replace(after, later=kinds or who), told.place, first=reply)
    unasked = idle or (told.place is None and _is_overtaking(turn) and not _is_grave(facts))
    reply = honest.filed(turn, facts, to, code=ongoing.code, unsure=bool(kinds) and not unasked, idle=unasked)
    if unasked:
        return after, [reply]
    if told.place is None:
        after, reply = asking.where(turn, replace(after, later=kinds or who), told.candidates, reply=reply)
    elif kinds:
        after, reply = asking.which(turn, after, kinds, reply=reply)
    elif who:
        after, question = officer.ask(after)
        return after, [reply, question]
    return after, [reply]


def _piece(turn: Turn) -> str:
    """The words as they are remembered: parts of a long SMS are cut anywhere, so even their spaces count."""
    return turn.words if turn.message.fragment is None else turn.message.text


def _is_overtaking(turn: Turn) -> bool:
    """Whether the beginning of its long SMS, which may say where, is still under way: bot.decide.signs asks then."""
    return turn.message.fragment is not None and turn.message.fragment.index > 1
