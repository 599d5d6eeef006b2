"""Finds personal data in a clean text, so that machines, logs of work and screens can do without it.

High recall comes first: a masked word that was no name costs little, a shown one may cost a life.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from bot.nlp.names import KUNYA, NAME_BEGINNINGS, NAME_CUES, NAME_PHRASES, NAMED_PLACES, NAMES, NOT_NAMES, TITLES
from bot.nlp.normalise import key
from bot.vocabulary import Span

PHONE: Final = "[PHONE]"
EMAIL: Final = "[EMAIL]"
LINK: Final = "[LINK]"
HANDLE: Final = "[HANDLE]"
ID: Final = "[ID]"
CARD: Final = "[CARD]"
PLATE: Final = "[PLATE]"
NAME: Final = "[NAME]"

# What a masked word becomes before features are computed: no real word, and never a stem of one.
_MASKS: Final = {token: f" pii{token[1:-1].lower()} " for token in (PHONE, EMAIL, LINK, HANDLE, ID, CARD, PLATE, NAME)}

_DIGITS: Final = str.maketrans({ord(zero) + n: str(n) for zero in "٠۰" for n in range(10)})
_SEP: Final = r"[ .\-/()\u00a0]{0,3}"
_LINK: Final = re.compile(
    r"(?:https?://|www\.)[^\s<>]+|(?<![\w@.])(?:t\.me|wa\.me|[\w-]+\.(?:com|net|org|iq|me|io|info|link|ly|gl))"
    r"(?:/[^\s<>]*)?(?![\w@])",
    re.IGNORECASE,
)
_EMAIL: Final = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
_HANDLE: Final = re.compile(r"(?<![\w@])@\w[\w.]{1,63}")
_HANDLE_CUE: Final = re.compile(
    r"(?:انستا|انستغرام|انستكرام|سناب|تلكرام|تليكرام|تيكتوك|يوزر|يوزره|حسابه|معرفه"
    r"|insta|instagram|snap|tiktok|telegram|user(?:name)?)"
    r"\s{0,2}[:=]?\s{0,2}(?<!\w)([a-z][\w.]{3,40})",
    re.IGNORECASE,
)
_MOBILE: Final = re.compile(rf"(?<![\d.])(?:(?:\+|00)?964{_SEP}(?:0{_SEP})?|0)?7[3-9](?:{_SEP}\d){{8}}(?!\d)")
_FOREIGN: Final = re.compile(rf"(?<!\d)(?:\+|00)[1-9](?:{_SEP}\d){{7,13}}(?!\d)")
_LANDLINE: Final = re.compile(r"(?<!\d)0[1-6]\d?[ \-]?\d{6,7}(?!\d)")
_LONG_NUMBER: Final = re.compile(r"(?<!\d)\d(?:[ -]?\d){11,18}(?!\d)")
_PASSPORT: Final = re.compile(r"(?<!\w)[A-Z]\d{8}(?!\w)")
_IBAN: Final = re.compile(r"(?<!\w)IQ\d{2}\s?[A-Z]{4}(?:\s?\d){15}(?!\w)")
_ID_DIGITS: Final = 12
_CARD_DIGITS: Final = range(13, 20)
_CODE_DIGITS: Final = frozenset({6, 16})

_GOVERNORATES: Final = (
    "بغداد|البصرة|بصرة|نينوى|الموصل|اربيل|أربيل|السليمانية|سليمانية|دهوك|"
    "كركوك|ديالى|الانبار|الأنبار|انبار|بابل|كربلاء|النجف|نجف|"
    "واسط|ميسان|ذي قار|ذيقار|المثنى|القادسية|صلاح الدين|هەولێر|سلێمانی|دهۆک|کەرکووک"
)
_PLATE: Final = re.compile(
    r"(?<![\w+])[1-3]\d\s{0,2}-?\s{0,2}[A-Zء-ي]\s{0,2}-?\s{0,2}\d{3,6}(?!\d)"
    rf"|(?:{_GOVERNORATES})\s{{0,2}}-?\s{{0,2}}(?:[A-Zء-ي]\s{{0,2}}-?\s{{0,2}}\d{{3,6}}|\d{{5,6}})(?!\d)"
    rf"|(?<!\d)\d{{5,6}}\s{{0,2}}-?\s{{0,2}}(?:{_GOVERNORATES})"
)
_PLATE_CUE: Final = re.compile(
    r"(?:رقم\s(?:ال)?(?:سيارة|سيارته|سيارتها|سيارتهم|السياره|سياره"
    r"|مركبة|المركبة|تكسي|التكسي|لوحة|اللوحة|ماطور|الماطور|دراجة|الدراجة)|رقمها"
    r"|رقم\sلوحتها|لوحتها|لوحتهم|لوحة|نمرتها|نمرة|ارقامها|plate(?:\snumber)?|تابلۆی|تابلۆکەی|ژمارەی\sسەیارە(?:کە)?)"
    r"[^\d\n]{0,20}?(\d{3,7}(?!\d))",
    re.IGNORECASE,
)
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_LONGEST_NAME: Final = 4  # given, father's, grandfather's, family


def _luhn(digits: str) -> bool:
    doubled = (sum(divmod(int(digit) * (1 + at % 2), 10)) for at, digit in enumerate(reversed(digits)))
    return sum(doubled) % 10 == 0


def _numbers(text: str) -> Iterator[Span]:
    for pattern in (_MOBILE, _FOREIGN, _LANDLINE):
        yield from (Span(*match.span(), PHONE) for match in pattern.finditer(text))
    yield from (Span(*match.span(), CARD) for match in _IBAN.finditer(text))
    for match in _LONG_NUMBER.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        if len(digits) == _ID_DIGITS:
            yield Span(*match.span(), ID)
        elif len(digits) in _CARD_DIGITS and _luhn(digits):
            yield Span(*match.span(), CARD)
    yield from (Span(*match.span(), ID) for match in _PASSPORT.finditer(text))
    yield from (Span(*match.span(), PLATE) for match in _PLATE.finditer(text))
    yield from (Span(*match.span(1), PLATE) for match in _PLATE_CUE.finditer(text))


@lru_cache(maxsize=20_000)
def _folded(word: str) -> str:
    """The key of a word, but words apart that a key makes one.

    "على" (on) is not "علي" (Ali), and the Arabic "ناوي" (he means to) announces no name as the Kurdish "ناوی" does.
    """
    return word if word == "على" else "" if word == "ناوي" else key(word)


def _announced(folded: Sequence[str], at: int) -> int:
    """How many words before `at` announce that a name begins there; 0 when none does."""
    if at and folded[at - 1] in NAME_CUES:
        return 0 if at > 1 and folded[at - 2] in NAMED_PLACES else 1
    return 2 if tuple(folded[max(at - 2, 0) : at]) in NAME_PHRASES else 0


def _starts_name(folded: Sequence[str], at: int) -> bool:
    word = folded[at]
    if _announced(folded, at):
        return word not in NOT_NAMES and not word.startswith("وما")
    before = folded[at - 1] if at else ""
    after = folded[at + 1] if at + 1 < len(folded) else ""
    return (before in TITLES and word in NAMES) or (word in KUNYA and after in NAMES)


def _names(text: str) -> Iterator[Span]:
    words = list(_WORD.finditer(text))
    folded = [_folded(match[0]) for match in words]
    at = 0
    while at < len(words):
        if not _starts_name(folded, at):
            at += 1
            continue
        end = at + 1
        while end < min(at + _LONGEST_NAME, len(words)) and _continues(text, words, folded, end):
            end += 1
        yield Span(words[at].start(), words[end - 1].end(), NAME)
        at = end


def _continues(text: str, words: Sequence[re.Match[str]], folded: Sequence[str], at: int) -> bool:
    """Whether word `at` belongs to the name that ends just before it."""
    if text[words[at - 1].end() : words[at].start()].strip(" "):
        return False
    return folded[at] in NAMES or folded[at] in NAME_BEGINNINGS or folded[at - 1] in NAME_BEGINNINGS


def spans(text: str) -> tuple[Span, ...]:
    """Where a clean text holds personal data: sorted, never overlapping, offsets in code points.

    A text that is nothing but 6 or 16 digits is a report's code, ours to look up, and no card. Total on any str.
    """
    plain = text.translate(_DIGITS)
    bare = re.sub(r"[\s-]", "", plain)
    if bare.isascii() and bare.isdecimal() and len(bare) in _CODE_DIGITS:
        return ()
    found: list[Span] = [Span(*match.span(), EMAIL) for match in _EMAIL.finditer(plain)]
    found += [Span(*match.span(), LINK) for match in _LINK.finditer(plain)]
    found += [Span(*match.span(), HANDLE) for match in _HANDLE.finditer(plain)]
    found += [
        Span(*match.span(1), HANDLE) for match in _HANDLE_CUE.finditer(plain) if match[1].lower() not in NOT_NAMES
    ]
    found += _numbers(plain)
    found += _names(text)
    return _apart(found)


def _apart(found: Sequence[Span]) -> tuple[Span, ...]:
    """The spans without overlaps: of two that touch the same character the one found first stays."""
    kept: list[Span] = []
    for span in found:
        if all(span.end <= other.start or other.end <= span.start for other in kept):
            kept.append(span)
    return tuple(sorted(kept, key=lambda span: span.start))


def _replace(text: str, spans: Sequence[Span], words: Sequence[str]) -> str:
    out: list[str] = []
    at = 0
    for span, word in zip(spans, words, strict=True):
        out += (text[at : span.start], word)
        at = span.end
    return "".join((*out, text[at:]))


def redact(text: str, spans: Sequence[Span]) -> str:
    """The clean text with each span replaced by its token. `spans` must come from the same text."""
    return _replace(text, spans, [span.token for span in spans])


def mask(text: str, spans: Sequence[Span]) -> str:
    """The clean text with each span replaced by a made-up word that survives folding, for scoring."""
    return _replace(text, spans, [_MASKS[span.token] for span in spans])
