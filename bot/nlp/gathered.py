"""Says of a long text what its passages tell: the gravest that any of them surely says.

Each has the false alarms of a message, and a letter has many: what only the models hear must be surer in one.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from types import MappingProxyType
from typing import Final

from bot.nlp import extremism, gone, insiders, mentioned, wordlists
from bot.nlp.normalise import letters
from bot.taxonomy import RULES
from bot.vocabulary import UNNAMED, Analysis, Category, Flight

# Of a sensitive kind, where no rule spoke: trials. As it stands a letter is heard well, a longer text is not.
_SURELY_FROM: Final = 0.75
_LETTER: Final = 1_200
_SURELY_FROM_IN_LONG: Final = 0.5
_POLICE_FROM: Final = 0.6
_HEARD_BY_WORDS: Final = frozenset({Category.EXTREMISM, Category.POLICE_MISCONDUCT, Category.OTHER})
# In 24 plain letters no sentence was this sure: the surest said .94 of what is hers.
_CERTAINLY_FROM: Final = 0.95
_CERTAIN: Final = frozenset(
    {Category.EXTREMISM, Category.KIDNAPPING, *(kind for kind in RULES if RULES[kind].sensitive)}
)
# Of these a man's word beside them makes sure, and a piece without one is believed of none of them.
_TOUCHED: Final = frozenset({Category.HARASSMENT, Category.CHILD_PROTECTION})
_BY_A_MAN_FROM: Final = 0.85
_LISTS: Final = ("man", "names_them")


@cache
def load() -> Mapping[str, re.Pattern[str]]:
    """Reads the lists, once a process. Raises OSError or ValueError if they are not so."""
    listed = wordlists.read(wordlists.FOLDER / "gathered.tsv", frozenset(_LISTS))
    return MappingProxyType({name: re.compile(letters(listed[name])) for name in _LISTS})


def together(
    whole: Sequence[Analysis],
    short: Sequence[Analysis],
    end: Analysis | None = None,
    sentences: Sequence[Analysis] = (),
    pieces: Sequence[Analysis] = (),
) -> Analysis:
    """What a text says of which these are the passages. Its clean, spans and key are of the first alone.

    Of later passages only what is surely said counts, and how urgent is what is surely of an open kind. What is told
    first stands for what can be only one (language, how it sounds as a second message), but the place is where the end
    says, if it says one.
    """
    first, placed = whole[0], (*([end] if end else []), *whole)
    is_letter = len(first.clean) <= _LETTER
    enough = _SURELY_FROM if is_letter else _SURELY_FROM_IN_LONG
    further = (*whole[1:], *short)
    surely = (each for each in further if _is_surely_said(each, enough))
    every = (first, *surely, *filter(_is_certain, sentences), *filter(_is_certain_of_a_piece, pieces))
    lead = min(every, key=_lightness)
    tips = any(each.category is Category.EXTREMISM for each in every) and lead.category is not Category.EXTREMISM
    named = [*first.insiders, *(name for each in further for name in _named_in(each, is_letter=is_letter))]
    return replace(
        first,
        guesses=lead.guesses,
        why=lead.why,
        also=lead.also or _second(lead, every),
        urgency=max(each.urgency for each in (*every, *filter(_is_surely_open, further))),
        sensitive=lead.sensitive or any(each.sensitive for each in every if each.category is not Category.EXTREMISM),
        place=next((each.place for each in placed if each.place), None),
        places=next((each.places for each in placed if each.places), ()),
        landmark=next((each.landmark for each in placed if each.landmark), ""),
        about_police=any(each.about_police or each.category is Category.POLICE_MISCONDUCT for each in every),
        woman_officer=any(each.woman_officer for each in every),
        fear=any(each.fear for each in every),
        no_reply=any(each.no_reply for each in every),
        minor=any(each.minor for each in whole),  # of her child's age alone she is none: who speaks is heard beside it
        flagged=any(each.flagged for each in every),
        insiders=tuple(dict.fromkeys((*named, UNNAMED) if tips else named)),
        yours=any(each.yours for each in (*every, *further)),
        flight=next((each.flight for each in every if each.flight is not Flight.NONE), Flight.NONE),
    )


def _named_in(one: Analysis, *, is_letter: bool) -> tuple[str, ...]:
    """Whom a later passage names. Kin in doubt too; others by a word of theirs, which rules hear in all of a letter."""
    if gone.speaks_of_kin(one.key):
        return one.insiders
    return () if is_letter else tuple(name for name in one.insiders if name is not UNNAMED)


def _is_surely_said(one: Analysis, enough: float) -> bool:
    """Whether what a later passage sounds of may be said of the whole.

    enough: how sure models must be of what is hers.
    """
    if one.flight is not Flight.NONE or one.fear or one.woman_officer or one.no_reply:
        return True
    if one.category is Category.EXTREMISM:
        return extremism.find(one.key) is True
    if one.category is Category.POLICE_MISCONDUCT:
        said = mentioned.named(one.key) and bool(insiders.mentions(one.key))
        return said and one.confidence >= max(enough, _POLICE_FROM)
    hers = sum(guess.confidence for guess in one.guesses if RULES[guess.category].sensitive)
    return one.flagged or hers >= enough


def _is_certain(one: Analysis) -> bool:
    """Whether a sentence alone is almost certain of what the passage around it may drown."""
    return (one.category in _CERTAIN and one.confidence >= _CERTAINLY_FROM) or _is_by_a_man(one)


def _is_certain_of_a_piece(one: Analysis) -> bool:
    """The same of a piece: "a beard and a dialect" is half of a tip, and "we took pictures" half of a threat."""
    if one.category is Category.EXTREMISM and not load()["names_them"].search(one.key):
        return False
    return _is_by_a_man(one) if one.category in _TOUCHED else _is_certain(one)


def _is_by_a_man(one: Analysis) -> bool:
    """Whether a teacher, a driver or one of kin is named where it sounds of touching, or of a child."""
    if one.category not in _TOUCHED or load()["man"].search(one.key) is None:
        return False
    hers = sum(guess.confidence for guess in one.guesses if RULES[guess.category].sensitive)
    return hers >= _BY_A_MAN_FROM


def _is_surely_open(one: Analysis) -> bool:
    """Whether a later passage is surely of a kind that is not sensitive: a crash is as urgent there as in a message."""
    kept = one.category in _HEARD_BY_WORDS or RULES[one.category].sensitive
    return not kept and one.confidence >= _SURELY_FROM


def _lightness(one: Analysis) -> tuple[int, int, bool, float]:
    """The less, the more it says what the whole is about: sealed first, then what a person must hear at once."""
    best = one.category
    match best:
        case Category.SELF_HARM:
            order = 2
        case Category.EXTREMISM:
            order = 3
        case Category.POLICE_MISCONDUCT:
            order = 4
        case _ if RULES[best].sensitive:
            order = 0
        case _:
            order = 1 if one.sensitive else 5
    return order, -one.urgency, best is Category.OTHER, -one.confidence


def _second(lead: Analysis, every: Sequence[Analysis]) -> Category | None:
    others = (each for each in every if each.category not in {lead.category, Category.OTHER})
    found = min(others, key=_lightness, default=None)
    return None if found is None else found.category
