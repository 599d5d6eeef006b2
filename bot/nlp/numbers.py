"""Where a clean text holds private numbers: phones, ids, bank cards, number plates; in figures or in words."""

import re
from collections.abc import Iterator
from typing import Final

from bot.nlp import spoken
from bot.nlp.normalise import alike


def _folding(pattern: str) -> re.Pattern[str]:
    """A pattern for texts as `alike` leaves them: written here in ordinary spelling."""
    return re.compile(alike(pattern), re.IGNORECASE)


_SEP: Final = r"[ .,\-/()_*\u00a0\u060c]{0,3}"
_MOBILE: Final = re.compile(
    rf"(?<![\d.])\(?(?:(?:(?:\+|00){_SEP})?9{_SEP}6{_SEP}4{_SEP}(?:0{_SEP})?|0{_SEP})?7{_SEP}[3-9](?:{_SEP}\d){{8}}(?!\d)"
)
_FOREIGN: Final = re.compile(rf"(?<!\d)(?:\+|00){_SEP}[1-9](?:{_SEP}\d){{7,13}}(?!\d)")
_LANDLINE: Final = re.compile(r"(?<!\d)0[1-6]\d?[ \-]?\d{6,7}(?!\d)")
# "0770 and then 0000012": the beginning of a mobile, a word or two, and seven digits.
_PARTED: Final = re.compile(rf"(?<!\d)07[3-9]{_SEP}\d{{1,3}}[^\d\n]{{2,16}}\d(?:{_SEP}\d){{4,6}}(?!\d)")
_LETTER_O: Final = re.compile(rf"(?<!\w)[O0o]7[3-9](?:{_SEP}[O0o\d]){{8}}(?!\w)")

_LONG_NUMBER: Final = re.compile(r"(?<!\d)\d(?:[ \-]?\d){11,18}(?!\d)")
# A long number may run into the next ("4111111111111111 600 thousand"): then its own groups are tried.
_SOLID: Final = re.compile(r"(?<!\d)\d{12,19}(?!\d)|(?<!\d)\d{4}([ \-])\d{4}\1\d{4}(?:\1\d{4})?(?!\d)")
_PASSPORT: Final = re.compile(r"(?<!\w)[A-Z] ?\d{7,8}(?!\w)")
_REFUGEE: Final = re.compile(r"(?<!\w)\d{3}-\d{2}[A-Z]\d{5}(?!\w)")
_IBAN: Final = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z]{4})?(?: ?\d){12,24}(?!\w)")
_ID_CUE: Final = _folding(
    r"(?:هوي[ةه]|الهوي[ةه]|احوال|الاحوال|جواز(?!ات)\w{0,2}|الجواز|السفر|موحد[ةه]|الموحد[ةه]|وطني[ةه]|تمويني[ةه]|التمويني[ةه]|سكن|السكن"
    r"|جنسي[ةه]|الجنسي[ةه]|اللاج[ئي]|سجل|صحيف[ةه]|محفظ[ةه]|ناسنام\w{0,8}|passport|iqama|id)"
    r"(?:\s{1,2}(?:مدنية|وطنية|سفر|رقم|رقمها|رقمه|مالتي|مالته|no|number|card)){0,3}[.:]?\s{0,2}([A-Z]?\s?\d{2,10}(?!\d))"
)
_REGISTER: Final = _folding(r"سجل|صحيف|محفظ")
_LEAST_ID: Final = 6
_ID_DIGITS: Final = 12
_CARD_DIGITS: Final = range(13, 20)

