"""What somebody tells us in words: a wish that is said in a sentence, more of a report, or a concern."""

from dataclasses import replace
from typing import Final

from bot import commands, conversation, safety, tickets
from bot.commands import Intent
from bot.decide import (
    adding,
    another,
    answering,
    belongs,
    courtesy,
    discreet,
    filing,
    helping,
    honest,
    meant,
    modes,
    private,
    rescue,
    waiting,
    watched,
    wishes,
)
from bot.decide.turn import Turn, decided
from bot.vocabulary import (
    SEALED_DESKS,
    Analysis,
    Append,
    Case,
    Category,
    Decision,
    Mode,
    Ongoing,
    Reply,
    Status,
    Urgency,
)

# Concerns whose desk few may see: never left where a code points.
_RESTRICTED: Final = frozenset({Category.EXTREMISM, Category.POLICE_MISCONDUCT})
_ASKED: Final = 2  # as often as a place is asked for


def said(turn: Turn) -> Decision:
    """What follows from words that command nothing."""
    if turn.known.by_code is not None and _erases_by_code(turn):
        return wishes.ask_erase_in_words(turn, turn.known.by_code.report)
    if _is_alone(turn) and turn.known.replied is None and _only_erases(turn):
        return wishes.ask_erase(turn)
    wished = modes.wished(turn) if plain(turn) or (turn.known.by_code is not None and _is_alone(turn)) else None
    if wished is not None:
        return wished
    if _is_piece_of_a_code(turn):
        return decided(turn, replies=[Reply("status.whole")])
    turn = _privately(turn)
    return _told(turn) if turn.ongoing is None or not plain(turn) else _beside(turn, turn.ongoing)


def _beside(turn: Turn, ongoing: Ongoing) -> Decision:
    """The same beside an open report: a question about it, thanks, or more of it."""
    if commands.asks_to_erase(turn.words):
        kept = decided(turn, replies=[Reply("erase.which")], effects=[Append(ongoing.report)])
        return wishes.ask_erase_in_words(turn, ongoing.report) if ongoing.code else kept
    if waiting.asks(turn.words):
        return wishes.status_in_words(turn, ongoing.report)
    if courtesy.is_all(turn.words):
        return wishes.obey(turn, Intent.NOD) or _told(turn)
    told = _told(turn)
    merely = merely_added(told) and Append(ongoing.report) in told.effects
    return replace(told, replies=_standing(turn, told)) if merely and _waits(turn) else told


def _waits(turn: Turn) -> bool:
    """Whether somebody asks how things stand, and tells more: then they are told how they stand."""
    return waiting.begins(turn.words) or waiting.is_question(turn.words) or belongs.waits(turn)


def _standing(turn: Turn, told: Decision) -> tuple[Reply, ...]:
    """How the report stands that words were added to, as it is now; in danger still, the hotline before anything."""
    now, analysis = told.conversation, turn.heard.analysis
    if watched.hides(turn.known, answering.about(now).report):
        return told.replies
    danger = analysis is not None and analysis.urgency is Urgency.EMERGENCY
    hotline = honest.again(turn, answering.about(now).facts, answering.here(now)) if danger else None
    if hotline is not None:
        return (hotline,)
    return wishes.status(replace(turn, known=replace(turn.known, conversation=now))).replies


def _erases_by_code(turn: Turn) -> bool:
    """Whether a code stands beside a sentence that asks to erase: "احذفوا بلاغي 123456"."""
    return _is_alone(turn) and commands.asks_to_erase(turn.words)


def _only_erases(turn: Turn) -> bool:
    """Whether a wish to erase that names nothing we know says nothing else: any word more may tell of danger."""
    nowhere = turn.ongoing is None or bool(turn.heard.codes)
    return nowhere and commands.only_erases(turn.words)


def _is_alone(turn: Turn) -> bool:
    """Whether it is one's own words and perhaps a code, and no command."""
    message = turn.message
    return turn.intent is None and not (
        turn.attached or message.edit or message.forwarded or turn.picked or turn.hushed
    )


def _is_piece_of_a_code(turn: Turn) -> bool:
    """Whether a long code comes in several messages. No report may hold it: whoever reads that could open the other.

    Nor is it put together: its pieces would have to be remembered beside a phone that must not lead to its report.
    Beside an open report such digits may tell something.
    """
    own = turn.ongoing is None and turn.known.replied is None and plain(turn) and not turn.message.entered_by
    return own and tickets.is_piece(turn.words)


def _privately(turn: Turn) -> Turn:
    """The turn in a private talk of its own, where its words begin with that wish, or say it: "سري: …"."""
    ordinary = turn.conversation.mode is not Mode.PRIVATE and turn.known.discretion is None
    wanted = commands.opens_private(turn.words) or safety.nameless(turn.words)
    if not (ordinary and wanted) or turn.message.edit or turn.message.forwarded:
        return turn
    apart = conversation.unlinked(turn.conversation, Mode.PRIVATE)
    return replace(turn, known=replace(turn.known, conversation=apart, latest=None, replied=None))


