"""Which language a text is in, by its letters and its commonest words. No library: none knows Arabizi and Sorani well.

Iraqis type چ گ پ ژ ڤ and Persian ک ی on Arabic keyboards, so none of these says Kurdish or Persian.

Turkmen of Kirkuk, Tel Afar and Tuz Khurmatu write as they speak, close to Azerbaijani, or as Turkish is taught in their
schools, in Latin letters or Arabic ones. In Arabic letters nobody writes Turkish today; in Latin ones the two are told
apart by the sounds that Turkish has not. Whoever reads Turkmen reads both.
"""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from bot.nlp import guests, neighbours
from bot.nlp.normalise import STROKE
from bot.vocabulary import Language

_ARABIC_WORD: Final = re.compile(r"[\u0620-\u065f\u066e-\u06d3\u06d5\u06ee-\u06ff\u0750-\u077f]+")
_LATIN_WORD: Final = re.compile(r"[a-z\u00c0-\u024f0-9'’]+")
_LATIN_LETTER: Final = re.compile(r"[a-z\u00c0-\u024f]")
_SYRIAC_LETTER: Final = re.compile(r"[\u0710-\u072f\u074d-\u074f\u0860-\u086a]")
_SORANI: Final = re.compile("[ێۆڕڵە]")
_DIGIT_AS_LETTER: Final = re.compile(r"[a-z'’]*[a-z]['’]?[2-9]['’]?[a-z'’]*|['’]?[235-9]['’]?[a-z]{2,}[a-z0-9'’]*")
_DRAWN_OUT: Final = re.compile(r"([^\W\d_])\1{2,}")
_LONGEST_WORD: Final = 40
_KURMANJI: Final = re.compile("[êîû]")
_VE: Final = "ڤ"  # v: in most Badini sentences, in few Sorani ones
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
_KEYBOARD: Final = str.maketrans("ەێۆڕڵکیێھہ", "هيورلكييهه")
# Sorani without its letters. "له" and "به" are Arabic too, so they weigh as one word and no more.
_SORANI_WORDS: Final = frozenset(
    "له به بو كه ئهم ئهو ئهوه من ئيمه تو دهكات دهكهن ئهكات ئهكهن ئهكا ههيه نييه نيه كرد بوو زور سلاو سوپاس سپاس "
    "چون كوي لي پي "
    "منال مندال خهلك پوليس ههموو روژ شهو ئيستا تكايه باشه بهلي نهخير دزي لهگهل لهسهر لهناو لهبهر بهلام ئهگهر "
    "هيچ كهس "
    "كهسيك ژن كچ كور ناو دوو سي ژماره شار بازار كارهبا ئاو پاره مانگ سال ئهمرو دويني سبهيني بهيانى هاتوو ناوي "
    "كچهكهم كورهكهم "
    "ميردم خوشكم برام دايكم باوكم يان هاتن دهلي ئهلي چونكه بي پرسي خوم خوي ئهوان ئهوهي لهم بهم گهرهك".split()
)
_SORANI_SHAPE: Final = re.compile(
    ""
    "^ئه|^ئيم|^ده(?:ك|ب|چ|خ|ز|ت|ي|ل|ن|گ)|هكه(?:م|ت|ي|مان|تان|يان)?$|هكان|هوه$|هيه$|^ههي|هيهك$|^نه(?:ك|ه|م)|^لهب|^بهه|[^ا]يهت"
)
_SORANI_ONLY: Final = re.compile("^دە|^ئە[کبچخلدتگز]|ەک[ەا]|کان|ەوە$|ۆوە$|^بە.|^لە.|(?:مان|تان|یان|ێک)$|ووە")
_SORANI_GLUED: Final = re.compile("^ئه[كبچخلدتگزو]|هكه|هكان|هوه$|^له.|^به.|يهك")
_ARABIC_FOLDED: Final = frozenset(word.translate(_KEYBOARD) for word in _WORDS[Language.AR])
_BADINI_WORDS: Final = frozenset(
    "ل ب د ژ خوەش خۆ یێ یا یێن دێ ئەز مە هەوە وە تە وێ وان وی هەمی نوکە چونکی گەلەک زارۆک "
    "نینە هاتیە بوویە بویە ئەڤ ئەڤە "
    "ئەڤێ کرن برن "
    "هەیڤ هەڤال شەڤ خودێ خودان مالێ تشت تشتەک کەنگی چەوا کیڤە کیرێ بەرزە سوبە سپێدێ ئێڤار ئەڤرۆ دگەل دبێژیت دبێژن "
    "گۆت گۆتن "
    "خو برایێ خوشکا باڤێ دایکا مامێ ژنا کچا کوڕێ باشە باوەر مرن چێبوو چێکر رازی نەناس یاریا دڤێت نە هەر هەنە لێ چ "
    "سەر بەر ڤان "
    "دزا زەلام زەلامەک کەسەک ماموستا پارە شەڕ دەست تەلەفون".split()
)
_BADINI_SHAPE: Final = re.compile(
    "ێن$|^د(?:بێ|کە|چ|ه|نڤ|خو|ڤ|گر|شێ|ا?ن[ە]|د[ە])|ەڤە$|^نا(?:هێ|شێ)|^ناڤ|ڤێ|^د[^ە].*[یێ]ت$|...ێ$|^نە.*یت$"
)
_TO_KURDISH: Final = str.maketrans("كيى", "کیی")
# Latin letters: sounds, words and endings of Turkmen that Turkish does not write. "x" and "q" are none of its letters.
_TURKISH_LETTERS: Final = str.maketrans("ığşçöüəâ", "igscouea")  # as cheap phones and hurried people do without them
_TURKIC_WORDS: Final = frozenset(
    word.translate(_TURKISH_LETTERS)
    for word in (
        *_WORDS[Language.TR],
        *"bizim menim meni mene erim evimiz evimizi gun gece kimse kimseye adam yardim gelin tez yarali yolda oglan "
        "qiz usaq usaqlar qardas qardasim kardesim komsu qonsu qonsumuz mektep mektebin mehle mehlede silah atirlar "
        "satirlar telefonu altunlari yox yoxdu yok iki uc pul para once sonra bagli kapali".split(),
    )
)
_TURKIC_TAIL: Final = re.compile("...(?:lar|ler|lari|leri|imizi|umuzu|sinda|sinde|iyor|uyor|mirem|diler|dilar)$")
_TURKMEN_LATIN: Final = re.compile(
    "[xq]|^(?:men|mene|meni|menim|mende|menden|mehle|mehlede|mehlemizde|yoxtu|indi|hardadı|nece|erim|erimi|kimseye)$"
    "|^(?:apar|o[ğg]rula)|..(?:mirem|mıram|irem|ıram|ipti|ıptı|ağınan|eğinen|stiri|liri|lıri|diri|rırı|lmiri|eyir|yırlar|ecem|acam)$"
)
_ARABIZI_TAILS: Final = ("ooni", "hum", "kum", "awni", "atni", "een", "oon")
_ARTICLE: Final = re.compile(r"(?<![a-z])(?:el|al|il)[ -](?=[a-z0-9])")


