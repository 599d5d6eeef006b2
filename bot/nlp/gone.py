"""Tells of a woman or a girl who may not want to be found where no word of flight says so: in doubt she does not.

Nobody can list the words of whoever hides her, has seen her or wants her back. So two rules need none of them. Who is
gone, and is no man, small, old, ill, nor taken by strangers or lost in a crowd or a disaster, may have gone from those
who ask. And of any woman of whom two of these are told: she is with somebody, her own mean her harm, she will not go
home, left it, is looked for or hides her name. A notice with her picture, or a wish that she be stopped, is enough.
"""

import re
from dataclasses import dataclass, fields
from functools import cache
from typing import Final

from bot.nlp import searches, sheltered, unsafe, wordlists
from bot.nlp.normalise import letters
from bot.taxonomy import RULES
from bot.vocabulary import Category, Flight, Guess

_GONE: Final = frozenset({Category.MISSING_PERSON, Category.KIDNAPPING})
_LIKELY: Final = 0.3
_SURELY: Final = 0.6  # a guess so sure needs no sign more, or stands against two
_ENOUGH: Final = 2
_MESSAGE: Final = 60  # words: in more the signs are of more than her, and long texts are read in passages too
_SURELY_ENOUGH: Final = 3  # of what is surely a kidnapping, which must reach who can come


@dataclass(frozen=True, slots=True)
class Cues:
    """The lists of data/wordlists/gone.tsv, which says what each is for, as patterns of whole words of a key."""

    man: re.Pattern[str]
    he_is_gone: re.Pattern[str]
    she: re.Pattern[str]
    she_is_gone: re.Pattern[str]
    small: re.Pattern[str]
    old: re.Pattern[str]
    days: re.Pattern[str]
    errand: re.Pattern[str]
    strangers: re.Pattern[str]
    armed: re.Pattern[str]
    armed_kin: re.Pattern[str]
    grown: re.Pattern[str]
    seen: re.Pattern[str]
    he_is_taken: re.Pattern[str]
    fire: re.Pattern[str]
    wound: re.Pattern[str]
    no_person: re.Pattern[str]
    bystander: re.Pattern[str]
    known_man: re.Pattern[str]
    her_will: re.Pattern[str]
    with_us: re.Pattern[str]
    danger: re.Pattern[str]
    hunted: re.Pattern[str]
    no_return: re.Pattern[str]
    left: re.Pattern[str]
    looked_for: re.Pattern[str]
    notice: re.Pattern[str]
    hides: re.Pattern[str]
    her_kin: re.Pattern[str]
    my_kin: re.Pattern[str]
    own: re.Pattern[str]
    alone: re.Pattern[str]
    with_children: re.Pattern[str]


@cache
def load() -> Cues:
    """Reads the lists, once a process. Raises OSError or ValueError if they are not so."""
    lists = wordlists.read(wordlists.FOLDER / "gone.tsv", frozenset(each.name for each in fields(Cues)))
    return Cues(**{each.name: _pattern(lists[each.name]) for each in fields(Cues)})


def _pattern(written: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)[وفبل]?(?:{letters(written)})(?!\w)")


def find(key: str, best: Guess, *, surely_of_others: bool = False) -> Flight:
    """Whether a key may tell of her, and whether she tells it herself.

    best: what it is most likely about. surely_of_others: by its guesses it tells of a theft, a fire, a road.
    """
    cues = load()
    if surely_of_others:
        return Flight.NONE
    if cues.armed.search(_without_armed_kin(key)):
        return Flight.NONE
    if cues.own.search(key):
        return Flight.OWN
    if _is_gone(key, best) or (_is_of_a_woman(key) and not _is_sealed(best) and _signs(key) >= _enough(key, best)):
        return Flight.SOUGHT
    return Flight.NONE


def speaks_of_kin(key: str) -> bool:
    """Whether who tells a key speaks of kin of her own."""
    return load().my_kin.search(key) is not None


def _without_armed_kin(key: str) -> str:
    """A key without her own who bear arms: they are no strangers."""
    return load().armed_kin.sub(" ", key)


def _is_of_a_woman(key: str) -> bool:
    told = (sheltered.load().woman, unsafe.load().her, searches.load().wife, load().her_kin, load().her_will)
    return any(hers.search(key) for hers in told)


