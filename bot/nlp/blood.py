"""Tells whether a girl or a woman is the price of a settlement between tribes, in whatever order that is told.

"They want a girl for the blood", "we take their daughter as fasl", "they married me to our enemies": who asks is her
kin, the other side or herself. A mediator of theirs would hear of money and of peace; she is heard by a sealed desk.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Final

from bot.nlp import wordlists
from bot.nlp.normalise import letters
from bot.vocabulary import Category

_LISTS: Final = (
    "girl once gives wants between price weak raid instead tribe me sent i_am elsewhere not_her surely likely "
    "dismissed dismissed_from blood given_in"
).split()
_PHRASES: Final = frozenset({"surely", "likely"})
_NEAR: Final = 3
_MOST: Final = 400  # words; long texts are read in passages too
_HINTS_FROM: Final = 0.15  # beside a word that only tribes have
_SOUNDS_FROM: Final = 0.3  # so sure of a feud, no word of tribes need be told
_SURELY_FROM: Final = 0.5  # so sure of a feud, schools and hospitals are only where somebody is


@cache
def load() -> Mapping[str, re.Pattern[str]]:
    """Reads the lists, once a process. Raises OSError or ValueError if they are not so."""
    listed = wordlists.read(wordlists.FOLDER / "blood.tsv", frozenset(_LISTS))
    return MappingProxyType({name: _compiled(name, letters(listed[name])) for name in _LISTS})


def _compiled(name: str, pattern: str) -> re.Pattern[str]:
    """A pattern for one word, or for a phrase anywhere in a key."""
    return re.compile(rf"(?<!\w)[وف]?(?:{pattern})(?!\w)" if name in _PHRASES else pattern)


def is_plain_said(key: str) -> bool:
    """Whether a key says it in so many words, however little it sounds of a feud."""
    return load()["surely"].search(_start(key)) is not None


def _start(key: str) -> str:
    return " ".join(key.split()[:_MOST])


def find(key: str, *, feud: float) -> bool:
    """Whether a key tells of her. feud: how much it sounds of one between tribes, 0 to 1."""
    if is_plain_said(key) or (feud >= _SOUNDS_FROM and load()["likely"].search(_start(key)) is not None):
        return True
    words = load()["once"].sub(" ", key).split()[:_MOST]
    if _is_of_else(words, feud):
        return False
    settled = [at for at, word in enumerate(words) if _is(word, "price")]
    told = any((_is(word, "price") or _is(word, "tribe")) and not _is(word, "weak") for word in words)
    if not settled and any(_is(word, "raid") for word in words):
        return False
    if not told and feud < _SOUNDS_FROM:
        return False
    if any(_is(word, "me") and (told or (settled and _is(word, "sent"))) for word in words):
        return True
    if any(_is(words[at - 1], "i_am") for at in settled if at):
        return True
    hers = [
        at for at, word in enumerate(words) if _is(word, "girl") and not (_is_for_her(words, at) or _is_none(words, at))
    ]
    return any(_is_given(words, at) or _is_asked_for(words, at) or _is_price(words, at, settled, feud) for at in hers)


def other_than_feud(key: str) -> Category | None:
    """What a key with a word of blood money tells of that is none: a dismissal, or blood for who is in hospital."""
    words = key.split()[:_MOST]
    told = {
        name: any(_is(word, name) for word in words) for name in ("blood", "given_in", "dismissed", "dismissed_from")
    }
    if any(_is(word, "tribe") and not _is(word, "weak") for word in words):
        return None
    if told["blood"] and told["given_in"]:
        return Category.FIRE_MEDICAL
    return Category.OTHER if told["dismissed"] and told["dismissed_from"] else None


def _is(word: str, name: str) -> bool:
    return load()[name].fullmatch(word) is not None


def _is_of_else(words: Sequence[str], feud: float) -> bool:
    """Whether its words are those of a hospital or a school, and it does not sound enough of a feud."""
    if feud >= _SURELY_FROM or not any(_is(word, "elsewhere") or _is(word, "not_her") for word in words):
        return False
    of_tribes = any((_is(word, "price") or _is(word, "tribe")) and not _is(word, "weak") for word in words)
    return feud < _HINTS_FROM or not of_tribes


def _is_none(words: Sequence[str], at: int) -> bool:
    """Whether she is said beside it to be hurt herself, or to be asked to pay."""
    return any(_is(word, "not_her") for word in words[at + 1 : at + 1 + _NEAR])


def _is_for_her(words: Sequence[str], at: int) -> bool:
    """Whether what could be a price is asked for her: "give blood for my daughter"."""
    return at > 0 and words[at].startswith("ل") and _is(words[at - 1], "price")


def _is_given(words: Sequence[str], at: int) -> bool:
    return any(_is(word, "gives") for word in words[max(0, at - _NEAR) : at])


def _is_asked_for(words: Sequence[str], at: int) -> bool:
    for word in reversed(words[max(0, at - _NEAR) : at]):
        if _is(word, "wants"):
            return True
        if not _is(word, "between"):
            return False
    return False


def _is_price(words: Sequence[str], at: int, settled: Sequence[int], feud: float) -> bool:
    """Whether she stands beside the price itself, and nobody is said to want it in between."""
    return any(
        0 < abs(each - at) <= _NEAR
        and feud >= _SOUNDS_FROM
        and not any(_is(word, "wants") for word in words[min(at, each) : max(at, each)])
        for each in settled
    )
