"""Recognises the few words that command rather than tell: typed alone in Arabic, Kurdish or English, or tapped."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

from bot.commands import patterns
from bot.commands.folding import INVISIBLE, LONGEST, comparable, fold
from bot.commands.intents import Intent
from bot.vocabulary import Locale

_NAMES: Final[Mapping[str, Intent]] = {intent.value: intent for intent in Intent}
# What a menu of commands may name in English, beside the words in phrases.
_TYPED: Final = frozenset(
    {"help", "status", "add", "new", "language", "stop", "resume", "erase", "wipe", "behalf", "private"}
)
_SIGNS_OF_THANKS: Final = frozenset("👍🙏❤💙💚🌹🌷👌😊☺🤍💐✅🤝👏😍♥\ufe0f\u200d🏻🏼🏽🏾🏿")
_AFTER_A_GREETING: Final = frozenset({Intent.HELP, Intent.ASK, Intent.STATUS, Intent.LANGUAGE, Intent.ADVICE})
_PAYLOAD: Final = re.compile(r"\s*/start(?:@\w{1,64})?(?:\s+([!-~]{1,512}))?\s*", re.IGNORECASE)
_ORIGIN: Final = re.compile(r"f_([A-Za-z0-9_-]{1,62})")  # the carrier allows 64
_DIGIT: Final = re.compile(r"[^\w?؟]*(\d{1,2})[^\w?؟]*")
_MARKS: Final = ("?", "؟")
_ERASE_WORDS: Final = 6
_LONGEST_WISH: Final = 120  # letters: whoever wishes for a woman asks kindly, and says it twice


def intent(text: str, choice: str) -> Intent | None:
    """What a whole text, or a tapped choice, commands; None when it does not command."""
    if choice:
        return _tapped(choice)
    if text.lstrip().startswith("/"):
        return _slashed(text)
    if len(text) > LONGEST:
        wishes = len(text) <= _LONGEST_WISH and patterns.WOMAN.fullmatch(comparable(text))
        return Intent.WOMAN if wishes else None
    key = comparable(text)
    if key in patterns.ALONE:
        # "سري؟" asks whether it is.
        asks = patterns.ALONE[key] is Intent.PRIVATE and text.rstrip().endswith(("?", "؟"))
        return Intent.ASK if asks else patterns.ALONE[key]
    if _asks_how_far(key, text):
        return Intent.STATUS
    worded = _worded(key)
    if worded is not None:
        return worded
    return Intent.NOD if text.strip() and set(text) - {" "} <= _SIGNS_OF_THANKS else None


def _worded(key: str) -> Intent | None:
    """What is made of words that may be strung together, or asked for with a greeting before it; folded."""
    for pattern, meant in patterns.SENTENCES:
        if pattern.fullmatch(key):
            return meant
    greeted = patterns.GREETED.match(key)
    asked = patterns.ALONE.get(key[greeted.end() :]) if greeted is not None else None
    return asked if asked in _AFTER_A_GREETING else None


def _slashed(text: str) -> Intent | None:
    """A command with a slash. Words behind it are no part of it: then it is a text like any, and none of it is lost."""
    if _PAYLOAD.fullmatch(text):
        return Intent.START
    name, _, more = text.strip()[1:].partition(" ")
    if more.strip() or len(name) > LONGEST:
        return None
    key = comparable(name.partition("@")[0].replace("_", " "))
    if key in patterns.WIPING:
        return Intent.WIPE
    return patterns.ALONE.get(key) or (_NAMES.get(key) if key in _TYPED else None)


def origin(text: str) -> str:
    """The office that a link or a poster names ("/start f_BG-shula"), unchecked; "" when it names none."""
    payload = _PAYLOAD.fullmatch(text)
    named = _ORIGIN.fullmatch(payload[1] or "") if payload else None
    return named[1] if named else ""


def asks_how_far(text: str) -> bool:
    """Whether a text asks how a report stands, and tells nothing: "شصار ببلاغي", "any news about my report?"."""
    return _asks_how_far(comparable(text), text)


def _asks_how_far(key: str, text: str) -> bool:
    question = text.rstrip().endswith(("?", "؟"))
    if key in patterns.QUESTION:
        return question
    found = patterns.STANDING.fullmatch(key)
    return found is not None and (question or found["ask"] not in patterns.DOUBTFUL or found["ask"] != key)


def _tapped(choice: str) -> Intent | None:
    match choice.split(":"):
        case ["v1", "cmd", name]:
            return _NAMES.get(name)
        case ["v1", "for", "other"]:
            return Intent.BEHALF
        case ["v1", "claim", _]:
            return Intent.CLAIM
        case ["v1", "noted"]:
            return Intent.NOTED
        case _:
            return None


def asks_to_erase(text: str) -> bool:
    """Whether a short sentence asks to erase what was sent: "امسحوا الرسالة بسرعة ابوي اجه"; not what others hold."""
    if len(text) > LONGEST:
        return False
    key = comparable(text)
    if len(key.split()) > _ERASE_WORDS or patterns.ERASE_OTHERS.search(key):
        return False
    if patterns.TAKES_BACK.fullmatch(key) or patterns.ERASES_ONLY.fullmatch(key):
        return True
    return bool(
        patterns.ERASE_FIRST.match(key) or (patterns.ERASE_VERB.search(key) and patterns.ERASE_SENT.search(key))
    )


def speaks_of_a_woman(text: str) -> bool:
    """Whether a text holds words without which no part of it is a wish for a woman; most that hold them are none."""
    return patterns.OF_A_WOMAN.search(comparable(text)) is not None


def only_erases(text: str) -> bool:
    """Whether a text asks to erase what was sent and says nothing else at all: "احذفوا كل رسائلي رجاء"."""
    return len(text) <= LONGEST and patterns.ERASES_ONLY.fullmatch(comparable(text)) is not None


def agrees_to_erase(text: str) -> bool:
    """Whether a text says yes to "erase it?" and nothing else, in however many words: "اي امسحوه", "yes delete it"."""
    return len(text) <= LONGEST and patterns.AGREES_TO_ERASE.fullmatch(comparable(text)) is not None


def wishes_in_english(text: str) -> bool:
    """Whether a wish, for secrecy or for a woman, is in English words."""
    key = comparable(text) if text.isascii() and len(text) <= LONGEST else ""
    return key in patterns.ENGLISH_WISH or bool(patterns.ENGLISH_WORDS & set(key.split()))


def more_in(text: str) -> Locale | None:
    """The language of a text that asks for the rest of the help; None for any other text."""
    return patterns.MORE.get(comparable(text)) if len(text) <= LONGEST else None


def means_all(text: str) -> bool:
    """Whether a text that asks to erase means all that was sent: "احذفوا كل رسائلي", "delete all"."""
    return len(text) <= LONGEST and patterns.ALL_OF_IT.search(comparable(text)) is not None


def withdraws(text: str, *, given: bool) -> bool:
    """Whether a text takes a consent back, and says nothing else. given: a yes of theirs stands; it hears more then."""
    if len(text) > LONGEST:
        return False
    key = comparable(text)
    if given and len(key) <= LONGEST and patterns.UNSHARES.fullmatch(key):
        return True
    return (patterns.WITHDRAWS_IT if given else patterns.WITHDRAWS).fullmatch(key) is not None


def own_word(text: str) -> str:
    """The one word that somebody chooses, folded, in "كلمتي زيتون"; "" where none or more than one is named."""
    found = patterns.OWN_WORD.fullmatch(fold(text)) if len(text) <= LONGEST else None
    return found[1] if found else ""


def asks_back(text: str) -> bool:
    """Whether a short answer is a question: "نعم؟" is "pardon?", and no yes to anything."""
    return any(mark in text for mark in _MARKS)


def starts_with_answer(text: str) -> bool:
    """Whether a text begins with a yes or a no, as answers to a question do."""
    first = comparable(text[:LONGEST]).split()[:1]
    return bool(first) and patterns.ALONE.get(first[0]) in {Intent.YES, Intent.NO}


def declines(text: str) -> bool:
    """Whether a text says that its writer cannot or will not tell: "ما اعرف", "ما اريد اكول وين"."""
    if len(text) > LONGEST:
        return False
    key = comparable(text)
    return key in patterns.DECLINED or key.startswith(patterns.WILL_NOT)


def opens_private(text: str) -> bool:
    """Whether a text begins with the wish to be private and goes on to tell: "سري: …", "بلاغ مجهول …"."""
    first = patterns.PRIVATE_FIRST.match(text)
    if first is not None and intent(first[1], "") is Intent.PRIVATE:
        return True
    return patterns.PRIVATE_PLAINLY.match(fold(text[:LONGEST])) is not None


def opens_new(text: str) -> bool:
    """Whether a text announces another report and goes on to tell it: "بلاغ جديد: …"."""
    return comparable(text[:LONGEST]).startswith(patterns.ANOTHER)


def digit(text: str) -> int | None:
    """A number of one or two digits, of any script, typed alone: "٢", "۲", "2", "2.", "2️⃣" are 2; else None.

    "1؟" picks nothing: it asks.
    """
    found = _DIGIT.fullmatch(INVISIBLE.sub("", text.replace("\u20e3", ""))) if len(text) <= LONGEST else None
    return int(found[1]) if found else None


def said_digit(text: str) -> int | None:
    """A digit as people say it: "واحد", "one", "رقم 1", "1؟"; else None. Only where nothing but a digit is awaited."""
    alone = digit(text.strip(" ?؟"))
    found = patterns.SAID_DIGIT.fullmatch(_western(comparable(text))) if len(text) <= LONGEST else None
    return alone if found is None or alone is not None else patterns.DIGITS[found.lastgroup or ""]


def _western(text: str) -> str:
    return "".join(str(unicodedata.digit(letter, letter)) for letter in text)
