"""What a concern becomes: a report at once, or a further part of the one it belongs to, which it may move."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot import conversation, routing, tickets
from bot.decide import (
    answering,
    apart,
    asking,
    belongs,
    brief,
    discreet,
    honest,
    officer,
    private,
    rescue,
    tongues,
    understood,
    where,
)
from bot.decide.belongs import Belongs
from bot.decide.turn import Turn, decided, known_place
from bot.decide.where import Told
from bot.nlp import places
from bot.vocabulary import (
    HELD,
    Alarm,
    Analysis,
    Append,
    Category,
    Channel,
    Conversation,
    Decision,
    Destination,
    Effect,
    Facts,
    File,
    Mode,
    Ongoing,
    Reply,
    Reroute,
    Status,
    Teller,
    Urgency,
)

# What the 64 random bytes of a turn are used for, each byte once; bot.decide.private uses others.
_REPORT, _NUMBER, _CODE = slice(0, 16), slice(16, 24), slice(24, 32)
_PAID: Final = Channel.SMS
_WHERE: Final = (".place", ".unplaced", ".unplaced.away")  # answers that ask it
_A_FEW_DIGITS: Final = 2
_TOGETHER = 600  # letters of pieces understood as one text: it happens while a transaction is open


def is_concern(turn: Turn) -> bool:
    """In doubt it is one. Not: signs that are no words, unless they were understood as a cry for help."""
    if turn.attached:
        return True
    if turn.intent is not None:
        return False
    if any(letter.isalpha() for letter in turn.words):
        return True
    if sum(letter.isdigit() for letter in turn.words) > _A_FEW_DIGITS:
        return True
    analysis = turn.heard.analysis
    return analysis is not None and bool(turn.words) and analysis.urgency is Urgency.EMERGENCY


def hear(turn: Turn) -> Decision:
    """Files a concern, or adds it to the ongoing report."""
    if (turn.message.edit and turn.ongoing is not None) or rescue.is_part(turn):
        return add(turn)
    match belongs.weigh(turn):
        case Belongs.JOINS:
            return add(turn)
        case Belongs.APART:
            return file(turn)
        case Belongs.UNSURE:
            return add(turn) if _joins_unasked(turn) else file(turn, before=turn.ongoing)


def _joins_unasked(turn: Turn) -> bool:
    """In doubt, where nothing may be asked: what few may see stays together, for nobody else will see it there."""
    ongoing = turn.ongoing
    return ongoing is not None and ongoing.facts.sensitive and discreet.mode_of(turn, ongoing.facts) is not Mode.NORMAL


def file(turn: Turn, *, before: Ongoing | None = None) -> Decision:
    """A new report, routed by what is known; at most one question with the answer.

    before: the report that it may belong to. That is asked first, then the place, then the kind.
    """
    world, message = turn.world, turn.message
    analysis = understood.analysis_of(message, turn.heard.analysis)
    told = where.told(turn)
    heard, told = _rescued(
        turn, understood.unalarming(analysis) if told.bare and not analysis.flagged else analysis, told
    )
    facts = understood.first(heard, told.place)
    speaker = tongues.speaker(turn, analysis)
    behalf = message.behalf or turn.conversation.behalf
    facts = _of_who_tells(turn, tongues.unread(facts, speaker), behalf=behalf)
    facts = apart.known(world.directory, world.gazetteer, facts, heard)
    to, mode = routing.route(world.directory, facts), discreet.mode_of(turn, facts)
    report, code = world.entropy[_REPORT].hex(), tickets.make_code(world.entropy[_CODE])
    code = private.code(turn) if mode is Mode.PRIVATE else code
    number = tickets.make_number(told.place.governorate if told.place else "", world.entropy[_NUMBER])
    remembered = turn.conversation
    if turn.heard.analysis is not None and tongues.is_answered(speaker):
        remembered = replace(remembered, locale=turn.locale)
    ongoing = Ongoing(report, number, code, facts, to.office, to.desk, world.now)
    after = conversation.remembering(conversation.filed(remembered, ongoing), _piece(turn), now=world.now)
    filed = File(report, number, code, to, facts, told.place, analysis, behalf=behalf, speaker=speaker, mode=mode)
    match mode:
        case Mode.DISCREET:
            return discreet.hidden(turn, after, ongoing, filed=(filed,))
        case Mode.PRIVATE:
            after, replies = private.first(turn, after, ongoing, told)
        case Mode.NORMAL:
            overtaking = conversation.overtaking(after, turn.conversation)
            after, replies = _answered(turn, overtaking, filed, heard, told, before)
    replies = [*replies, *_who_reads(turn, facts, to)]
    return decided(turn, after, replies=brief.first(replies) if _is_paid(turn) else replies, effects=[filed])


def _of_who_tells(turn: Turn, facts: Facts, *, behalf: bool) -> Facts:
    """The facts with what was known of the reporter before they told it."""
    talk = turn.conversation
    wished = facts.woman_officer or talk.woman_officer
    teller = Teller.OTHER if behalf else facts.teller
    return replace(facts, no_reply=turn.hushed, origin=talk.origin, woman_officer=wished, teller=teller)


def _answered(
    turn: Turn, after: Conversation, filed: File, heard: Analysis, told: Told, before: Ongoing | None
) -> tuple[Conversation, list[Reply]]:
    # In danger, where no woman reads it, the one SMS has no room to ask that; staff can still put both together.
    full = _is_paid(turn) and _is_grave(filed.facts) and bool(_who_reads(turn, filed.facts, filed.to))
    if before is not None and not turn.known.muted and not full:
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
    reply = officer.told(facts, to, key="woman.read")
    here = reply is not None and not turn.known.muted and (not officer.is_hers(to) or not _is_paid(turn))
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


def _is_overtaking(turn: Turn) -> bool:
    """Whether the beginning of its long SMS, which may say where, is still under way: bot.decide.signs asks then."""
    return turn.message.fragment is not None and turn.message.fragment.index > 1


def add(turn: Turn) -> Decision:
    """A further part of the ongoing report, which moves when it is better understood now."""
    ongoing = turn.ongoing
    if ongoing is None:
        return file(turn)
    told = where.told(turn)
    analysis = turn.heard.analysis
    if told.bare and analysis is not None and not analysis.flagged:
        analysis = understood.unalarming(analysis)
    part = rescue.is_part(turn)
    facts = understood.better(ongoing.facts, understood.opened(analysis) if part and analysis else analysis)
    joined = None if told.bare else _joined(turn)
    joined = understood.opened(joined) if part and joined else joined
    if not told.bare:
        facts = understood.better(facts, joined)
        if told.place is None and joined is not None and not facts.lineage:
            facts = understood.placed(facts, where.pieced(turn, joined), said=False)
    facts = understood.placed(facts, told.place, said=told.said)
    facts = apart.known(turn.world.directory, turn.world.gazetteer, facts, analysis, joined)
    moved, effects = moves(turn, ongoing, replace(facts, no_reply=facts.no_reply or turn.hushed))
    effects += _in_danger_again(turn, ongoing, analysis, effects)
    moved = conversation.remembering(moved, _together(turn), now=turn.world.now)
    now = answering.about(moved)
    if discreet.switches(turn, now):
        return discreet.hidden(turn, moved, now, filed=(Append(ongoing.report), *effects))
    after, replies = answering.to_addition(turn, moved, old=ongoing.facts, told=told)
    replies = _with_who_reads(turn, replies, old=ongoing, new=now)
    return decided(turn, after, replies=replies, effects=[Append(ongoing.report), *effects])


def _in_danger_again(
    turn: Turn, ongoing: Ongoing, analysis: Analysis | None, effects: Sequence[Effect]
) -> list[Effect]:
    """What tells of danger beside an emergency that somebody took: they may have put it by."""
    told = analysis is not None and analysis.urgency is Urgency.EMERGENCY and not turn.message.edit
    taken = ongoing.facts.urgency is Urgency.EMERGENCY and _is_worked_on(turn)
    rings = any(isinstance(effect, Alarm) for effect in effects)
    return [Alarm(ongoing.report, again=True)] if told and taken and not rings else []


def _with_who_reads(turn: Turn, replies: list[Reply], *, old: Ongoing, new: Ongoing) -> list[Reply]:
    """To whoever wishes for a woman only now, or whose report has left the desk where women read, that is told."""
    here, there = answering.at(new), answering.at(old)
    changed = new.facts.woman_officer and (not old.facts.woman_officer or officer.is_hers(there))
    fresh = not old.facts.woman_officer or officer.is_hers(here) != officer.is_hers(there)
    reply = officer.told(new.facts, here, key="woman.noted") if changed and fresh else None
    if reply is None or turn.message.edit or turn.known.muted:
        return replies
    return [*(each for each in replies if each.key != "added"), reply]


def _joined(turn: Turn) -> Analysis | None:
    """What a young report's pieces say together: "اكو حرامي", "بالسطح", "هسه". Facts only rise by it."""
    understand = turn.world.understand
    piece = bool(turn.words and turn.conversation.words) and not turn.message.edit
    if understand is None or not piece or not conversation.is_young(turn.conversation, now=turn.world.now):
        return None
    return understand(_together(turn)[:_TOGETHER])