def _hits(words: Sequence[str], language: Language) -> int:
    known = _WORDS[language]
    return sum(word in known for word in words)


def _folded(word: str) -> str:
    """A word as if typed on an Arabic keyboard: Sorani is, by many."""
    return word.translate(_KEYBOARD)


def _as_sorani(words: Sequence[str]) -> int:
    known = sum(word in _SORANI_WORDS for word in words)
    shaped = sum(_SORANI_SHAPE.search(word) is not None for word in words)
    score = known + _ENOUGH * shaped
    return score if score > _ENOUGH else 0


def _as_badini(typed: Sequence[str]) -> int:
    words = [word.translate(_TO_KURDISH) for word in typed]
    return sum((word in _BADINI_WORDS) + (_BADINI_SHAPE.search(word) is not None) + (_VE in word) for word in words)


def _as_turkic(words: Sequence[str]) -> int:
    plain = [word.translate(_TURKISH_LETTERS) for word in words]
    known = sum(word in _TURKIC_WORDS for word in plain)
    tails = sum(_TURKIC_TAIL.search(word) is not None for word in plain)
    return known + tails if tails >= _ENOUGH or known else 0  # one tail alone is a dollar


def _as_arabic(words: Sequence[str]) -> int:
    return sum(_folded(word) in _ARABIC_FOLDED for word in words) + sum(
        "ة" in word or word.startswith(("ال", "وال", "بال")) for word in words
    )


