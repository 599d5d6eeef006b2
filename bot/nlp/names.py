"""Where a clean text names a person: after a word that announces a name, or by two or more known names in a row."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from types import MappingProxyType
from typing import Final

from bot.nlp import given_names as given
from bot.nlp import name_cues as cues
from bot.nlp.arabizi import candidates
from bot.nlp.name_cues import folded
from bot.nlp.normalise import key


def _keys(*lists: str) -> frozenset[str]:
    return frozenset(folded(name) for names in lists for name in names.split())


NAMES: Final = _keys(
    given.ARABIC_MEN, given.ARABIC_WOMEN, given.KURDISH, given.KURDISH_ARABIC, given.MINORITIES, given.LATIN
)
ALSO_WORDS: Final = _keys(given.ALSO_WORDS)
QUALITIES: Final = _keys(given.QUALITIES)
HOLY: Final = _keys(given.HOLY)
_SURELY: Final = NAMES - ALSO_WORDS
_ONLY_NAMES: Final = _SURELY - HOLY
_LIKELY: Final = ALSO_WORDS - QUALITIES
_NO_NAME_AFTER: Final = cues.SACRED | cues.KUNYA
_BY_EAR: Final = frozenset(key(name.replace("ڨ", "ق")) for name in _SURELY)
FAMILIES: Final = _keys(given.FAMILIES)
_AFTER_ALI: Final = FAMILIES | cues.PARTICLES

_WORD: Final = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_FAMILY: Final = re.compile(r"ال\w{3,}ي")
_AFTER_CUE: Final = frozenset(" :：/-\"'«(")
_BASIM: Final = "باسم"  # also "in the name of": a name only after kin or a title
_ALI: Final = "علي"
_GLUED: Final = "ولب"
_NOT_AFTER_NAME: Final = _keys(
    "عايشة صاحب طالب داخل الان لازم شهيد غايب ثائر عايد زاير مطلوب مولود ذكرى دعاء رجاء حياة ضيف عاصي جوان ايات "
    "ربيع وعد "
    "شروق فجر"
)
_NEVER_FIRST: Final = _keys("باسم بان شهيد طالب غايب داخل لازم صاحب عذاب الان")
_NEVER_ALONE: Final = _keys("حياة دنيا ذكرى صباح جهاد نضال مطر زمن وعد")
_PARTED: Final = MappingProxyType(
    {".": ("dr", "mr", "mrs", "ms", "eng", "د", "م"), "،": ("الشكر", "التقدير", "التحيات"), ",": ("regards",)}
)
_LONGEST: Final = 6  # words: given, father's, grandfather's, family, some of two words
_FULL: Final = 2
_SHORTEST: Final = 3
_COMPOUNDS: Final = MappingProxyType({"عبد": 2, "الدين": 1})  # a name of two words is surely one, but for صلاح الدين
_HONOURS: Final = 3  # "the shrine of the Sayyid, the Sheikh …"
_WITH_BA: Final = 5  # longer unknown words with ب are "by" and a noun
_GAP: Final = 3  # characters between "الاسم" and the name


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of a text: as written, where, as keys, and what parts each from the one before.

    near: spaces only. after_cue: also a colon, a quote, a slash, as between "Name" and the name.
    """

    raw: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    keys: tuple[str, ...]
    near: tuple[bool, ...]
    after_cue: tuple[bool, ...]


@lru_cache(maxsize=20_000)
def _folded(word: str) -> str:
    """The key of a word, without the Kurdish "is" at the end of a name."""
    bare = folded(word[:-1]) if word.endswith("ە") else ""
    return bare if bare in _SURELY else folded(word)


def _read(text: str) -> _Words:
    found = list(_WORD.finditer(text))
    gaps = [text[before.end() : word.start()] for before, word in pairwise(found)]
    return _Words(
        tuple(word[0] for word in found),
        tuple(word.start() for word in found),
        tuple(word.end() for word in found),
        tuple(_folded(word[0]) for word in found),
        (False, *(_near(word[0], gap) for word, gap in zip(found, gaps, strict=False))),
        (False, *(len(gap) <= _GAP and _AFTER_CUE.issuperset(gap) for gap in gaps)),
    )


