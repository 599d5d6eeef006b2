"""Arabic written in Latin letters and digits ("7arami", "shlonkum"), put into Arabic letters for scoring only.

Vowels are a guess, so each word has several candidates; one that is a known word wins. Nobody is ever shown the result.
"""

from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Final

from bot.nlp.stems import stem

# Two letters before one. Already folded: ق, گ and ك are one letter in a key, ض is ظ, چ is ج.
_LETTERS: Final = {
    "kh": "خ", "gh": "غ", "sh": "ش", "ch": "ج", "th": "ث", "dh": "ظ", "2": "ا", "3": "ع", "4": "ش", "5": "خ", "6": "ط",
    "7": "ح", "8": "ك", "9": "ص", "b": "ب", "t": "ت", "j": "ج", "d": "د", "r": "ر", "z": "ز", "s": "س", "f": "ف",
    "q": "ك", "k": "ك", "g": "ك", "l": "ل", "m": "م", "n": "ن", "h": "ه", "w": "و", "y": "ي", "p": "ب", "v": "ف",
    "c": "ك", "x": "كس",
}  # fmt: skip
_LONG: Final = {
    "aa": "ا",
    "ee": "ي",
    "oo": "و",
    "ou": "و",
    "ei": "ي",
    "ai": "ي",
    "a": "ا",
    "i": "ي",
    "e": "ي",
    "o": "و",
    "u": "و",
}
_ARTICLES: Final = frozenset({"el", "al", "il", "l"})
_PARTICLES: Final = {"w": "و", "b": "ب", "bil": "بال", "bel": "بال", "lil": "لل", "3al": "عال", "mn": "من", "ma": "ما"}
_VOWELS: Final = frozenset("aeiou")


def _spell(word: str, *, short: bool) -> str:
    """One candidate. short: vowels inside a word are dropped unless doubled; those at its ends are always written."""
    out: list[str] = []
    at = 0
    while at < len(word):
        pair = word[at : at + 2]
        if pair in _LONG or pair in _LETTERS:
            out.append(_LONG.get(pair) or _LETTERS[pair])
            at += 2
            continue
        letter = word[at]
        if letter not in _VOWELS:
            doubled = at > 0 and word[at - 1] == letter  # a doubled consonant is one letter with a shadda
            out.append("" if doubled else _LETTERS.get(letter, ""))
        elif at == 0:
            out.append("ا")
        elif not short or at == len(word) - 1:
            out.append(_LONG[letter])
        at += 1
    return "".join(out)


@lru_cache(maxsize=4_000)
def candidates(word: str) -> tuple[str, ...]:
    """How one Latin word may be written in (folded) Arabic letters, likeliest first."""
    if word in _PARTICLES:
        return (_PARTICLES[word],)
    whole, bare = _spell(word, short=False), _spell(word, short=True)
    mixed = bare[:-1] + "ه" if word[-1] == "a" else bare
    only_a = _spell(word.translate(str.maketrans("", "", "eiu")) or word, short=False)
    return tuple(dict.fromkeys(c for c in (bare, mixed, only_a, whole) if c))


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