def _piece(turn: Turn) -> str:
    """The words as they are remembered: parts of a long SMS are cut anywhere, so even their spaces count."""
    return turn.words if turn.message.fragment is None else turn.message.text


def _together(turn: Turn) -> str:
    """The words of a young report with those that were just said; parts of one SMS without a gap, the first first."""
    before, fragment = turn.conversation.words, turn.message.fragment
    if fragment is None:
        return f"{before} {turn.words}".strip()
    return f"{turn.message.text}{before}" if fragment.index == 1 else f"{before}{turn.message.text}"


def pick(turn: Turn, ongoing: Ongoing, choice: str) -> Decision:
    """A place or category that was offered and chosen: it moves the report; there are no words to add."""
    old = ongoing.facts
    kind, _, value = choice.removeprefix("v1:").partition(":")
    if kind == "place":
        facts = understood.placed(old, places.by_id(turn.world.gazetteer, value), said=True)
        moved, effects = moves(turn, ongoing, facts)
        after, replies = answering.to_place(turn, conversation.answered(moved), old=old)
    else:
        facts = understood.called(old, Category(value))
        moved, effects = moves(turn, ongoing, facts)
        raised = honest.raised(turn, facts, answering.here(moved), old=old)
        after, replies = conversation.answered(moved), [raised or Reply("noted")]
    return decided(turn, after, replies=replies, effects=effects)


