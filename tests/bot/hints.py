"""Words by which whoever glances at a phone guesses what its owner wrote about, though none of them names it.

`bot.safety.telling` knows the names of kinds of concern. Advice is read where the one who is feared may look on, so it
may not speak either of fear, harm and guilt, of women, families and the young, of hiding, fleeing and papers to flee
with, of bodies, cures and death, nor of complaints. Stems, by language, so that prefixes and endings do not hide them.
"""

import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from bot import commands
from bot.vocabulary import Locale

_STEMS: Final[Mapping[Locale, str]] = MappingProxyType(
    {
        Locale.AR: (
            "خوف|خاف|خايف|خائف|خشي|مرعوب|ارعب|اذى|أذى|اذي|أذي|ؤذي|ؤذى|مؤذ|ايذاء|إيذاء|ضرر|"
            "خبئ|خبي|مخبا|اخفوا|امرأة|امراة|نساء|موظفة|شرطية|فتاة|بنت|بنات|سيدة|صغير|صغار|ولد|اولاد|أولاد|رضيع|"
            "عائل|عايل|اهلكم|أهلكم|ابوكم|امكم|اخوكم|حبيب|خطيب|جنس|عار|سمعة|عورة|صوركم|"
            "ذنب|يلام|تلوم|ضحية|ضحايا|متهم|محاسب|هرب|هروب|فرار|ملجا|ملجأ|مأوى|ماوى|جواز|تهريب|استغل|"
            "علاج|تعالج|دواء|ادوية|أدوية|حبوب|سكين|سلاح|جسم|جسد|موت|وفاة|حياتكم|ارواحكم|لستم وحدكم|لست وحدك|"
            "شكوى|شكواكم|شكوتم|اشتكيتم|مخبر|وشاية"
        ),
        Locale.CKB: (
            "ترس|ئازار|تاوان|بچووک|ساوا|ژن|ئافرەت|کچ|خێزان|دایک|باوک|برا|بشار|شاردن|پەنا|هەڵات|ڕاکردن|"
            "پاسپۆرت|پاسپورت|چارەسەر|دەرمان|حەب|چەقۆ|چەک|لەش|جەستە|مردن|بمرن|ژیانتان|قوربانی|شەرم|ناموس|ڕووت|"
            "سکاڵا|تۆمەتبار|تەنیا نین|تەنیا نیت|بەکارهێنانی"
        ),
        Locale.EN: (
            "fear|afraid|scare|frighten|terrif|hurt|harm|injury|pain|victim|survivor|guilt|fault|blame|shame|"
            "hide|hidden|hiding|escape|flee|shelter|refuge|passport|smuggl|woman|women|female|girl|boy|kid|baby|babies|"
            "little one|young|family|families|mother|father|brother|parents|lover|naked|sex|body|bodies|"
            "treatment|clinic|cure|pill|medicine|knife|die|dying|dead|death|life|lives|not alone|complain|accus"
        ),
    }
)
_GLUED: Final[Mapping[Locale, str]] = MappingProxyType(
    {
        Locale.AR: r"[وف]?[بل]?(?:ال|لل)?[يتنا]{0,2}",
        Locale.CKB: r"(?:دە|نا|نە|بی|ب|هەڵ|لێ)?",  # not "مە": "مەترسی" is a danger, which may be said
        Locale.EN: r"",
    }
)


@cache
def _pattern(locale: Locale) -> re.Pattern[str]:
    stems = "|".join(re.escape(commands.fold(stem)) for stem in _STEMS[locale].split("|"))
    return re.compile(rf"(?<!\w){commands.letters(_GLUED[locale])}(?:{stems})\w*")


def hints(text: str, locale: Locale) -> tuple[str, ...]:
    """The words in a text of a language that let an onlooker guess, folded; () for none."""
    return tuple(dict.fromkeys(match[0] for match in _pattern(locale).finditer(commands.fold(text))))
