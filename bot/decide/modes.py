"""How somebody is answered: as anybody, discreetly or privately; by their own choice, or because they are afraid.

*Fear.* Whoever says that nobody must know is discreet from then on, when a concern of theirs is filed or added, in an
emergency too. Said alone, before anything is told, it is the wish that what comes next be discreet: nothing is filed.
Mere fright switches only where it is of people: of a sensitive report. A plea ("دخيلكم") does not switch where it asks
for haste: in hazards, for the missing, in emergencies that are not sensitive; there the hotline matters more.

Nobody is made discreet who cannot be told their word: it would lock them out.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from bot import commands, conversation, routing, safety
from bot.commands import Intent
from bot.decide import another, discreet, drawn, meant, officer, picking, private
from bot.decide.turn import Turn, decided
from bot.vocabulary import (
    HELD,
    Append,
    Category,
    Channel,
    Conversation,
    Decision,
    Destination,
    Facts,
    File,
    Lock,
    Mode,
    Ongoing,
    Option,
    Reply,
    Show,
    Urgency,
    Veil,
    Wipe,
)

_LONGEST_WISH: Final = 120  # letters of two wishes in one message
# No digit presses these: a digit may answer the office.
CHOICES: Final = (
    Option("v1:cmd:private", "choice.private", typed=False),
    Option("v1:cmd:discreet", "choice.discreet", typed=False),
)


def obey(turn: Turn, intent: Intent) -> Decision | None:
    """What a wish for a way of being answered brings about; None for other commands."""
    wish = _WISHES.get(intent)
    return wish(turn) if wish else None


def wished(turn: Turn) -> Decision | None:
    """What such a wish brings about in a sentence that tells nothing else; None for all else.

    turn: one's own words, perhaps a code, and nothing else, and no command. Beside a report that is told already, fear
    is added to it; beside the code of another it is the wish that this one be so.
    """
    known = turn.known
    if known.muted or not discreet.can_be_told(turn):
        return None
    if safety.is_only_nameless(turn.words):
        return _private(turn)
    if meant.by_short_code(turn) is not None and safety.is_only_fear(turn.words):
        return _private(turn) if turn.conversation.mode is Mode.PRIVATE else _discreet(turn)
    told = turn.ongoing is not None or known.by_code is not None or known.replied is not None
    if told:
        return None
    if safety.is_only_fear(turn.words):
        return _private(turn) if turn.conversation.mode is Mode.PRIVATE else _discreet(turn)
    beside = _beside_a_woman(turn.words)
    return None if beside is None else _by_a_woman(turn, private=beside)


def _beside_a_woman(text: str) -> bool | None:
    """Of a wish for a woman and one for a way of being answered, and nothing else: whether the latter is private."""
    short = len(text) <= _LONGEST_WISH and commands.speaks_of_a_woman(text)  # each part is weighed: not of every text
    words = text.split() if short else []
    for first in range(len(words)):
        for after in range(len(words), first, -1):
            woman = _alone(" ".join(words[first:after]))
            if any(commands.intent(said, "") is Intent.WOMAN for said in woman):
                private = _way(" ".join([*words[:first], *words[after:]]))
                if private is not None:
                    return private
    return None


def asks_privacy(words: str, choice: str) -> bool:
    """Whether words without a code, or what was tapped, are the wish to be private and nothing else."""
    return commands.intent("", choice) is Intent.PRIVATE if choice else _way(words) is True


def _alone(words: str) -> tuple[str, str]:
    """Words, and without the "and" that is written as part of the first."""
    return words, words.removeprefix("و").lstrip()


def _way(words: str) -> bool | None:
    """Whether words that tell nothing wish to be private (True) or discreet (False); None where they are no such."""
    for said in _alone(words):
        if safety.is_only_nameless(said) or commands.intent(said, "") is Intent.PRIVATE:
            return True
        if safety.is_only_fear(said) or commands.intent(said, "") is Intent.DISCREET:
            return False
    return None


def _by_a_woman(turn: Turn, *, private: bool) -> Decision:
    """What is told next goes to a woman in that way. That none is there is said where nobody else is to read it."""
    private = private or turn.conversation.mode is Mode.PRIVATE
    way, hers = (_private if private else _discreet)(turn), _woman(turn)
    after = replace(way.conversation, woman_officer=True)
    return replace(way, conversation=after, replies=(*way.replies, *(hers.replies if private else ())))


def offered(turn: Turn, decision: Decision) -> Decision:
    """With the two ways under the first answer, where nothing else is asked there and buttons can be shown."""
    filed = any(isinstance(effect, File) and effect.mode is Mode.NORMAL for effect in decision.effects)
    busy = any(reply.options for reply in decision.replies) or turn.known.discretion is not None
    if turn.message.channel is not Channel.TELEGRAM or not filed or busy or not decision.replies:
        return decision
    *others, last = decision.replies
    return replace(decision, replies=(*others, replace(last, options=CHOICES)))


def _private(turn: Turn) -> Decision:
    """Before telling, what comes next is private; after it, the report becomes so, with a code of sixteen digits.

    Beside a code it is the report of that code which becomes so, whatever they talk about now.

    So does the one before it, while nobody has said whether both are one matter: left in the open, it would tell whose
    this one is. What else was told stays as it was filed, and that is said; of what is told of only behind a word,
    where her word was: to whom holds the phone without it, it would tell what "how does it stand?" does not.
    """
    named = meant.by_short_code(turn)
    if named is None and meant.is_unknown(turn):
        return decided(turn, replies=[Reply("status.unknown")])
    ongoing, before = (named, None) if named is not None else (turn.ongoing, turn.conversation.before)
    after = conversation.unlinked(turn.conversation, Mode.PRIVATE)
    if ongoing is None:
        return decided(turn, after, replies=[Reply("private.go"), *_stays(turn)])
    if turn.conversation.mode is Mode.PRIVATE and named is None:
        return decided(
            turn,
            replace(after, ongoing=ongoing),
            replies=[private.told(turn, ongoing.code), *_stays(turn, ongoing, before)],
        )
    ongoing = replace(ongoing, code=drawn.long_code(turn.world))
    replies = [private.told(turn, ongoing.code)]
    if before is not None:
        before = replace(before, code=drawn.elders_code(turn.world))
        replies.append(private.told(turn, before.code, key="private.filed.before"))
    after = replace(after, ongoing=ongoing, before=before)
    return decided(turn, after, replies=[*replies, *_stays(turn, ongoing, before)])


def _stays(turn: Turn, *become: Ongoing | None) -> list[Reply]:
    """What does not become private with this, and what can be done about it: by its code, or not by her any more."""
    standing, becomes = turn.known.discretion, {one.report for one in become if one is not None}
    if standing is None:
        return [Reply("private.earlier")] if set(turn.known.theirs) - becomes else []
    if not (standing.said or standing.open):
        return []
    if {standing.report, *standing.others} - becomes - {""}:
        return [Reply("private.stays")]
    return [Reply("private.stays.unnamed")] if standing.beside else []


def _discreet(turn: Turn) -> Decision:
    """Before telling, the first answer will be discreet; after it, the report is hidden behind its code now.

    Days after it the talk is forgotten and the report goes on: then what is answered to it is told only as waiting.
    """
    leaves, standing = turn.conversation.mode is Mode.PRIVATE, turn.known.discretion
    after = replace(conversation.answered(turn.conversation), mode=Mode.DISCREET)
    if leaves:
        after = conversation.unlinked(turn.conversation, Mode.DISCREET)
    ongoing = meant.by_short_code(turn) or (None if leaves else turn.ongoing)
    if ongoing is None:
        said = "status.unknown" if meant.is_unknown(turn) else "discreet.go"
        return decided(turn, after, replies=[Reply(said)], effects=[Veil()])
    if standing is not None and standing.report == ongoing.report and not standing.only:
        later = [Wipe(later=True)] if turn.message.channel is Channel.TELEGRAM else []
        # Not its number again: what opened the phone may have been the code of something else that is veiled.
        return decided(turn, after, replies=[Reply("discreet.open")], effects=later)
    return discreet.hidden(turn, after, ongoing)


def _ordinary(turn: Turn) -> Decision:
    standing = turn.known.discretion
    if turn.conversation.mode is Mode.PRIVATE and standing is not None and not standing.open:
        return _lock(turn)  # in a talk whoever holds the phone now may say so: what was hidden before it stays so
    after = replace(conversation.answered(turn.conversation), mode=Mode.NORMAL, locked=None)
    if turn.conversation.mode is Mode.PRIVATE:
        after = conversation.unlinked(turn.conversation, Mode.NORMAL)
    # Anybody may hold the phone by now: of what was veiled they are told in the open again by its code alone.
    known = turn.known
    is_so = standing is not None or known.lately_private or turn.conversation.mode is Mode.DISCREET or known.unveils
    unveiled = known.by_code.report if known.unveils and known.by_code is not None else ""
    one = standing is not None and bool(standing.only)  # of nothing but its report, by its code
    shown = [Show(unveiled)] if unveiled or (is_so and not one) else []
    return decided(turn, after, replies=[Reply("ordinary")], effects=shown)


def _lock(turn: Turn) -> Decision:
    """On Telegram the chat goes with it, and an answer would be a trace in it. It ends a private talk, too."""
    after = conversation.answered(turn.conversation)
    if turn.message.channel is Channel.TELEGRAM:
        return decided(turn, after, effects=[Lock(), Wipe()])
    return decided(turn, after, replies=[Reply("decoy.thanks")], effects=[Lock()])


def _woman(turn: Turn) -> Decision:
    """A woman shall read it: what is open moves to her, what comes next will; and who will read it is told as it is."""
    named = meant.coded(turn)
    if named is not None:
        return _woman_for(turn, named)
    if meant.is_unknown(turn):
        return decided(turn, replies=[Reply("status.unknown")])
    if turn.ongoing is not None:
        ongoing = turn.ongoing
        return picking.prefer(turn, ongoing, woman=True) if ongoing.code else _woman_for(turn, ongoing)
    facts = Facts(Category.OTHER, Urgency.NORMAL, sensitive=False, woman_officer=True, origin=turn.conversation.origin)
    reply = officer.told(turn.world.directory, facts, routing.route(turn.world.directory, facts), key="woman.go")
    after = replace(turn.conversation, woman_officer=True, introduced=True, options=())
    return decided(turn, after, replies=[reply] if reply else [])


def _woman_for(turn: Turn, named: Ongoing) -> Decision:
    """The report whose code stands beside the wish moves to her; what they talk about stays where it is.

    One that only people can read they move themselves, who read the wish in it.
    """
    case = turn.known.by_code
    if case is None or another.facts_of(turn, case) is None:
        here = Destination(named.office, named.desk, HELD)
        wished = replace(named.facts, woman_officer=True)
        reply = officer.told(turn.world.directory, wished, here, key="woman.noted") or Reply("noted")
        return decided(turn, replies=[reply], effects=[Append(named.report)])
    talk = Conversation(locale=turn.conversation.locale, introduced=True, ongoing=named, mode=turn.conversation.mode)
    there = replace(turn, picked="", known=replace(turn.known, conversation=talk, latest=case))
    said = picking.prefer(there, named, woman=True)
    return replace(said, conversation=conversation.beside(turn.conversation, said.conversation))


def _noted(turn: Turn) -> Decision:
    """The code is written down: nothing of it stays in the chat."""
    return decided(turn, effects=[Wipe()] if turn.message.channel is Channel.TELEGRAM else [])


_WISHES: Final[Mapping[Intent, Callable[[Turn], Decision]]] = MappingProxyType(
    {
        Intent.PRIVATE: _private,
        Intent.DISCREET: _discreet,
        Intent.ORDINARY: _ordinary,
        Intent.LOCK: _lock,
        Intent.WORD: discreet.asked_for,
        Intent.WOMAN: _woman,
        Intent.NOTED: _noted,
    }
)