def prefer(turn: Turn, ongoing: Ongoing, *, woman: bool) -> Decision:
    """Whom they would rather talk to: a hint for staff; the wish for a woman moves a report that is not at her desk."""
    facts = replace(
        ongoing.facts,
        woman_officer=woman or ongoing.facts.woman_officer,
        any_officer=not woman and not ongoing.facts.woman_officer,
    )
    moved, effects = moves(turn, ongoing, facts)
    to = next((effect.to for effect in effects if isinstance(effect, Reroute)), answering.here(moved))
    reply = officer.told(facts, to, key="woman.noted") or Reply("noted")
    after = replace(conversation.answered(moved), woman_officer=facts.woman_officer)
    return decided(turn, after, replies=[reply], effects=effects)


def pinned(turn: Turn, ongoing: Ongoing, *, right: bool) -> Decision:
    """The pin's place is confirmed; or it is not, and then only its governorate stands, and where is asked in words."""
    after = conversation.answered(turn.conversation)
    if right or not ongoing.facts.lineage:
        after, replies = answering.to_place(turn, after, old=ongoing.facts)
        return decided(turn, after, replies=replies)
    moved, effects = moves(turn, ongoing, replace(ongoing.facts, lineage=ongoing.facts.lineage[-1:]))
    after, reply = asking.where(turn, conversation.answered(moved), (), reply=Reply("place.ask"))
    return decided(turn, after, replies=[reply], effects=effects)


def moves(turn: Turn, ongoing: Ongoing, facts: Facts) -> tuple[Conversation, list[Effect]]:
    """The conversation and the effect of new facts; nothing when they are the old ones."""
    facts = apart.placed(turn.world.directory, facts)
    if facts == ongoing.facts:
        return turn.conversation, []
    to = routing.route(turn.world.directory, facts)
    if _is_held(turn, ongoing.facts, facts):
        to = Destination(ongoing.office, ongoing.desk, HELD)
    moved = replace(ongoing, facts=facts, office=to.office, desk=to.desk)
    wished = turn.conversation.woman_officer or (facts.woman_officer and not ongoing.facts.woman_officer)
    place = known_place(turn, facts.lineage)
    effects: list[Effect] = [Reroute(ongoing.report, to, facts, place)]
    stays = (to.office, to.desk) == (ongoing.office, ongoing.desk) and _is_worked_on(turn)
    if stays and facts.urgency is Urgency.EMERGENCY > ongoing.facts.urgency:
        effects.append(Alarm(ongoing.report))  # whoever works on it may be asleep
    return replace(turn.conversation, ongoing=moved, woman_officer=wished), effects


def _is_held(turn: Turn, old: Facts, new: Facts) -> bool:
    """A report that a person works on stays with them, unless they may not see it any more."""
    return _is_worked_on(turn) and not understood.turned(old, new)


def _is_worked_on(turn: Turn) -> bool:
    latest = turn.known.latest
    return latest is not None and latest.status is not Status.NEW
