"""The sentences that command: what may be strung together, and in which order. The words are in phrases."""

import re
from collections.abc import Callable
from typing import Final

from bot.commands import phrases
from bot.commands.folding import alternatives, comparable, folded, listed
from bot.commands.intents import Intent
from bot.commands.phrases.lists import Phrases
from bot.vocabulary import Locale


def _any(which: Callable[[Phrases], str]) -> str:
    """One of a list, in any language: a group."""
    return f"(?:{alternatives(phrases.every(which))})"


def _opening(which: Callable[[Phrases], str]) -> tuple[str, ...]:
    """What a comparable text begins with that goes on after one of a list."""
    return tuple(comparable(phrase) + " " for phrase in listed(phrases.every(which)))


def _strung(one: str, more: str) -> re.Pattern[str]:
    return re.compile(rf"{one}(?: {more})*")


# Every phrase that commands alone.
ALONE: Final = {key: intent for intent in Intent for key in folded(phrases.alone(intent))}

# In which language they read the text that names this word: of one so short no language is known otherwise.
MORE: Final = {
    key: locale
    for locale, said in ((Locale.AR, phrases.ARABIC), (Locale.CKB, phrases.KURDISH), (Locale.EN, phrases.ENGLISH))
    for key in folded(said.alone[Intent.MORE])
}

# What nobody types who speaks no English: of so short a wish no language is known otherwise.
_WISHES: Final = (Intent.DISCREET, Intent.PRIVATE, Intent.WOMAN)
ENGLISH_WISH: Final = folded("|".join(phrases.ENGLISH.alone[wish] for wish in _WISHES))
ENGLISH_WORDS: Final = frozenset("nobody anybody anyone know tell must dont please my phone".split())

_GREETINGS: Final = _any(lambda said: said.greetings)
_KIND: Final = _any(lambda said: f"{said.thanks}|{said.greetings}")
_KIND_OR_BESIDE: Final = _any(lambda said: f"{said.thanks}|{said.greetings}|{said.beside_thanks}")
# "هلو منو وياي": asked for with a greeting before it.
GREETED: Final = re.compile(rf"(?:{_GREETINGS} )+")

_FILING: Final = _any(lambda said: said.filing)
_HIDDEN: Final = f"(?:{alternatives(phrases.alone(Intent.PRIVATE))})"
_PRIVATELY: Final = re.compile(rf"(?:{_FILING} )+(?:{_HIDDEN}(?: |$))+(?:{_FILING}(?: |$))*")
# A word for it, marked off from what follows; some say so much that they need no mark.
PRIVATE_FIRST: Final = re.compile(r"\s*([^:،,.\n\-–—]{2,40}?)\s*[:،,.\n\-–—]+\s*(?=\S)")
PRIVATE_PLAINLY: Final = re.compile(rf"{_any(lambda said: said.surely_private)} ")

# As they are typed and as Mosul says them: "احچي", "ظابطة", "اگدر", "اغيد".
_SPELT: Final = str.maketrans({each: f"[{same}]" for same in ("جچ", "ضظ", "کگ", "رغ") for each in same})
_WISHING: Final = _any(lambda said: f"{said.wishing}|{said.wanting}")
_WANTING: Final = _any(lambda said: said.wanting)
_HER: Final = _any(lambda said: said.woman)
_HER_IF_WANTED: Final = _any(lambda said: said.woman_if_wanted)
_OF_A_WISH: Final = _any(lambda s: f"{s.wishing}|{s.wanting}|{s.woman}|{s.woman_if_wanted}|{s.at_work}")
_NOT_HER: Final = _any(lambda said: said.not_her)
_NOT_HIM: Final = rf"(?: {_any(lambda said: said.rather_not)} (?:a )?{_any(lambda said: said.a_man_instead)})?"
_NONE_OF_THEM: Final = _any(lambda said: said.none_of)
_HIM: Final = _any(lambda said: said.man)
_NEVER: Final = _any(lambda said: said.shall_not_read)
_NOT_BY_HIM: Final = rf"{_NONE_OF_THEM} (?:{_WISHING} )*{_HIM}"
# Nothing but words of such a wish, in whatever order: one for her, and one of wanting where hers is not enough.
WOMAN: Final = re.compile(
    (
        rf"(?!.*\b{_NOT_HER}\b)(?=.*\b(?:{_HER}\b"
        rf"|{_WANTING}\b.*\b{_HER_IF_WANTED}\b|{_HER_IF_WANTED}\b.*\b{_WANTING}\b))"
        rf"{_OF_A_WISH}(?: {_OF_A_WISH})*{_NOT_HIM}(?: {_WISHING})*"
        rf"|(?:{_WISHING} )*{_NOT_BY_HIM}(?: (?:{_WISHING}|{_NEVER}))*"
    ).translate(_SPELT)
)
_HER_ALONE: Final = alternatives(phrases.alone(Intent.WOMAN))
# Without one of these, perhaps after an "and", there is no such wish.
OF_A_WOMAN: Final = re.compile(
    rf"(?<!\w)و?(?:{_HER}|{_HER_IF_WANTED}|{_HER_ALONE}|{_NOT_BY_HIM})(?!\w)".translate(_SPELT)
)
# The first that fits says what is meant.
SENTENCES: Final = (
    (_strung(_GREETINGS, _GREETINGS), Intent.GREETING),
    (_strung(_KIND, _KIND_OR_BESIDE), Intent.THANKS),
    (WOMAN, Intent.WOMAN),
    (_PRIVATELY, Intent.PRIVATE),
)

