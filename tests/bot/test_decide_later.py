"""What is said after a report was filed: added to it, raised by it, or a report of its own."""

from dataclasses import replace
from datetime import timedelta

from bot.vocabulary import (
    Alarm,
    Append,
    Category,
    Channel,
    Desk,
    Reroute,
    Status,
    Urgency,
)
from tests.bot.said import HOUR, KIDNAPPED, NOISE, PHOTO
from tests.bot.story import (
    BEATEN,
    BEGINNING,
    PLAIN,
    THEFT,
    THEFT_SOMEWHERE,
    Story,
    meaning,
)


def test_a_late_photo_joins_its_report() -> None:
    story = Story(Channel.TELEGRAM)
    story.say("انباك ماطوري بالشعلة", THEFT)
    assert story.say(media=PHOTO, after=23 * HOUR) == ("added",)
    assert story.just == (Append(story.filed[0].report),)


def test_an_album_is_taken_in_silence_and_added_is_said_once_an_hour() -> None:
    story = Story(Channel.TELEGRAM)
    story.say("انباك ماطوري بالشعلة", THEFT, media=PHOTO)
    assert story.say(media=PHOTO, after=timedelta(0)) == ()
    assert story.say(media=PHOTO, after=timedelta(0)) == ()
    assert story.say("لونه احمر", PLAIN) == ("added",)
    assert story.say("موديله جديد", PLAIN) == ()
    assert story.say("لگيت شاهد", PLAIN, after=2 * HOUR) == ("added",)
    assert len(story.filed) == 1


def test_a_day_later_it_is_a_new_report_unless_the_office_has_answered() -> None:
    story = Story()
    story.say("انباك ماطوري بالشعلة", THEFT)
    story.say("انباك تلفوني", replace(THEFT, sequel=BEGINNING), after=25 * HOUR)
    assert len(story.filed) == 2
    story.answer(story.filed[1].report)
    story.say("اي هذا رقمه", PLAIN, after=30 * HOUR)
    assert story.just == (Append(story.filed[1].report),)


def test_a_clearly_different_concern_is_a_report_of_its_own_at_once() -> None:
    story = Story()
    story.say("انباك ماطوري بالشعلة", THEFT)
    assert story.say("اكو قاعة اعراس صوتها عالي كل ليلة", NOISE, after=timedelta(minutes=20)) == ("filed",)
    assert len(story.filed) == 2
    assert story.conversation.before is None


def test_what_points_back_belongs_to_what_was_said_before() -> None:
    story = Story()
    story.say("انباك ماطوري بالشعلة", THEFT)
    story.say("صوتهم عالي", meaning(Category.PUBLIC_NUISANCE, 0.5, at="IQ-BG-shula"), after=HOUR)
    assert len(story.filed) == 1


def test_while_a_question_is_open_nothing_is_a_report_of_its_own() -> None:
    story = Story()
    story.say("انباك ماطوري", THEFT_SOMEWHERE)
    story.say("صوتهم عالي", meaning(Category.PUBLIC_NUISANCE, 0.9), after=HOUR)
    assert len(story.filed) == 1


def test_to_a_closed_report_nothing_is_added() -> None:
    story = Story()
    story.say("انباك ماطوري بالشعلة", THEFT)
    story.answer(story.filed[0].report, status=Status.CLOSED)
    assert story.say("رجعوا باگوا", THEFT) == ("filed",)
    assert len(story.filed) == 2


def test_new_report_opens_another_with_or_without_words() -> None:
    story = Story()
    story.say("انباك ماطوري بالشعلة", THEFT)
    assert story.say("بلاغ جديد") == ("new.go",)
    assert story.say("انباك تلفوني", THEFT) == ("filed",)
    assert story.say("بلاغ جديد: انباك قفل المحل", THEFT) == ("filed",)
    assert len(story.filed) == 3


def test_what_turns_grave_later_is_raised_and_never_lowered() -> None:
    story = Story()
    story.say("اكو عركة بالشعلة", meaning(Category.ASSAULT, at="IQ-BG-shula"))
    grave = meaning(Category.ASSAULT, urgency=Urgency.EMERGENCY)
    assert story.say("صار رمي واكو جريح", grave) == ("added.emergency",)
    assert "911" in story.shown()[0].text
    reroute = story.just[1]
    assert isinstance(reroute, Reroute)
    assert (reroute.to.desk, reroute.facts.urgency) == (Desk.URGENT, Urgency.EMERGENCY)
    story.say("هدأت", PLAIN)
    assert story.conversation.ongoing is not None
    assert story.conversation.ongoing.facts.urgency is Urgency.EMERGENCY


