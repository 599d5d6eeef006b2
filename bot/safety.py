"""Words that must not leave the house, and words that tell of a phone which another reads."""

import re
from typing import Final

from bot import commands

# Stems, so that prefixes and endings do not hide them. Whoever reads one of these on a phone knows what its owner
# wrote about. Checked for every outgoing wording, and offered to staff before they send an answer.
_STEMS: Final = (
    # Arabic
    "ابتزاز|يبتز|مبتز|عنف|تعنيف|معنف|ضرب|يضرب|تحرش|متحرش|اغتصاب|مغتصب|اعتداء|طفل|اطفال|قاصر|انتحار|ينتحر|اتجار|دعارة|"
    "تهديد|يهدد|مهدد|خطف|مخطوف|سرقة|سارق|حرامي|مخدرات|حشيشة|زوج|طلاق|طليق|فضيحة|شرف|ارهاب|داعش|فساد|رشوة|عشيرة|عشائر|سلاح|"
    # Kurdish
    "توندوتیژی|لێدان|گێچەڵ|هەراسان|دەستدرێژی|منداڵ|خۆکوشتن|باجگیری|بازرگانی|هەڕەشە|ڕفاندن|دزی|هۆشبەر|مێرد|تیرۆر|گەندەڵی|"
    # English
    "blackmail|violen|abus|harass|rape|assault|child|minor|suicid|self harm|traffick|extort|threat|kidnap|theft|"
    "stolen|thief|drug|husband|wife|divorce|terror|corrupt|bribe|tribe|tribal|weapon"
)
_LONGEST: Final = 1_000
_PREFIX: Final = "[وفبلک]?(?:ال|لل)?"  # what Arabic writes joined to the front of a word
_TELLING: Final = re.compile(
    "|".join(rf"(?<!\w){_PREFIX}({re.escape(commands.fold(stem))})" for stem in _STEMS.split("|"))
)

# Someone of the house, then what they do, then the phone or what is on it; and the same in the other order of Kurdish.
_KIN: Final = (
    r"(?:رجلي|زوجي|جوزي|ابوي\w*|ابوية|اخوي\w*|اخواني|امي|عمي|خالي|خطيبي|ابني|حماتي|اهلي|بيت عمي|"
    r"my (?:husband|father|dad|brother|mother|fiance|family))"
)
_LOOKS: Final = (
    r"(?:ي|ت)?(?:فتش\w*|شوف\w*|شيك\w*|قرا\w*|قراون|كرا\w*|فتح\w*|راقب\w*|لزم\w*|باوع\w*)|"
    r"checks?|reads?|searches|looks (?:at|through)|holds|watches|sees"
)
_PHONE: Final = (
    r"(?:(?:ب?ال)?(?:موبايل|تلفون|تليفون|جهاز|جوال)|(?:ب?ال)?(?:رسائل|رسايل))(?:ي|ية|نا)?|"
    r"(?:my |the )?(?:phone|messages|texts)"
)
_WATCHED: Final = re.compile(
    commands.letters(
        # Farther on only what is joined with "and" is still done by the same person.
        rf"(?<!\w)(?:[وبل]?(?:{_KIN}|he)(?: \w+){{0,2}} |[وبل]?{_KIN}(?: \w+){{0,5}} (?:and |و))"
        rf"(?:{_LOOKS})(?: \w+){{0,2}} (?:{_PHONE})(?!\w)"
    )
    + "|"
    + commands.letters(
        r"(?<!\w)(?:مێردەکەم|باوکم|براکەم|برام|دایکم)(?: \w+){0,3} مۆبایل\w*(?: \w+){0,3} "
        r"(?:دەپشکنێت|دەبینێت|دەخوێنێتەوە)"
    )
)


def watched(text: str) -> bool:
    """Whether someone of the house reads this phone: then whatever we send may be read by them.

    Only plain statements count ("رجلي يفتش الموبايل"); a phone that was taken by a thief is a concern like any.
    """
    return len(text) <= _LONGEST and _WATCHED.search(commands.fold(text)) is not None


def telling(text: str) -> tuple[str, ...]:
    """The stems in a text that name a kind of concern, folded; () when it may be read over a shoulder."""
    return tuple(dict.fromkeys(match[match.lastindex or 0] for match in _TELLING.finditer(commands.fold(text))))
