"""The speech of old Mosul (qeltu), told by its غ for ر: "صغيغ", "مدغسة", "قيضغب"."""

import re
from collections.abc import Sequence
from typing import Final

_ENOUGH: Final = 2
# Words that have a غ everywhere.
_OWN_GHAIN: Final = re.compile(
    "شغل|شتغ|بغداد|صغير|زغير|صغار|زغار|بلغ|بلاغ|غرف|غير|غاز|غسل|غسيل|غلط|غد|فراغ|فارغ|غرب|غنم|غطا|غصب|"
    "غريب|غال|غلا|غرا|غضب|غزل|غتص|غش|غاب|غيب|لغ|دماغ|ضغط|رغم|بغل|غفل|غاف|غاد|طاغ|شاغل|ازغر|اصغر|تغذ|غذا|"
    "غنا|اغان|اغني|غم|غيم|غيار|غرك|غارك|صمغ|مضغ|دغدغ|غبار|فرغ|غاره|غسال"
)
_SOME: Final = frozenset(
    (
        "هسع هسا عجي العجي نحنا كن بعدو بعدم هونك عندو عليي بويي قاع الكاع اشكد اشكون ماكول معاها معاهم جوا "
        "غاح غح كلو ابوهم"
    ).split()
)
_SURE: Final = frozenset(
    (
        "غجل غجلي غجال الغجال غجالين مغه المغه مغت مغتي عجيان العجيان عمغو عمغا عمغي صغيغ زغيغ كبيغ مدغسه "
        "المدغسه غاس غاسو غوس صاغ يصيغ صاغلي شهغين دغب الدغب دغبونه كهغباء غصاص الغصاص غمي تعغف اعغف يعغفو "
        "تعغفو حجاغ الحجاغ سياغه سياغات غحتو غجع غجعتو قيضغب كيظغب كيظغبني كيصيح كيلحكون صوغ الصوغ حمغ بيغ "
        "البيغ مطغ مكسوغ محصوغ محصوغين محصوغه ازغك صفغا بكغا سغكو سغك حغامي حغق يحغك كيحغك كستغال كغستال "
        "جيغان جاغنا جيغانا غابط وغا ضغب ظغبني يظغب يظغبني اقدغ اكدغ"
    ).split()
)


def is_qeltu(words: Sequence[str]) -> bool:
    """Whether somebody speaks so: `words` of a key."""
    if not _SURE.isdisjoint(words):
        return True
    heard = sum(word in _SOME or ("غ" in word and not _OWN_GHAIN.search(word)) for word in words)
    return heard >= _ENOUGH
