"""What is glued to a place's name, taken off: "ب", "لل", Kurdish "لە…دا", Arabizi "bil", Turkish "'da"."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

ORIGIN: Final = -1  # only where somebody came from, or a mere sound: asked about at most
WEAK: Final = 1  # something follows, perhaps a place: "from", "to", "on"
LOCATIVE: Final = 2  # something happened there: "in", "near", "opposite"
APART: Final = 3  # the name is a phrase of its own: "they broke in, Dora"
NAMED: Final = 4  # the word for its level stands before it: "district", "quarter"


class Stem(NamedTuple):
    """What a folded word may be without its clitics.

    weight: of what came off. cut, tail: letters of the word as written that are not part of the name, at either end.
    """

    word: str
    weight: int = 0
    cut: int = 0
    tail: int = 0


# Longest first: what is written, what it stands before ("ال" is put back), and its weight.
_CLITICS: Final = (
    ("وبال", "ال", LOCATIVE),
    ("بهال", "ال", LOCATIVE),
    ("بال", "ال", LOCATIVE),
    ("هال", "ال", WEAK),
    ("عال", "ال", WEAK),
    ("مال", "ال", WEAK),
    ("فال", "ال", WEAK),
    ("ولل", "ال", WEAK),
    ("لل", "ال", WEAK),
    ("لال", "ال", WEAK),
    ("بل", "ال", LOCATIVE),
    ("وب", "", LOCATIVE),
    ("ب", "", LOCATIVE),
    ("ول", "", WEAK),
    ("ل", "", WEAK),
    ("ع", "", WEAK),
    ("و", "", 0),
)
_CLITIC_LETTERS: Final = frozenset(written[0] for written, _, _ in _CLITICS)
_LATIN_CLITICS: Final = (
    ("bil", LOCATIVE),
    ("bal", LOCATIVE),
    ("bl", LOCATIVE),
    ("bi", LOCATIVE),
    ("b", LOCATIVE),
    ("lil", WEAK),
    ("l", WEAK),
    ("al", 0),
    ("il", 0),
    ("w", 0),
)
# What is written, what it stands for, its weight. In a key three ه are one: "لەهەولێر" begins "لهو", not "لهههو".
_KURDISH_PREFIXES: Final = (("له", "", LOCATIVE), ("له", "هه", LOCATIVE), ("بو", "", WEAK), ("", "", 0))
_KURDISH_SUFFIXES: Final = ("هوهيه", "يشدا", "هكان", "هوه", "وه", "دا", "ييه", "يش", "يي", "ي", "ه", "")
_SAYS_IN: Final = frozenset(("يشدا", "دا", "هوه", "هوهيه"))
_SAYS_IN_SHORT: Final = 2
# By sound ("e" is "a", "u" is "o"): Kerkük'te, Musul'da, Telafer'den, Bağdat'a, Kerkük'ün.
_TURKISH_SUFFIXES: Final = (
    ("dan", LOCATIVE),
    ("tan", LOCATIVE),
    ("daki", LOCATIVE),
    ("taki", LOCATIVE),
    ("da", LOCATIVE),
    ("ta", LOCATIVE),
    ("nin", 0),
    ("nan", 0),
    ("in", 0),
    ("on", 0),
    ("ia", WEAK),
    ("a", WEAK),
    ("i", WEAK),
    ("o", WEAK),
)
_APOSTROPHE: Final = re.compile("['’‘`´]")
_SHORTEST_NAME: Final = 2
_SHORTEST_CLIPPED: Final = 4  # letters of a name that a Latin ending may be taken from
_KURDISH_LETTERS: Final = re.compile("[ێۆڵڕەڤ]")
_KURMANJI_LETTERS: Final = re.compile("[êîûÊÎÛ]")
_TURKISH_LETTERS: Final = re.compile(r"[ğışöüĞİÖÜ]|\w{4}['’](?:[dt][ae]|[ae]\b)")


def is_kurdish(text: str) -> bool:
    """Whether a letter stands there that only Sorani has; Iraqis writing Arabic do type چ گ پ, never these."""
    return _KURDISH_LETTERS.search(text) is not None


def is_kurmanji(text: str) -> bool:
    """Whether a letter stands there that only Kurmanji in Latin letters has."""
    return _KURMANJI_LETTERS.search(text) is not None


def is_turkish(text: str) -> bool:
    """Whether letters or an ending stand there that Turkish has, and neither English nor Arabizi."""
    return _TURKISH_LETTERS.search(text) is not None


@lru_cache(maxsize=4_000)
def stems(word: str, *, kurdish: bool) -> tuple[Stem, ...]:
    """What a folded word may be when its clitics are taken off, itself first."""
    return tuple(_stems(word, kurdish=kurdish))


def _stems(word: str, *, kurdish: bool) -> Iterator[Stem]:
    yield Stem(word)
    for written, kept, weight in _CLITICS if word[0] in _CLITIC_LETTERS else ():
        if word.startswith(written) and len(word) - len(written) >= _SHORTEST_NAME:
            cut = len(written) - len(kept) if written.endswith(kept) else len(written)
            yield Stem(kept + word[len(written) :], weight, cut)
    if kurdish:
        yield from _kurdish_stems(word)


def _kurdish_stems(word: str) -> Iterator[Stem]:
    for prefix, kept, weight in _KURDISH_PREFIXES:
        if not word.startswith(prefix):
            continue
        rest = kept + word[len(prefix) :]
        for suffix in _KURDISH_SUFFIXES:
            inside = suffix in _SAYS_IN
            least = _SHORTEST_NAME if inside or weight or not suffix else _SHORTEST_CLIPPED
            if rest.endswith(suffix) and len(rest) - len(suffix) > least:
                stem = rest[: len(rest) - len(suffix)]
                yield Stem(stem, max(weight, LOCATIVE if inside else 0), len(prefix), len(suffix) if inside else 0)


def without_suffix(form: str) -> str:
    """A form of several words without the Kurdish ending of its last."""
    return form[:-_SAYS_IN_SHORT] if form.endswith("دا") else form.removesuffix("ي")


def latin_stems(word: str, *, kurmanji: bool, turkish: bool) -> Iterator[Stem]:
    """The same for a word in Latin letters, spelt by sound: "bilmosul", "bsha3ab", Kurmanji "Duhokê", "Kerkük'te"."""
    yield Stem(word)
    for written, weight in _LATIN_CLITICS:
        if word.startswith(written) and len(word) - len(written) > _SHORTEST_NAME + 1:
            cut = len(written) if weight else 0  # a glued article stays with the name: "elShaab"
            yield Stem(word[len(written) :], weight, cut)
    if kurmanji and word[-1] in "ai" and len(word) > _SHORTEST_CLIPPED:
        yield Stem(word[:-1])
    if turkish:
        for suffix, weight in _TURKISH_SUFFIXES:
            if word.endswith(suffix) and len(word) - len(suffix) >= _SHORTEST_CLIPPED:
                yield Stem(word[: -len(suffix)], weight, 0, len(suffix))


def before_apostrophe(token: str) -> str:
    """A token without a Turkish ending that an apostrophe parts from the name."""
    head = _APOSTROPHE.split(token, maxsplit=1)[0]
    return head if len(head) >= _SHORTEST_CLIPPED else token
