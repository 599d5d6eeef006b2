"""What residents and deployers are told is what the program does: where it would be pleasanter not to say it."""

import re
from dataclasses import fields
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest

from bot import commands, routing
from bot.decide import asking
from bot.taxonomy import RULES
from bot.vocabulary import Category, Channel, Desk, Facts, Locale, Reply, Urgency
from storage import pickup
from storage.purging import schedule
from storage.reporting import talks
from storage.sealed import recipients
from tests.bot.story import catalogue, town
from tests.bot.test_outbound import OF_A_REPORT

DOCS: Final = Path(__file__).parents[1] / "docs"
# What the three pages say in their languages.
MISSED: Final = {
    "one in ten": {"en": "one in ten", "ar": "واحدة من كل عشر رسائل", "ckb": "یەک لە هەر دە نامەی"},
    "one in twelve": {"en": "one in twelve", "ar": "واحدة من كل اثنتي عشرة رسالة", "ckb": "یەک لە هەر دوازدە نامەی"},
    "one in fifteen": {"en": "one in fifteen", "ar": "واحدة من كل خمس عشرة رسالة", "ckb": "یەک لە هەر پازدە نامەی"},
    "one in twenty": {"en": "one in twenty", "ar": "واحدة من كل عشرين رسالة", "ckb": "یەک لە هەر بیست نامەی"},
}
PRIVACY: Final = {
    "en": {
        "hears": "If you send your voice they hear it",
        "police": "urgent desk, and police may read there",
        "open": "A case that nobody closes keeps its words",
        "row": "For 24 months after closing a line without your words stays",
        "mark": "a mark made from your number",
        "consent": "as long as you said yes",
    },
    "ar": {
        "hears": "إذا أرسلت صوتك فهم يسمعونه",
        "police": "مكتب العاجل، وقد تقرأ فيه الشرطة",
        "open": "والقضية التي لا يغلقها أحد يبقى كلامها",
        "row": "ويبقى 24 شهرا بعد الإغلاق سطر بلا كلامك",
        "mark": "علامة مصنوعة من رقمك",
        "consent": "ما دامت موافقتك",
    },
    "ckb": {
        "hears": "ئەگەر دەنگت بنێریت گوێی لێ دەگرن",
        "police": "لەوانەیە پۆلیس لەوێ بیخوێنێتەوە",
        "open": "کەیسێک کە کەس دایناخات قسەکانی دەمێننەوە",
        "row": "٢٤ مانگ دوای داخستن دێڕێک بەبێ قسەکانت دەمێنێت",
        "mark": "نیشانەیەک لە ژمارەکەت",
        "consent": "تا ئەو کاتەی بەڵێت داوە",
    },
}


def _page(name: str) -> str:
    return " ".join((DOCS / name).read_text(encoding="utf-8").split())


@pytest.mark.parametrize("language", PRIVACY)
@pytest.mark.parametrize("what", PRIVACY["en"])
def test_residents_are_told_it_in_each_language(language: str, what: str) -> None:
    assert PRIVACY[language][what] in _page(f"privacy.{language}.md")


def test_how_often_a_naming_is_missed_is_said_wherever_an_office_is_said_to_see_nothing() -> None:
    measured = re.search(r"So (one in \w+) that names somebody is still missed at first sight", _page("model.md"))
    assert measured
    for page in ("threat-model.md", "templates/dpia.md"):
        assert measured[1] in _page(page)
    for language, words in MISSED[measured[1]].items():
        assert words in _page(f"privacy.{language}.md")


def test_self_harm_lies_where_the_pages_say() -> None:
    assert RULES[Category.SELF_HARM].sensitive
    facts = Facts(Category.SELF_HARM, Urgency.EMERGENCY, sensitive=True)
    assert routing.route(town(), facts).desk is Desk.URGENT
    assert "The exception is self-harm" in _page("threat-model.md")
    assert "One exception: who speaks of ending their life" in " ".join(
        (DOCS.parent / "README.md").read_text(encoding="utf-8").split()
    )


def test_the_one_question_that_names_kinds_names_no_sensitive_one() -> None:
    assert "but for one question" in _page("threat-model.md")
    named = {category for category in Category if asking._kind(category).startswith("category.")}
    assert named
    assert not any(RULES[category].sensitive for category in named)


def test_the_times_that_the_pages_tell_are_those_of_the_purge() -> None:
    assert schedule.Periods().report.days == 730  # the 24 months


# What a guide tells focal points of a key that is locked, and of one who goes; and what it told once.
GUIDES: Final = {
    "coordinators.en.md": (("after three days she takes the seat", "open your key first"), ("is off at once",)),
    "coordinators.ar.md": (("بعد ثلاثة أيام تأخذ مكانها وتخرج الأولى", "افتحي مفتاحك أولاً"), ("تخرج الأولى في الحال",)),
}


@pytest.mark.parametrize("guide", GUIDES)
def test_focal_points_are_told_that_she_stays_who_goes_and_that_nothing_is_done_with_a_locked_key(guide: str) -> None:
    assert recipients.WAITS.days == 3
    said, once = GUIDES[guide]
    assert all(words in _page(guide) for words in said)
    assert not any(words in _page(guide) for words in once)


def test_what_a_code_shows_is_what_the_assessment_promises() -> None:
    assert {each.name for each in fields(pickup.Answer)} == {"at", "text"}  # the office's words, none of theirs
    assert "What they said is not shown to them again" in _page("templates/dpia.md")


def test_deleting_is_said_to_take_what_it_takes() -> None:
    for page in ("threat-model.md", "coordinators.en.md"):
        assert re.search(r"one word .{0,80}one yes", _page(page))
    assert "in backups when their month's key ends" in _page("../README.md")


def test_how_long_a_private_number_lies_there_is_said() -> None:
    assert timedelta(minutes=30) == talks.LIFE
    assert "as the talk ends, half an hour after its first word" in _page("threat-model.md")


@pytest.mark.parametrize("locale", Locale)
def test_that_the_bots_own_page_tells_what_it_is_for_is_said(locale: Locale) -> None:
    shown = catalogue().render(Reply("menu.command.description"), channel=Channel.TELEGRAM, locale=locale).text
    assert OF_A_REPORT.search(commands.fold(shown))
    assert "On Telegram the bot's own page, its menu and an empty chat say to everybody who reads there" in _page(
        "threat-model.md"
    )