def plain(turn: Turn) -> bool:
    """Whether it is one's own words and nothing else, and no command."""
    message = turn.message
    more = turn.attached or message.edit or message.forwarded or message.fragment is not None
    return turn.intent is None and not (more or turn.hushed or turn.heard.codes or turn.picked)


def merely_added(decision: Decision) -> bool:
    """Whether nothing is answered but that it was added."""
    return all(reply.key == "added" for reply in decision.replies)


def _told(turn: Turn) -> Decision:
    if turn.revises and (turn.message.text.strip() or turn.attached):
        return adding.hear(turn)
    case, ongoing = turn.known.by_code or turn.known.replied, turn.ongoing
    its_own = case is not None and ongoing is not None and case.report == ongoing.report
    if case is not None and its_own and case.status is not Status.CLOSED:
        coded = turn.known.by_code is not None
        return adding.add(turn) if coded or not adding.is_concern(turn) else adding.hear(turn)
    if case is not None:
        return _to_another(turn, case)
    if adding.is_concern(turn):
        return adding.hear(turn)
    if turn.message.text.strip():
        return adding.add(turn) if ongoing is not None else helping.nudge(turn)
    if turn.message.choice:
        return wishes.void(turn)
    return helping.nudge(turn) if ongoing is None else decided(turn)


def _to_another(turn: Turn, case: Case) -> Decision:
    """Words with the code of another report are added to it, unless there they would be buried.

    Nobody reads a closed report; and what is grave must ring and be sealed as if no code stood beside it. Said of what
    lies at a sealed desk it is hers: her desk hears it, or what is filed is as closed; but what befell
    somebody is for rescuers, as in a talk. In private a wish for secrecy is not grave, however it sounds: it is
    granted already.
    """
    wish = safety.is_only_fear(turn.words) or safety.is_only_nameless(turn.words)
    if wish and private.is_private(turn) and not turn.attached:
        return decided(turn, replies=[Reply("added")], effects=[Append(case.report)])
    analysis = turn.heard.analysis
    sealed = case.desk in SEALED_DESKS and not (analysis is not None and _is_for_rescuers(analysis))
    grave = analysis is not None and (_is_grave(analysis) or _is_for_fewer(analysis))
    if grave or (case.status is Status.CLOSED and adding.is_concern(turn)):
        if sealed and analysis is not None and _can_be_told_there(turn, case, analysis):
            return _told_there(turn, case)
        filed = filing.file(turn, of=another.known_of(turn, case), closed=sealed)
        return replace(filed, effects=(*filed.effects, *another.parted(turn, case)))
    elder = another.as_ongoing(case, another.known_of(turn, case))
    if not discreet.switches(turn, elder):
        return decided(turn, replies=[Reply("added")], effects=[Append(case.report)])
    if named := meant.by_short_code(turn):
        return discreet.hidden(turn, turn.conversation, named, filed=(Append(case.report),))
    # Hidden it is only with a code, and of this one nobody knows it.
    return filing.file(turn, of=elder.facts, closed=True)


def _is_grave(analysis: Analysis) -> bool:
    return analysis.urgency > Urgency.NORMAL or analysis.sensitive or analysis.minor or analysis.woman_officer


def _is_for_rescuers(analysis: Analysis) -> bool:
    """Whether a fire or an accident is told, which is nobody's deed: who comes to help must read of it."""
    befalls = analysis.urgency is Urgency.EMERGENCY and analysis.category in rescue.BEFALLS
    return befalls and not (analysis.sensitive or _is_for_fewer(analysis))


def _is_for_fewer(analysis: Analysis) -> bool:
    return analysis.category in _RESTRICTED or analysis.about_police or bool(analysis.insiders)


def _can_be_told_there(turn: Turn, case: Case, analysis: Analysis) -> bool:
    """Whether its desk may read it, and what is known of the case is known here: else that would be told anew.

    What would be filed by a reply on a veiled phone would lock it: that goes there as it is.
    """
    known = another.facts_of(turn, case) is not None or watched.points_beneath(turn)
    return known and case.status is not Status.CLOSED and not _is_for_fewer(analysis)


def _told_there(turn: Turn, case: Case) -> Decision:
    """Added as in a talk about that report; what is talked about here stays that, and nothing more is asked."""
    now, facts = turn.conversation, another.known_of(turn, case)
    unread = another.facts_of(turn, case) is None
    facts = another.of_its_kind(turn, facts) if unread else facts
    elder = replace(another.as_ongoing(case, facts), code=case.code)
    there = replace(conversation.forgotten(now), ongoing=elder, tries=_ASKED, thanked_at=None)
    added = adding.add(replace(turn, known=replace(turn.known, conversation=there, latest=case)))
    after = conversation.beside(now, added.conversation)
    if added.conversation.mode is not now.mode:
        after = replace(conversation.answered(after), mode=added.conversation.mode, later=())
    effects = tuple(effect for effect in added.effects if not (unread and another.is_idle(effect, case)))
    return replace(added, conversation=after, effects=effects)