def _near(word: str, gap: str) -> bool:
    """Whether only spaces, the dot of "Dr." or the comma of "regards,", stand between a word and the next."""
    return not gap.strip(" ") or word.lower() in _PARTED.get(gap.strip(" "), ())


def _at(words: _Words, at: int) -> str:
    return words.keys[at] if 0 <= at < len(words.keys) else ""


@lru_cache(maxsize=4_000)
def _known_latin(word: str) -> bool:
    """Whether a word in Latin letters, folded, may be a known name written by ear ("7aider")."""
    return word in NAMES or (len(word) > _SHORTEST and any(spelt in _BY_EAR for spelt in candidates(word)))


def is_given(word: str) -> bool:
    """Whether a word is a given name, also where it is a plain word besides."""
    return _folded(word) in NAMES


def _known(words: _Words, at: int) -> int:
    """How many words the given name at `at` has; 0 when no known name stands there."""
    word, after = _at(words, at), _at(words, at + 1)
    near = at + 1 < len(words.keys) and words.near[at + 1]
    if word == "عبد" and near and after.startswith("ال"):
        return 2
    if word in cues.KUNYA and near and after not in _NEVER_FIRST:
        return 1 + rest if (rest := _known(words, at + 1) if after not in cues.KUNYA else 0) else 0
    if word not in NAMES:
        return 0
    return 2 if near and after == "الدين" else 1


def _end(words: _Words, at: int, *, announced: bool) -> tuple[int, int]:
    """The word after the name that begins at `at`, and how many given names it has."""
    known, nickname = _known(words, at), words.keys[at] in cues.KUNYA and _at(words, at + 1).startswith("ال")
    end, parts = min(at + (known or 1 + nickname), len(words.keys)), 1
    while end < min(at + _LONGEST, len(words.keys)) and words.near[end]:
        word = words.keys[end]
        if word in cues.LINKS and _known(words, end + 1):
            end += 1
        elif word in FAMILIES or (announced and (_FAMILY.fullmatch(word) or _capital(words, end))):
            return end + 1, parts + 1
        elif not _known(words, end) or _ends_before(words, end):
            break
        end += _known(words, end)
        parts += 1
    return end, parts


def _ends_before(words: _Words, at: int) -> bool:
    """Whether a known name at `at` is a common word here: "Ali, the owner of", "Ali this morning"."""
    word, after = words.keys[at], _at(words, at + 1)
    return _on(words, at) or word in _NOT_AFTER_NAME or (word in {"صباح", "جمعه"} and after.startswith("ال"))


def _on(words: _Words, at: int) -> bool:
    """Whether علي is "on" and not Ali: both are written either way."""
    if words.keys[at] != _ALI or at + 1 == len(words.keys) or not words.near[at + 1]:
        return False
    after = words.keys[at + 1]
    ends = after.startswith("ي") or after in _AFTER_ALI
    return not (ends or (_known(words, at + 1) and after not in ALSO_WORDS))


def _capital(words: _Words, at: int) -> bool:
    return words.raw[at][0].isupper() and words.raw[at][1:].islower() and words.keys[at] not in cues.NOT_NAMES


def _announced(words: _Words, at: int) -> bool:
    """Whether what stands before announces a name, whatever it is."""
    if not words.after_cue[at]:
        return False
    before = words.keys[at - 1]
    if before in cues.NAME_CUES:
        return _at(words, at - 2) not in cues.NAMED_PLACES
    phrase = (_at(words, at - 2).removeprefix("و"), before)
    kurmanji = before in cues.KURMANJI_OWNERS and cues.KURMANJI_NAME in words.keys[max(at - 3, 0) : at]
    return phrase in cues.NAME_PHRASES or kurmanji or (_at(words, at - 3), *phrase) in cues.NAME_PHRASES


def _nameable(words: _Words, at: int) -> bool:
    """Whether a word after an announcement is a name."""
    word = words.keys[at]
    if _known(words, at):
        return word not in cues.NOT_NAMES and not _on(words, at)
    if word.isascii():
        return _capital(words, at) or _known_latin(word)
    return not (
        word in cues.NOT_NAMES
        or word in cues.NAMED_PLACES
        or word in cues.NAME_CUES
        or word.startswith(("و", "ي", "ال", "بال", "لل", "عال", "مال", "هال"))  # a name like that would be known
        or words.raw[at].endswith(("ەکە", "ەکان"))
        or (word.startswith("ب") and len(word) > _WITH_BA)
        or any(character.isdigit() for character in word)
    )