def _enough(key: str, best: Guess) -> int:
    taken = best.category is Category.KIDNAPPING and best.confidence >= _SURELY
    return _SURELY_ENOUGH if taken and not load().her_kin.search(key) else _ENOUGH


def _is_sealed(best: Guess) -> bool:
    sealed = RULES[best.category].sensitive and best.category is not Category.SELF_HARM
    return sealed and best.confidence >= _SURELY


def _is_gone(key: str, best: Guess) -> bool:
    """Whether a woman is gone, by what it sounds of, and nothing says that she must be found first."""
    cues = load()
    if best.category not in _GONE or best.confidence < _LIKELY or _is_small(key) or _is_of_a_thing(key):
        return False
    if not (cues.she.search(key) or _is_of_a_woman(cues.alone.sub(" ", key))):
        return False
    if cues.known_man.search(cues.bystander.sub(" ", key)) or cues.her_will.search(key) or cues.no_return.search(key):
        return True
    if _is_called_taken(key):
        return True
    return best.category is Category.MISSING_PERSON and not (_is_of_a_man(key) or _must_be_found(key))


def is_only_called_taken(key: str, best: Guess) -> bool:
    """Whether it is called a kidnapping of a grown woman, and nothing tells more: then nobody knows which it is."""
    cues = load()
    known = any(told.search(key) for told in (cues.known_man, cues.her_will, cues.no_return))
    return best.category is Category.KIDNAPPING and _is_called_taken(key) and not known and _signs(key) < _ENOUGH


def _is_called_taken(key: str) -> bool:
    """Whether a grown woman is said to be taken, but nobody saw how, and nobody asks for anything.

    Those say so, too, who want back who left. What is told of strangers, force, a car or money is a kidnapping.
    """
    cues = load()
    taken = searches.load().taken.search(key) or cues.strangers.search(key)
    if not taken or not cues.grown.search(key) or _is_small(key):
        return False
    first = (cues.seen, cues.he_is_taken, cues.old, searches.load().helpless, sheltered.load().disaster)
    return not any(told.search(key) for told in (*first, unsafe.load().war))


def _is_of_a_thing(key: str) -> bool:
    return load().no_person.search(key) is not None or unsafe.load().thing.search(key) is not None


def _is_of_a_man(key: str) -> bool:
    cues = load()
    if cues.he_is_gone.search(key):
        return True
    he, she = cues.man.search(key), sheltered.load().woman.search(key)
    return he is not None and (she is None or he.start() < she.start()) and not cues.she_is_gone.search(key)


def _is_small(key: str) -> bool:
    """Small by an age or a word, and no woman with her children."""
    cues = load()
    young = cues.small.search(key) or searches.load().small.search(key)
    return young is not None and cues.with_children.search(key) is None


def _must_be_found(key: str) -> bool:
    cues, before, around, given = load(), searches.load(), unsafe.load(), sheltered.load()
    late = cues.errand.search(key) and not cues.days.search(key)
    first = (cues.old, cues.strangers, before.helpless, before.taken, before.mishap, given.found_first, given.disaster)
    return bool(late) or any(told.search(key) for told in (*first, around.strangers, around.war))


def _signs(key: str) -> int:
    """How many of the signs are told; none where strangers, war, fire or a wound is, or she is small.

    That she is there and afraid is told of anybody: alone they count where her kin is named or they would kill her.
    """
    cues = load()
    of_kin = cues.her_kin.search(key) is not None
    if cues.fire.search(key) or (cues.wound.search(key) and not of_kin):
        return 0
    strangers = cues.strangers.search(_without_armed_kin(key)) or unsafe.load().war.search(key)
    if len(key.split()) > _MESSAGE or strangers or _is_small(key):
        return 0
    if cues.notice.search(key):
        return _SURELY_ENOUGH
    of_anybody = sum(each.search(key) is not None for each in (cues.with_us, cues.danger))
    told = (cues.no_return, cues.left, cues.looked_for, cues.hides, cues.her_will)
    of_her = sum(each.search(key) is not None for each in told)
    return of_her + of_anybody if of_her or of_kin or cues.hunted.search(key) else 0
