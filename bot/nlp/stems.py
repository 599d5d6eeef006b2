"""A light stemmer over keys: takes off what Iraqi Arabic and Sorani glue to a word, and never looks a word up."""

from functools import lru_cache
from typing import Final

_SHORTEST: Final = 3  # a stem has at least three letters; Arabic roots do

# Longest first, so that "وبال" goes before "و". All are folded as bot.nlp.normalise.key folds them.
_PROCLITICS: Final = (
    "وبال",
    "بهال",
    "وال",
    "بال",
    "فال",
    "كال",
    "عال",
    "هال",
    "مال",
    "شد",
    "لل",
    "ال",
    "و",
    "ب",
    "ل",
    "ف",
)
_VERB_PREFIXES: Final = ("دي", "دت", "دن", "دا", "ي", "ت", "ن")
_SUFFIXES: Final = (
    "هكانمان", "هكهمان", "هكان", "هكهم", "هكه",
    "تهم", "تنا", "تها", "تي", "ته", "تك",
    "وهم", "وها", "وني", "ونه", "ونا", "ناهم", "ها", "هم", "هن", "كم",
    "ني", "نه", "نا", "لي", "له", "لك", "وا", "ون", "ين", "ات", "ان", "ه", "ي", "ك", "ج", "و", "ا",
)  # fmt: skip
_SUFFIX_ROUNDS: Final = 2


def _without_prefix(word: str, prefixes: tuple[str, ...]) -> str:
    return next((word[len(p) :] for p in prefixes if word.startswith(p) and len(word) - len(p) >= _SHORTEST), word)


def _without_suffix(word: str) -> str:
    return next((word[: -len(s)] for s in _SUFFIXES if word.endswith(s) and len(word) - len(s) >= _SHORTEST), word)


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """What is left of one word of a key without its clitics: "بالسيارات" gives "سيار". Latin words stay as they are."""
    if word.isascii():
        return word
    word = _without_prefix(_without_prefix(word, _PROCLITICS), _VERB_PREFIXES)
    for _ in range(_SUFFIX_ROUNDS):
        word = _without_suffix(word)
    return word


def stems(words: tuple[str, ...]) -> tuple[str, ...]:
    """The stems of words, in order. A word with غ gives a second stem with ر, as Mosul writes its ر ("سغقوا")."""
    return tuple(
        found
        for word in words
        for found in ((stem(word), stem(word.replace("غ", "ر"))) if "غ" in word else (stem(word),))
    )
