"""Tells what only goes on with a tip about extremists: what he was before, whom he arms, who he is and where.

By itself each sounds of another matter: of a complaint about police, of a child in danger, of a street. So these words
are asked only of what is said beside a tip (bot.decide.tipped), and say nothing where anybody is hurt, or one's own are
told of.
"""

import re
from dataclasses import dataclass, fields
from functools import cache
from typing import Final

from bot.nlp import wordlists
from bot.nlp.normalise import letters

_FEW: Final = 8  # words: who tells more may tell another matter


@dataclass(frozen=True, slots=True)
class Cues:
    """The lists of data/wordlists/tips.tsv, which says what each is for, as patterns of whole words of a key."""

    rank: re.Pattern[str]
    former: re.Pattern[str]
    was: re.Pattern[str]
    child: re.Pattern[str]
    arms: re.Pattern[str]
    who: re.Pattern[str]
    hurt: re.Pattern[str]
    mine: re.Pattern[str]


@cache
def load() -> Cues:
    """Reads the lists, once a process. Raises OSError or ValueError if they are not so."""
    names = frozenset({each.name for each in fields(Cues)} | {"at_work"})
    lists = wordlists.read(wordlists.FOLDER / "tips.tsv", names)
    whole = {each.name: _pattern(lists[each.name]) for each in fields(Cues) if each.name != "was"}
    bare = lists["rank"].replace("(?:ال|بال)?", "(?:بال)?")
    was = rf"(?:{lists['was']}) ?(?:(?:{lists['at_work']}) )?(?:{bare})"
    late = rf"(?:{lists['rank']})\w* بوو\w*"
    return Cues(**whole, was=_pattern(f"{was}|{late}"))


def _pattern(written: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{letters(written)})(?!\w)")


def was_of_them(key: str) -> bool:
    """Whether a key only says that he was of the police or the army, and is not any more."""
    cues = load()
    former = cues.was.search(key) or (cues.rank.search(key) and cues.former.search(key))
    return former is not None and _is_brief(key, cues)


def arms_the_young(key: str) -> bool:
    """Whether a key only says that he trains or arms children, his own or others."""
    cues = load()
    return bool(cues.child.search(key) and cues.arms.search(key)) and _is_brief(key, cues)


def says_who(key: str) -> bool:
    """Whether a key only says who he is, or where."""
    cues = load()
    return cues.who.match(key) is not None and _is_brief(key, cues)


def hurts(key: str) -> bool:
    """Whether a key tells that somebody is hurt, threatened or taken."""
    return load().hurt.search(key) is not None


def _is_brief(key: str, cues: Cues) -> bool:
    """Whether nothing more is told: nobody hurt, and nothing of one's own."""
    return len(key.split()) <= _FEW and not (cues.hurt.search(key) or cues.mine.search(key))
