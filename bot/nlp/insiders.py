"""Finds who in a text may be one of those who would read it: an officer, a rank, somebody of a station or of a forum.

A person of rank is a party unless the words say otherwise: asked for, called, thanked, dead, played or dreamt of. A
body ("the police", "the station") is one only where somebody belongs to it or knows people there. In doubt it counts:
a report too many at the oversight office costs a day, one too few at her husband's desk costs more.

Every word is read alone, in folded letters, and is of some kinds; the rules look at the kinds of its neighbours.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from functools import cache, lru_cache
from itertools import islice
from types import MappingProxyType
from typing import Final

from bot.nlp import forces, given_names, readers, wordlists
from bot.nlp.normalise import key as folded
from bot.nlp.normalise import letters

_AFTER: Final = 4  # words after a mention that may say where it is
_NEAR: Final = 4  # words before a mention that may say whose it is, or what is done with it
_CLOSE: Final = 2
_FARTHEST: Final = 24  # words back at which nobody looks any more, however many of them only join
_MOST_REMEMBERED: Final = 20_000  # words
_GLUED: Final = r"[وف]?(?:بال|عال|هال|كال|لل|ال|ب|ل|ع)?"


class _Kind(Enum):
    """What a word may be: a list of data/wordlists/insiders.tsv, which says what each is for."""

    RANK = "rank"
    SOLDIER = "soldier"
    TITLE = "title"
    BODY = "body"
    PLAIN = "plain"
    CENTRE = "centre"
    TOWN = "town"
    KIN = "kin"
    PERSON = "person"
    WORKS = "works"
    KNOWS = "knows"
    SERVED = "served"
    BUSINESS = "business"
    YOURS = "yours"
    SUFFERS = "suffers"
    AGAINST = "against"
    LIVES = "lives"
    WANTED = "wanted"
    QUARTER = "quarter"
    POST = "post"
    OF = "of"
    PRONOUN = "pronoun"
    EMPTY = "empty"
    THERE = "there"
    NOT_A_RANK = "not_a_rank"
    ADDS_RANK = "adds_rank"


_ARTICLE: Final = re.compile(r"[وفلبع]?(?:ال|لل)\w{3}")
_LETTERED_ARTICLE: Final = frozenset({"il", "el"})
_NAME: Final = "piiname"  # as personal.mask writes one
_INITIALS: Final = frozenset(letters(initial) for initial in ("ض", "ظ"))  # "Off. Ahmad"
_LOST: Final = re.compile(letters("ان(?:سرق|كسر|حرق|ضرب|باك|خبط)ت?|احتركت?"))
_THING: Final = re.compile(letters("(?:سيارة|بيت|محل|ماطور|دراجة|تلفون|موبايل|باب|غراض)"))
_RAID: Final = frozenset(folded(word) for word in ("رائد",))  # also a given name
_OWN_CHILD: Final = re.compile(letters("(?:ابن|ولد|طفل)(?:ي|ية|يه|نا|ج)?|طفلي|son"))
_COMMANDER: Final = re.compile(letters(r"(?<!\w)([وفبل]?)آمر (?=(?:ال)?(?:قاطع|فوج|سرية|مفرزة|لواء|قوة|دورية)(?!\w))"))
_HEAD: Final = re.compile(letters(rf"{_GLUED}(?:مدير|رئيس|مسؤول|آمر|معاون|نائب|قائد)(?:ة|ه|هم|نا)?"))
_OFFICER: Final = letters("ضابط")
_FORENAMES: Final = frozenset(folded(name) for name in given_names.ARABIC_MEN)


@cache
def load() -> Mapping[_Kind, re.Pattern[str]]:
    """Reads the lists, once a process. Raises OSError or ValueError if they are not so."""
    lists = wordlists.read(wordlists.FOLDER / "insiders.tsv", frozenset(kind.value for kind in _Kind))
    return MappingProxyType({kind: _compiled(lists[kind.value]) for kind in _Kind})


def _compiled(written: str) -> re.Pattern[str]:
    """A pattern for one word: "=" words as they stand, others with what Arabic glues before them."""
    free, bare = [], []
    depth, begun = 0, 0
    for at, sign in enumerate(written + "|"):
        depth += (sign == "(") - (sign == ")")
        if sign == "|" and not depth:
            word = written[begun:at]
            bare.append(word[1:]) if word.startswith("=") else free.append(word)
            begun = at + 1
    return re.compile(letters(rf"(?:{_GLUED}(?:{'|'.join(free) or '(?!)'})|[وف]?(?:{'|'.join(bare) or '(?!)'}))"))


def ranks(words: Sequence[str]) -> tuple[int, ...]:
    """Where among the words of a key a rank or a body of police stands, in their order."""
    kinds = _kinds(words)
    ranked = {at for at, of in enumerate(kinds) if _Kind.RANK in of}
    titled = {at for at, of in enumerate(kinds) if _Kind.TITLE in of}
    titled = {at for at in titled if not _is_no_rank(kinds, at)}
    return tuple(sorted(ranked | titled | set(_bodies(kinds))))


def find(key: str, *, mere: bool = False) -> tuple[str, ...]:
    """The words of a key that name an insider who may be a party or close to one, each with what follows it; else ().

    With one such mention all bodies that the text names are given too, so that offices can be told from them.
    mere: police are only spoken of (bot.nlp.mentioned); then only somebody's own people are parties.
    """
    key = _joined(key)
    words = key.split()
    kinds = _kinds(words)
    found = [at for at in range(len(words)) if (_is_kins(kinds, at) if mere else _is_party(words, kinds, at))]
    told = (*readers.find(key), *forces.find(key))
    if not (found or told):
        return ()
    return tuple(dict.fromkeys((*told, *_phrases(words, [*found, *_bodies(kinds)]))))


def is_headed(key: str) -> bool:
    """Whether somebody is said to head a body: "the director of the national office of the police"."""
    words = _joined(key).split()
    kinds = _kinds(words)
    heads = (at for at, word in enumerate(words) if _HEAD.fullmatch(word))
    return any(_follows(kinds, at, _Kind.BODY, within=_NEAR - 1) for at in heads)


def mentions(key: str) -> tuple[str, ...]:
    """Every rank and body that a key names, whatever for; for what is a complaint about them anyway."""
    words = _joined(key).split()
    kinds = _kinds(words)
    ranked = [at for at, of in enumerate(kinds) if _Kind.RANK in of]
    return _phrases(words, [*ranked, *_bodies(kinds)])


def sorts(key: str) -> tuple[Sequence[str], Sequence[frozenset[str]]]:
    """The words of a key, a body of several as one, and for each the names of the lists that hold it."""
    words = _joined(key).split()
    return words, [frozenset(kind.value for kind in kinds) for kinds in _kinds(words)]


def _joined(key: str) -> str:
    """The key with bodies and commanders of several words as one."""
    return _COMMANDER.sub(rf"\1{_OFFICER} ", readers.joined(key))


def _kinds(words: Sequence[str]) -> list[frozenset[_Kind]]:
    return [_kinds_of(word) for word in words]


@lru_cache(maxsize=_MOST_REMEMBERED)
def _kinds_of(word: str) -> frozenset[_Kind]:
    return frozenset(kind for kind, pattern in load().items() if pattern.fullmatch(word))


def _phrases(words: Sequence[str], found: Sequence[int]) -> tuple[str, ...]:
    return tuple(" ".join(words[at : at + 1 + _AFTER]) for at in sorted(set(found)))


def _bodies(kinds: Sequence[frozenset[_Kind]]) -> Iterator[int]:
    return (at for at in range(len(kinds)) if _is_body(kinds, at))


def _is_body(kinds: Sequence[frozenset[_Kind]], at: int) -> bool:
    town = _Kind.CENTRE in kinds[at] and _follows(kinds, at, _Kind.TOWN, within=1)
    return _Kind.BODY in kinds[at] and not (town or _follows(kinds, at, _Kind.PLAIN, within=1))


def _follows(kinds: Sequence[frozenset[_Kind]], at: int, *wanted: _Kind, within: int) -> bool:
    return any(not of.isdisjoint(wanted) for of in kinds[at + 1 : at + 1 + within])


def _is_party(words: Sequence[str], kinds: Sequence[frozenset[_Kind]], at: int) -> bool:
    if at and _Kind.QUARTER in kinds[at - 1]:
        return False
    if words[at] in _INITIALS:
        return at + 1 < len(words) and (words[at + 1] in _FORENAMES or words[at + 1] == _NAME)
    if _Kind.RANK in kinds[at]:
        return not _has_lost(words, at) and (_is_somebodys(kinds, at) or not _is_served(kinds, at))
    if _Kind.TITLE in kinds[at]:
        of_kin = bool(_ARTICLE.match(words[at])) and _Kind.KIN in _all(kinds[max(0, at - 1) : at])
        return of_kin or (not _is_no_rank(kinds, at) and _is_title(words, kinds, at))
    if _Kind.SOLDIER in kinds[at]:
        return _is_somebodys(kinds, at) and not _suffers(kinds, at)
    if _is_of_it(kinds, at):
        return True
    if not _is_body(kinds, at):
        return _is_ours(kinds, at)
    return _belongs(kinds, at) or _points_back(kinds, at) or _is_by_name(words, kinds, at)


def _is_no_rank(kinds: Sequence[frozenset[_Kind]], at: int) -> bool:
    """Whether what follows a title makes it none; "a lieutenant of the station" is one."""
    return _follows(kinds, at, _Kind.NOT_A_RANK, within=1) and _Kind.BODY not in _all(kinds[at + 2 : at + 3])


def _is_of_it(kinds: Sequence[frozenset[_Kind]], at: int) -> bool:
    """Whether it is said that somebody is of a body: "he is of the traffic police", "a man of the checkpoint"."""
    if not (_is_body(kinds, at) or _Kind.POST in kinds[at]) or _Kind.OF not in _all(kinds[max(0, at - 1) : at]):
        return False
    return not {_Kind.PRONOUN, _Kind.PERSON}.isdisjoint(_all(kinds[max(0, at - 2) : at - 1]))


def _is_by_name(words: Sequence[str], kinds: Sequence[frozenset[_Kind]], at: int) -> bool:
    """Whether a name stands right before a body, of whom is not told what takes anybody there."""
    there = at > 0 and words[at - 1] == _NAME
    return there and {_Kind.SERVED, _Kind.BUSINESS}.isdisjoint(_all(_back(kinds, at, _CLOSE)))


def _suffers(kinds: Sequence[frozenset[_Kind]], at: int) -> bool:
    return _follows(kinds, at, _Kind.SUFFERS, within=_NEAR)


def _is_ours(kinds: Sequence[frozenset[_Kind]], at: int) -> bool:
    """Whether somebody works with us: "a cousin of his works at yours"; who wants to, does not."""
    if _Kind.YOURS not in kinds[at]:
        return False
    before = _back(kinds, at)
    if not {_Kind.SERVED, _Kind.BUSINESS}.isdisjoint(_all(before)):
        return False
    return _Kind.WORKS in _all(before) and not {_Kind.KIN, _Kind.PERSON}.isdisjoint(_all(before))


def _is_kins(kinds: Sequence[frozenset[_Kind]], at: int) -> bool:
    """Whether a rank, or somebody who works at a body, is of somebody's people."""
    if not kinds[at].isdisjoint({_Kind.RANK, _Kind.TITLE}):
        return _is_somebodys(kinds, at)
    return _is_body(kinds, at) and any(_Kind.KIN in of for of in _back(kinds, at)) and _belongs(kinds, at)


