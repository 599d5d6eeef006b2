"""Arabic written in Latin letters and digits ("7arami", "shlonkum"), put into Arabic letters for scoring only.

Vowels are a guess, so each word has several candidates; one that is a known word wins. Nobody is ever shown the result.
"""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from functools import lru_cache
from itertools import islice, product
from typing import Final

from bot.nlp.stems import stem

# Two letters before one. Already folded: ق, گ and ك are one letter in a key, ض is ظ, چ is ج.
_LETTERS: Final = {
    "kh": "خ", "gh": "غ", "sh": "ش", "ch": "ج", "th": "ث", "dh": "ظ", "2": "ا", "3": "ع", "4": "ش", "5": "خ", "6": "ط",
    "7": "ح", "8": "ك", "9": "ص", "b": "ب", "t": "ت", "j": "ج", "d": "د", "r": "ر", "z": "ز", "s": "س", "f": "ف",
    "q": "ك", "k": "ك", "g": "ك", "l": "ل", "m": "م", "n": "ن", "h": "ه", "w": "و", "y": "ي", "p": "ب", "v": "ف",
    "c": "ك", "x": "كس",
}  # fmt: skip
# What a vowel inside a word may be, likeliest first: mostly nothing, as Arabic writes only the long ones.
_INNER: Final = {
    "aa": ("ا",), "ee": ("ي",), "ii": ("ي",), "oo": ("و",), "uu": ("و",), "ou": ("و", ""), "ei": ("ي", ""),
    "ai": ("ي", "اي"),
    "au": ("و", "او"), "aw": ("او", "و"), "ay": ("ي", "اي"),
    "a": ("", "ا"), "i": ("", "ي"), "e": ("", "ي"), "o": ("و", ""), "u": ("", "و"),
}  # fmt: skip
_LAST: Final = {"a": ("ه", "ا"), "i": ("ي",), "e": ("ي", "ه"), "o": ("و",), "u": ("و",)}
_ARTICLES: Final = frozenset({"el", "al", "il", "l"})
_PARTICLES: Final = {"w": "و", "b": "ب", "bil": "بال", "bel": "بال", "lil": "لل", "3al": "عال", "mn": "من", "ma": "ما"}
_MOST_CANDIDATES: Final = 32


def _sounds(word: str) -> Iterator[tuple[str, ...]]:
    """For each sound of a Latin word, the ways to write it."""
    at = 0
    while at < len(word):
        pair = word[at : at + 2]
        size = len(pair) if pair in _LETTERS or pair in _INNER else 1
        sound = word[at : at + size]
        at += size
        if sound in _LETTERS:
            doubled = word[:at].endswith(sound * 2)  # a doubled consonant is one letter with a shadda
            yield ("",) if doubled else (_LETTERS[sound],)
        elif sound in _INNER:
            yield _LAST.get(sound, _INNER[sound]) if at == len(word) else _INNER[sound]


@lru_cache(maxsize=4_000)
def candidates(word: str) -> tuple[str, ...]:
    """How one Latin word may be written in (folded) Arabic letters, likeliest first; () when no letter is readable."""
    if word in _PARTICLES:
        return (_PARTICLES[word],)
    first = "ا" if word[0] in "aeiou" else ""
    # Later sounds vary fastest in a product, so the sounds run backwards: it is the early vowel that is mostly short.
    backwards = product(*reversed(tuple(_sounds(word))))
    spelt = (first + "".join(reversed(parts)) for parts in islice(backwards, _MOST_CANDIDATES))
    return tuple(dict.fromkeys(spelling for spelling in spelt if spelling))


def to_arabic(key: str, known: AbstractSet[str]) -> str:
    """A key of Arabizi as a key of Arabic. known: stems that exist; the first candidate whose stem does wins."""
    words: list[str] = []
    joined = ""
    for word in key.split():
        if word in _ARTICLES:
            joined = "ال"
            continue
        options = candidates(word)
        if not options:
            continue
        words.append(joined + next((c for c in options if stem(c) in known), options[0]))
        joined = ""
    return " ".join(words)
