"""Tells a number that is somebody's no more: who asks not to be written to there wants answers here.

Where the same is asked of this number too, or in doubt, it is a wish for silence like any.
"""

import re
from typing import Final

from bot.nlp.normalise import letters

_LINE: Final = r"(?:رقم|تلفون|موبايل|خط|شريحة|نمبر)"
_FORMER: Final = r"(?:قديم|سابق|اولاني|جان عندي|كان عندي)"
_OLD: Final = rf"(?:(?:ال)?{_LINE}(?:ي|نا)? (?:مالي |مالتي )?(?:ال)?{_FORMER}|{_LINE}ي الاول)"
_SENDS: Final = r"لا (?:ت|د)\w{2,}"
_ARABIC: Final = (
    rf"{_SENDS} (?:(?!هنا|هذا)\w+ ){{0,2}}(?:(?:على|الى|ع|ل|ب|من) )?(?:ال|لل|بال|عال|ل|ب)?{_OLD}|"
    rf"{_SENDS} (?:\w+ )?(?:على|الى|ع) ال{_FORMER}|"
    rf"{_SENDS} (?:\w+ )?(?:(?:على|ع|ل) )?(?:لل|بال|عال){_FORMER}|"
    rf"(?:ال)?{_LINE}(?:ي|نا)? (?:ال)?{_FORMER} ((?:\w+ ){{0,4}}){_SENDS} (?:عليه|بيه|اله|له)|"
    rf"^(?:ال){_FORMER} ((?:\w+ ){{0,4}}){_SENDS} (?:عليه|بيه|اله|له)"
)
_ENGLISH: Final = (
    r"(?:dont|do not|never|stop|please no) (?:\w+ ){1,3}(?:my |the )(?:(?:old|previous|former|last|other) "
    r"(?:number|phone|sim|line|one)|number i had)|"
    r"la t\w+ (?:3ala |3al |l |lil )?(?:ra[kgq]a?m\w*) (?:i?l ?)?(?:[qgk]ad[ie]+m|sabi[qgk])"
)
_KURDISH: Final = (
    r"(?:بۆ |لە |لەسەر )?(?:ژمارە|مۆبایل|تەلەفۆن|هێڵ)\w* ?(?:کۆن|پێشوو)\w* (?:\w+ ){0,3}(?:مە|نە)\w+|"
    r"بۆ کۆن\w* (?:\w+ ){0,2}(?:مە|نە)\w+|ژمارەی? ?(?:پێشوو|کۆن)\w* (?:\w+ ){0,3}(?:مە|نە)\w+"
)
_THERE: Final = re.compile(rf"(?<!\w)(?:{letters(_ARABIC)}|{_ENGLISH}|{letters(_KURDISH)})(?!\w)")
_HERE_TOO: Final = re.compile(
    letters(
        r"(?<!\w)(?:ولا (?:على |ل|ع)?(?:هذا|هنا|الجديد|رقمي الجديد)|هم لا|اي رقم|nor|neither|either|any number|both)"
    )
    + letters(r"|(?<!\w)(?:this (?:number|one)|here|هەردوو\w*|هیچ ژمارە\w*|ئەم ژمارە\w*)")
)
# What else is said with it, and tells nothing: that the number changed, which is the new one, please.
_BESIDE: Final = re.compile(
    letters(
        r"(?<!\w)[وف]?(?:هذا|هاي|ال|رقم(?:ي|نا)?|الرقم|تلفوني|الجديد|جديد|تغير|اتغير|غيرت(?:ه|رقمي)?|بدلت(?:ه)?|صار|هسه|رجاء|رجاءا|"
        r"بليز|الله يخليكم|لو سمحتوا|السلام|عليكم|هلو|اني|لان|ما عندي|مو عندي|ضاع|انسد|وقف|مسدود|انقطع|ابد|ابدا|بعد|"
        r"ژمارەم|ژمارەکەم|گۆڕیوە|گۆڕدرا|گۆڕاوە|تکایە|نامە|ئەمە|نوێ\w*|سڵاو)(?!\w)"
    )
    + r"|(?<!\w)(?:please|pls|hi|hello|i|have|ive|changed|my|the|number|is|this|new|it|and|so|anymore|again|any|"
    r"more|raqami)(?!\w)"
)


def left_out(key: str) -> str:
    """A key without what asks not to be written to at a number that is no more; whole where this one is meant too."""
    rest = _THERE.sub(lambda found: f" {' '.join(each for each in found.groups() if each)} ", key)
    return key if _HERE_TOO.search(rest) else rest


def is_all(key: str) -> bool:
    """Whether a key asks that and tells nothing more."""
    rest = left_out(key)
    return rest != key and not _BESIDE.sub(" ", rest).strip()
