"""Whom staff need in order to read a language, and in which ones its writer is told that somebody is looked for."""

import re
from typing import Final

from bot.nlp import guests
from bot.vocabulary import Language, Locale, Stub

_WORD: Final = re.compile(r"[^\W\d_]+")
_A_FEW_WORDS: Final = 4  # fewer in Latin letters are names, places, greetings


def _is_told(text: str) -> bool:
    """Whether it has words: a few in Latin letters, or any in others of a language that we have no words of."""
    words = [word for word in _WORD.findall(text.casefold()) if len(word) > 1]
    return guests.letters(text) > 1 or guests.in_arabic(text, words) or len(words) >= _A_FEW_WORDS


def speaker_of(spoken: Language, text: str) -> Language | None:
    """The language whose speaker staff need in order to read a text; None where we answer in it ourselves.

    UNKNOWN: somebody wrote, but in what, nobody knows. A number, a sign, or a name or two in Latin letters is nobody's
    language. Turkish needs who speaks Turkmen: in Iraq both are written by the same people, and read by them.
    """
    match spoken:
        case Language.AR | Language.ARABIZI | Language.CKB | Language.EN:
            return None
        case Language.KMR | Language.TURKMEN | Language.FA | Language.SYRIAC:
            return spoken
        case Language.TR:
            return Language.TURKMEN
        case Language.UNKNOWN:
            return Language.UNKNOWN if _is_told(text) else None


def answered_in(spoken: Language) -> tuple[Locale | Stub, ...]:
    """In which languages to say that somebody is needed who speaks this one: its own few words, else all that we have.

    () where we answer in it anyway.
    """
    match spoken:
        case Language.AR | Language.ARABIZI | Language.CKB | Language.EN:
            return ()
        case Language.KMR:
            return (Stub.KMR,)
        case Language.TURKMEN | Language.TR:
            return (Stub.AZB,)
        case Language.SYRIAC:
            return (Stub.SYR,)
        case Language.FA | Language.UNKNOWN:
            return (Locale.AR, Locale.CKB, Locale.EN)
