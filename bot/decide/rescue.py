"""Whether a message tells of somebody who waits for those who rescue: trapped, hurt, burnt, beside what befell them.

Of a child behind a fire the understanding thinks as of a child locked in by its family. Beside an open report of a
fire, an accident, an explosion, a flood or a fallen house it is part of that: it goes to those who are on their way,
and is sealed from none of them. What somebody did to somebody is not read so, whoever is hurt by it.
"""

import re
from datetime import timedelta
from typing import Final

from bot import commands
from bot.decide import wording
from bot.decide.turn import Turn
from bot.vocabulary import Category, Flight, Ongoing, Urgency

_LONGEST: Final = 600
_LATELY: Final = timedelta(hours=2)
_NEAR: Final = timedelta(minutes=10)  # who tells of both within these, and names no place, is still there
# What befalls people: fires, floods and sickness, accidents, mines, and what breaks or falls.
_BEFALLS: Final = frozenset(
    {
        Category.FIRE_MEDICAL,
        Category.TRAFFIC_SAFETY,
        Category.EXPLOSIVE_HAZARD,
        Category.PUBLIC_INFRASTRUCTURE,
    }
)

_NO: Final = r"(?<!ماكو )(?<!مابي )(?<!بدون )(?<!بلا )(?<!محد )(?<!no )(?<!not )(?<!nobody )(?<!بێ )"
_WAITS: Final = re.compile(
    commands.letters(
        rf"{_NO}(?<!\w)[وفبل]?(?:ال)?(?:"
        r"محاصر(?:ين|ة|ه|ات)?|محصور(?:ين|ة|ه|ات)?|محشور(?:ين|ة|ه|ات)?|محتجز(?:ين|ة|ه|ات)?|عا?لگ(?:ين|ة|ه|ات)?|"
        r"عالق(?:ين|ة|ه|ات)?|"
        r"عالك(?:ين|ة|ه|ات)?|انحصر(?:وا|ت|نا|ن)?|انحشر(?:وا|ت)?|علكوا|علكت|"
        r"تحت (?:ال)?(?:انقاض|انكاض|ركام|هدم|تراب|ردم|سقف|حايط|السيارة|سيارة|مي|ماي)|"
        r"مجروح(?:ين|ة|ه|ات)?|مجاريح|جرحى|جرحه|مصاب(?:ين|ة|ه|ات)?|مصاوبين|متصاوب(?:ين|ة|ه)?|انجرح(?:وا|ت)?|"
        r"تصاوب(?:وا|ت)?|"
        r"محروك(?:ين|ة|ه|ات)?|محترك(?:ين|ة|ه|ات)?|محترق(?:ين|ة|ه|ات)?|انحرك(?:وا|ت)?|احترك(?:وا|ت)?|احترق(?:وا|ت)?|"
        r"مختنك(?:ين|ة|ه|ات)?|مختنق(?:ين|ة|ه|ات)?|اختنك(?:وا|ت)?|اختنق(?:وا|ت)?|[يت]ختنك(?:ون)?|"
        r"[يتد]نزف(?:ون)?|دينزف|دتنزف|مغمى علي(?:ه|ها|هم)|فاقد(?:ة|ه|ين)? (?:ال)?وعي|"
        r"[يت]غر[كگق](?:ون)?|غركان(?:ين|ة|ه)?|(?:ما|مو) (?:[يت]?[كگق]در(?:ون)?) [يت](?:طلع|نزل|مشي|تحرك|خرج)(?:ون)?|"
        r"(?:ما|لم) (?:طلعوا|طلعت|طلع|يطلعون|نزلوا)(?: \w+){0,2} (?:من|بعد|لحد)|بعد(?:ه|ها|هم) جو[ةاه]\w*|"
        r"trapped|stuck|injured|wounded|burned|burnt|bleeding|unconscious|under (?:the )?(?:rubble|debris|ruins)|"
        r"cant get out|cannot get out|cant breathe|drowning|still inside|"
        r"گیری خواردووە|گیریان خواردووە|گیرخواردوو\w*|بریندار\w*|سووتاو\w*|خنکاو\w*|لەژێر (?:داروپەردوو|خاک)|"
        r"دەرنەچوو\w*|"
        r"birîndar\w*|asê maye|m7a[9s]a?r\w*|ma7soor\w*|ma7shoor\w*|majroo?7\w*|mitsawib\w*|ma7roo?[kg]\w*|"
        r"3alig\w*|3alqeen"
        r")(?!\w)"
    )
)
# What somebody does to somebody, or to themselves.
_DONE: Final = re.compile(
    commands.letters(
        r"ضرب|طعن|كتل(?!ة)|قتل|ذبح|حبس|حابس|رابط|مربوط|اغتصب|تحرش|هدد|ابتز|خطف|مخطوف|عذب|تعذيب|معنف|نتحر|روحها|روحه|"
        r"نفسها|نفسه|خنك(?:ها|ني|ه)|(?<!\w)حر[كگق](?:ها|ه|ني)(?!\w)|احر[كگق](?:ها|ه|ني|وها|وه)|محاصر(?:ني|نا|ها|"
        r"هم)|رمو?ا? علي|"
        r"محاصرين (?:ال)?(?:بيت|دار)|مسلح|سلاح|عصاب|سكين|يسجن|قفل عل|قافل|زعل|شرد|انهزم|طلاق|عمام|عشير|"
        r"(?<!\w)(?:beat|hit|stab|shot|rape|threat|locked|tied|kidnap|abus|himself|herself|husband|gunm|armed|"
        r"hostage)\w*|"
        r"لێی? ?دا|کوشت|هەڕەش|دەستدرێژ|چەقۆ|خۆی"
    )
)


