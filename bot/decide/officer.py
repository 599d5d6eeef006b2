"""Who shall hear a reporter: a woman by their wish, and what of that is true; and whom a blackmailed man would rather.

The question is optional and opens no desk: the report lies at the sealed one whatever the answer. It is never put to
who writes as a woman, to who is discreet or private, nor to who wants silence.
"""

import re
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final

from bot import commands, conversation, routing
from bot.decide.turn import Turn, decided
from bot.nlp import wordlists
from bot.vocabulary import (
    SEALED_DESKS,
    Category,
    Coded,
    Conversation,
    Decision,
    Destination,
    Directory,
    Facts,
    Option,
    Reply,
    Stage,
    Status,
    Urgency,
)

WOMAN: Final = "v1:officer:woman"
ANY: Final = "v1:officer:any"
OPTIONS: Final = (Option(WOMAN, "choice.woman"), Option(ANY, "choice.any"))

_TABLE: Final = Path(__file__).with_name("data") / "woman_officer.tsv"
_LISTS: Final = frozenset("as_a_man another as_a_woman her anyone anyone_after_all".split())


@dataclass(frozen=True, slots=True)
class Cues:
    """The lists of data/woman_officer.tsv, which says what each is for, as patterns of folded text."""

    as_a_man: re.Pattern[str]
    another: re.Pattern[str]
    as_a_woman: re.Pattern[str]
    her: re.Pattern[str]
    anyone: re.Pattern[str]
    anyone_after_all: re.Pattern[str]


@cache
def load() -> Cues:
    """Reads the lists, once a process. Raises OSError or ValueError if they are not so."""
    lists = wordlists.read(_TABLE, _LISTS)
    letters = {name: commands.letters(listed) for name, listed in lists.items()}
    return Cues(
        as_a_man=re.compile(rf"(?<!\w)(?:{letters['as_a_man']})(?!\w)"),
        another=re.compile(rf"(?<!\w)(?:{letters['another']})(?!\w)"),
        as_a_woman=re.compile(rf"(?<!\w)و?(?:{letters['as_a_woman']})(?!\w)"),
        her=re.compile(letters["her"]),
        anyone=re.compile(letters["anyone"]),
        anyone_after_all=re.compile(letters["anyone_after_all"]),
    )


def is_hers(to: Destination) -> bool:
    """Whether a desk is one where only women, and who is trained for children, read: if anybody works there."""
    return to.desk in SEALED_DESKS and to.rule != routing.AWAY


def reads(directory: Directory, to: Destination) -> bool:
    """Whether there is a woman who reads it: no promise is made for a desk at which nobody works."""
    return is_hers(to) and routing.has_somebody(directory, to.office, to.desk)


def told(directory: Directory, facts: Facts, to: Destination, *, key: str) -> Reply | None:
    """Who will read it, to whoever wished for a woman: `key`, or that there is none; None for who did not wish."""
    if not facts.woman_officer:
        return None
    return Reply(key if reads(directory, to) else "woman.none")


def choices(turn: Turn, facts: Facts) -> tuple[str, ...]:
    """The choices of the question that a man is asked who is blackmailed; () when it is not to be put."""
    known = facts.woman_officer or facts.any_officer or facts.minor or turn.conversation.behalf or turn.message.behalf
    hurry = facts.urgency is Urgency.EMERGENCY
    if facts.category is not Category.ELECTRONIC_BLACKMAIL or known or hurry or turn.known.muted:
        return ()
    return () if _speaks_as_woman(f"{turn.conversation.words} {turn.words}") else (WOMAN, ANY)


def waits(coded: Coded | None, status: Status) -> bool:
    """Whether it stands on the page of their code: it was to be put when they told it, and has no answer yet."""
    if coded is None or not coded.asks or status is Status.CLOSED:
        return False
    return not (coded.facts.woman_officer or coded.facts.any_officer)


def outcome(coded: Coded) -> Reply:
    """What an answer given there came to; who reads it is said as it is."""
    if coded.facts.woman_officer:
        return Reply("woman.noted" if coded.hers else "woman.none")
    return Reply("noted")


def ask(after: Conversation) -> tuple[Conversation, Reply]:
    """Puts the question: a woman, or any officer."""
    return conversation.asked(after, Stage.OFFICER, (WOMAN, ANY)), Reply("officer.ask", options=OPTIONS)


def answer(turn: Turn) -> bool | None:
    """At the open question: True for a woman, False for any officer, None when it is no answer to it."""
    if turn.conversation.stage is not Stage.OFFICER or turn.attached:
        return None
    key, cues = commands.fold(turn.words), load()
    if cues.her.fullmatch(key):
        return True
    return False if cues.anyone.fullmatch(key) else None


def takes_back(turn: Turn) -> bool:
    """Whether whoever wished for a woman, outside any question, says that anybody will do."""
    own = turn.conversation.stage is Stage.IDLE and not (turn.attached or turn.heard.codes or turn.message.choice)
    wished = turn.conversation.woman_officer
    return own and wished and load().anyone_after_all.fullmatch(commands.fold(turn.words)) is not None


def release(turn: Turn) -> Decision:
    """The wish holds no longer for what is told next; what was told under it stays with the women who have it."""
    return decided(turn, replace(turn.conversation, woman_officer=False), replies=[Reply("noted")])


def _speaks_as_woman(text: str) -> bool:
    key, cues = commands.fold(text), load()
    if cues.as_a_man.search(key) is not None:
        return False
    return cues.as_a_woman.search(" ".join(cues.another.sub(" ", key).split())) is not None
