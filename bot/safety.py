"""Words that must not leave the house: what names a kind of concern on a screen that another may hold."""

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
_PREFIX: Final = "[وفبلک]?(?:ال|لل)?"  # what Arabic writes joined to the front of a word
_TELLING: Final = re.compile(
    "|".join(rf"(?<!\w){_PREFIX}({re.escape(commands.fold(stem))})" for stem in _STEMS.split("|"))
)


def telling(text: str) -> tuple[str, ...]:
    """The stems in a text that name a kind of concern, folded; () when it may be read over a shoulder."""
    return tuple(dict.fromkeys(match[match.lastindex or 0] for match in _TELLING.finditer(commands.fold(text))))
