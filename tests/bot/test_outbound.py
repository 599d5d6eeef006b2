"""What leaves for a phone: as many SMS as it says, no link, and no word that tells what somebody wrote about."""

import csv
import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from bot import commands, consent, safety
from bot.handlers.segments import count
from bot.taxonomy import RULES
from bot.vocabulary import Category, Channel, Locale, Option, Reply
from tests.bot.story import catalogue
from tests.bot.test_replies import LONGEST, forms, key, messages

REFERENCE = os.environ.get("MUNTADA_REFERENCE_DIR", "")
# To members of staff; and what one of them wrote, which they are warned about before it leaves.
NOT_OURS_TO_LINT = ("alert", "digest")
NEVER_BY_SMS = ("menu.command.",)  # Telegram's own menu, and the page of the bot there
# Not of any kind of concern: places, words of haste, and what is none ("thanks", "how do I complain").
NO_KIND = {"LOC", "URG", "other"}
# Sent on a digit alone, like advice (tests/bot/test_decide_consenting_by_sms.py); the line before it is one part.
ASKED_FOR = consent.QUESTION
WRITTEN_BY_STAFF = "answer"  # the console shows them its parts
LINK = re.compile(r"https?:|www\.|\w\.(?:com|org|net|iq|io|me)\b|t\.me", re.IGNORECASE)


def sms(locale: Locale) -> Iterator[tuple[str, int]]:
    """Each key that may go out by SMS with the parts that it states, but for labels, which state none (`labels`)."""
    shorter = {key(message) for message in messages(locale) if message.context == "sms"}
    for message in messages(locale):
        if message.context != "sms" and (message.context or key(message) in shorter):
            continue
        stated = [comment for comment in message.auto_comments if comment.startswith("sms: ")]
        if key(message).startswith(NOT_OURS_TO_LINT) or not stated or not forms(message):
            continue
        yield key(message), int(stated[0].removeprefix("sms: "))


def labels(locale: Locale) -> Iterator[tuple[str, str]]:
    """Each label that may stand below a question, and how it stands there; also those that are no digit's now."""
    texts = {key(message) for message in messages(locale) if any("sms: " in each for each in message.auto_comments)}
    for name in sorted({key(message) for message in messages(locale)} - texts):
        if not name.startswith((*NOT_OURS_TO_LINT, *NEVER_BY_SMS)):
            asked = Reply("place.ask", options=(Option("v1:x", name),))
            text = catalogue().render(asked, channel=Channel.SMS, locale=locale).text
            yield name, text.rpartition("\n1 ")[2]


def said(name: str, locale: Locale) -> str:
    """The text with every value as long as it gets."""
    values = LONGEST | ({"code": "9" * 16} if name.startswith("private") else {})
    return catalogue().render(Reply(name, values), channel=Channel.SMS, locale=locale).text


# Of whom these are told, whoever looks on may be the one to fear. How to leave a fire may speak of smoke.
GUARDED = frozenset(category.value for category in Category if RULES[category].sensitive) | {
    Category.POLICE_MISCONDUCT.value,
    Category.EXTREMISM.value,
    Category.THREATS_EXTORTION.value,
    Category.DRUGS.value,
}


@cache
def kinds(*, guarded: bool = False) -> re.Pattern[str]:
    """Words that name a kind of concern: the shared lexicon where it is there, and always the names of our own.

    guarded: of the lexicon only the words of those kinds that an onlooker must least of all guess.
    """
    words = {commands.fold(name) for name in _own()}
    if REFERENCE:
        with (Path(REFERENCE) / "data" / "lexicon.csv").open(encoding="utf-8", newline="") as rows:
            told = [row for row in csv.DictReader(rows) if row["category"] not in NO_KIND]
            words |= {commands.fold(row["term"]) for row in told if not guarded or row["category"] in GUARDED}
    words -= {""}
    either = "|".join(sorted(map(re.escape, words), key=len, reverse=True))
    return re.compile(rf"(?<!\w)[وفبل]?(?:ال|لل)?(?:{either})(?!\w)")


def _own() -> Iterator[str]:
    for locale in Locale:
        for category in Category:
            if category is not Category.OTHER:
                yield catalogue().render(Reply(f"category.{category}"), channel=Channel.SMS, locale=locale).text


