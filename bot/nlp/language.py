"""Which language a text is in, by its letters and its commonest words. No library: none knows Arabizi and Sorani well.

Iraqis type چ گ پ ژ ڤ and Persian ک ی on Arabic keyboards, so none of these says Kurdish or Persian.
"""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from bot.vocabulary import Language

_ARABIC_WORD: Final = re.compile(r"[\u0620-\u065f\u066e-\u06d3\u06d5\u06ee-\u06ff\u0750-\u077f]+")
_LATIN_WORD: Final = re.compile(r"[a-z\u00c0-\u024f0-9'’]*[a-z\u00c0-\u024f][a-z\u00c0-\u024f0-9'’]*")
_SORANI: Final = re.compile("[ێۆڕڵە]")
_LETTER_DIGIT: Final = re.compile(
    r"(?<![a-z0-9])(?:[a-z'’]*[a-z]['’]?[2-9]['’]?[a-z'’]*|['’]?[235-9]['’]?[a-z]{2,}[a-z0-9'’]*)(?![a-z0-9])"
)
_KURMANJI: Final = re.compile("[êîû]")
_TURKISH: Final = re.compile("[ğıöü]")
_BOTH: Final = re.compile("[şç]")  # Kurmanji and Turkish
_ENOUGH: Final = 2

_WORDS: Final[Mapping[Language, frozenset[str]]] = MappingProxyType(
    {
        Language.CKB: frozenset(
            "لە بە بۆ کە ئەم ئەو من ئێمە تۆ دەکات دەکەن هەیە نییە نیە کرد کردووە بوو زۆر سڵاو سوپاس "
            "سپاس چۆن کوێ یان لێ پێ "
            "منداڵ ماڵ خەڵک پۆلیس هەموو ڕۆژ شەو ئێستا تکایە باشە بەڵێ نەخێر دزی کرا".split()
        ),
        Language.FA: frozenset(
            "است هست نیست را می برای این آن که از با های کنم کنید شده بود ما شما خیلی لطفا ممنون "
            "خانه یک هم چه دارم دارد".split()
        ),
        Language.AR: frozenset(
            "من في على عن الى مو ما ماكو اكو هسه يم هذا هذه هاي هاذا اني احنه احنا شنو شلون وين ليش منو "
            "كل واحد الي اللي "
            "السلام عليكم شكرا مرحبا نعم لا او لو بس هم هو هي راح كان جان كال اريد نريد يوم بيت".split()
        ),
        Language.EN: frozenset(
            "the a an is are was were be been and or but of to in on at by for from with my your his "
            "her our their this that these "
            "i you he she it we they them me him us not no yes dont can cant cannot will would have has "
            "had do does did who what "
            "where when why how there here please help hello hi hey thanks thank good morning evening "
            "night test ok okay someone "
            "people man woman girl boy child house street police car phone money now every day about "
            "out up after before".split()
        ),
        Language.ARABIZI: frozenset(
            "aku ako maku mako shlon shlonak shlonkum shlonich shaku sho shnu shinu wain wen lesh laish "
            "ani ana inta inti hiya huwa "
            "intu e7na ihna hassa hessa halla yam mal malti maly w wa el al il bil bel lil b mn min 3al "
            "ma mo mu bas lo hay hai "
            "hatha hadha hala hla salam salaam alaikum aleikum shukran areed areedak nreed yreed "
            "yreedon yreedoon kul kull yom "
            "baitna bait bayt wallah walla inshallah khosh zain zein zen mashi akhuya abuya ummi ibni "
            "binti akh jahil jahal "
            "fulus flous floos souq shari3 wa7id wahid wihda bnayya agdar tigdar gal gali agul tgolon "
            "khatfaw bagaw bag".split()
        ),
        Language.KMR: frozenset(
            "ez tu ew em hûn li ji bo bi di de da û ku min te wî wê me we heye tune nîne kes kesek "
            "silav spas dikim dike dikin her "
            "roj gund mal jin mêr zarok pir çawa kengî li ser".split()
        ),
        Language.TR: frozenset(
            "ve bir bu şu da de için ile var yok ben sen biz siz onlar ne nasıl nerede çok merhaba "
            "teşekkür ederim lütfen evde beni "
            "polis her gün gece yanında olduğumuz birisi bana bize değil mi".split()
        ),
    }
)
_ARABIZI_TAILS: Final = ("ooni", "hum", "kum", "awni", "atni", "een", "oon")
_ARTICLE: Final = re.compile(r"(?<![a-z])(?:el|al|il)[ -](?=[a-z0-9])")


def _hits(words: Sequence[str], language: Language) -> int:
    known = _WORDS[language]
    return sum(word in known for word in words)


def _of_arabic_script(text: str, words: Sequence[str]) -> Language:
    sorani = len(_SORANI.findall(text))
    if sorani >= _ENOUGH or (sorani and len(words) == 1):
        return Language.CKB
    scores = {
        Language.AR: _hits(words, Language.AR) + sum("ة" in w or w.startswith(("ال", "وال")) for w in words),
        Language.CKB: _hits(words, Language.CKB) + sorani,
        Language.FA: _hits(words, Language.FA) + sum(w.endswith("های") for w in words),
    }
    best = max(scores, key=lambda language: scores[language])
    return best if scores[best] > scores[Language.AR] else Language.AR


def _of_latin_script(text: str, words: Sequence[str]) -> Language:
    both = len(_BOTH.findall(text))
    scores = {
        Language.EN: _hits(words, Language.EN) + sum(w.endswith(("ing", "tion", "n't")) for w in words),
        Language.ARABIZI: _hits(words, Language.ARABIZI)
        + _ENOUGH * len(_LETTER_DIGIT.findall(text))
        + len(_ARTICLE.findall(text))
        + sum(w.endswith(_ARABIZI_TAILS) for w in words if len(w) > len("shukr")),
        Language.KMR: _hits(words, Language.KMR) + _ENOUGH * len(_KURMANJI.findall(text)) + both,
        Language.TR: _hits(words, Language.TR) + _ENOUGH * len(_TURKISH.findall(text)) + both,
    }
    best = max(scores, key=lambda language: scores[language])
    return best if scores[best] else Language.UNKNOWN


def language(text: str) -> Language:
    """The language of a clean text; UNKNOWN where letters do not tell. Mixed scripts: the one with more."""
    text = text.casefold()
    arabic, latin = _ARABIC_WORD.findall(text), _LATIN_WORD.findall(text)
    arabic_letters, latin_letters = sum(map(len, arabic)), sum(map(len, latin))
    if arabic_letters >= latin_letters and arabic_letters:
        return _of_arabic_script(text, arabic)
    return _of_latin_script(text, latin) if latin_letters else Language.UNKNOWN
