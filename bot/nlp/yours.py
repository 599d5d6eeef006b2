"""Finds somebody's people, or who harms them, among those to whom a text is written: "he is of your crew".

Nobody has a list of all that one may be of ours. So any word of the second person counts that may be a person, a
place or work, behind kin or who does harm, unless it thanks, asks or speaks of the writer: "if he knew that I write
to you".
In doubt it counts: what is hers then goes to a women's desk of the region, and not of the place. A plain matter would
go to oversight: there it must be said that somebody is or works there, and not that a thing was lost beside it.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Final

from bot.nlp import given_names, insiders, wordlists
from bot.nlp.normalise import key as folded
from bot.nlp.normalise import letters

_LISTS: Final = (
    "of_you not_you courtesy done_to_you knows_you to_you with_you your_honour joins one_of of_me ignores learnt that "
    "asks is_at your_help you you_of harms reads messages you_have reads_yours these messages_of_yours answer_people "
    "on_people stays between beside surely of_kin wish next own_phone"
).split()
_HER_OWN: Final = re.compile(letters(r"(?:زەلامێ|مێرێ|هەڤژینێ|برایێ|بابێ|مامێ|خالێ|پسمامێ) من"))  # kin of two words
_FAR: Final = 8  # words before such a word in which somebody's people may stand
_NEAR: Final = 3
_CLOSE: Final = 2
_WORKS: Final = frozenset({"works", "knows"})
_SOMEBODY: Final = frozenset({"kin", "person"})
_SUBJECT: Final = frozenset({"kin", "person", "pronoun", "works", "knows"})
_NAMES: Final = frozenset(folded(name) for name in given_names.ARABIC_MEN) | {"piiname"}
_MADE: Final = re.compile(letters(r"[وف]?م\w{3,}"))  # counted, sent, hired


@cache
def load() -> Mapping[str, re.Pattern[str]]:
    """Reads the lists, once a process. Raises OSError or ValueError if they are not so."""
    listed = wordlists.read(wordlists.FOLDER / "yours.tsv", frozenset(_LISTS))
    return MappingProxyType({name: re.compile(letters(listed[name])) for name in _LISTS})


@cache
def _phrases() -> Mapping[str, re.Pattern[str]]:
    lists = load()
    return MappingProxyType(
        {
            name: re.compile(rf"(?<!\w)[وف]?(?:{lists[name].pattern})(?!\w)")
            for name in ("surely", "of_kin", "wish", "next", "own_phone")
        }
    )


def find(key: str, *, plain: bool = False) -> bool:
    """Whether a text says that somebody's people, or who harms them, may be of those to whom it is written.

    plain: it tells of nothing that few may see. Then somebody must be said to be of them, or to harm who writes.
    """
    words, sorts = insiders.sorts(key)
    if _says(key, "surely") or (not plain and _says(key, "of_kin") and _has_kin(key, sorts)):
        return True
    strict = plain and not any(_is(word, "harms") for word in words)
    return any(
        _is_theirs(words, sorts, at) and (not strict or _is_said_of_somebody(words, sorts, at))
        for at in range(len(words))
    )


def points_to_them(key: str) -> bool:
    """Whether a text speaks of a person, place or work of those to whom it is written, whoever is of them.

    Beside what few may see nobody need be named again: "he works with you". What asks, thanks or begs is left out.
    """
    told = _phrases()["wish"].sub(" ", key)
    if _says(told, "next"):
        return True
    words, sorts = insiders.sorts(told)
    elsewhere = _says(told, "own_phone")
    return any(
        (_is_yours(words, sorts, at) or _answers_you(words, at) or (_reads_us(words, at) and not elsewhere))
        and not (_speaks_of_me(words, sorts, at) or _is_asked_whether_you_have(words, sorts, at))
        for at in range(len(words))
    )


def is_only_a_wish(key: str) -> bool:
    """Whether a text only wishes them well, thanks them all, or asks to speak with one of them or where they are."""
    return not _phrases()["wish"].sub("", key).strip()


def _answers_you(words: Sequence[str], at: int) -> bool:
    """Whether it is you whom somebody answers or reads."""
    return at > 0 and _is(words[at], "to_you") and _is(words[at - 1], "reads")


def _is_asked_whether_you_have(words: Sequence[str], sorts: Sequence[frozenset[str]], at: int) -> bool:
    """Whether what you have is meant ("have you a shelter?"), and not who is with you.

    Behind it, one who may help is asked for ("have you a clerk?"), unless he does harm or is somebody's own.
    """
    before = range(max(0, at - _NEAR), at)
    somebody = any(
        sorts[each] & _SUBJECT or _is(words[each], "stays") or _is_learnt(words, sorts, each, at) for each in before
    )
    harms = any(_is(word, "harms") for word in words[at + 1 : at + 1 + _NEAR])
    own = any("kin" in of for of in sorts[at + 1 : at + 2])
    return _is(words[at], "you_have") and not (somebody or harms or own)


def _says(key: str, name: str) -> bool:
    """Whether a key holds a phrase of this list."""
    return _phrases()[name].search(key) is not None


def _has_kin(key: str, sorts: Sequence[frozenset[str]]) -> bool:
    return any("kin" in of for of in sorts) or _HER_OWN.search(key) is not None


def _is_said_of_somebody(words: Sequence[str], sorts: Sequence[frozenset[str]], at: int) -> bool:
    """Whether such a word says who somebody is or where they work: little more than what joins both is between them."""
    if _reads_us(words, at):
        return True
    more = int(_is(words[at], "of_you") and not _is(words[at], "with_you")) + _is(words[at], "your_honour")
    for back in range(at, max(-1, at - 1 - _FAR), -1):
        word = words[back]
        if _is(word, "beside"):
            return False
        acts = any(_is(word, name) for name in ("stays", "reads", "knows_you"))
        if acts or sorts[back] & _SUBJECT:
            return True
        joins = any(_is(word, name) for name in ("joins", "one_of", "between")) or "empty" in sorts[back]
        if back < at and not joins and word not in _NAMES:
            more -= 1  # a role of theirs: "he guards your door"
        if more < 0:
            return False
    return False


def _is_theirs(words: Sequence[str], sorts: Sequence[frozenset[str]], at: int) -> bool:
    if not (_is_yours(words, sorts, at) or _reads_us(words, at)):
        return False
    start = max(0, at - _FAR)
    somebody = any(sorts[each] & {"kin", "pronoun"} or _is(words[each], "harms") for each in range(start, at))
    return somebody and not _speaks_of_me(words, sorts, at)


def _is(word: str, name: str) -> bool:
    return load()[name].fullmatch(word) is not None


def _is_yours(words: Sequence[str], sorts: Sequence[frozenset[str]], at: int) -> bool:
    """Whether a word of the second person may be a person, a place or work of theirs."""
    word, before = words[at], words[at - 1] if at else ""
    if word == "your":
        after = words[at + 1 : at + 2]
        return _is(before, "is_at") and not any(_is(each, "your_help") for each in after)
    if _is(word, "you"):
        return _is(before, "you_of")
    if _is(word, "your_honour"):
        return _is(before, "joins")
    if _is(word, "to_you"):
        made = _MADE.fullmatch(before) is not None
        return made or _is(before, "one_of") or (at > 0 and "kin" in sorts[at - 1])
    if _is(word, "with_you") or _is(word, "knows_you"):
        return True
    plain = any(_is(word, name) for name in ("not_you", "courtesy", "done_to_you"))
    return _is(word, "of_you") and not plain


def _reads_us(words: Sequence[str], at: int) -> bool:
    """Whether it is what is written to us that is read: "he reads these messages", "those who answer people"."""
    before = words[max(0, at - _CLOSE) : at]
    if _is(words[at], "messages_of_yours"):
        return len(before) == _CLOSE and _is(before[0], "reads_yours") and _is(before[1], "these")
    if _is(words[at], "messages"):
        return any(_is(each, "reads") for each in before)
    to_people = any(_is(each, "on_people") for each in words[at + 1 : at + 2])
    return _is(words[at], "answer_people") and to_people and any(_is(each, "joins") for each in before)


def _speaks_of_me(words: Sequence[str], sorts: Sequence[frozenset[str]], at: int) -> bool:
    """Whether who writes does it, or who harms them knows nothing of it."""
    near = [each for each in range(max(0, at - _NEAR), at) if not _is_learnt(words, sorts, each, at)]
    close = [each for each in near if each >= at - _CLOSE]
    mine = any(_is(words[each], "of_me") and not (sorts[each] & _SOMEBODY) for each in close)
    works = any(sorts[each] & _WORKS for each in near)
    asked = any("served" in sorts[each] or _is(words[each], "asks") for each in near) and not works
    comes = any("business" in sorts[each] for each in near)
    return mine or asked or comes or (at > 0 and _is(words[at - 1], "ignores"))


def _is_learnt(words: Sequence[str], sorts: Sequence[frozenset[str]], at: int, until: int) -> bool:
    """Whether a word of who writes only leads to what they learnt or said: "I heard that he is with you"."""
    return _is(words[at], "learnt") and any(
        "pronoun" in sorts[each] or _is(words[each], "that") for each in range(at + 1, until)
    )
