"""In the minutes of one report's code on a phone that a word locks: who writes may be another than who gave it."""

from dataclasses import replace

import pytest

from bot.vocabulary import Alarm, Analysis, Append, Category, File, Lock, Urgency
from tests.bot.discretion import AFRAID, DECOYS
from tests.bot.said import NOISE
from tests.bot.story import BEATEN, PLAIN, STORY, Story, meaning

HOLE = meaning(Category.PUBLIC_INFRASTRUCTURE, at="IQ-BG-shula")
HURT = meaning(Category.DOMESTIC_VIOLENCE, urgency=Urgency.HIGH, sensitive=True)
WORSE = meaning(Category.PUBLIC_INFRASTRUCTURE, urgency=Urgency.EMERGENCY)


def _opened(first: Analysis = HOLE) -> Story:
    """Something is told; four days later she, with her word; another day later the code of the first is said."""
    story = Story()
    story.say("مطب كبير بشارع الشعلة", first)
    story.forget()
    assert story.say("رجلي يضربني بالكرادة ومحد يدري", AFRAID) == ("discreet.filed",)
    story.forget()
    story.only = story.resumes = story.filed[0].report
    return story


@pytest.mark.parametrize("understood", [HURT, replace(HURT, sequel=STORY), WORSE])
def test_what_sounds_of_what_few_may_see_or_of_danger_is_kept_as_on_a_locked_phone(understood: Analysis) -> None:
    story = _opened()
    hole, hers = story.filed
    said = story.say("الدكتورة كالت عندي كسر بايدي", understood)
    (kept,) = [effect for effect in story.just if isinstance(effect, File)]
    assert set(said) <= DECOYS
    assert (kept.locked, kept.code, kept.to.office, kept.to.desk) == (True, "", hers.to.office, hers.to.desk)
    assert {Alarm(kept.report), Lock()} <= set(story.just)
    assert Append(hole.report) not in story.just


def test_what_follows_it_is_kept_beside_it_though_it_sounds_plain() -> None:
    story = _opened()
    story.say("الدكتورة كالت عندي كسر بايدي", HURT)
    kept = story.filed[-1].report
    assert set(story.say("هو بالشغل تعالوا", PLAIN)) <= DECOYS
    assert Append(kept) in story.just


@pytest.mark.parametrize("said", ["قرب المدرسة", "بعدها الحفرة مفتوحة", "اي", "لا", "3"])
def test_what_goes_on_with_it_plainly_is_added(said: str) -> None:
    story = _opened()
    story.say(said, PLAIN)
    assert story.just == (Append(story.filed[0].report),)


def test_another_plain_matter_is_a_report_of_its_own_as_ever() -> None:
    story = _opened()
    assert story.say("اكو قاعة اعراس صوتها عالي كل ليلة", replace(NOISE, sequel=STORY)) == ("discreet.filed",)
    assert not story.filed[-1].locked


def test_what_few_read_anyway_is_gone_on_with() -> None:
    story = _opened(BEATEN)
    story.say("الدكتورة كالت عندي كسر بايدي", HURT)
    assert Append(story.filed[0].report) in story.just
