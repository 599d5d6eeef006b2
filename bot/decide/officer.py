"""Who shall hear a reporter: a woman by their wish, and what of that is true; and whom a blackmailed man would rather.

The question is optional and opens no desk: the report lies at the sealed one whatever the answer. It is never put to
who writes as a woman, to who is discreet or private, nor to who wants silence.
"""

import re
from dataclasses import replace
from typing import Final

from bot import commands, conversation, routing
from bot.decide.turn import Turn, decided
from bot.vocabulary import (
    SEALED_DESKS,
    Category,
    Conversation,
    Decision,
    Destination,
    Facts,
    Option,
    Reply,
    Stage,
    Urgency,
)

WOMAN: Final = "v1:officer:woman"
ANY: Final = "v1:officer:any"
_OPTIONS: Final = (Option(WOMAN, "choice.woman"), Option(ANY, "choice.any"))

_AS_A_MAN: Final = re.compile(
    commands.letters(
        r"(?<!\w)(?:زوجتي|مرتي|خطيبتي|طليقتي|(?:اني|انا) (?:شاب|رجل|رجال|ولد|زلمة)|ژنەکەم|خێزانم|من (?:پیاوم|کوڕم)|"
        r"my wife|my girlfriend|i am a (?:man|boy|guy|husband)|im a (?:man|guy|boy))(?!\w)"
    )
)
_AS_A_WOMAN: Final = re.compile(
    commands.letters(
        r"(?<!\w)و?(?:زوجي|رجلي|جوزي|خطيبي|طليقي|حبيبي السابق|بنية|بنت|فتاة|امراة|امراه|متزوجة|مطلقة|ارملة|حامل|مخطوبة|"
        r"طالبة|خايفة|خائفة|مرعوبة|محتاجة|تعبانة|حايرة|خجلانة|ضايعة|كاعدة|ساكنة|حجابي|بدون حجاب|شرفي|"
        r"مێردم|مێردەکەم|(?:من )?(?:کچم|کچێکم|ژنم|ژنێکم|ئافرەتم|ئافرەتێکم)|"
        r"my (?:husband|fiance|boyfriend|hijab)|i am a (?:girl|woman|wife|mother|female)|"
        r"im a (?:girl|woman|female))(?!\w)"
    )
)
_HER: Final = re.compile(
    commands.letters(
        r"(?:اريد )?(?:موظفة|شرطية|ضابطة|مرة|مره|امراة|امراه|بنية|ژن|ژنێک|ئافرەت)|(?:a )?(?:woman|female|lady)"
    )
)
_ANYONE: Final = re.compile(
    commands.letters(
        r"(?:اريد |لا )?(?:(?:اي )?(?:واحد|موظف|احد|ضابط|شرطي|رجل|رجال|زلمة)(?: عادي)?|اي من كان|منو ما كان|منو ماكان|"
        r"عادي|ما يفرق|ما تفرق|ماكو فرق|ما اكو فرق|ما عندي فرق|ما يهم|ما يهمني|مو مهم|كلهم)|"
        r"(?:هەر )?(?:کەس|کەسێک|ئەفسەر|ئەفسەرێک|پۆلیس|پۆلیسێک|پیاو|پیاوێک)|هەرکەس|جیاوازی نییە|فەرقی نییە|"
        r"(?:any )?(?:police )?(?:officer|policeman)|(?:a |any )?man|any|any ?one|anybody|either|whoever|"
        r"no (?:matter|difference)|(?:does not|doesnt) matter"
    )
)
# Said outside that question these take a wish for a woman back: each names whom, so that no answer is mistaken for it.
_ANYONE_AFTER_ALL: Final = re.compile(
    commands.letters(
        r"(?:(?:عادي|ما يفرق|ماكو فرق|لا|خلص|تمام|هسه) )?(?:(?:اي (?:ضابط|شرطي|موظف))(?: كان)?|رجل لو (?:مرة|امراة)|"
        r"(?:عادي|ما يفرق) (?:رجل|رجال|ضابط|زلمة))|(?:هەر )(?:ئەفسەرێک|پۆلیسێک|کارمەندێک)(?: بێت)?|"
        r"any (?:police )?(?:officer|policeman)(?: (?:will do|is fine|is ok))?|a man is (?:fine|ok) too"
    )
)


def is_hers(to: Destination) -> bool:
    """Whether a desk is one where only women, and who is trained for children, read."""
    return to.desk in SEALED_DESKS and to.rule != routing.AWAY


def told(facts: Facts, to: Destination, *, key: str) -> Reply | None:
    """Who will read it, to whoever wished for a woman: `key`, or that there is none; None for who did not wish."""
    if not facts.woman_officer:
        return None
    return Reply(key if is_hers(to) else "woman.none")


def choices(turn: Turn, facts: Facts) -> tuple[str, ...]:
    """The choices of the question that a man is asked who is blackmailed; () when it is not to be put."""
    known = facts.woman_officer or facts.any_officer or facts.minor or turn.conversation.behalf or turn.message.behalf
    hurry = facts.urgency is Urgency.EMERGENCY
    if facts.category is not Category.ELECTRONIC_BLACKMAIL or known or hurry or turn.known.muted:
        return ()
    return () if _speaks_as_woman(f"{turn.conversation.words} {turn.words}") else (WOMAN, ANY)


def ask(after: Conversation) -> tuple[Conversation, Reply]:
    """Puts the question: a woman, or any officer."""
    return conversation.asked(after, Stage.OFFICER, (WOMAN, ANY)), Reply("officer.ask", options=_OPTIONS)


def answer(turn: Turn) -> bool | None:
    """At the open question: True for a woman, False for any officer, None when it is no answer to it."""
    if turn.conversation.stage is not Stage.OFFICER or turn.attached:
        return None
    key = commands.fold(turn.words)
    if _HER.fullmatch(key):
        return True
    return False if _ANYONE.fullmatch(key) else None


def takes_back(turn: Turn) -> bool:
    """Whether whoever wished for a woman, outside any question, says that anybody will do."""
    own = turn.conversation.stage is Stage.IDLE and not (turn.attached or turn.heard.codes or turn.message.choice)
    wished = turn.conversation.woman_officer
    return own and wished and _ANYONE_AFTER_ALL.fullmatch(commands.fold(turn.words)) is not None


def release(turn: Turn) -> Decision:
    """The wish holds no longer for what is told next; what was told under it stays with the women who have it."""
    return decided(turn, replace(turn.conversation, woman_officer=False), replies=[Reply("noted")])


def _speaks_as_woman(text: str) -> bool:
    key = commands.fold(text)
    return _AS_A_MAN.search(key) is None and _AS_A_WOMAN.search(key) is not None
