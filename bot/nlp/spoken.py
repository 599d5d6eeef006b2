"""Where a clean text holds a telephone number told in words: digit by digit, or in groups as it is said aloud.

Groups («صفر سبعمية وسبعين مية وثلاثة وعشرين …») are the words of prices, ages and dates too. They are a telephone
number only where they begin with zero or with a mobile's 7, or follow the word for one, and are long enough together.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from types import MappingProxyType
from typing import Final

from bot.nlp.normalise import alike

_WORD: Final = re.compile(r"[^\W_]+")

_DIGITS: Final = frozenset(
    alike(word)
    for word in (
        "صفر زيرو واحد وحدة اثنين ثنين اثنان ثلاثة ثلاث تلاثة ثلاثه اربعة اربع خمسة خمس ستة ست سبعة سبع ثمانية "
        "ثمنية ثمان تسعة تسع عشرة "
        "سفر زيروو zero oh one two three four five six seven eight nine double triple nought sifr "
        "sefr wa7ad thnen tlatha arba3a 5amsa sitta sab3a "
        "thmanya tis3a سفر یەک دوو سێ چوار پێنج شەش حەوت هەشت نۆ"
    ).split()
)
_TOLD_DIGITS: Final = 9  # as many spoken digits as make a mobile without its 0, less one misheard


class _Kind(Enum):
    ZERO = auto()
    UNIT = auto()
    TEEN = auto()
    TENS = auto()
    HUNDRED = auto()  # 100
    HUNDREDS = auto()  # 200 to 900, in one word
    TWICE = auto()  # "double": the next digit once more
    THRICE = auto()
    FIGURES = auto()


_LENGTH: Final = MappingProxyType(
    {_Kind.ZERO: 1, _Kind.UNIT: 1, _Kind.TEEN: 2, _Kind.TENS: 2, _Kind.HUNDRED: 3, _Kind.HUNDREDS: 3}
    | {_Kind.TWICE: 1, _Kind.THRICE: 2}
)
_WORDS: Final[Mapping[_Kind, str]] = {
    _Kind.ZERO: "صفر زيرو زيروو سفر",
    _Kind.UNIT: "واحد واحدة وحدة اثنين ثنين اثنان تنين ثنينة ثلاثة ثلاث تلاثة تلث ثلث اربعة اربع خمسة خمس ستة ست سبعة "
    "سبع ثمانية ثماني ثمنية ثمان تمانية تمنية تسعة تسع یەک دوو سێ چوار پێنج شەش حەوت هەشت نۆ",
    _Kind.TEEN: "عشرة عشر احدعش احداعش حدعش حداعش هدعش اثنعش اثناعش اطنعش طنعش ثنعش ثلطعش ثلاثطعش ثلثطعش تلطعش "
    "اربعطعش اربطعش اربعتعش خمسطعش خمصطعش خمستعش سطعش ستطعش ستعش سبعطعش سباطعش سبعتعش ثمنطعش ثمانطعش ثمنتعش تمنطعش "
    "تسعطعش تساطعش تسعتعش دە یازدە دوازدە سیازدە سێزدە چواردە پازدە پانزدە شازدە حەڤدە حەفدە هەژدە نۆزدە",
    _Kind.TENS: "عشرين عشرون ثلاثين ثلاثون تلاثين ثلثين اربعين اربعون خمسين خمسون ستين ستون سبعين سبعون ثمانين ثمانون "
    "تمانين تمنين ثمنين تسعين تسعون بیست چل پەنجا شەست حەفتا هەشتا نەوەد",
    _Kind.HUNDRED: "مية ميه مئة مائة ميت سەد",
    _Kind.HUNDREDS: "ميتين مئتين مئتان مائتين دووسەد دوسەد سێسەد سیسەد چوارسەد پێنجسەد پێنسەد شەشسەد شەسەد حەوتسەد "
    "حەوسەد هەشتسەد هەشسەد نۆسەد",
}
# In English a small number follows without an "and": "seven hundred twenty three".
_ENGLISH: Final[Mapping[_Kind, str]] = {
    _Kind.ZERO: "zero oh o nought",
    _Kind.UNIT: "one two three four five six seven eight nine",
    _Kind.TEEN: "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen",
    _Kind.TENS: "twenty thirty forty fourty fifty sixty seventy eighty ninety",
    _Kind.HUNDRED: "hundred",
    _Kind.TWICE: "double",
    _Kind.THRICE: "triple treble",
}
_COUNTS: Final = "ثلث ثلاث تلث تلاث اربع خمس ست سبع ثمن ثمان ثماني تمن تمان تسع"
_HUNDRED_ENDS: Final = "مية ميه مئة مائة ماية"


def _kinds() -> Mapping[str, _Kind]:
    compound = " ".join(count + end for count in _COUNTS.split() for end in _HUNDRED_ENDS.split())
    listed = [*_WORDS.items(), (_Kind.HUNDREDS, compound), *_ENGLISH.items()]
    return MappingProxyType({alike(word): kind for kind, words in listed for word in words.split()})


_KINDS: Final = _kinds()
_BARELY: Final = frozenset(" ".join(_ENGLISH.values()).split())
_MORE: Final = frozenset({_Kind.TWICE, _Kind.THRICE})
_AND: Final = "و"
_ANDS: Final = frozenset({_AND, "and"})
_BETWEEN: Final = frozenset(alike(word) for word in "بعدين وبعدين بعدها وبعدها ثم يعني پاشان ئینجا دوای then".split())
_GAP: Final = re.compile(r"[\s,\-./:()\u060c]{0,4}")
_BARE: Final = re.compile(r"[\s\-]")
_LONGEST_FIGURES: Final = 4

# The word for a telephone number, or for ringing one; and what tells that another number follows.
_CUE: Final = re.compile(
    alike(
        r"و?(?:ال|بال|عال|ب|ل)?(?:رقم|ارقام|موبايل|تلفون|تليفون|تلفن|هاتف|نقال|جوال|واتس|ا?تصل|يتصل|نتصل|خابر|يخابر|تخابر)\w*"
        r"|و?خط(?:ي|ه|ها|هم)|ژمارە\w*|ژمارەکە\w*|مۆبایل\w*|مۆبايل\w*|تەلەفۆن\w*|پەیوەندی\w*|زەنگ\w*|نەقاڵ\w*"
        r"|(?:mobile|phone|telephone|cell|call|ring|dial|text|number|whatsapp)\w{0,3}|plus"
    )
)
_CUE_REACH: Final = 4  # words
_OTHER: Final = frozenset(
    alike(word)
    for word in (
        "الف الاف آلاف الفين مليون ملايين مليونين مليار هزار هەزار ملیۆن دينار دنانير دولار ورقة "
        "ورقات دفتر دفاتر دینار دۆلار سنة سنين سنوات عمر عمره عمرها اعمارهم اعمار اعمارنا سال ساڵ "
        "تەمەن تەمەنی يوم ايام شهر اشهر ساعة الساعة دقيقة دقايق تاريخ بتاريخ مرة مرات شخص اشخاص نفر "
        "نفرات كيلو متر بيت البيت دار الدار داري بيتي محلة المحلة زقاق شارع قطاع غرفة طابق ماڵ "
        "خانوو کۆڵان گەڕەک کەس جار ڕۆژ مانگ سعر سعرها سعره بسعر مبلغ "
        "thousand million billion dinar dinars dollar dollars price year years old age aged ages month months day days "
        "hour hours minute minutes time times person persons people men women children family families kilo kilos "
        "metre metres meter meters house street alley floor room case cases percent am pm"
    ).split()
)
_LEAST: Final = 7  # digits of a landline without its area
_MOBILE: Final = 10  # digits of a mobile without its 0
_SAID: Final = 4  # digits that are words: figures are found by their own patterns
# How the ten digits of a mobile without its 0 begin.
_SEVEN_HUNDRED: Final = re.compile(
    alike(
        r"(?:سبع|سبعة|حەوت|حەو)[ ]?(?:مية|ميه|مئة|مائة|ماية|سەد)(?!\w)"
        r"|seven[\s,\-]{1,2}(?:hundred|seventy|fifty|eighty|seven|five|eight)(?!\w)"
        r"|(?:double[ ]|seventy[\s\-])seven(?!\w)"
    ),
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Token:
    start: int
    end: int
    kind: _Kind
    joined: bool  # by an "and" to the one before
    bare: bool = False  # English, with nothing but a space before it


@dataclass(slots=True)
class _Group:
    """One number as it is said, such as 123. open: what an "and" may still add to it."""

    length: int
    open: frozenset[_Kind]


_SMALL: Final = frozenset({_Kind.UNIT, _Kind.TEEN, _Kind.TENS})
_OPEN: Final[Mapping[_Kind, frozenset[_Kind]]] = {
    _Kind.UNIT: frozenset({_Kind.TENS}),  # five and forty
    _Kind.TENS: frozenset({_Kind.UNIT}),  # forty and five, in Kurdish
    _Kind.HUNDRED: _SMALL,
    _Kind.HUNDREDS: _SMALL,
}
_TAKES_BARE: Final = frozenset({_Kind.TENS, _Kind.HUNDRED, _Kind.HUNDREDS})


def phones(plain: str) -> Iterator[tuple[int, int]]:
    """Telephone numbers in words in a clean text as `alike` leaves it; may overlap, the longest of a place first."""
    words = list(_WORD.finditer(plain))
    yield from _grouped(plain, words)
    yield from _digit_by_digit(words)


def _digit_by_digit(words: Sequence[re.Match[str]]) -> Iterator[tuple[int, int]]:
    run: list[re.Match[str]] = []
    for word in words:
        digit = word[0].lower()
        if digit in _DIGITS or (digit[:1] == _AND and digit[1:] in _DIGITS):
            run.append(word)
            continue
        if len(run) >= _TOLD_DIGITS:
            yield run[0].start(), run[-1].end()
        run = []
    if len(run) >= _TOLD_DIGITS:
        yield run[0].start(), run[-1].end()


def _grouped(plain: str, words: Sequence[re.Match[str]]) -> Iterator[tuple[int, int]]:
    at = 0
    while at < len(words):
        tokens, after = _run(plain, words, at)
        if tokens and _is_phone(plain, tokens, words[max(0, at - _CUE_REACH) : at], words[after : after + 1]):
            yield tokens[0].start, tokens[-1].end
        at = max(after, at + 1)


def _run(plain: str, words: Sequence[re.Match[str]], at: int) -> tuple[list[_Token], int]:
    """The number words from this one on, with nothing but gaps, "and" and "then" between; and what comes after them."""
    tokens: list[_Token] = []
    after, joined = at, False
    for place in range(at, len(words)):
        word = words[place]
        if tokens and not _GAP.fullmatch(plain, words[place - 1].end(), word.start()):
            break
        said = word[0].lower()
        bare = (
            said in _BARELY and place > at and _BARE.fullmatch(plain, words[place - 1].end(), word.start()) is not None
        )
        token = _token(word, said, joined=joined, bare=bare)
        if token:
            tokens.append(token)
            after, joined = place + 1, False
        elif tokens and (said in _ANDS or said in _BETWEEN):
            joined = said in _ANDS
        else:
            break
    return tokens, after


def _token(word: re.Match[str], said: str, *, joined: bool, bare: bool) -> _Token | None:
    if said.isdecimal() and said.isascii() and len(said) <= _LONGEST_FIGURES:
        return _Token(word.start(), word.end(), _Kind.FIGURES, joined)
    kind = _KINDS.get(said)
    if kind is None and said.startswith(_AND):
        kind, joined = _KINDS.get(said[1:]), True
    return _Token(word.start(), word.end(), kind, joined, bare) if kind else None


def _is_phone(
    plain: str, tokens: Sequence[_Token], before: Sequence[re.Match[str]], following: Sequence[re.Match[str]]
) -> bool:
    said = sum(_lengths(tokens))
    figures = sum(token.end - token.start for token in tokens if token.kind is _Kind.FIGURES)
    if said < _SAID or said + figures < _LEAST:
        return False
    first = next((token for token in tokens if token.kind not in _MORE), tokens[0])
    if first.kind is _Kind.ZERO or plain[first.start] == "0":
        return True
    if any(_is_other(word) for word in following):
        return False
    if said + figures == _MOBILE and _SEVEN_HUNDRED.match(plain, tokens[0].start):
        return True
    cued = [place for place, word in enumerate(before) if _CUE.fullmatch(word[0].lower())]
    return bool(cued) and not any(_is_other(word) for word in before[cued[-1] + 1 :])


def _is_other(word: re.Match[str]) -> bool:
    return word[0].lower().removeprefix(_AND) in _OTHER


def _lengths(tokens: Sequence[_Token]) -> list[int]:
    """How many digits each number has that the words make, figures left out."""
    groups: list[_Group] = []
    last: _Token | None = None
    for token in tokens:
        if token.kind is _Kind.FIGURES:
            last = None
            continue
        if last and groups:
            group = groups[-1]
            joined = token.joined or (token.bare and last.kind in _TAKES_BARE)
            if joined and token.kind in group.open:
                group.length = max(group.length, _LENGTH[token.kind])
                group.open = _OPEN.get(token.kind, frozenset()) & group.open
                last = token
                continue
            if token.kind is _Kind.HUNDRED and last.kind is _Kind.UNIT and not token.joined and group.length == 1:
                group.length, group.open, last = 3, _SMALL, token  # seven hundred, in two words
                continue
        groups.append(_Group(_LENGTH[token.kind], _OPEN.get(token.kind, frozenset())))
        last = token
    return [group.length for group in groups]
