"""Tells whether who is gone had somebody at home to be gone from: "my sister is lost, our father beats her".

A family that looks for a woman, a girl or a boy under 18 says "missing" also of who fled. No word of leaving need be
there: it is enough that she is gone and that a blow, a quarrel, a forced marriage, a lock or fear is told beside it, or
that she took her things.
"""

import re
from dataclasses import dataclass, fields
from functools import cache

from bot.nlp import wordlists
from bot.nlp.normalise import letters


@dataclass(frozen=True, slots=True)
class Cues:
    """The lists of data/wordlists/unsafe.tsv, which says what each is for, as patterns of whole words of a key."""

    gone: re.Pattern[str]
    out: re.Pattern[str]
    hurt: re.Pattern[str]
    her: re.Pattern[str]
    him: re.Pattern[str]
    not_back: re.Pattern[str]
    strangers: re.Pattern[str]
    war: re.Pattern[str]
    thing: re.Pattern[str]


@cache
def load() -> Cues:
    """Reads the lists, once a process. Raises OSError or ValueError if they are not so."""
    lists = wordlists.read(wordlists.FOLDER / "unsafe.tsv", frozenset(each.name for each in fields(Cues)))
    return Cues(**{each.name: _pattern(lists[each.name]) for each in fields(Cues)})


def _pattern(written: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)[وفبل]?(?:{letters(written)})(?!\w)")


def find(key: str, *, sought: bool, hurt: bool, minor: bool) -> bool:
    """Whether a key tells of a woman, or of anybody under 18 (minor), who is gone from those who may have hurt her.

    sought: it sounds like one of who is missing or taken. hurt: it sounds like violence at home.
    """
    cues = load()
    key = cues.thing.sub(" ", key)
    if not (cues.her.search(key) or (minor and cues.him.search(key))):
        return False
    if cues.strangers.search(key) or cues.war.search(key):
        return False
    harmed = cues.hurt.search(key) is not None
    gone = cues.gone.search(key) or cues.not_back.search(key)
    return bool((gone and (hurt or harmed)) or (sought and harmed and cues.out.search(key)))
