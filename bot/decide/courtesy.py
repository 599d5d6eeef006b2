"""What people say to be kind, beside an open report: thanks, blessings, greetings, "wrong chat", laughter.

It is known by its words, not by whole phrases: all of them are said in kindness, and at least one says nothing else.
"""

import re
from typing import Final

from bot import commands

_LONGEST: Final = 120  # letters; a longer text tells more
_MOST: Final = 14  # words

_PIOUS: Final = (
    "الله كريم|ان شاء الله|انشاء الله|انشالله|الحمد لله|الحمدلله|توكلنا على الله|على الله|امين|امين يا رب|يا رب|يارب|"
    "حسبي الله ونعم الوكيل|حسبنا الله ونعم الوكيل|لا حول ولا قوة الا بالله|لا حول الله|سبحان الله|استغفر الله|"
    "الله المستعان|الله يعين|الله كبير|ما شاء الله|بسم الله الرحمن الرحيم|لا اله الا الله|inshallah|insha allah|"
    "alhamdulillah|7amdulillah|ya rab|amen|خوا گەورەیە|خوا یارمەتیدەر بێت|ان شاءاللە|ئینشاڵا|الحمدلله رب العالمين|"
    "سوپاس بۆ خوا|خوا بکات"
)
# Each is said in kindness and tells nothing, in whatever company of the others.
_KIND: Final = commands.letters(
    r"شكر\w*|مشكور\w*|ممنون\w*|تسلم\w*|يسلمو\w*|عاشت|عاش|عشت|يوفق\w*|يحفظ\w*|بارك|يبارك\w*|يجزي\w*|جزا\w*|العافية|عافية|"
    r"ينصر\w*|رحم|والدي(?:كم|ك|ج)|موتاكم|امواتكم|صباح\w*|مساء\w*|تصبحون|جمعة|عيد|عيدكم|رمضان|مرحبا|هلو|هلا|اهلا|السلام|سلام|"
    r"سلامات|عام|اللهم|صلوات|شاء|انشالله|انشاءالله|ابطال|قصرتو\w?|قصرت|كفو|كفوا|تمام|ماشي|اوك|اوكي|اوكيه|زين|بالغلط|غلطانة?|"
    r"تحيات\w*|احسنت\w*|موفقين|بالتوفيق|حبايب\w*|ورد|ورود|thanks|thank|thx|thnx|appreciated?|bless|morning|evening|"
    r"goodnight|sorry|lol|ok|okay|oki|cheers|shukran|shukren|tislam\w*|tamam|mashk\w+r\w*|mamn\w+n\w*|yislamu|salam|hala|"
    r"سوپاس\w*|دەستخۆش\w*|دەستتان|بەیانی|ئێوارە|سڵاو\w*|ببورن|ببورە|باشە"
)
_BESIDE: Final = commands.letters(
    r"الله|والله|رب|يا|و|من|على|في|كل|كلش|هواي|هوايه|جدا|جزيلا|الف|خير|خيرا|بخير|الخير|النور|الورد|الياسمين|السعادة|مباركة|"
    r"مبارك|طيبة|سعيد|سعيدة|كريم|عليكم|عليك|وعليكم|ورحمة|ورحمته|وبركاته|عام|وانتم|وانت|بمناسبة|المولد|النبوي|الشريف|جميعا|"
    r"وكثر|كثر|امثالكم|امثالك|الكم|لكم|الك|لك|ولك|الاجر|انشرها|محمد|وال|وعلى|ال|سيدنا|صل|صلي|وسلم|ان|يعطي\w*|يطي\w*|ينطي\w*|"
    r"وينطي\w*|الرد|ردكم|رد|السريع|السريعة|سرعة|الاستجابة|استجابتكم|الاهتمام|اهتمامكم|جهود\w*|بجهودكم|تعاونكم|مساعدتكم|"
    r"ايدكم|ايدك|ايديكم|الايادي|عيوني|عيني|عيونكم|لعيونكم|لعيونك|قلبي|استاذ|اخي|اخوي|اخوية|خوية|اخوان|اخواني|شباب|حبيبي|"
    r"حبيبتي|ما|الحال|ننتظر|انتظر|منتظرين|خوش|رسالة|رقم|الرسالة|العفو|عفوا|اسف|اسفة|ل|يخلي\w*|يطول|عمركم|بعمركم|"
    r"god|you|u|so|much|very|a|lot|for|your|the|reply|answer|help|quick|fast|response|good|night|dear|wrong|chat|number|"
    r"message|my|bad|i|we|will|wait|got|it|all|everyone|and|guys|sir|brother|again|great|nice|hwaya|3yuni|5oya|khoya|"
    r"زۆر|بۆ|وەڵامەکەت\w*|وەڵامتان|یارمەتیتان|خۆش|بێت|باش|برا|براکەم|گیان|خوا|لێ"
)

_PRAYING: Final = re.compile(rf"(?:{commands.alternatives(_PIOUS)})(?: و? ?(?:{commands.alternatives(_PIOUS)}))*")
_SAYS_KINDLY: Final = re.compile(rf"و?(?:{_KIND})")
_OR_BESIDE: Final = re.compile(rf"و?(?:{_KIND}|{_BESIDE})")
# Drawn out: a single letter may be a slip of the finger.
_LAUGHING: Final = re.compile(r"(?:(?:ه{3,}|خ{3,}|h{3,}|(?:ha){2,}h?|lol|xd)\W*)+", re.IGNORECASE)


def is_all(text: str) -> bool:
    """Whether a text is nothing but kind or pious words, which beside an open report tell nothing."""
    if len(text) > _LONGEST:
        return False
    key = commands.fold(text)
    words = key.split()
    if not words or len(words) > _MOST:
        return False
    if _PRAYING.fullmatch(key) or _LAUGHING.fullmatch(text.strip()):
        return True
    return any(map(_SAYS_KINDLY.fullmatch, words)) and all(map(_OR_BESIDE.fullmatch, words))
