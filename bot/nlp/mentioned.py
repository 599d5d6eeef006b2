"""Tells where police, a station or a checkpoint is only spoken of: called, told, awaited, far away, thanked, or near.

"The police did not come about the thief" tells of a thief, and who says so complains of nobody. But whatever police are
said to do may be a complaint, in more words than anybody can list. So only what is of a few harmless frames, with
nothing told after it that could be theirs, is a mere mention; anything else is in doubt, and doubt is oversight's: one
glance too many costs it little, one too few may cost her life.
"""

import re
from dataclasses import dataclass, fields
from functools import cache
from typing import Final

from bot.nlp import forces, officers, power, wordlists
from bot.nlp.normalise import letters

_MARK: Final = " . "  # no key holds one


@dataclass(frozen=True, slots=True)
class Cues:
    """The lists of data/wordlists/mentioned.tsv, which says what each is for, as patterns of whole words of a key."""

    named: re.Pattern[str]  # also within a word: quick to look for, so that most messages cost nothing
    spoken: re.Pattern[str]
    place: re.Pattern[str]
    tail: re.Pattern[str]
    goes_on: re.Pattern[str]
    idle: re.Pattern[str]
    acts: re.Pattern[str]
    wrong: re.Pattern[str]


@cache
def load() -> Cues:
    """Reads the lists, once a process. Raises OSError or ValueError if they are not so."""
    lists = wordlists.read(wordlists.FOLDER / "mentioned.tsv", frozenset(each.name for each in fields(Cues)))
    whole = {each.name: _pattern(lists[each.name]) for each in fields(Cues) if each.name != "named"}
    return Cues(named=re.compile(letters(lists["named"])), **whole)


def _pattern(written: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)[وف]?(?:{letters(written)})(?!\w)")


def find(key: str, *, matter: bool) -> bool:
    """Whether a key (bot.nlp.normalise) speaks of police only as of who is called, told, awaited, thanked or near.

    Every time that they are named must be of a harmless frame, and nothing may be told after it that could be theirs.
    matter: it tells of something else too; then they may also have come late or not at all.
    """
    cues = load()
    if not cues.named.search(key) or cues.wrong.search(key) or (not matter and cues.idle.search(key)):
        return False
    if not _is_harmless(key):
        return False
    return not (forces.find(key) or power.find(key, minor=False) or officers.find(key, minor=False))


def named(key: str) -> bool:
    """Whether police, their people, a station or a checkpoint are spoken of at all."""
    return load().named.search(key) is not None


def rest(key: str) -> str:
    """A key without what is harmless in it."""
    return _unframed(key).replace(_MARK.strip(), "")


def doubted(key: str) -> bool:
    """Whether police, their people, a station or a checkpoint are spoken of in no harmless frame."""
    cues = load()
    return cues.named.search(key) is not None and not _is_harmless(key)


def acts(key: str, *, matter: bool) -> bool:
    """Whether police may do or leave undone something in a key, other than what a harmless frame says.

    matter: as for find; without one, that they did not come is what it complains of.
    """
    cues = load()
    if not cues.named.search(key):
        return False
    if not matter and cues.idle.search(key):
        return True
    return cues.acts.search(_unframed(key)) is not None


def _unframed(key: str) -> str:
    """The key with a mark in place of what is harmless."""
    cues = load()
    framed = cues.spoken.sub(_MARK, key)
    if framed != key:
        framed = cues.tail.sub(_MARK, framed)
    return cues.place.sub(" ", framed)


def _is_harmless(key: str) -> bool:
    cues = load()
    rest = _unframed(key)
    if rest == key or cues.named.search(rest):
        return False
    _, marked, after = rest.partition(_MARK.strip())
    return not (marked and cues.goes_on.search(after))
