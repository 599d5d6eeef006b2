"""What is done with a language that we do not answer in: what we have is tried, and staff are told whom they need."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from bot.decide.turn import Turn
from bot.vocabulary import Analysis, Language, Locale, Reply, Stub

# Kurmanji is answered in Sorani: see bot.decide.turn.
_OURS: Final = frozenset({Language.AR, Language.ARABIZI, Language.CKB, Language.KMR, Language.EN})
# Of these we have a few words; beside them their speakers read Arabic at school.
_STUBS: Final[Mapping[Language, Stub]] = MappingProxyType({Language.TURKMEN: Stub.AZB, Language.SYRIAC: Stub.SYR})
_UNDERSTOOD: Final = 0.6  # whoever is understood so well wrote in one of ours, whatever the letters say
_A_FEW_WORDS: Final = 3  # fewer may be names


def speaker(turn: Turn, analysis: Analysis) -> Language | None:
    """The language whose speaker staff need to read a new report; None where they can, or where there are no words."""
    language = analysis.language
    if language in _OURS or turn.heard.analysis is None or not any(letter.isalpha() for letter in turn.words):
        return None
    if language is not Language.UNKNOWN:
        return language
    told = analysis.place is not None or analysis.places or analysis.confidence >= _UNDERSTOOD
    return None if told or len(turn.words.split()) < _A_FEW_WORDS else language


def answered(turn: Turn, replies: Sequence[Reply], *, code: str, needed: Language) -> list[Reply]:
    """The first answer to somebody whose language we do not speak and of whom we know no other.

    In one of which we have some words, these and then the answer in Arabic; of any other, in each of our three that it
    arrived, or in an emergency the number, but no question.
    """
    if not replies or turn.conversation.locale is not None:
        return list(replies)
    wanted = Reply("speaker.wanted", {"code": code})
    if needed in _STUBS:
        return [replace(wanted, locale=_STUBS[needed]), *replies]
    said = replies[0] if ".emergency" in replies[0].key else wanted
    return [replace(said, options=(), locale=locale) for locale in Locale]