# How things stand.
_OF_WHAT: Final = _any(lambda said: said.of_what)
STANDING: Final = re.compile(rf"(?:{_OF_WHAT} )*(?P<ask>{_any(lambda said: said.how_far)})(?: {_OF_WHAT})*")
QUESTION: Final = folded(phrases.every(lambda said: said.asked))
DOUBTFUL: Final = folded(phrases.every(lambda said: said.begins_a_story))

OWN_WORD: Final = re.compile(rf"{_any(lambda said: said.my_word)} (\w+)")
WIPING: Final = folded(phrases.every(lambda said: said.wiping))
ANOTHER: Final = _opening(lambda said: said.another)
DECLINED: Final = folded(phrases.every(lambda said: said.unsaid))
WILL_NOT: Final = _opening(lambda said: said.will_not)

# Erasing what was sent.
_PLEASE: Final = _any(lambda said: said.please)
_ERASING: Final = _any(lambda said: said.erasing)
ERASE_FIRST: Final = re.compile(rf"(?:{_PLEASE} )*(?:{_ERASING}|{_any(lambda said: said.regrets)})(?!\w)")
ERASE_VERB: Final = re.compile(rf"(?<!\w){_ERASING}(?!\w)")
ERASE_SENT: Final = re.compile(rf"(?<!\w){_any(lambda said: said.sent)}(?!\w)")
_AGREEING: Final = rf"(?:{'|'.join(re.escape(said) for said, meant in ALONE.items() if meant is Intent.YES)})"
_HASTY: Final = _any(lambda said: said.hasty)
_ERASING_IT: Final = rf"{_ERASING}(?: {_any(lambda said: said.all_of)}| {_any(lambda said: said.sent)}| {_HASTY})*"
# What stands beside a yes says no more than that; what was sent is named only behind the word that erases it.
AGREES_TO_ERASE: Final = re.compile(rf"(?:1 )?{_AGREEING}(?: (?:{_AGREEING}|{_HASTY}|{_ERASING_IT}))*")
ERASES_ONLY: Final = re.compile(rf"(?:{_HASTY} )*{_ERASING_IT}")
ALL_OF_IT: Final = re.compile(rf"(?<!\w)[وب]?{_any(lambda said: said.all_of)}(?!\w)")
ERASE_OTHERS: Final = re.compile(rf"(?<!\w)[وبل]?{_any(lambda said: said.not_ours)}(?!\w)")
# Taking a consent back: alone, or said twice, or kindly. What a language only means so where a yes stands, with it.
_WITHDRAWING: Final = _any(lambda said: said.withdrawing)
_REGRETTING_IT: Final = _any(lambda said: f"{said.withdrawing}|{said.regretting_it}")
WITHDRAWS: Final = re.compile(rf"(?:{_PLEASE} )*{_WITHDRAWING}(?: (?:{_WITHDRAWING}|{_PLEASE}))*")
WITHDRAWS_IT: Final = re.compile(rf"(?:{_PLEASE} )*{_REGRETTING_IT}(?: (?:{_REGRETTING_IT}|{_PLEASE}))*")
_UNSHARE, _UNSHARED = _any(lambda said: said.unshare), _any(lambda said: said.unshared)
_UNSHARING: Final = rf"(?:{_UNSHARE}|{_UNSHARED}|{_PLEASE}|{_REGRETTING_IT}|{_any(lambda said: said.between)})"
UNSHARES: Final = re.compile(
    rf"(?=.*(?<!\w){_UNSHARE}(?!\w))(?=.*(?<!\w){_UNSHARED}(?!\w)){_UNSHARING}(?: {_UNSHARING})*"
)
TAKES_BACK: Final = re.compile(
    rf"(?:{_PLEASE} )*{_any(lambda said: said.taking_back)} (?:my )?{_any(lambda said: said.taken_back)}"
)

# A digit said as a word, or after the word for it.
_SAID: Final = "|".join(
    f"(?P<{name}>{digit}|{_any(which)})"
    for name, digit, which in (
        ("one", 1, lambda said: said.one),
        ("two", 2, lambda said: said.two),
        ("three", 3, lambda said: said.three),
    )
)
SAID_DIGIT: Final = re.compile(rf"(?:{_any(lambda said: said.numbered)} )?(?:{_SAID})")
DIGITS: Final = {"one": 1, "two": 2, "three": 3}
