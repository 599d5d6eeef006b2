"""Whether a message tells of somebody who waits for those who rescue: trapped, hurt, burnt, beside what befell them.

Of a child behind a fire the understanding thinks as of a child locked in by its family. Beside an open report of a
fire, an accident, an explosion, a flood or a fallen house it is part of that: it goes to those who are on their way,
and is sealed from none of them. What somebody did to somebody is not read so, whoever is hurt by it.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Final

from bot import commands
from bot.decide import wording
from bot.decide.turn import Turn
from bot.nlp import cries, wordlists
from bot.vocabulary import Category, Flight, Ongoing, Urgency

_LONGEST: Final = 600
_LATELY: Final = timedelta(hours=2)
_NEAR: Final = timedelta(minutes=10)  # who tells of both within these, and names no place, is still there
# What befalls people: fires, floods and sickness, accidents, mines, and what breaks or falls.
BEFALLS: Final = frozenset(
    {
        Category.FIRE_MEDICAL,
        Category.TRAFFIC_SAFETY,
        Category.EXPLOSIVE_HAZARD,
        Category.PUBLIC_INFRASTRUCTURE,
    }
)
_TABLE: Final = Path(__file__).parent / "data" / "rescue.tsv"
_LISTS: Final = frozenset("nobody waits done".split())


@dataclass(frozen=True, slots=True)
class Cues:
    """The lists of data/rescue.tsv, which says what each is for, as patterns of folded text."""

    waits: re.Pattern[str]
    done: re.Pattern[str]


@cache
def load() -> Cues:
    """Reads the lists, once a process. Raises OSError or ValueError if they are not so."""
    lists = wordlists.read(_TABLE, _LISTS)
    nobody = "".join(f"(?<!{word} )" for word in wordlists.words(lists["nobody"]))
    waits = rf"{nobody}(?<!\w)[وفبل]?(?:ال)?(?:{lists['waits']})(?!\w)"
    return Cues(re.compile(commands.letters(waits)), re.compile(commands.letters(lists["done"])))


def tells(text: str) -> bool:
    """Whether a text tells of people trapped, hurt, burnt or stifled, and of nobody who did it to them."""
    key, cues = commands.fold(text[:_LONGEST]), load()
    return cues.waits.search(key) is not None and cues.done.search(key) is None


def is_beside(turn: Turn) -> bool:
    """Whether it does, beside what befell somebody and was told to us of late."""
    ongoing = turn.ongoing
    return ongoing is not None and _may_befall(turn, ongoing) and tells(turn.words)


def is_part(turn: Turn) -> bool:
    """Whether it is so surely part of that report that nothing is asked: it is urgent, here, and no other one.

    So is a bare cry in an emergency, whatever its words may sound like.
    """
    ongoing, analysis = turn.ongoing, turn.heard.analysis
    if ongoing is not None and analysis is not None and _is_cry_in(turn, ongoing):
        return True
    if ongoing is None or analysis is None or ongoing.facts.urgency is Urgency.NORMAL or not is_beside(turn):
        return False
    said, fragment = wording.read(turn.words), turn.message.fragment
    another = said.announces or said.another or commands.opens_new(turn.words)
    return not (another or (fragment is not None and fragment.index > 1) or _is_elsewhere(turn, ongoing))


def _is_cry_in(turn: Turn, ongoing: Ongoing) -> bool:
    lately = turn.world.now - ongoing.filed_at <= _LATELY
    return lately and ongoing.facts.urgency is Urgency.EMERGENCY and cries.is_bare(turn.words)


def place_of(turn: Turn) -> tuple[str, ...]:
    """Where it is, by the report beside which it was told within minutes; () where that says nothing of it."""
    ongoing = turn.ongoing
    if ongoing is None or not is_beside(turn) or _is_elsewhere(turn, ongoing):
        return ()
    return ongoing.facts.lineage if turn.world.now - ongoing.filed_at <= _NEAR else ()


def _may_befall(turn: Turn, ongoing: Ongoing) -> bool:
    analysis, facts = turn.heard.analysis, ongoing.facts
    fled = facts.flight is not Flight.NONE or (analysis is not None and analysis.flight is not Flight.NONE)
    apart = facts.sensitive or facts.about_police or facts.insider or fled
    return facts.category in BEFALLS and not apart and turn.world.now - ongoing.filed_at <= _LATELY


def _is_elsewhere(turn: Turn, ongoing: Ongoing) -> bool:
    """Whether it names a place, or names that may be several, outside the report's own."""
    analysis, here = turn.heard.analysis, ongoing.facts.lineage
    if analysis is None or not here:
        return False
    told = (analysis.place,) if analysis.place is not None else tuple(analysis.places)
    return bool(told) and not any(each.id in here or here[0] in each.lineage for each in told)