def test_what_turns_sensitive_later_moves_to_the_women_even_when_a_person_has_it() -> None:
    story = Story()
    story.say("اكو مشكلة بالشعلة", meaning(Category.OTHER, at="IQ-BG-shula"))
    story.answer(story.filed[0].report, status=Status.IN_PROGRESS)
    story.say("رجلي", replace(BEATEN, place=None))
    reroute = story.just[1]
    assert isinstance(reroute, Reroute)
    assert (reroute.to.desk, reroute.facts.category) == (Desk.WOMEN, Category.DOMESTIC_VIOLENCE)
    story.say("شي ثاني", PLAIN)
    assert story.conversation.ongoing is not None
    assert story.conversation.ongoing.facts.sensitive


def test_what_a_person_works_on_stays_with_them_when_only_its_urgency_changes() -> None:
    story = Story()
    story.say("اكو عركة بالشعلة", meaning(Category.ASSAULT, at="IQ-BG-shula"))
    story.answer(story.filed[0].report, status=Status.ACKNOWLEDGED)
    story.say("صار رمي", meaning(Category.ASSAULT, urgency=Urgency.EMERGENCY))
    reroute = story.just[1]
    assert isinstance(reroute, Reroute)
    assert (reroute.to.desk, reroute.to.rule) == (Desk.GENERAL, "held")


def test_new_danger_beside_an_emergency_that_somebody_took_rings_again() -> None:
    danger = meaning(Category.ASSAULT, urgency=Urgency.EMERGENCY)
    story = Story(Channel.TELEGRAM)
    story.say("صار رمي بالشعلة", meaning(Category.ASSAULT, at="IQ-BG-shula", urgency=Urgency.EMERGENCY))
    report = story.filed[0].report
    story.say("رجعوا يرمون", danger)
    assert not any(isinstance(each, Alarm) for each in story.just)  # nobody took it: it rings already
    story.answer(report, status=Status.ACKNOWLEDGED)
    story.say("هسه كسروا الباب", danger)
    assert story.just[-1] == Alarm(report, again=True)
    story.say("شكلهم راحوا من الشارع", PLAIN)
    assert not any(isinstance(each, Alarm) for each in story.just)
    assert len(story.filed) == 1


def test_an_edit_is_added_in_silence_and_is_no_report_of_its_own() -> None:
    story = Story(Channel.TELEGRAM)
    story.say("انباك ماطوري بالشعلة", THEFT)
    assert story.say("انباك ماطوري الاحمر بالشعلة", THEFT, edit=True, after=48 * HOUR) == ()
    assert story.just == (Append(story.filed[0].report),)


def test_an_edit_that_adds_an_emergency_is_told_the_number_as_a_message_would_be() -> None:
    story = Story(Channel.TELEGRAM)
    story.say("انباك ماطوري بالشعلة", THEFT)
    shooting = meaning(Category.WEAPONS_GUNFIRE, at="IQ-BG-shula", urgency=Urgency.EMERGENCY)
    assert story.say("انباك ماطوري بالشعلة وهسه ديرمون علينا", shooting, edit=True) == ("added.emergency",)
    assert "911" in story.shown()[0].text
    assert story.say("انباك ماطوري بالشعلة وهسه ديرمون علينا كلنا", shooting, edit=True) == ()


def test_an_edit_that_adds_an_emergency_leaves_whoever_wants_silence_in_silence() -> None:
    story = Story(Channel.TELEGRAM)
    story.say("انباك ماطوري بالشعلة", THEFT)
    story.say("ايقاف")
    assert story.say("انباك ماطوري بالشعلة وخطفوا اخويه", KIDNAPPED, edit=True) == ()


def test_an_edit_without_a_report_is_filed() -> None:
    story = Story(Channel.TELEGRAM)
    story.say("انباك ماطوري بالشعلة", THEFT, edit=True)
    assert len(story.filed) == 1
