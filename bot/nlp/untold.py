"""Tells whether a text asks that nobody learn of it, however that is spelt; and whether it begs us.

That nobody knows something ("محد يدري وين السارق") is part of what happened, and asks for nothing.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from bot.nlp import old_number, wordlists
from bot.nlp.normalise import key, letters

_LISTS: Final = frozenset({"merely", "secret", "plea", "around"})
_SIGN: Final = re.compile(r"(?<!\w)emo[a-z]+(?!\w)")  # a smile or tears between two words
# A space that stands beside any word is needed; others may be left out, as thumbs do.
_SPACE: Final = re.compile(r"(?<!\\w[+*]) (?!\\w)")
_TAKEN_OUT: Final = " 0 "  # so that what stood around it does not come to stand together
_MOSUL: Final = "غ", "ر"


@dataclass(frozen=True, slots=True)
class Cues:
    """The lists of data/wordlists/untold.tsv, which says what each is for, as patterns of a key."""

    merely: re.Pattern[str]
    secret: re.Pattern[str]
    plea: re.Pattern[str]
    around: frozenset[str]


@cache
def load() -> Cues:
    """Reads the lists, once a process. Raises OSError or ValueError if they are not so."""
    lists = wordlists.read(wordlists.FOLDER / "untold.tsv", _LISTS)
    merely, secret, plea = (_spelt(lists[name]) for name in ("merely", "secret", "plea"))
    return Cues(merely, secret, plea, frozenset(key(lists["around"].replace("|", " ")).split()))


def _spelt(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)[وبف]?(?:{_SPACE.sub(' ?', letters(pattern))})(?!\w)")


def asked(text: str) -> bool:
    """Whether a text asks that nobody learn of it: "محد يدري", "لاتگولون اسمي", "کەس نەزانێت", "la tgulon esmi"."""
    words = said(text)
    return _asks(words) or (_MOSUL[0] in words and _asks(said(words.replace(*_MOSUL))))


def begs(text: str) -> bool:
    """Whether a text begs us, as one begs who can do harm by talking: "دخيلكم"."""
    return load().plea.search(said(text)) is not None


def is_all(text: str) -> bool:
    """Whether a text asks so, or begs us, or both, and tells nothing."""
    cues, words = load(), said(text)
    rest = cues.plea.sub(" ", cues.secret.sub(" ", words))
    return rest != words and tells_nothing(rest)


def tells_nothing(rest: str) -> bool:
    """Whether what is left of a text, its wishes taken out, only stands around them."""
    return load().around.issuperset(key(rest).split())


def _asks(words: str) -> bool:
    return load().secret.search(words) is not None


def said(text: str) -> str:
    """The key of a text, without what only tells that nobody knows something."""
    words = old_number.left_out(_SIGN.sub(" ", key(text)))  # "do not write it to my old number" is no secret
    return " ".join(load().merely.sub(_TAKEN_OUT, words).split())