def _of_arabic_script(text: str, words: Sequence[str]) -> Language:
    if guests.in_arabic(text, words):
        return Language.UNKNOWN
    letters = len(_SORANI.findall(text))
    badini = _as_badini(words)
    if letters >= _ENOUGH or (letters and len(words) == 1):
        sorani = _hits(words, Language.CKB) + sum(
            _SORANI_ONLY.search(word) is not None or _SORANI_GLUED.search(_folded(word)) is not None for word in words
        )
        return Language.KMR if badini > sorani else Language.CKB
    folded = [_folded(word) for word in words]
    scores = {
        Language.AR: _as_arabic(words),
        Language.CKB: _as_sorani(folded) + _ENOUGH * letters,
        Language.KMR: badini if letters or badini > len(words) // _ENOUGH else 0,
        Language.FA: neighbours.persian(words),
        Language.TURKMEN: neighbours.turkmen(words),
    }
    best = max(scores, key=lambda language: scores[language])
    return best if scores[best] > max(scores[Language.AR], _ENOUGH - 1) else Language.AR


def _of_latin_script(text: str, words: Sequence[str]) -> Language:
    both = len(_BOTH.findall(text))
    scores = {
        Language.EN: _hits(words, Language.EN) + sum(w.endswith(("ing", "tion", "n't")) for w in words),
        Language.ARABIZI: _hits(words, Language.ARABIZI)
        + _ENOUGH * sum(len(w) <= _LONGEST_WORD and _DIGIT_AS_LETTER.fullmatch(w) is not None for w in words)
        + len(_ARTICLE.findall(text))
        + sum(w.endswith(_ARABIZI_TAILS) for w in words if len(w) > len("shukr")),
        Language.KMR: _hits(words, Language.KMR) + _ENOUGH * len(_KURMANJI.findall(text)) + both,
        Language.TR: _as_turkic(words) + _ENOUGH * len(_TURKISH.findall(text)) + both,
    }
    best = max(scores, key=lambda language: scores[language])
    if guests.in_latin(text, words) > scores[best] or (
        best is Language.EN and guests.hardly_english(words, scores[best])
    ):
        return Language.UNKNOWN
    if best is Language.TR and any(_TURKMEN_LATIN.search(word) for word in words):
        return Language.TURKMEN
    return best if scores[best] else Language.UNKNOWN


def language(text: str) -> Language:
    """The language of a clean text; UNKNOWN where letters do not tell. Mixed scripts: the one with more."""
    text = _DRAWN_OUT.sub(r"\1", STROKE.sub("", text.casefold()))
    arabic = _ARABIC_WORD.findall(text)
    latin = [word for word in _LATIN_WORD.findall(text) if _LATIN_LETTER.search(word)]
    arabic_letters, latin_letters = sum(map(len, arabic)), sum(map(len, latin))
    if len(_SYRIAC_LETTER.findall(text)) > max(arabic_letters, latin_letters):
        return Language.SYRIAC
    if guests.letters(text) > max(arabic_letters, latin_letters):
        return Language.UNKNOWN
    if arabic_letters >= latin_letters and arabic_letters:
        return _of_arabic_script(text, arabic)
    spoken = _of_latin_script(text, latin) if latin_letters else Language.UNKNOWN
    # An address of the internet is longer than the Arabic around it.
    return _of_arabic_script(text, arabic) if spoken is Language.UNKNOWN and len(arabic) >= _ENOUGH else spoken
