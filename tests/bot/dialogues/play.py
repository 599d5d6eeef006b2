"""Plays written two-message dialogues through the real understanding and policy, and counts what becomes of the second.

A row says what a person takes the second message for: a report of its own, an addition, the answer to a question of
ours, a question how things stand, or chatter. blind.tsv was written before its author knew how the policy decides, and
nobody may tune on it: tools/dialogues.py prints its table and nothing of its rows.
"""

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from hashlib import sha512
from pathlib import Path
from typing import Final, Literal

from bot import tickets
from bot.decide import Heard, World, decide
from bot.decide.turn import Turn, listen
from bot.nlp.analyse import Understanding, analyse
from bot.vocabulary import (
    Append,
    Case,
    Channel,
    Conversation,
    Decision,
    File,
    Known,
    Message,
    Reroute,
    Stage,
    Status,
)
from tests.bot.story import HOTLINES, NOW, gazetteer, town

BLIND: Final = Path(__file__).with_name("blind.tsv")
BLIND_SECOND: Final = Path(__file__).with_name("blind2.tsv")
BLIND_THIRD: Final = Path(__file__).with_name("blind3.tsv")
BLIND_FOURTH: Final = Path(__file__).with_name("blind4.tsv")
BLIND_FIFTH: Final = Path(__file__).with_name("blind5.tsv")
_CODE: Final = "{code}"  # where the second message gives the code of the first report

ReplyTo = Literal["none", "first", "our answer"]


class Outcome(StrEnum):
    """What a person takes the second message for."""

    NEW = "new"
    ADDITION = "addition"
    ANSWER = "answer"
    STATUS = "status"
    CHATTER = "chatter"


class Became(StrEnum):
    """What we made of it. ASKED: filed or added, and its reporter is asked whether it belongs to the first."""

    FILED = "filed"
    ADDED = "added"
    TOLD = "told"
    NOTHING = "nothing"
    ASKED = "asked"


@dataclass(frozen=True, slots=True)
class Dialogue:
    """One row. between: nothing, place (our question is open), asked or answered and the office's words, closed."""

    id: str
    channel: Channel
    first: str
    between: str
    minutes: int
    second: str
    reply_to: ReplyTo
    expected: Outcome


@dataclass(frozen=True, slots=True)
class Played:
    """A dialogue and what became of its second message. answered: its writer was told how their report stands."""

    dialogue: Dialogue
    became: Became
    answered: bool

    @property
    def merged(self) -> bool:
        """A concern of its own went, unasked, into the first report."""
        return self.dialogue.expected is Outcome.NEW and self.became is Became.ADDED

    @property
    def split(self) -> bool:
        """What belonged to the first report became, unasked, another."""
        return self.belongs and self.became is Became.FILED

    @property
    def lost(self) -> bool:
        """What was told is in no report."""
        told = self.belongs or self.dialogue.expected is Outcome.NEW
        return told and self.became in {Became.TOLD, Became.NOTHING}

    @property
    def asked(self) -> bool:
        """The reporter was asked."""
        return self.became is Became.ASKED

    @property
    def noise(self) -> bool:
        """A report was made of what tells nothing."""
        return not self.belongs and self.dialogue.expected is not Outcome.NEW and self.became is Became.FILED

    @property
    def heard(self) -> bool:
        """Whoever asked how it stands was told."""
        return self.answered and self.dialogue.expected is Outcome.STATUS

    @property
    def belongs(self) -> bool:
        """A person says that it is part of the first report."""
        return self.dialogue.expected in {Outcome.ADDITION, Outcome.ANSWER}


@dataclass(frozen=True, slots=True)
class Figures:
    """Of how many dialogues, and of how many whose second message belongs to the first, how many went how.

    asking: how many asked how it stands; heard: how many of them were told.
    """

    total: int
    belonging: int
    merges: int
    splits: int
    asked: int
    lost: int
    noise: int
    asking: int
    heard: int


def read(path: Path = BLIND) -> tuple[Dialogue, ...]:
    """The dialogues of a file. Raises KeyError or ValueError for a row that is not one."""
    with path.open(encoding="utf-8", newline="") as lines:
        return tuple(
            Dialogue(
                id=row["id"],
                channel=Channel(row["channel"]),
                first=row["first"],
                between=row["between"],
                minutes=int(row["minutes"]),
                second=row["second"],
                reply_to=_reply_to(row["reply_to"]),
                expected=Outcome(row["expected"]),
            )
            for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        )


def play(understanding: Understanding, dialogue: Dialogue) -> Played:
    """What becomes of the second message, as storage would have told of the first. Raises ValueError for no report."""
    filed, known = _between(understanding, dialogue)
    heard, world = _heard(understanding, dialogue, _second(dialogue, filed), known, minutes=dialogue.minutes)
    decision = decide(known, heard, world)
    return Played(dialogue, _became(decision), any(reply.key.startswith("case.") for reply in decision.replies))


