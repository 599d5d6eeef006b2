"""The same as bot.nlp.assailed of English, whose words stand in another order."""

import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from bot.nlp import wordlists
from bot.vocabulary import Category

_LISTS: Final = (
    "kin strangers victim before taken_before beside silent fell cars assault telephone by_kin by_kin_armed force "
    "rescue honour taken gravely"
).split()


@cache
def load() -> Mapping[str, re.Pattern[str]]:
    """Reads the lists, once a process. Raises OSError or ValueError if they are not so."""
    listed = wordlists.read(wordlists.FOLDER / "assailed_english.tsv", frozenset(_LISTS))
    return MappingProxyType({name: re.compile(listed[name]) for name in _LISTS})


def _has(key: str, name: str) -> bool:
    return load()[name].search(key) is not None


def speaks_of_kin(key: str) -> bool:
    """Whether kin are named in English."""
    return _has(key, "kin")


def by_kin(key: str) -> bool:
    """Whether one of kin did it."""
    if _has(key, "by_kin"):
        return True
    return _has(key, "by_kin_armed") and _has(key, "force") and not (_has(key, "rescue") or _befell(key))


def befell(key: str) -> Category | None:
    """The kind of what strangers, or nobody, did to kin; None in doubt."""
    return None if _has(key, "by_kin") or _has(key, "honour") else _befell(key)


def gravely(key: str) -> bool:
    """Whether somebody is stabbed, taken by force, or does not answer."""
    return (_has(key, "taken") and _has(key, "force")) or _has(key, "silent") or _has(key, "gravely")


def _befell(key: str) -> Category | None:
    spans = [found.span() for found in load()["kin"].finditer(key)]
    objects = [start for start, _ in spans if _has(key[:start], "before")]
    for start, end in spans:
        if not (start in objects or _has(key[end:], "victim") or _has(key[:start], "beside")):
            return None
    taken = any(_has(key[:start], "taken_before") for start in objects)
    stranger = load()["strangers"].search(key)
    if stranger and taken and stranger.start() < objects[-1]:
        return Category.KIDNAPPING
    if not (_has(key, "silent") and _has(key, "fell")) or _has(key, "telephone"):
        return None
    if _has(key, "cars"):
        return Category.TRAFFIC_SAFETY
    return Category.ASSAULT if _has(key, "assault") else Category.FIRE_MEDICAL
