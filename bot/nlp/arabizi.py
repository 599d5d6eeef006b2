"""Arabic written in Latin letters and digits ("7arami", "shlonkum"), put into Arabic letters for scoring only.

Vowels are a guess, so each word has several candidates; one that is a known word wins. Nobody is ever shown the result.
"""

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from functools import lru_cache
from itertools import islice, product
from types import MappingProxyType
from typing import Final

from bot.nlp.normalise import key
from bot.nlp.stems import stem

# Two letters before one. Already folded: ق, گ and ك are one letter in a key, ض is ظ, چ is ج.
_LETTERS: Final = {
    "ph": "ف",
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
_LAST: Final = {"a": ("ه", "ا", "ي"), "aa": ("ا",), "i": ("ي",), "e": ("ي", "ه"), "o": ("و",), "u": ("و",)}
_OWNER: Final = re.compile(r"..(?:[^dtskcgz]h|n)a$")  # "her", "our": written with ا
_OWNED: Final = ("ا", "ه")
_MADE_UP: Final = ("emo", "pii")  # signs and masks of a key: no Arabizi
# Glued to the word that follows, as Arabic writes them.
_PREFIXES: Final = {
    "el": "ال", "al": "ال", "il": "ال", "l": "ل", "w": "و", "b": "ب",
    "bil": "بال", "bel": "بال", "bl": "بال", "bal": "بال",
    "lil": "لل", "lel": "لل", "ll": "لل",
    "3al": "عال", "3el": "عال", "3l": "عال", "hal": "هال", "wel": "وال", "wil": "وال",
}  # fmt: skip
_GLUED_ARTICLES: Final = ("el", "al", "il")
# What everybody writes, and in more ways than rules can guess. An Arabic word, then the ways it is written.
_COMMON_WORDS: Final = """
    علي 3ala 3la 3laa, من mn min, ما ma, حتي 7ta 7atta 7tta hatta, اذا iza idha itha etha,
    هذا hatha hadha hada, هاي hay hai haay, البارحه elbarha elbar7a elbare7a albar7a, ساعه sa3a saa3a,
    هو huwa hwa howa, هي hiya hya heya, ماكو mako maku makoo, اكو ako aku akoo, كلها kulha kolha, كلنا kulna,
    عليها 3leha 3laiha, عليه 3leh 3laih, جاهل jahil jahal, جهال juhal johal jhal, حرامي 7arami 7rami harami,
    ايام ayam ayyam, والله wallah walla wala7, مالتي malti maalti, مالي mali, مالته malta malteh,
    مستشفي mustashfa mostashfa, احنا ihna i7na e7na, اني ani aani, انت inta enta anta, انتي inti enti,
    هسه hassa hsa hasa hesa hissa, هنا hna hina hnaya, شنو shno shnu shinu shnoo, شلون shlon shloon,
    وين wain wen ween, ليش lesh leish laish, منو mino minu mnoo, كلش kulish kolish klsh,
    هواي hwaya hwai hway, مو mo mu moo, بس bas bs, لو lo law, يم yam yamm, كل kul kol kull, يوم yom yoom,
    باجر bacher bachir bacir, زين zain zen zein, خوش khosh 5osh, يمعود ym3awad, سياره sayara sayyara saiara,
    شارع shari3 share3, بيت bait bet beit, باب bab baab, شرطه shurta shorta, طفل tifl 6ifl, مره mara marra,
    ولد walad wlad, بنت bnt bint bent, بنيه bnaya bnayya, زوجي zawji zouji zoji zowji, رجلي rajli rejli,
    اخوي akhoya akhuya a5oya, ابوي abuya aboya, امي ummi ommi umi, جارنا jarna, الجيران eljeeran eljiran,
    صديقي sadeeqi sadiqi 9adeeqi, تليفون telephon telefon telephone, موبايل mobayl mobile mobail,
    فلوس flos floos fulus flous, ضربني dhrabni drabni thrabni, يضربني ydhrbni ydrubni yduribni ythrbni,
    خايف 5ayf 5aif khayif, خايفه 5ayfa 5aifa khayfa, كهرباء kahraba kahrba, كهربا kahrabaa, ماي mai may mayy,
    غاز ghaz gaz, نار nar naar, حريق 7areeq 7ariq
"""
_COMMON: Final = MappingProxyType(
    {latin: arabic for entry in _COMMON_WORDS.split(",") for arabic, *ways in (entry.split(),) for latin in ways}
)
_WITH_ARTICLE: Final = 4
_LONGEST: Final = 40  # letters; longer ones are no words
_MOST_CANDIDATES: Final = 96
# Letters without emphasis may stand for those with it, and th, dh, z, h for two or three.
_SECOND: Final = {"t": "ط", "s": "ص", "h": "ح", "th": "ذ", "dh": "ذ", "z": "ذ", "d": "ظ"}


def _sounds(word: str) -> Iterator[tuple[str, ...]]:
    """For each sound of a Latin word, the ways to write it."""
    at = 0
    while at < len(word):
        pair = word[at : at + 2]
        size = len(pair) if pair in _LETTERS or pair in _INNER else 1
        sound = word[at : at + size]
        at += size
        if sound in _LETTERS:
            doubled = word.endswith(sound * 2, 0, at)  # a doubled consonant is one letter with a shadda
            second = _SECOND.get(sound)
            yield ("",) if doubled else (_LETTERS[sound], second) if second else (_LETTERS[sound],)
        elif sound in _INNER:
            ending = _OWNED if _OWNER.search(word) else _LAST.get(sound, _INNER[sound])
            yield ending if at == len(word) else _INNER[sound]


@lru_cache(maxsize=4_000)
def candidates(word: str) -> tuple[str, ...]:
    """How one Latin word may be written in (folded) Arabic letters, likeliest first; () when no letter is readable."""
    if len(word) > _LONGEST:
        return ()
    if word in _COMMON:
        return (key(_COMMON[word]),)
    first = "ا" if word[0] in "aeiou" else ""
    # Later sounds vary fastest in a product, so the sounds run backwards: it is the early vowel that is mostly short.
    backwards = product(*reversed(tuple(_sounds(word))))
    spelt = (first + "".join(reversed(parts)) for parts in islice(backwards, _MOST_CANDIDATES))
    return tuple(dict.fromkeys(spelling for spelling in spelt if spelling))


def _best(word: str, known: AbstractSet[str]) -> str:
    """The likeliest spelling: a known word itself, or else one whose stem is known; "" when no letter is readable."""
    options = candidates(word)
    whole = next((c for c in options if c in known), "")
    return whole or next((c for c in options if stem(c) in known), options[0] if options else "")


def to_arabic(key: str, known: AbstractSet[str]) -> str:
    """A key of Arabizi as a key of Arabic. known: stems that exist; the first candidate whose stem does wins."""
    words: list[str] = []
    joined = ""
    for word in key.split():
        if word in _PREFIXES:
            joined += _PREFIXES[word]
            continue
        if word.startswith(_MADE_UP):
            continue
        article = word[:2] if word.startswith(_GLUED_ARTICLES) and len(word) > _WITH_ARTICLE else ""
        spelt = _best(word, known)
        if article and stem(spelt) not in known and (rest := _best(word[2:], known)):
            spelt = "ال" + rest
        if spelt:
            words.append(joined + spelt)
            joined = ""
    return " ".join((*words, joined) if joined else words)