@pytest.mark.parametrize("locale", Locale)
def test_every_text_of_ours_is_one_sms_but_for_what_is_asked_for(locale: Locale) -> None:
    for name, parts in sms(locale):
        text = said(name, locale)
        assert text.strip()
        if name == WRITTEN_BY_STAFF:
            continue
        assert count(text).parts <= parts, name
        assert parts == 1 or name.startswith(ASKED_FOR), name


@pytest.mark.parametrize("locale", Locale)
def test_no_text_holds_a_link_or_a_word_that_names_a_kind_of_concern(locale: Locale) -> None:
    checked = 0
    for name, _ in sms(locale):
        text = said(name, locale)
        assert not LINK.search(text), name
        assert safety.telling(text) == (), name
        found = kinds().search(commands.fold(text))
        assert found is None, (name, found and found[0])
        checked += 1
    assert checked > 80


@pytest.mark.parametrize("locale", Locale)
def test_no_label_under_a_question_holds_a_link_or_a_word_that_names_a_kind_of_concern(locale: Locale) -> None:
    found = dict(labels(locale))
    assert found.keys() >= {"choice.personal", "choice.advice", "choice.woman", "choice.erase", "language.ckb"}
    assert len(found) > 20
    for name, text in found.items():
        assert text.strip(), name
        assert count(text).parts == 1, name
        assert not LINK.search(text), name
        assert safety.telling(text) == (), name
        named = kinds().search(commands.fold(text))
        assert named is None, (name, named and named[0])


def test_the_lint_sees_what_it_is_for() -> None:
    assert kinds().search(commands.fold("وصل بلاغك عن السرقة"))
    assert LINK.search("https://muntada.example/r")


# In danger the number and where it holds, the code, and that a man may read come before the hours; so full is one SMS.
NO_ROOM = {
    (Locale.AR, "private.filed.emergency.unplaced.man"),
    (Locale.CKB, "private.filed.emergency.unplaced"),
    (Locale.CKB, "private.filed.emergency.man"),
    (Locale.CKB, "private.filed.emergency.unplaced.man"),
}


def is_first_told(name: str) -> bool:
    """Whether it is what somebody is told first of privacy; who has another code was told it with that one."""
    first = name == "private.go" or name.startswith("private.filed")
    return first and not {"also", "asked", "before"} & set(name.split("."))


@pytest.mark.parametrize("locale", Locale)
def test_of_privacy_is_said_until_when_something_is_kept_and_never_that_nothing_is(locale: Locale) -> None:
    """Whoever writes may be looked for within two days: it would be untrue."""
    spoken = [message for message in messages(locale) if key(message).startswith(("private.", "choice.private"))]
    spoken = [message for message in spoken if key(message) != "private.silent"]  # of what we send, not of what we keep
    assert len(spoken) > 15
    for text in (form for message in spoken for form in forms(message)):
        assert "48" in text or not re.search(r"(?i:nothing)|لا شيء|شيئا|هیچ", text), text
    for message in (message for message in spoken if is_first_told(key(message))):
        assert (locale, key(message)) in NO_ROOM or all("48" in text for text in forms(message)), message.id


@pytest.mark.parametrize("locale", Locale)
def test_nothing_sent_to_a_discreet_reporter_speaks_of_a_report(locale: Locale) -> None:
    for name, _ in sms(locale):
        if name.startswith(("decoy.", "discreet.filed", "nudge.")):
            assert not OF_A_REPORT.search(commands.fold(said(name, locale))), name


_TELLTALE = (
    "بلاغ|بلاغك|بلاغات|شرطة|شرطي|الشرطة|قضية|قضيتك|حالة|حالتك|جواب|رد|ردنا|الرد|نساء|موظفة|موظفات|امراة|رمز|رمزك|كود|رسالتك|"
    "شكوى|شكواك|منتدى|كلمتك|"
    "ڕاپۆرت|سکاڵا|پۆلیس|دۆز|کەیس|وەڵام|وەڵامەکە|ئافرەت|ژن|ژنان|کۆد|کۆدت|نامەکەت|مەکۆ|وشەکەت|"
    "report|reports|police|case|answer|answers|reply|woman|women|code|complaint|forum|officer|your message|word"
)
_ONE = "|".join(commands.fold(word) for word in _TELLTALE.split("|"))
OF_A_REPORT = re.compile(rf"(?<!\w)[وفبل]?(?:ال|لل)?(?:{_ONE})(?:ک|کم|ها|ه|ی|نا)?(?!\w)")
