"""What goes on with a report in no talk about it: the office has spoken of it since, or its code was just said.

A talk is forgotten three days after their last word, and the office may ask on the fourth. Words are then weighed
beside that report as in a talk about it. Nothing more: whoever holds the phone without its code reads nothing of it,
erases nothing, and makes it neither private nor discreet.
"""

from dataclasses import replace
from typing import Final

from bot import commands, tickets
from bot.commands import Intent
from bot.decide import another, courtesy, discreet, locked, modes, telling, where
from bot.decide.turn import Heard, Turn, World, answers_barely, is_of_few, listen
from bot.vocabulary import (
    SEALED_DESKS,
    Append,
    Case,
    Conversation,
    Decision,
    File,
    Known,
    Mode,
    Ongoing,
    Stage,
    Status,
)

# What is said to the office too, though it may command something.
_SAID: Final = frozenset(
    {
        None,
        Intent.YES,
        Intent.NO,
        Intent.THANKS,
        Intent.NOD,
        Intent.GREETING,
        Intent.HUSH,
        Intent.ASK,
        Intent.MORE,
        Intent.ADVICE,
        Intent.ADD,
        Intent.HELP,
        Intent.START,
        Intent.WOMAN,
    }
)
# What says something where the office has closed the report since it asked: anything else would only open it again.
_ANSWERS: Final = frozenset({None, Intent.YES, Intent.NO})
_KIND: Final = frozenset({Intent.THANKS, Intent.NOD, Intent.GREETING})
_ENDS: Final = frozenset({Intent.NEW, Intent.BEHALF})  # what they tell next is another matter
_TRIES: Final = 2  # the office asks now, not we


def talk(known: Known, heard: Heard, world: World) -> Known:
    """What is known, with a talk about that report where these words may go on with it, and with none where not."""
    bare, case = _bare(known, heard), known.resumes
    if bare.by_code is not None and bare.by_code.report != bare.conversation.read:
        bare = replace(bare, conversation=replace(bare.conversation, read="", read_at=None))
    if case is None:
        return bare
    turn = listen(bare, heard, world)
    if not _goes_on(turn, known.conversation, case) or not _is_heard(turn, case):
        return bare
    resumed = replace(bare.conversation, ongoing=_elder(turn, known.conversation, case))
    resumed = resumed if _is_about(known.conversation, case) else _begun(resumed)
    return _opened(replace(bare, conversation=resumed, latest=case), case)


def _opened(known: Known, case: Case) -> Known:
    """With that report as one that is worked on: where it was closed, what is added to it opens it again."""
    if case.status is not Status.CLOSED:
        return known
    worked_on, named = Status.ACKNOWLEDGED, known.by_code  # who closed it has read it
    if named is not None and named.report == case.report:
        named = replace(named, status=worked_on)
    return replace(known, latest=replace(case, status=worked_on), by_code=named)


def _begun(talk: Conversation) -> Conversation:
    """With nothing of what was said about another report before."""
    return replace(talk, tries=_TRIES, before=None, later=(), words="", echo="", topic=(), kinds=(), gist=())


def _returned(before: Conversation, after: Conversation, case: Case) -> Conversation:
    """The talk as it stood before an answer to another office: what is told next is of what few may read."""
    if after.ongoing is None or after.ongoing.report != case.report:
        return after
    return replace(
        after,
        ongoing=before.ongoing,
        tries=before.tries,
        before=before.before,
        later=before.later,
        words=before.words,
        echo=before.echo,
        topic=before.topic,
        kinds=before.kinds,
        gist=before.gist,
    )


def without(known: Known, turn: Turn, decision: Decision) -> Known | None:
    """What is known without what the office asked since, where a talk about another stands and these are its words.

    So are those that are no part of what was asked about; and all but a bare answer or place, where the talk is about
    what few may read and the office that asked is one that many see. What was asked by a desk where few read is left
    nowhere else. Nor is, on a veiled phone, what sounds of what few may see a part of what somebody's code just opened.
    """
    case, stood, now = known.resumes, known.conversation.ongoing, turn.conversation.ongoing
    if case is None or now is None or now.report != case.report or (stood is not None and stood.report == case.report):
        return None
    if stood is None:
        return _unread(known) if _is_anothers(known, turn, now, decision) else None
    if _is_sealed_apart(stood, case):
        theirs = not (answers_barely(turn) or where.told(turn).bare)
    else:
        files = any(isinstance(effect, File) for effect in decision.effects)
        theirs = files and (case.desk not in SEALED_DESKS or stood.desk in SEALED_DESKS)
    return replace(known, resumes=None if stood.code else known.latest) if theirs else None


def _is_sealed_apart(stood: Ongoing, case: Case) -> bool:
    return stood.desk in SEALED_DESKS and case.desk not in SEALED_DESKS


def _is_anothers(known: Known, turn: Turn, now: Ongoing, decision: Decision) -> bool:
    read = known.veiled and turn.conversation.read == now.report and not turn.heard.codes
    return read and not is_of_few(now.facts) and locked.is_graver(decision, now.facts)


def _unread(known: Known) -> Known:
    return replace(known, resumes=None, conversation=replace(known.conversation, read="", read_at=None))