def tells(text: str) -> bool:
    """Whether a text tells of people trapped, hurt, burnt or stifled, and of nobody who did it to them."""
    key = commands.fold(text[:_LONGEST])
    return _WAITS.search(key) is not None and _DONE.search(key) is None


def is_beside(turn: Turn) -> bool:
    """Whether it does, beside what befell somebody and was told to us of late."""
    ongoing = turn.ongoing
    return ongoing is not None and _may_befall(turn, ongoing) and tells(turn.words)


def is_part(turn: Turn) -> bool:
    """Whether it is so surely part of that report that nothing is asked: it is urgent, here, and no other one."""
    ongoing, analysis = turn.ongoing, turn.heard.analysis
    if ongoing is None or analysis is None or ongoing.facts.urgency is Urgency.NORMAL or not is_beside(turn):
        return False
    said, fragment = wording.read(turn.words), turn.message.fragment
    another = said.announces or said.another or commands.opens_new(turn.words)
    return not (another or (fragment is not None and fragment.index > 1) or _is_elsewhere(turn, ongoing))


def place_of(turn: Turn) -> tuple[str, ...]:
    """Where it is, by the report beside which it was told within minutes; () where that says nothing of it."""
    ongoing = turn.ongoing
    if ongoing is None or not is_beside(turn) or _is_elsewhere(turn, ongoing):
        return ()
    return ongoing.facts.lineage if turn.world.now - ongoing.filed_at <= _NEAR else ()


def _may_befall(turn: Turn, ongoing: Ongoing) -> bool:
    analysis, facts = turn.heard.analysis, ongoing.facts
    fled = facts.flight is not Flight.NONE or (analysis is not None and analysis.flight is not Flight.NONE)
    apart = facts.sensitive or facts.about_police or facts.insider or fled
    return facts.category in _BEFALLS and not apart and turn.world.now - ongoing.filed_at <= _LATELY


def _is_elsewhere(turn: Turn, ongoing: Ongoing) -> bool:
    """Whether it names a place, or names that may be several, outside the report's own."""
    analysis, here = turn.heard.analysis, ongoing.facts.lineage
    if analysis is None or not here:
        return False
    told = (analysis.place,) if analysis.place is not None else tuple(analysis.places)
    return bool(told) and not any(each.id in here or here[0] in each.lineage for each in told)
