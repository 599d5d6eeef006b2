"""Which number an emergency is answered with, and where that number holds."""

from dataclasses import replace

from bot.handlers.segments import count
from bot.vocabulary import (
    Category,
    Desk,
    Urgency,
)
from tests.bot.said import KIDNAPPED
from tests.bot.story import (
    BEATEN,
    NIGHT,
    Story,
    meaning,
    town,
    unstaffed,
)


def test_an_emergency_is_answered_with_the_hotline_first() -> None:
    story = Story()
    assert story.say("خطفوا اخويه بالشعلة", KIDNAPPED) == ("filed.emergency",)
    (words,) = story.shown()
    assert "911" in words.text
    assert count(words.text).parts == 1
    assert story.filed[0].to.desk is Desk.URGENT


def test_with_the_place_unknown_the_words_say_where_the_number_holds() -> None:
    story = Story()
    assert story.say("خطفوا اخويه", replace(KIDNAPPED, place=None)) == ("filed.emergency.unplaced",)
    (words,) = story.shown()
    assert "911 (خارج كردستان)" in words.text
    assert count(words.text).parts == 1
    assert story.say("الشعلة") == ("place.noted",)


def test_in_kurdistan_only_the_confirmed_number_is_named() -> None:
    story = Story()
    erbil = replace(KIDNAPPED, place=None)
    assert story.say(
        "خطفوا اخويه باربيل", replace(meaning(Category.KIDNAPPING, at="IQ-AR"), urgency=erbil.urgency)
    ) == ("filed.emergency.none",)
    hers = meaning(Category.DOMESTIC_VIOLENCE, at="IQ-AR", urgency=Urgency.EMERGENCY, sensitive=True)
    story = Story()
    assert story.say("يكتلني هسه", hers) == ("filed.emergency",)
    assert "119" in story.shown()[0].text


def test_once_the_place_is_known_the_number_that_holds_there_follows() -> None:
    story = Story()
    story.say("يكتلني هسه", meaning(Category.DOMESTIC_VIOLENCE, urgency=Urgency.EMERGENCY, sensitive=True))
    assert story.say("اربيل") == ("added.emergency",)
    assert "119" in story.shown()[0].text


def test_it_is_said_when_nobody_is_on_duty() -> None:
    story = Story(directory=unstaffed(town()), now=NIGHT)
    assert story.say("خطفوا اخويه بالشعلة", KIDNAPPED) == ("filed.emergency.away",)
    story = Story(directory=unstaffed(town()), now=NIGHT)
    assert story.say("خطفوا اخويه", replace(KIDNAPPED, place=None)) == ("filed.emergency.unplaced.away",)
    story = Story(directory=unstaffed(town()), now=NIGHT)
    assert story.say("زوجي", BEATEN) == ("filed.away",)
    assert story.say("راح يموتني", replace(BEATEN, urgency=Urgency.EMERGENCY)) == ("added.emergency.away",)


def test_a_sensitive_report_that_is_no_emergency_gets_no_number() -> None:
    story = Story()
    assert story.say("زوجي", BEATEN) == ("filed",)
    assert "911" not in story.shown()[0].text
