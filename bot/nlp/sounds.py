"""Names in Latin letters, compared by sound: English, Kurmanji and Arabizi spell one name in a dozen ways."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

LATIN: Final = re.compile(r"[A-Za-z\u00c0-\u024f]")
_LATIN_WORD: Final = re.compile(r"[0-9]?[A-Za-z\u00c0-\u024f][A-Za-z0-9\u00c0-\u024f'’`‘ʿʾ]*")
_LATIN_LETTERS: Final = str.maketrans(
    {
        "ş": "sh",
        "ç": "ch",
        "q": "k",
        "7": "h",
        "6": "t",
        "5": "x",
        "9": "s",
        "v": "w",
        "e": "a",
        "u": "o",
        "y": "i",
        "3": "a",
    }
    | dict.fromkeys("'’`‘ʿʾ2")
)
LATIN_ARTICLES: Final = frozenset({"al", "el", "ad", "an", "ar", "as", "ash", "at", "az", "il"})
SHORT: Final = 3  # words so short by sound are English words too often


def fold_latin(text: str) -> list[str]:
    """The Latin-lettered words of a text, spelt by sound: "Qayyarah", "qayara" and "kayara" are one."""
    return [sound for sound, _, _ in sounded(text)]


def sounded(text: str) -> Iterator[tuple[str, int, int]]:
    """The same words with where each stands in the text: [start, end)."""
    for match in _LATIN_WORD.finditer(text):
        sound = _sound(match.group())
        if sound:
            yield sound, match.start(), match.end()


@lru_cache(maxsize=20_000)
def _sound(word: str) -> str:
    lowered = word.lower().replace("ş", "sh").replace("ç", "ch").replace("ı", "i")
    plain = "".join(c for c in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(c))
    plain = plain.replace("ee", "i").replace("oo", "u").replace("ou", "u").replace("kh", "x").replace("gh", "g")
    plain = plain.translate(_LATIN_LETTERS).replace("dh", "d").replace("th", "t")
    plain = re.sub(r"a[ow](?=[^aoi]|$)", "o", plain)
    plain = re.sub(r"(.)\1+", r"\1", plain)
    plain = re.sub(r"ai(?=[^aio])", "a", plain)
    plain = re.sub(r"(?<=[^aio])i(?=[^aio]iah?$)", "", plain)  # "Nasiriyah" is "Nasrya" too
    return plain[:-1] if len(plain) > SHORT and plain.endswith("ah") else plain