def _has_lost(words: Sequence[str], at: int) -> bool:
    """Whether his own thing was stolen or broken: "a policeman's car was stolen"."""
    return at > 1 and bool(_LOST.fullmatch(words[at - 2]) and _THING.fullmatch(words[at - 1]))


def _back(kinds: Sequence[frozenset[_Kind]], at: int, within: int = _NEAR) -> Sequence[frozenset[_Kind]]:
    """The kinds of the words before, the nearest first; those that only join words are not counted."""
    before = (kinds[each] for each in range(at - 1, max(-1, at - 1 - _FARTHEST), -1))
    return tuple(islice((of for of in before if _Kind.EMPTY not in of), within))


def _is_somebodys(kinds: Sequence[frozenset[_Kind]], at: int) -> bool:
    """Whether somebody's people stand before it, with nothing between that is done with officers."""
    for of in _back(kinds, at):
        if _Kind.KIN in of:
            return True
        if _Kind.SERVED in of:
            return False
    return bool(_follows(kinds, at, _Kind.KIN, within=1))


def _is_served(kinds: Sequence[frozenset[_Kind]], at: int) -> bool:
    if _Kind.AGAINST in _all(kinds[max(0, at - _CLOSE) : at]) or _follows(kinds, at, _Kind.LIVES, within=_CLOSE):
        return False
    before = any(_Kind.SERVED in of for of in _back(kinds, at, _NEAR - 1))
    return before or _follows(kinds, at, _Kind.WANTED, within=_CLOSE)