def _may_be_listed(words: _Words, at: int) -> bool:
    """Whether a known name stands at `at`, near what comes before it, that is not surely a common word."""
    word = words.keys[at]
    if not words.near[at] or (word in _NEVER_FIRST and word != _BASIM) or _on(words, at) or _called_place(words, at):
        return False
    return _known(words, at) > 0 or (word.isascii() and _known_latin(word))


def _listed(words: _Words, at: int) -> bool:
    """Whether what stands before makes a known name a person's: kin, a title, "I am", "the owner of the shop"."""
    if not _may_be_listed(words, at):
        return False
    word, before, phrase = words.keys[at], words.keys[at - 1], (_at(words, at - 2), words.keys[at - 1])
    full = _end(words, at, announced=False)[1] >= _FULL
    if word in _NEVER_ALONE and not full:
        return False
    if before in cues.TITLES or phrase in cues.LIST_PHRASES:
        return not _of_place(words, at - 1)
    if before in cues.INTRODUCTIONS or phrase in cues.INTRODUCING:
        return full or word not in ALSO_WORDS or word.isascii()
    return (before in cues.KIN or phrase[0] in cues.HEADS) and (full or word not in QUALITIES)


def _called_place(words: _Words, at: int) -> bool:
    """Whether the word at `at` and a neighbour are the name of a place."""
    before, word, after = _at(words, at - 1), words.keys[at], _at(words, at + 1)
    return (before, word) in cues.PLACE_NAMES or (word, after) in cues.PLACE_NAMES


def _of_place(words: _Words, at: int) -> bool:
    """Whether the words before `at` make what stands there the name of a place, a saint or a tribe."""
    for _ in range(_HONOURS):
        at -= _at(words, at - 1) in cues.HONOURS
    before = _at(words, at - 1)
    return before in cues.PLACE_NOUNS or (before[:1] in _GLUED and before[1:] in cues.PLACE_NOUNS)


def _unannounced(words: _Words, at: int) -> bool:
    """Whether a name stands at `at` without any cue: a kunya, two known names in a row, or one that is nothing else."""
    word = words.keys[at]
    if _called_place(words, at):
        return False
    if not _known(words, at) or _on(words, at) or _of_place(words, at) or _at(words, at - 1) in _NO_NAME_AFTER:
        return False
    if word in cues.KUNYA:
        return True
    end, parts = _end(words, at, announced=False)
    if word.isascii() and not all(words.raw[i][0].isupper() for i in range(at, end)):
        return False
    plain = sum(words.keys[i] not in ALSO_WORDS and words.keys[i] in NAMES for i in range(at, end))
    compound = sum(_COMPOUNDS.get(words.keys[i], 0) for i in range(at, end))
    family = words.keys[end - 1] in FAMILIES
    if parts >= _FULL:
        likely = sum(words.keys[i] in _LIKELY for i in range(at, end))
        return plain + compound + family >= _FULL or (plain > 0 and plain + likely >= _FULL)
    only_a_name = word not in ALSO_WORDS and word not in HOLY and not word.isascii()
    return only_a_name and (len(word) > _SHORTEST or compound >= _FULL)


def _glued(words: _Words, at: int) -> bool:
    """Whether و ل ب is glued to a name that is only a name ("وكرار")."""
    word = words.keys[at]
    bare = word[1:]
    return word[:1] in _GLUED and word not in NAMES and len(bare) > _SHORTEST and bare in _ONLY_NAMES


def find(text: str) -> Iterator[tuple[int, int]]:
    """Where persons are named in a clean text: first and last offset, in order, apart. Linear; total on any str."""
    words = _read(text)
    at = 0
    while at < len(words.keys):
        announced = _announced(words, at) and _nameable(words, at)
        if announced or _listed(words, at):
            end, _ = _end(words, at, announced=True)
        elif _unannounced(words, at):
            end, _ = _end(words, at, announced=False)
        elif _glued(words, at) and not _of_place(words, at):
            yield words.starts[at] + 1, words.ends[at]
            end = 0
        else:
            end = 0
        if end:
            yield words.starts[at], words.ends[end - 1]
        at = max(end, at + 1)