_GOVERNORATES: Final = (
    ""
    "(?:ال)?(?:بغداد|بصر[ةه]|نينوى|موصل|[اأ]ربيل|سليماني[ةه]|دهوك|كركوك|ديالى|[اأ]نبار|بابل|حل[ةه]"
    "|كربلاء|كربلا|نجف|واسط|كوت|ميسان|ذي "
    "?قار"
    "|مثنى|قادسي[ةه]|ديواني[ةه]|صلاح "
    "الدين|حلبج[ةه])|هەولێر|سلێمانی|دهۆک|کەرکووک|هەڵەبجە|baghdad|basra|erbil|mosul|nineveh|kirkuk|duhok|najaf"
    "|karbala|anbar|diyala|babil|wasit|maysan|sulaymaniyah|slemani"
)
_GAP: Final = r"[ \-/]{0,3}"
_LETTER: Final = r"[A-Za-zء-ي]"
_KIND: Final = rf"(?:{_GAP}(?:{_LETTER}(?!\w)|[اأ]جر[ةه]|حمل|خصوصي|فحص|ط(?!\w)))?"
_PLATE: Final = _folding(
    rf"(?:(?:{_GOVERNORATES}){_GAP})?(?<![\w+])[1-3]\d{_GAP}{_LETTER}{_GAP}\d{{4,6}}(?!\d)"
    rf"|(?:[اأ]جر[ةه]{_GAP})?(?<!\w)(?:{_GOVERNORATES}){_GAP}"
    rf"(?:{_LETTER}{_GAP}(?=\d))?(?:(?<=[ /\-]{_LETTER}[ ])\d{{3,6}}|\d{{5,6}})(?!\d)"
    rf"(?:{_GAP}(?:{_GOVERNORATES}))?{_KIND}"
    rf"|(?<![\d,.])\d{{5,6}}{_GAP}(?:{_GOVERNORATES})(?!\w){_KIND}"
)
_VEHICLE: Final = (
    r"(?:ال)?(?:سيار[ةه]|سيارته|سيارتها"
    r"|سيارتهم|مركب[ةه]|تكسي|لوح[ةه]|ماطور|دراج[ةه]|تكتك|ستوت[ةه]|موتر|باص|كيا|شاحن[ةه]|بيكب|تاهو|دراجته)"
)
_PLATE_CUE: Final = _folding(
    rf"(?:رقم\s{_VEHICLE}|{_VEHICLE}\s{{1,2}}(?:و?رقمها|و?رقمه|رقم)|رقمها|(?:رقم\s)?لوحتها|لوحتهم|لوح[ةه]|نمرتها|نمرته|نمر[ةه]|ارقامها"
    r"|plate(?:\s(?:number|no\.?))?|raqamha|تابلۆی|تابلۆکەی|ژمارەی\s(?:سەیارە|ئۆتۆمبێل)(?:ەکە|کە)?)[^\d\n]{0,20}?(?<![\d,./])(\d{4,6}(?![\d,./]\d))"
)

_MOBILE_DIGITS: Final = re.compile(r"(?:00)?9640?7\d{6,9}")  # or its beginning; one in ten has a check digit too


def _luhn(digits: str) -> bool:
    doubled = (sum(divmod(int(digit) * (1 + at % 2), 10)) for at, digit in enumerate(reversed(digits)))
    return sum(doubled) % 10 == 0


def _long(plain: str) -> Iterator[tuple[int, int]]:
    for pattern in (_LONG_NUMBER, _SOLID):
        yield from (match.span() for match in pattern.finditer(plain))


def phones(plain: str) -> Iterator[tuple[int, int]]:
    """Phones in a clean text with Latin digits, in figures or told in words."""
    for pattern in (_MOBILE, _FOREIGN, _LANDLINE, _PARTED, _LETTER_O):
        yield from (match.span() for match in pattern.finditer(plain))
    yield from spoken.phones(plain)


def cards(plain: str) -> Iterator[tuple[int, int]]:
    """Bank cards (13 to 19 digits with the right check digit) and accounts as IBAN."""
    yield from (match.span() for match in _IBAN.finditer(plain))
    for start, end in _long(plain):
        digits = re.sub(r"\D", "", plain[start:end])
        if len(digits) in _CARD_DIGITS and _luhn(digits) and not _MOBILE_DIGITS.fullmatch(digits):
            yield start, end


def ids(plain: str) -> Iterator[tuple[int, int]]:
    """National ids of 12 digits, passports, and the number after the name of a paper."""
    for start, end in _long(plain):
        if sum(character.isdigit() for character in plain[start:end]) == _ID_DIGITS:
            yield start, end
    for pattern in (_PASSPORT, _REFUGEE):
        yield from (match.span() for match in pattern.finditer(plain))
    for match in _ID_CUE.finditer(plain):
        if sum(character.isdigit() for character in match[1]) >= _LEAST_ID or _REGISTER.match(match[0]):
            yield match.span(1)


def plates(plain: str) -> Iterator[tuple[int, int]]:
    """Number plates, old (a governorate and five digits) and new (22 A 12345), and the number after a vehicle."""
    yield from (match.span() for match in _PLATE.finditer(plain))
    yield from (match.span(1) for match in _PLATE_CUE.finditer(plain))
