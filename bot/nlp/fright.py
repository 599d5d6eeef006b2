"""Tells whether somebody says of themselves that they are afraid, and of what may be a person.

That people, children or a woman in the street are afraid is part of what happened, and so is a fear of dogs, of wires
and of what may fall. Neither asks to be hidden. "We" are afraid as a neighbourhood is, unless of somebody.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from bot.nlp import wordlists
from bot.nlp.normalise import letters

_BEFORE: Final = 4  # words in which whoever is afraid may be named
_TWO: Final = 2
_ARTICLE: Final = 4  # letters; a shorter word only looks as if it had one
_AFTER: Final = 7  # and those in which it is said of what
_WHOLE: Final = ("he", "she", "english", "many", "i", "teller", "men", "they", "others", "times", "more")
_LISTS: Final = frozenset((*_WHOLE, "to_me", "learn", "somebody", "of_things", "lest", "for_whom", "for_me"))


@dataclass(frozen=True, slots=True)
class Cues:
    """The lists of data/wordlists/fright.tsv, which says what each is for, as patterns of a word or of what follows."""

    he: re.Pattern[str]
    she: re.Pattern[str]
    english: re.Pattern[str]
    many: re.Pattern[str]
    i: re.Pattern[str]
    teller: re.Pattern[str]
    to_me: re.Pattern[str]
    men: re.Pattern[str]
    they: re.Pattern[str]
    others: re.Pattern[str]
    times: re.Pattern[str]
    more: re.Pattern[str]
    of_somebody: re.Pattern[str]
    that_somebody: re.Pattern[str]
    of_things: re.Pattern[str]
    lest: re.Pattern[str]
    for_whom: re.Pattern[str]
    for_me: re.Pattern[str]


@cache
def load() -> Cues:
    """Reads the lists, once a process. Raises OSError or ValueError if they are not so."""
    lists = wordlists.read(wordlists.FOLDER / "fright.tsv", _LISTS)
    whole = {name: _words(lists[name]) for name in _WHOLE}
    return Cues(
        **whole,
        to_me=re.compile(letters(lists["to_me"])),
        of_somebody=_tail(lists["somebody"]),
        that_somebody=re.compile(rf"^(?:\w+ ){{0,3}}(?:{letters(lists['learn'])})(?!\w)"),
        of_things=_tail(lists["of_things"]),
        lest=re.compile(letters(lists["lest"])),
        for_whom=_first(lists["for_whom"]),
        for_me=_first(lists["for_me"]),
    )


def _words(pattern: str) -> re.Pattern[str]:
    """Whole words in folded letters; "and" or "then" may be joined to them."""
    return re.compile(rf"[وف]?(?:{letters(pattern)})")


def _tail(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{letters(pattern)})(?!\w)")


def _first(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"^(?:{letters(pattern)})(?!\w)")


def is_own(key: str) -> bool:
    """Whether the writer of a key is afraid; of nothing that is told, or of a person, of being known or found.

    key: folded text (bot.nlp.normalise.key). Total, for any text.
    """
    words = key.split()
    return any(_is_own_at(words, at) for at in range(len(words)))


def is_all(key: str) -> bool:
    """Whether a key says that its writer is afraid, and nothing else: "اني كلش خايفة"."""
    cues = load()
    afraid = (cues.he, cues.she, cues.english, cues.many, cues.i)
    said = (*afraid, cues.teller, cues.more, cues.times)
    words = key.split()
    return any(each.fullmatch(word) for word in words for each in afraid) and all(
        any(each.fullmatch(word) for each in said) for word in words
    )


def _is_own_at(words: Sequence[str], at: int) -> bool:
    cues = load()
    word, before = words[at], words[max(0, at - _BEFORE) : at]
    rest = list(words[at + 1 : at + 1 + _AFTER])
    while rest and cues.more.fullmatch(rest[0]):
        rest = rest[1:]
    tail = " ".join(rest)
    if cues.i.fullmatch(word):
        return not _is_of_things(tail)
    if cues.many.fullmatch(word):
        named = any(_is_another(each) for each in before)
        return not named and cues.of_somebody.search(tail) is not None and not _is_of_things(tail)
    if not any(form.fullmatch(word) for form in (cues.he, cues.she, cues.english)):
        return False
    return not (_is_anothers(word, before) or _names_another(word, rest) or _is_of_things(tail))


def _is_anothers(word: str, before: Sequence[str]) -> bool:
    """Whether somebody else is named before the word who may be the one afraid; the last one named is."""
    cues = load()
    joined, several = word.startswith(("و", "ف")), False
    for back, each in enumerate(reversed(before)):
        if cues.more.fullmatch(each) or cues.times.fullmatch(each):
            continue
        further = before[len(before) - back - 2] if len(before) - back >= _TWO else ""
        if _agrees(word, each) and not cues.teller.fullmatch(further):  # but "I am a girl, and afraid"
            # "My family do not know, and (I am) afraid": a verb of many beside a word of one.
            return not (joined and several)
        if cues.teller.fullmatch(each) or cues.to_me.fullmatch(each):
            return False
        if back == 0 and _is_definite(each):
            return True
        several = several or each.endswith(("ون", "وا"))
    return False


def _names_another(word: str, rest: Sequence[str]) -> bool:
    """Whether who is afraid is named behind: "afraid are the people"; not "afraid that my family learns"."""
    cues = load()
    if not rest or cues.times.fullmatch(rest[0]) or cues.that_somebody.search(" ".join(rest)):
        return False
    return cues.english.fullmatch(word) is None and (_agrees(word, rest[0]) or _is_definite(rest[0]))


def _agrees(word: str, noun: str) -> bool:
    cues = load()
    if cues.english.fullmatch(word):
        return cues.others.fullmatch(noun) is not None
    return (cues.men if cues.he.fullmatch(word) else cues.they).fullmatch(noun) is not None


def _is_another(noun: str) -> bool:
    cues = load()
    return any(each.fullmatch(noun) for each in (cues.men, cues.they, cues.others))


def _is_definite(word: str) -> bool:
    cues = load()
    return len(word) > _ARTICLE and word.startswith(("ال", "وال", "el", "il")) and not cues.times.fullmatch(word)


def _is_of_things(tail: str) -> bool:
    """Whether a thing is feared, a mishap, or what may befall somebody else."""
    cues = load()
    if cues.of_things.search(tail) or cues.lest.search(tail):
        return True
    return bool(cues.for_whom.search(tail)) and not (cues.for_me.search(tail) or cues.of_somebody.search(tail))
