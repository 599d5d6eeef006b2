"""Finds tips about extremists: no forum's member may read one, however short it is and whatever else it tells.

The model knows most of them; what it takes for a quarrel, a bomb or a death wish, these words tell, and those of
bot.nlp.arming of who makes bombs or hides weapons. What is told of years ago, of martyrs and ruins, of who is called
so or was accused, is no tip.
"""

import re
from typing import Final

from bot.nlp import arming
from bot.nlp.normalise import letters

_WHO: Final = (
    r"(?:ال|هال)?(?:داعشي|داعشية|داعشيين|دواعش|دعاديش|دواعيش|ارهابي|ارهابية|ارهابيين|تكفيري|تكفيرية|تكفيريين|"
    r"متطرف|متطرفين|متشددين|جهاديين|انغماسي|انغماسيين)|(?<!فكر )(?<!تفكير )(?<!سلوك )(?:ال)?انتحاري(?:ين)?|"
    r"(?:ال)?(?:عملي(?:ة|ات)|تفجير|هجوم|هجمات) (?:ال)?انتحاري(?:ة|ات)?|(?:ي|ت)?فجر (?:نفس|روح|حال)(?:ه|ها)|"
    r"(?:ال)?عملي(?:ة|ات) (?:ال)?استشهادي(?:ة|ات)|(?:ال)?دعدوش(?:ي|ية|يين)?|"
    r"(?:ال)?خل(?:ية|ايا) (?:ال)?(?:نايمة|نائمة|ارهاب\w*|داعش\w*)|(?:خلايا|خلية|عناصر|مسلحي|مقاتلي|قيادي|امير|"
    r"والي|فلول|بقايا|"
    r"جماعة|راية|علم|رايات|اعلام|فكر|منشورات|فيديوات|فديوات|اناشيد|تنظيم) (?:\w+ )?(?:ال)?[بل]?(?:داعش|تنظيم|"
    r"دولة الاسلامية|قاعدة)|"
    r"(?:[ميتنا]?بايع(?:ت|ين|ون|وا|وه)?|بيعة) (?:ال)?(?:بغدادي|داعش|تنظيم|خليفة|دولة|قاعدة)|(?:ال)?(?:دولة )?الخلافة|"
    r"دولة الخلافة|"
    r"(?:ال)?حزام (?:ال)?ناسف|(?:ال)?احزمة (?:ال)?ناسفة|"
    r"(?:ي|ت|د|دي|كاعد ي)?(?:جند|جندون|لتحق|لتحقون|نظم|نضم|التحق|انضم)\w* (?:\w+ ){0,2}(?:ل|ب|ال|لل)?(?:داعش|"
    r"تنظيم|ارهاب\w*|جماعات)|"
    r"(?:ي|ت|د|دي)?(?:روج|دعم|مول|ناصر|مجد)(?:ون)? (?:\w+ )?[لب]?(?:ال)?(?:داعش|دواعش|تنظيم داعش)|"
    r"(?:وي|ويه|مع|من) (?:ال)?(?:دواعش|داعش) (?=ساكن|مختب|رجع|يم|ب)|"
    r"(?:فيديو\w*|فديو\w*|مقاطع|مقطع) (?:ال)?(?:ذبح|نحر|اعدام\w*|تفخيخ|جهاد\w*)(?= (?:\w+ ){0,8}"
    r"(?:يلتحق|التحق|نلتحق|بيهم|وياهم|ينشر|ينضم|للشباب))|"
    r"(?:ي|ت|را?ح ي|يريد ي)?(?:راح|التحق|لتحق|نضم|انضم|انتمى|نتمي|ودي|اخذ|ياخذ) (?:\w+ ){0,2}لل?(?:جماعة|جماعات|فصيل) "
    r"(?:ال)?(?:مسلحة|متطرفة|ارهابية)|join(?:ed|ing|s)? (?:the |an )?(?:armed|militant) group|beheading videos?|"
    r"تیرۆریست\w*|خۆتەق\w*|کەمەربەندی تەقین\w*|(?:چەکدار\w*|شانە\w*|ئەندام\w*|سەرکردە\w*|"
    r"ئاڵای) (?:\w+ )?داعش\w*|شانەی نووستوو\w*|توندڕەو\w*|"
    r"داعشی\w*|(?:داعش\w*) (?:\w+ ){0,4}(?:ماوە\w*|دەسوڕێ\w*|هاتوو\w*|خۆیان|دەژی\w*|هەیە)|"
    r"(?:terrorist|extremist|jihadist|jihadi|islamic state fighter)s?|(?:suicide) (?:bomb\w*|attack\w*|vest\w*|"
    r"belt\w*)|"
    r"sleeper cells?|explosive (?:vest|belt)s?|blow(?:s|ing)? (?:him|her|them)sel(?:f|ves) up|blow(?:s|"
    r"ing)? up (?:him|her|them)sel(?:f|ves)|(?:preach\w*|call\w*) (?:\w+ )?(?:jihad|for killing)|unbelievers|"
    r"infidels|caliphate|"
    r"(?:isis|isil|daesh|da3ish) (?:\w+ )?(?:flags?|members?|fighters?|cells?|videos?|men|man|supporters?|leaflets?|"
    r"hid(?:es?|ing|den)|"
    r"liv(?:es?|ing)|stay(?:s|ing)?|gather(?:s|ing)?|return(?:s|ed|ing))|"
    r"(?:with|joined?|joining|for|from|of|supports?|loyal to) (?:isis|isil|daesh|da3ish|al qaeda)|"
    r"radical (?:group|preacher|imam|cell|men)|dawa?3?[ie]?sh(?:i|yeen)?|da3sh[iy]\w*|dawa3ish|irhabi\w*|"
    r"inti7ar[iy]\w*|intihari|"
    r"khal[iy]+a nay+ma"
)
_PAST: Final = (
    r"(?:كاتب|كتب)\w* (?:\w+ )?على (?:بابنا|بيتنا|حايطنا)|"
    r"(?:ايام|وكت|وقت|زمن|سنة|عهد|فترة|احداث|حرب|عكب|بعد|قبل|حكم|"
    r"(?<!واحد )(?<!شخص )(?<!ناس )(?<!عنصر )(?<!جماعة )من) (?:ال)?(?:داعش|دواعش)(?= |$)(?! (?:ساكن|"
    r"مختب|رجع))|20(?:0|1)\d|"
    r"شهيد\w*|شهداء|استشهد\w*|تعويض\w*|مخلفات|فجر (?:\w+ )?بيت\w*|هدم\w*|دمر\w*|خطف(?:ها|ه|وها|وه)|سبا(?:ها|يا)|"
    r"(?:ا|ي|ت)?تهم\w*|متهم\w*|(?:ي|ت)?(?:كول|قول)\w* (?:علي\w*|عن\w*|عل\w*|بنت\w*|انت\w*)|(?:كالوا?|"
    r"قالوا?) (?:علي\w*|عن\w*|عل\w*)|"
    r"(?:ي)?صيح\w* (?:علي\w*|ل\w+)|سمون\w*|ظلم\w*|بريء|بري|اعترف\w*|تعذيب|عذبو\w*|مكافحة|شنو|شلون نحمي|توعية|محاضرة|"
    r"بحث(?:ي)?|فلم|فيلم|مسلسل|لعبة|كتاب|فیلم\w*|منتخب\w*|مدرب|مباراة|(?:ال)?عوائل|عائلة (?:ال)?(?:داعش\w*|"
    r"دواعش)|وصمة|ابن داعشي\w*|"
    r"(?:ي|ت|ن)?(?:سم|عير|سب|صيح|حسب|وصف|شبه)\w{0,5}(?:نا|ني|هم|ها|ون|ونا|وني|وهم)|حسبونا|(?:ا)?(?:طلعو|"
    r"رحلو)\w*|رجعتنا|نازحين|نازح|"
    r"y?[iu]?sm+[ou]+n[ai]\w*|yismoona|y9i[7h]\w*|y[gk8]u+l+o+n\w*|nazi7\w*|(?:جان|چان|كانو|كان|جانو) (?:مخلي|"
    r"حاط)\w*|"
    r"شەهید\w*|ڕووخ\w*|سووتا\w*|قەرەبوو\w*|بە دەستی|دەڵێن|تاوانبار\w*|"
    r"(?:destroyed|killed|bombed|kidnapped|burned|murdered) (?:\w+ )?by|compensat\w*|displaced|innocent|accus\w*|"
    r"call(?:s|ed|ing)? (?:us|me|him|her|them|my|our)|says? (?:we|i|my|he) (?:am|are|is|son|was)|movie|film|"
    r"game|since the days|"
    r"in (?:19|20)\d\d|counter terrorism|anti terrorism"
)


def _pattern(written: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)[وفبلك]?(?:{letters(written)})(?!\w)")


_SAID, _OVER = _pattern(_WHO), _pattern(_PAST)


def find(key: str) -> bool | None:
    """Whether a key (bot.nlp.normalise) tells of extremists, or of who means to be one, here and now.

    False where it tells of years ago, of ruins and martyrs, or of who is only called so; None where it says neither.
    """
    if _OVER.search(key):
        return False
    return True if _SAID.search(key) or arming.tells(key) else None
