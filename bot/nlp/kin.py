"""Which of kin a key names, and what its words are where it tells what was done to them (bot.nlp.assailed)."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Final, NamedTuple

from bot.nlp import wordlists
from bot.nlp.normalise import letters

_LISTS: Final = (
    "kin theirs head woman house child object stranger somebody arms takes strikes force suffers stricken silent no "
    "lifeless said cars blade beside by hinders to_rescue late_takes late_strikes helps between cousin my_body "
    "tribe attacks wants element says his"
).split()


class One(NamedTuple):
    """One of kin: the words that name him or her, from `at` to before `end`."""

    at: int
    end: int
    woman: bool
    house: bool  # of the same house
    child: bool
    hers: bool  # kin of a woman who is told of


def _named(words: Sequence[str], at: int, end: int) -> One:
    """Of "my sister's husband" the first word says who it is."""
    first, last, alone = words[at], words[end - 1], end - at == 1
    return One(
        at,
        end,
        woman=is_a(last if alone else first, "woman"),
        house=is_a(last, "house") if alone else not is_a(first, "cousin"),
        child=alone and is_a(last, "child"),
        hers=alone and is_a(last, "theirs"),
    )


@cache
def load() -> Mapping[str, re.Pattern[str]]:
    """Reads the lists, once a process. Raises OSError or ValueError if they are not so."""
    listed = wordlists.read(wordlists.FOLDER / "assailed.tsv", frozenset(_LISTS))
    return MappingProxyType({name: re.compile(letters(listed[name])) for name in _LISTS})


def is_a(word: str, name: str) -> bool:
    """Whether a word is of a list."""
    return load()[name].fullmatch(word) is not None


def has_a(words: Sequence[str], name: str) -> bool:
    """Whether any of them is."""
    return any(is_a(word, name) for word in words)


def find(words: Sequence[str]) -> list[One]:
    """Every one of kin, in the order of the words."""
    found: list[One] = []
    for at, word in enumerate(words):
        if not (is_a(word, "kin") or is_a(word, "theirs")):
            continue
        first = at
        while first > 0 and is_a(words[first - 1], "head") and (not found or found[-1].end < first):
            first -= 1
        found.append(_named(words, first, at + 1))
    return found