def _is_title(words: Sequence[str], kinds: Sequence[frozenset[_Kind]], at: int) -> bool:
    """A rank with an article, a name, a body, or somebody's people beside it; "Raid fell off his bicycle" has none."""
    if _follows(kinds, at, _Kind.ADDS_RANK, within=_CLOSE) or _Kind.WORKS in _all(_back(kinds, at, _CLOSE)):
        return not _is_served(kinds, at)
    named = at + 1 < len(words) and words[at + 1] in _FORENAMES
    if _ARTICLE.match(words[at]) or (at and words[at - 1] in _LETTERED_ARTICLE):
        return not _is_served(kinds, at)
    if words[at] in _RAID:  # a neighbour may have the rank; a child of one's own, and who is harmed, has the name
        own = at > 0 and _OWN_CHILD.fullmatch(words[at - 1]) is not None
        return _Kind.KIN in _all(kinds[max(0, at - 1) : at]) and not (own or _suffers(kinds, at))
    return _is_somebodys(kinds, at) or (named and not _is_served(kinds, at))


def _all(kinds: Sequence[frozenset[_Kind]]) -> frozenset[_Kind]:
    return frozenset().union(*kinds)


def _belongs(kinds: Sequence[frozenset[_Kind]], at: int) -> bool:
    """Whether somebody works at a body, comes from it, or knows people there."""
    for steps, of in enumerate(_back(kinds, at)):
        if not of.isdisjoint({_Kind.SERVED, _Kind.BUSINESS}):
            return False
        close = _Kind.KIN in of or (_Kind.PERSON in of and steps < _CLOSE)
        works = not of.isdisjoint({_Kind.WORKS, _Kind.KNOWS})
        if works or (close and steps < _CLOSE):
            return {_Kind.SERVED, _Kind.BUSINESS}.isdisjoint(_all(_back(kinds, at, steps + 1 + _CLOSE)))
    return False


def _points_back(kinds: Sequence[frozenset[_Kind]], at: int) -> bool:
    """Whether "my cousin is there" or "they are all his friends" follows a body."""
    after = kinds[at + 1 : at + 2 + _NEAR]
    there = next((steps for steps, of in enumerate(after) if _Kind.THERE in of), None)
    return (
        there is not None
        and _Kind.SERVED not in _all(after[:there])
        and (not {_Kind.KIN, _Kind.PERSON}.isdisjoint(_all([*after, *kinds[at + 2 + _NEAR : at + 4 + _NEAR]])))
    )
