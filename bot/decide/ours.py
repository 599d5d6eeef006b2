"""Finds offices of ours that a text names by their own names, wherever in it: above all those that would hear it.

Oversight, the women's department and the national office are no stations: nobody calls them police, and a complaint
about them comes to them. Whoever speaks of oversight and does not ask for it speaks of who may read what it writes.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from bot.nlp import readers, wordlists
from bot.nlp.normalise import key as folded
from bot.nlp.normalise import letters
from bot.nlp.stems import stem
from bot.vocabulary import Analysis, Directory, Office, OfficeKind

_TABLE: Final = Path(__file__).with_name("data") / "ours.tsv"
_LOOSE: Final = 3  # words that may stand between those of a name
_SHORTEST: Final = 3
# What offices' names are made of: one of these and one word more, or two words more, are a name.
_COMMON: Final = frozenset(
    stem(word)
    for word in folded(
        "منتدى المنتدى مكتب المكتب محافظة قسم القسم دائرة مديرية للشرطة المجتمعية شرطة الشرطة مدينة ناحية قضاء حي "
        "نووسینگەی پارێزگای کۆڕی بەشی مەکۆی پۆلیسی کۆمەڵگەیی شاری forum office governorate police community desk"
    ).split()
)
_EMPTY: Final = frozenset(stem(word) for word in folded("تجريبي تاقیکاری demo the and of").split())


@dataclass(frozen=True, slots=True)
class Cues:
    """The lists of data/ours.tsv, which says what each is for, as patterns of whole words of a key."""

    oversight: re.Pattern[str]
    not_ours: re.Pattern[str]
    asked: re.Pattern[str]
    national: re.Pattern[str]


@cache
def load() -> Cues:
    """Reads the lists, once a process. Raises OSError or ValueError if they are not so."""
    lists = wordlists.read(_TABLE, frozenset(each.name for each in fields(Cues)))
    return Cues(**{each.name: re.compile(rf"(?<!\w)(?:{letters(lists[each.name])})(?!\w)") for each in fields(Cues)})


def kinds(analysis: Analysis) -> frozenset[OfficeKind]:
    """Which of our offices above the forums are spoken of by what they are, and not asked for."""
    cues = load()
    plain = cues.asked.sub(" ", cues.not_ours.sub(" ", analysis.key))
    found = {OfficeKind.OVERSIGHT} if cues.oversight.search(plain) else set()
    if readers.reads_hers(analysis.insiders):
        found.add(OfficeKind.WOMEN)
    if analysis.insiders and cues.national.search(plain):
        found.add(OfficeKind.NATIONAL)
    return frozenset(found)


def named(directory: Directory, analysis: Analysis) -> Iterator[Office]:
    """Every office whose own name the text holds, and, of a kind that it only calls by what it is, the widest.

    Who reads what women write may sit at any women's office: then all are named, and only those outside hear of it.
    """
    cues = load()
    words = cues.asked.sub(" ", cues.not_ours.sub(" ", analysis.key)).split()
    told = [stem(word) for word in words]
    spoken = kinds(analysis)
    found = [office for office in directory.offices.values() if _is_named(office, told)]
    yield from found
    if OfficeKind.WOMEN in spoken:
        yield from [office for office in directory.offices.values() if office.kind is OfficeKind.WOMEN]
    for kind in spoken - {office.kind for office in found}:
        every = [office for office in directory.offices.values() if office.kind is kind]
        yield from [office for office in every if not office.coverage] or every


def _is_named(office: Office, told: list[str]) -> bool:
    return any(_holds(told, own, common) for own, common in _names(tuple(office.names.values())))


def _holds(told: list[str], own: frozenset[str], common: frozenset[str]) -> bool:
    """Whether the words of one name stand near each other."""
    if len(own) == 1 and not common:
        return False
    width = len(own) + len(common) + _LOOSE
    for at, word in enumerate(told):
        if word in own or word in common:
            near = set(told[at : at + width])
            if own <= near and (len(own) > 1 or common & near):
                return True
    return False


@lru_cache(maxsize=1_000)
def _names(names: tuple[str, ...]) -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    """Each name of an office, in every language: its own words and those that other offices have too, as stems."""
    found = []
    for name in names:
        stems = {stem(word) for word in folded(name).split()} - _EMPTY
        own = frozenset(word for word in stems - _COMMON if len(word) >= _SHORTEST)
        if own:
            found.append((own, frozenset(stems & _COMMON)))
    return tuple(found)