def kept(known: Known, turn: Turn, decision: Decision) -> Decision:
    """After a command the next words still go on with it; of what only people read its kind is not told anew."""
    decision = _waiting(known, turn, _read(turn, decision))
    case, after, stood = known.resumes, decision.conversation, known.conversation.ongoing
    if case is None or (case.status is Status.CLOSED and not _is_resumed(turn, case)):
        return decision
    if after.ongoing is not None and stood is not None and _is_sealed_apart(stood, case):
        return replace(decision, conversation=_returned(known.conversation, after, case))
    if after.ongoing is not None:
        unread = case.facts is None and after.ongoing.report == case.report
        return replace(
            decision, effects=tuple(e for e in decision.effects if not (unread and another.is_idle(e, case)))
        )
    files = any(isinstance(effect, File) for effect in decision.effects)
    if files or turn.intent in _ENDS or after.mode is not known.conversation.mode or after.mode is Mode.DISCREET:
        return decision
    if after.stage is Stage.ERASE or (turn.heard.codes and (known.unveils or known.discretion is not None)):
        return decision
    elder = _elder(turn, known.conversation, case)
    return replace(decision, conversation=replace(after, ongoing=elder, tries=_TRIES))


def _waiting(known: Known, turn: Turn, decision: Decision) -> Decision:
    """Thanks and edits answer nothing: amid a talk about another report, or after its end, what was asked waits on."""
    case, after, stood = known.resumes, decision.conversation, known.conversation.ongoing
    waits = ""
    if case is not None and not _is_resumed(turn, case) and after.mode is known.conversation.mode:
        amid = stood is not None and bool(stood.code) and stood.report != case.report
        idle = turn.intent in _KIND or turn.message.edit or courtesy.is_all(turn.words)
        waits = case.report if idle and (amid or case.status is Status.CLOSED) else ""
    return decision if after.waits == waits else replace(decision, conversation=replace(after, waits=waits))


def _is_resumed(turn: Turn, case: Case) -> bool:
    return turn.ongoing is not None and turn.ongoing.report == case.report


def _read(turn: Turn, decision: Decision) -> Decision:
    """After words beside a code that were added to its report the next ones may be of it, as after the code alone."""
    case, after = turn.known.by_code, decision.conversation
    if case is None or not turn.heard.codes or turn.message.edit:
        return decision
    if Append(case.report) not in decision.effects:
        return decision
    return replace(decision, conversation=replace(after, read=case.report, read_at=turn.world.now))


def _bare(known: Known, heard: Heard) -> Known:
    ongoing = known.conversation.ongoing
    promised = heard.message.code or heard.message.about
    if ongoing is None or ongoing.code or promised:
        return known
    return replace(known, conversation=replace(known.conversation, ongoing=None), latest=None)


def _is_about(talk: Conversation, case: Case) -> bool:
    return talk.ongoing is not None and talk.ongoing.report == case.report


def _goes_on(turn: Turn, talk: Conversation, case: Case) -> bool:
    """Whether these are words for that report; what is tapped, if it answers our own question about it."""
    asked_for = talk.mode is Mode.DISCREET and not _is_opened(turn, talk, case)
    if turn.message.edit or not discreet.can_be_told(turn) or asked_for or talk.behalf:
        return False
    if talk.stage in {Stage.ERASE, Stage.WORD} and not turn.words:
        return False
    if turn.intent is Intent.THANKS and talk.ongoing is not None and talk.ongoing.code and not _is_about(talk, case):
        return False  # it answers no question, and the talk that stands would no longer know its code
    if turn.message.choice:
        return bool(turn.picked) and turn.intent is None and _is_about(talk, case)
    if turn.intent not in _SAID or commands.only_erases(turn.words):
        return False
    if turn.heard.codes and turn.known.by_code is not None:
        named = turn.known.by_code.report == case.report
        return named and bool(turn.words or turn.attached) and not commands.asks_to_erase(turn.words)
    if not (turn.words or turn.attached) or tickets.is_piece(turn.words):
        return False
    return modes.wished(turn) is None if telling.plain(turn) else True


def _is_heard(turn: Turn, case: Case) -> bool:
    """Whether it says something of that report: after its end thanks and signs do not, nor does a tap."""
    if case.status is not Status.CLOSED:
        return True
    if turn.intent not in _ANSWERS or turn.message.choice:
        return False
    return turn.attached or any(letter.isalnum() for letter in turn.words)


def _is_opened(turn: Turn, talk: Conversation, case: Case) -> bool:
    """Whether its code stands here, or was just said: whoever asked to be discreet with what comes next means it."""
    named = turn.known.by_code
    return talk.read == case.report or (named is not None and named.report == case.report)


def _elder(turn: Turn, talk: Conversation, case: Case) -> Ongoing:
    """As the talk knows it, or as storage tells; what only people read, as if it were of the kind that is told now."""
    if talk.ongoing is not None and talk.ongoing.report == case.report:
        return talk.ongoing
    facts = another.known_of(turn, case)
    return another.as_ongoing(
        case, facts if another.facts_of(turn, case) is not None else another.of_its_kind(turn, facts)
    )
