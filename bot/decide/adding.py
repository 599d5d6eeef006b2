"""A concern beside an ongoing report: a further part, which may move it, or a report of its own."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot import conversation, safety
from bot.decide import (
    another,
    answering,
    apart,
    belongs,
    discreet,
    moving,
    officer,
    private,
    rescue,
    tipped,
    understood,
    where,
)
from bot.decide.belongs import Belongs
from bot.decide.filing import file
from bot.decide.turn import Turn, decided
from bot.nlp import old_number
from bot.vocabulary import (
    Alarm,
    Analysis,
    Append,
    Category,
    Conversation,
    Decision,
    Effect,
    Mode,
    Ongoing,
    Reply,
    Reroute,
    Urgency,
    Veil,
)

_A_FEW_DIGITS: Final = 2
_TOGETHER: Final = 600  # letters of pieces understood as one text: it happens while a transaction is open


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
    if turn.revises:
        return add(turn)
    if turn.message.edit:
        return _edited(turn)
    if rescue.is_part(turn):
        return add(turn)
    if _is_mere_wish(turn):
        return add(_untelling(turn))
    match belongs.weigh(turn):
        case Belongs.JOINS:
            return add(turn)
        case Belongs.APART:
            return _apart(turn)
        case Belongs.UNSURE:
            return add(turn) if _joins_unasked(turn) or _joins_in_private(turn) else _beside(turn)


def _is_mere_wish(turn: Turn) -> bool:
    """Whether it tells of no concern: of fear in private, of a phone that is read, of a number that is no more."""
    return _is_of_old_number(turn) or _is_mere_fear(turn) or _is_only_watched(turn)


def _is_mere_fear(turn: Turn) -> bool:
    """Whether somebody only says, in private, that they are afraid, or that nobody must know, as nobody will."""
    wish = safety.is_only_fear(turn.words) or safety.is_only_nameless(turn.words) or safety.is_only_afraid(turn.words)
    return wish and private.is_private(turn) and turn.ongoing is not None and not turn.attached


def _is_of_old_number(turn: Turn) -> bool:
    """Whether it only asks not to be written to at a number that is no more: here its writer wants to be answered."""
    analysis = turn.heard.analysis
    return analysis is not None and old_number.is_all(analysis.key) and not (turn.attached or turn.message.forwarded)


def _untelling(turn: Turn) -> Turn:
    """The turn with words that tell of no concern, whatever they sound like; filed, they are still an analysis."""
    analysis = turn.heard.analysis
    plain = understood.unalarming(analysis) if analysis is not None and turn.ongoing is None else None
    return replace(turn, heard=replace(turn.heard, analysis=plain))


def _is_only_watched(turn: Turn) -> bool:
    """Whether what is hers is open, and only that another reads her phone is said: it is veiled, and moves nowhere."""
    ongoing, analysis = turn.ongoing, turn.heard.analysis
    hers = ongoing is not None and ongoing.facts.sensitive and not (analysis is not None and analysis.yours)
    return hers and turn.watched and safety.is_only_watched(turn.words) and not turn.attached


def _edited(turn: Turn) -> Decision:
    """An edit of a message that nobody knows: perhaps it was said of what few may see, so nothing joins it unasked."""
    if _joins_unasked(turn):
        return add(turn)
    return _apart(turn) if belongs.weigh(turn) is Belongs.APART else _beside(turn)


def _beside(turn: Turn) -> Decision:
    """A report of its own, of which it is asked whether it is of the ongoing one: whom it names sees neither."""
    before = turn.ongoing
    if before is None:
        return file(turn)
    # What answers an office that asked about what is hers may be of that, and nobody is asked.
    hers = before.facts.sensitive and not before.code
    filed = file(turn, before=before, of=before.facts if hers else None, closed=hers)
    return _with_elder(filed, before, another.parted_from(turn, before))


def _apart(turn: Turn) -> Decision:
    """A report of its own, surely: where it names the very office that reads what is hers, that does not stay there."""
    before = turn.ongoing
    if before is None:
        return file(turn)
    return _with_elder(file(turn), before, another.parted_from(turn, before, perhaps_one=False))


def _with_elder(filed: Decision, before: Ongoing, moved: Sequence[Reroute]) -> Decision:
    """The decision with what it changes of the report before, in the conversation too."""
    for effect in moved:
        elder = replace(before, facts=effect.facts, office=effect.to.office, desk=effect.to.desk)
        after = conversation.beside(filed.conversation, Conversation(ongoing=elder))
        filed = replace(filed, conversation=after, effects=(*filed.effects, effect))
    return filed


def _joins_unasked(turn: Turn) -> bool:
    """In doubt, where nothing may be asked: what few may see stays together, for nobody else will see it there."""
    ongoing = turn.ongoing
    return ongoing is not None and ongoing.facts.sensitive and discreet.mode_of(turn, ongoing.facts) is not Mode.NORMAL


def _joins_in_private(turn: Turn) -> bool:
    """In doubt in private, where nothing is asked and each report is a stranger's: unless fewer may see this than that.

    A later part of a long SMS does not say what it is about.
    """
    ongoing, analysis, fragment = turn.ongoing, turn.heard.analysis, turn.message.fragment
    if private.is_asked_elsewhere(turn):
        return False  # perhaps the answer, about a report that leads to them
    if not private.is_private(turn) or ongoing is None or analysis is None or (fragment and fragment.index > 1):
        return False
    old = ongoing.facts
    hers = understood.seals(analysis) or analysis.sensitive or analysis.minor
    closer = analysis.category in {Category.EXTREMISM, Category.POLICE_MISCONDUCT} and analysis.category != old.category
    named = bool(analysis.insiders) or analysis.about_police
    return not (
        closer
        or (hers and not old.sensitive)
        or (analysis.woman_officer and not old.woman_officer)
        or (named and not (old.insider or old.about_police))
    )


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
    facts = apart.answered(turn.world.directory, facts, ongoing, analysis)
    moved, effects = moving.moves(turn, ongoing, replace(facts, no_reply=facts.no_reply or turn.hushed))
    effects += _in_danger_again(turn, ongoing, analysis, effects)
    moved = conversation.remembering(moved, _together(turn), now=turn.world.now)
    now = answering.about(moved)
    if discreet.switches(turn, now):
        filed = (Append(ongoing.report), *effects)
        return discreet.hidden(turn, moved, now, filed=filed) if now.code else _veiled(turn, moved, filed)
    after, replies = answering.to_addition(turn, moved, old=ongoing.facts, told=told)
    replies = _with_who_reads(turn, replies, old=ongoing, new=now)
    return decided(turn, after, replies=replies, effects=[Append(ongoing.report), *effects])


def _veiled(turn: Turn, after: Conversation, filed: Sequence[Effect]) -> Decision:
    """Who is afraid beside a report whose code this talk does not know: nothing more is told there in the open."""
    return decided(turn, replace(after, ongoing=None), replies=[Reply("added")], effects=[*filed, Veil()])


def _in_danger_again(
    turn: Turn, ongoing: Ongoing, analysis: Analysis | None, effects: Sequence[Effect]
) -> list[Effect]:
    """What tells of danger beside an emergency that somebody took: they may have put it by."""
    told = analysis is not None and analysis.urgency is Urgency.EMERGENCY and not turn.message.edit
    taken = ongoing.facts.urgency is Urgency.EMERGENCY and moving.is_worked_on(turn)
    rings = any(isinstance(effect, Alarm) for effect in effects)
    return [Alarm(ongoing.report, again=True)] if told and taken and not rings else []


def _with_who_reads(turn: Turn, replies: list[Reply], *, old: Ongoing, new: Ongoing) -> list[Reply]:
    """To whoever wishes for a woman only now, or whose report has left the desk where women read, that is told."""
    here, there = answering.at(new), answering.at(old)
    reads = [officer.reads(turn.world.directory, each) for each in (there, here)]
    changed = new.facts.woman_officer and (not old.facts.woman_officer or reads[0])
    fresh = not old.facts.woman_officer or reads[0] != reads[1]
    reply = officer.told(turn.world.directory, new.facts, here, key="woman.noted") if changed and fresh else None
    if reply is None or turn.message.edit or turn.known.muted:
        return replies
    return [*(each for each in replies if each.key != "added"), reply]


def _joined(turn: Turn) -> Analysis | None:
    """What a young report's pieces say together: "اكو حرامي", "بالسطح", "هسه". Facts only rise by it."""
    understand = turn.world.understand
    piece = bool(turn.words and turn.conversation.words) and not turn.message.edit
    ongoing, analysis = turn.ongoing, turn.heard.analysis
    if ongoing is not None and analysis is not None and tipped.goes_on(ongoing, analysis):
        return None  # read together, it is what it sounded of by itself
    if understand is None or not piece or not conversation.is_young(turn.conversation, now=turn.world.now):
        return None
    return understand(_together(turn)[:_TOGETHER])


def _together(turn: Turn) -> str:
    """The words of a young report with those that were just said; parts of one SMS without a gap, the first first."""
    before, fragment = turn.conversation.words, turn.message.fragment
    if fragment is None:
        return f"{before} {turn.words}".strip()
    return f"{turn.message.text}{before}" if fragment.index == 1 else f"{before}{turn.message.text}"
