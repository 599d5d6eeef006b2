"""Digits that are written as words, one word each: "ثلاثة", "سێ", "three"."""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from bot.nlp.normalise import key

_WORDS: Final = (
    "صفر زيرو سفر zero oh nought sifr sefr",
    "واحد واحدة وحدة یەک one wahid",
    "اثنين ثنين اثنان تنين ثنتين اثنتين دوو two thnen thnain",
    "ثلاثة ثلاث تلاثة ثلث سێ three tlatha thalatha",
    "اربعة اربع چوار four",
    "خمسة خمس پێنج five khamsa",
    "ستة ست شەش six sitta",
    "سبعة سبع حەوت seven",
    "ثمانية ثماني ثمان ثمنية تمانية تمنية هەشت eight thmanya",
    "تسعة تسع نۆ nine",
)
_VALUES: Final[Mapping[str, str]] = MappingProxyType(
    {key(word): str(digit) for digit, words in enumerate(_WORDS) for word in words.split()}
)
_AND: Final = "و"


@lru_cache(maxsize=4096)
def digit(word: str) -> str:
    """The digit that a word says, with an "and" before it or none; "" for any other word."""
    folded = key(word)
    return _VALUES.get(folded) or _VALUES.get(folded.removeprefix(_AND), "")