def facing(understanding: Understanding, dialogue: Dialogue) -> Turn:
    """The second message as it stands before the ongoing report. Raises ValueError for no report."""
    filed, known = _between(understanding, dialogue)
    return listen(known, *_heard(understanding, dialogue, _second(dialogue, filed), known, minutes=dialogue.minutes))


def figures(played: Sequence[Played]) -> Figures:
    """The counts that matter."""
    return Figures(
        total=len(played),
        belonging=sum(each.belongs for each in played),
        merges=sum(each.merged for each in played),
        splits=sum(each.split for each in played),
        asked=sum(each.asked for each in played),
        lost=sum(each.lost for each in played),
        noise=sum(each.noise for each in played),
        asking=sum(each.dialogue.expected is Outcome.STATUS for each in played),
        heard=sum(each.heard for each in played),
    )


def table(played: Sequence[Played]) -> str:
    """How often each outcome became what, and the figures that matter. No text of any dialogue."""
    counted = Counter((each.dialogue.expected, each.became) for each in played)
    lines = [f"{'expected':<10}" + "".join(f"{became:>9}" for became in Became)]
    lines += [f"{outcome:<10}" + "".join(f"{counted[outcome, became]:>9}" for became in Became) for outcome in Outcome]
    found = figures(played)
    told = sum(each.answered and not each.heard for each in played)
    shown = (
        f"wrong merges {found.merges}",
        f"wrong splits {_of(found.splits, found.belonging)}",
        f"asked {_of(found.asked, found.total)}",
        f"lost {found.lost}",
        f"reports of nothing {found.noise}",
        f"told how it stands {_of(found.heard, found.asking)}, and unasked {told}",
    )
    return "\n".join([*lines, "; ".join(shown)])


def _between(understanding: Understanding, dialogue: Dialogue) -> tuple[File, Known]:
    """The first report, and what is known when the second message comes."""
    nothing = Known(Conversation())
    opened = decide(nothing, *_heard(understanding, dialogue, dialogue.first, nothing, minutes=0))
    filed = next((effect for effect in opened.effects if isinstance(effect, File)), None)
    if filed is None:
        raise ValueError(f"{dialogue.id}: the first message was not filed")
    case = _meanwhile(dialogue.between, Case(filed.report, filed.number, Status.NEW, NOW))
    return filed, Known(
        conversation=opened.conversation,
        by_code=case if filed.code in tickets.codes_in(_second(dialogue, filed)) else None,
        latest=case,
        replied=None if dialogue.reply_to == "none" else case,
    )


def _second(dialogue: Dialogue, filed: File) -> str:
    return dialogue.second.replace(_CODE, filed.code)


def _heard(u: Understanding, dialogue: Dialogue, text: str, known: Known, *, minutes: int) -> tuple[Heard, World]:
    turn = f"{dialogue.id} {minutes} {text}"
    message = Message(
        channel=dialogue.channel,
        carrier="telegram" if dialogue.channel is Channel.TELEGRAM else "twilio",
        account="a",
        external_id=turn,
        address="+9647700000001",
        sequence=minutes,
        text=text,
        own_id=str(minutes + 1),
        reply_to="1" if known.replied else "",
    )
    world = World(
        directory=town(),
        hotlines=HOTLINES,
        gazetteer=gazetteer(),
        now=NOW + timedelta(minutes=minutes),
        entropy=sha512(turn.encode()).digest(),
        understand=lambda said: analyse(u, said),
    )
    return Heard(message, analyse(u, text), tickets.codes_in(text)), world


def _meanwhile(between: str, case: Case) -> Case:
    what, _, words = between.partition(": ")
    match what:
        case "nothing" | "place":  # an open question is in the conversation already
            return case
        case "asked" | "answered":
            return Case(case.report, case.number, Status.IN_PROGRESS, case.opened_at, 1, words)
        case "closed":
            return Case(case.report, case.number, Status.CLOSED, case.opened_at)
        case _:
            raise ValueError(f"nobody knows what happened: {what}")


def _became(decision: Decision) -> Became:
    kinds = {type(effect) for effect in decision.effects}
    if decision.conversation.stage is Stage.BELONGS and kinds & {File, Append}:
        return Became.ASKED
    if File in kinds:
        return Became.FILED
    if kinds & {Append, Reroute}:  # a picked option needs no part: it moves the report
        return Became.ADDED
    told = any(reply.key.startswith("case.") for reply in decision.replies)
    return Became.TOLD if told else Became.NOTHING


def _reply_to(written: str) -> ReplyTo:
    match written:
        case "none" | "first" | "our answer":
            return written
        case _:
            raise ValueError(f"a reply to what: {written}")


def _of(count: int, total: int) -> str:
    return f"{count} of {total} ({count / total:.1%})"
