"""The conversation as stories: a reporter says this, we do and say that."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.handlers.segments import count
from bot.vocabulary import (
    Alarm,
    Alerted,
    Analysis,
    Append,
    Category,
    Channel,
    Claim,
    Conversation,
    Desk,
    Erase,
    File,
    Guess,
    Language,
    Locale,
    Medium,
    MediumKind,
    Mute,
    Point,
    Reroute,
    Stage,
    Status,
    Unmute,
    Urgency,
)
from tests.bot.story import (
    BEATEN,
    BEGINNING,
    NIGHT,
    PLAIN,
    STORY,
    THEFT,
    THEFT_SOMEWHERE,
    Story,
    meaning,
    place,
    town,
    unstaffed,
)

PHOTO = (Medium(MediumKind.PHOTO, "ref"),)
VOICE = (Medium(MediumKind.VOICE, "ref"),)
HOUR = timedelta(hours=1)
KIDNAPPED = meaning(Category.KIDNAPPING, at="IQ-BG-shula", urgency=Urgency.EMERGENCY)


# ── The first message ────────────────────────────────────────────────────────────────────────────────────────
def test_one_sms_is_a_filed_report_and_one_sms_back() -> None:
    story = Story()
    assert story.say("انباك ماطوري بالشعلة", THEFT) == ("filed",)
    (report,) = story.filed
    assert (report.to.office, report.to.desk) == ("forum-shula", Desk.GENERAL)
    assert report.number.startswith("BG-")
    (words,) = story.shown()
    assert count(words.text).parts == 1
    assert report.code in words.text
    assert "حذف" in words.text


def test_a_report_without_a_place_is_filed_at_once_and_the_place_asked_in_the_same_sms() -> None:
    story = Story()
    assert story.say("انباك ماطوري", THEFT_SOMEWHERE) == ("filed.place",)
    assert story.filed[0].to.office == "nation"
    assert count(story.shown()[0].text).parts == 1
    assert story.say("الشعلة") == ("place.noted",)
    append, reroute = story.just
    assert append == Append(story.filed[0].report)
    assert isinstance(reroute, Reroute)
    assert (reroute.to.office, reroute.place.id if reroute.place else "") == ("forum-shula", "IQ-BG-shula")
    assert len(story.filed) == 1


def test_places_of_one_name_are_offered_and_chosen_by_a_digit_or_a_tap() -> None:
    for typed, tapped in (("٢", ""), ("", "v1:place:IQ-NA-salam")):
        story = Story()
        story.say("انباك ماطوري", THEFT_SOMEWHERE)
        assert story.say("حي السلام") == ("place.ask",)
        (asked,) = story.shown()
        assert "\n2 " in asked.text
        assert story.conversation.options[1] == "v1:place:IQ-NA-salam"
        assert story.say(typed, choice=tapped) == ("place.noted",)
        (reroute,) = story.just
        assert isinstance(reroute, Reroute)
        assert reroute.place is not None
        assert reroute.place.id == "IQ-NA-salam"


@pytest.mark.parametrize(("language", "comma"), [(Language.AR, "، "), (Language.CKB, "، "), (Language.EN, ", ")])
def test_places_are_offered_in_the_reporters_language_with_what_they_lie_in(language: Language, comma: str) -> None:
    story = Story(Channel.TELEGRAM)
    there = (place("IQ-NA-salam"), place("IQ-NI-salam"))
    story.say("انباك ماطوري بحي السلام", replace(THEFT_SOMEWHERE, language=language, places=there))
    assert story.last is not None
    labels = [option.label for option in story.last.replies[0].options]
    assert len(set(labels)) == 2
    assert all(comma in label for label in labels)
    assert (labels[0].isascii()) == (language is Language.EN)


def test_the_place_is_asked_twice_and_never_again_and_every_word_is_kept() -> None:
    story = Story()
    assert story.say("انباك ماطوري", THEFT_SOMEWHERE) == ("filed.place",)
    assert story.say("ورا المستشفى العام") == ("place.ask",)
    assert story.say("يم بيتنا") == ("place.kept",)
    assert story.conversation.stage is Stage.IDLE
    assert story.say("لونه احمر") == ("added",)
    assert len([each for each in story.effects if isinstance(each, Append)]) == 3


@pytest.mark.parametrize("name", ["الحرية", "بالشعلة", "بغداد الشعلة", "حي السلام", "منطقة الشعلة ببغداد"])
def test_a_bare_name_raises_no_alarm_whatever_it_sounds_like(name: str) -> None:
    story = Story()
    story.say("انباك ماطوري", THEFT_SOMEWHERE)
    story.say(name, meaning(Category.FIRE_MEDICAL, 0.96, urgency=Urgency.EMERGENCY))
    assert story.conversation.ongoing is not None
    assert story.conversation.ongoing.facts.urgency is Urgency.NORMAL


@pytest.mark.parametrize("text", ["حريق", "ديموت"])
def test_one_word_of_danger_is_not_taken_for_a_place(text: str) -> None:
    story = Story()
    story.say("صار شي", THEFT_SOMEWHERE)
    keys = story.say(text, meaning(Category.FIRE_MEDICAL, 0.96, urgency=Urgency.EMERGENCY))
    assert keys == ("added.emergency.unplaced",)


def test_a_name_with_words_of_danger_does_raise_it() -> None:
    story = Story()
    story.say("انباك ماطوري", THEFT_SOMEWHERE)
    dying = meaning(Category.ASSAULT, 0.9, urgency=Urgency.EMERGENCY)
    assert story.say("بالشعلة ديموت", dying) == ("added.emergency",)


def test_an_answer_to_the_place_question_counts_however_late() -> None:
    story = Story()
    story.say("انباك ماطوري", THEFT_SOMEWHERE)
    assert story.say("بغداد الشعلة", after=timedelta(days=3)) == ("place.noted",)
    assert len(story.filed) == 1


def test_a_pin_moves_the_report() -> None:
    story = Story()
    story.say("انباك ماطوري", THEFT_SOMEWHERE)
    assert story.say(point=Point(33.37, 44.28)) == ("pin.ask",)
    assert any(isinstance(each, Reroute) and each.place for each in story.just)
    assert story.say("نعم") == ("place.noted",)
    assert story.say(point=Point(33.37, 44.28)) == ()
    assert story.just == (Append(story.filed[0].report),)


def test_a_pin_that_is_coarser_than_the_words_takes_nothing_back() -> None:
    story = Story()
    story.say("انباك ماطوري بالشعلة", THEFT)
    story.say(point=Point(33.37, 44.28))
    assert story.just == (Append(story.filed[0].report),)


def test_a_pin_outside_the_country_is_kept_and_moves_nothing() -> None:
    story = Story()
    story.say(point=Point(48.0, 2.0))
    assert story.filed[0].place is None


def test_a_photo_alone_is_a_report_and_a_voice_nobody_has_heard_is_grave() -> None:
    story = Story(Channel.TELEGRAM)
    assert story.say(media=PHOTO) == ("filed.place",)
    assert story.filed[0].facts.urgency is Urgency.NORMAL
    story = Story(Channel.TELEGRAM)
    story.say(media=VOICE)
    assert story.filed[0].facts.urgency is Urgency.HIGH


def test_words_that_could_not_be_understood_are_filed_for_human_eyes() -> None:
    story = Story()
    story.say("انباك ماطوري", None)
    assert (story.filed[0].facts.category, story.filed[0].facts.urgency) == (Category.OTHER, Urgency.HIGH)
    assert story.filed[0].analysis.clean == "انباك ماطوري"


# ── Of which kind ────────────────────────────────────────────────────────────────────────────────────────────
UNSURE = meaning(
    Category.THEFT, 0.3, at="IQ-BG-shula", guesses=(Guess(Category.PROPERTY_DISPUTE, 0.25), Guess(Category.DRUGS, 0.2))
)


def test_in_doubt_up_to_three_kinds_are_offered_and_something_else() -> None:
    story = Story(Channel.TELEGRAM)
    assert story.say("اخذوا مالتي", UNSURE) == ("filed.category",)
    assert len(story.conversation.options) == 4
    assert story.say("2") == ("noted",)
    (reroute,) = story.just
    assert isinstance(reroute, Reroute)
    assert reroute.to.desk is Desk.MEDIATION
    assert story.conversation.stage is Stage.IDLE


@pytest.mark.parametrize("heard", [UNSURE, replace(UNSURE, place=None)], ids=["placed", "unplaced"])
def test_by_sms_no_kind_is_asked_about_for_its_screen_would_name_them(heard: Analysis) -> None:
    story = Story(Channel.SMS)
    story.say("اخذوا مالتي", heard)
    story.say("الشعلة")
    assert not any(choice.startswith("v1:cat:") for choice in story.conversation.options)
    assert story.conversation.stage is Stage.IDLE


def test_the_place_is_asked_first_and_the_kind_after_it_and_never_both_at_once() -> None:
    story = Story(Channel.TELEGRAM)
    assert story.say("اخذوا مالتي", replace(UNSURE, place=None)) == ("filed.place",)
    assert story.say("الشعلة") == ("category.ask",)
    assert story.say("شي ثاني صار") == ("added",)
    assert story.conversation.stage is Stage.IDLE
    assert story.say("حچي بعد") == ()


def test_no_kind_is_asked_when_all_go_to_the_same_desk_or_one_is_sure() -> None:
    same = replace(UNSURE, guesses=(Guess(Category.THEFT, 0.3), Guess(Category.DRUGS, 0.25)))
    assert Story().say("اخذوا مالتي", same) == ("filed",)
    assert Story().say("اخذوا مالتي", replace(UNSURE, guesses=(Guess(Category.THEFT, 0.7),))) == ("filed",)


def test_a_sensitive_kind_is_offered_under_a_neutral_name() -> None:
    story = Story(Channel.TELEGRAM)
    perhaps = (Guess(Category.THEFT, 0.3), Guess(Category.HARASSMENT, 0.28), Guess(Category.DOMESTIC_VIOLENCE, 0.2))
    story.say("اكو واحد بالشارع", replace(UNSURE, guesses=perhaps))
    labels = [button.label for button in story.shown()[0].buttons]
    assert labels == ["سرقة", "أمر شخصي أو عائلي", "شيء آخر"]
    story.say("2")
    (reroute,) = story.just
    assert isinstance(reroute, Reroute)
    assert (reroute.to.office, reroute.to.desk) == ("women-bg", Desk.WOMEN)


# ── What is said later ───────────────────────────────────────────────────────────────────────────────────────
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


NOISE = meaning(Category.PUBLIC_NUISANCE, 0.8, at="IQ-BG-shula", sequel=STORY)


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


# ── Emergencies ──────────────────────────────────────────────────────────────────────────────────────────────
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


# ── Commands ─────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("text", ["/start", "مساعدة", "السلام عليكم", "؟؟؟", "🙏", "5", "نعم", "استلمت", ""])
def test_what_tells_nothing_gets_the_honest_words(text: str) -> None:
    story = Story()
    assert story.say(text) == ("help",)
    assert count(story.shown()[0].text).parts <= 2
    assert not story.just
    assert story.conversation.introduced


def test_a_second_greeting_gets_a_short_one() -> None:
    story = Story()
    story.say("هلو")
    assert story.say("هلو") == ("hello",)


def test_the_carrier_is_named_where_it_is_known() -> None:
    story = Story(Channel.TELEGRAM)
    story.say("/start")
    assert "تيليجرام" in story.shown()[0].text
    story = Story(Channel.SMS)
    story.say("help")
    assert "شركة الاتصال" in story.shown()[0].text


def test_a_cry_in_signs_is_a_report() -> None:
    story = Story()
    story.say("🆘🔥", meaning(Category.FIRE_MEDICAL, 0.6, urgency=Urgency.EMERGENCY))
    assert len(story.filed) == 1


@pytest.mark.parametrize("text", ["؟؟؟", "😭", "5", "نعم", "استلمت"])
def test_with_a_report_the_same_signs_are_added_to_it(text: str) -> None:
    story = Story()
    story.say("انباك ماطوري بالشعلة", THEFT)
    story.say(text, after=72 * HOUR)
    assert story.just == (Append(story.filed[0].report),)


def test_status_by_code_alone_by_word_or_by_both() -> None:
    story = Story()
    story.say("انباك ماطوري بالشعلة", THEFT)
    code = story.filed[0].code
    persian = "".join("۰۱۲۳۴۵۶۷۸۹"[int(digit)] for digit in code)
    for text in (code, persian, f"حالة {code}", "حالة", "status"):
        assert story.say(text) == ("case.new",)
        assert not story.just
    story.answer(story.filed[0].report, "نحتاج رقم الماطور")
    assert story.say(code) == ("case.in_progress", "answer")
    assert "نحتاج رقم الماطور" in story.shown()[1].text


def test_an_unknown_code_is_said_kindly_and_status_without_any_asks_for_it() -> None:
    assert Story().say("482913") == ("status.unknown",)
    assert Story().say("حالة") == ("status.which",)


def test_a_code_with_words_adds_to_that_report() -> None:
    story = Story()
    story.say("انباك ماطوري بالشعلة", THEFT)
    story.say("بلاغ جديد: صوت عالي", THEFT)
    first, second = story.filed
    assert story.say(f"{first.code} لگيته عند جاره") == ("added",)
    assert story.just == (Append(first.report),)
    story.say(f"{second.code} بعده عالي", after=72 * HOUR)
    assert story.just == (Append(second.report),)


@pytest.mark.parametrize(
    "said",
    [
        replace(BEATEN, place=None),
        meaning(Category.WEAPONS_GUNFIRE, urgency=Urgency.EMERGENCY),
        meaning(Category.EXTREMISM),
        replace(PLAIN, about_police=True),
        replace(PLAIN, minor=True),
    ],
)
def test_what_is_grave_is_never_buried_where_a_code_points(said: Analysis) -> None:
    story, plainly = Story(), Story()
    story.say("انباك ماطوري بالشعلة", THEFT)
    story.say("بلاغ جديد: حفرة بالشارع", THEFT)
    story.say(f"{story.filed[0].code} كلام خطير", said, after=72 * HOUR)
    plainly.say("كلام خطير", said)
    with_code, without = story.just[0], plainly.just[0]
    assert isinstance(with_code, File)
    assert isinstance(without, File)
    assert (with_code.to, with_code.facts) == (without.to, without.facts)


def test_words_with_the_code_of_a_closed_report_are_a_new_one() -> None:
    story = Story()
    story.say("انباك ماطوري بالشعلة", THEFT)
    story.answer(story.filed[0].report, status=Status.CLOSED)
    story.say(f"{story.filed[0].code} رجعوا وباگوا البيت", THEFT)
    assert isinstance(story.just[0], File)


def test_the_language_follows_the_first_concern_and_changes_on_wish() -> None:
    story = Story()
    story.say("ماتۆڕەکەم دزرا", replace(THEFT, language=Language.CKB))
    assert story.last is not None
    assert story.last.locale is Locale.CKB
    assert story.say("لغة") == ("language.ask",)
    assert story.say("۳") == ("language.set",)
    assert story.shown()[0].text == "We will write in English."
    assert story.say("كوردي") == ("language.set",)
    assert story.say(choice="v1:lang:ar") == ("language.set",)
    assert story.conversation.locale is Locale.AR


def test_a_question_that_was_not_understood_is_put_again_in_the_new_language() -> None:
    story = Story()
    story.say("دزیان", replace(THEFT_SOMEWHERE, language=Language.KMR))
    assert story.say("کوردی") == ("place.ask",)
    assert story.last is not None
    assert story.last.locale is Locale.CKB


def test_stop_brings_silence_but_loses_nothing() -> None:
    story = Story()
    assert story.say("إيقاف") == ("stopped",)
    assert story.effects == [Mute()]
    assert story.say("انباك ماطوري", THEFT_SOMEWHERE) == ()
    report = story.filed[0].report
    assert story.conversation.stage is Stage.IDLE
    assert story.say("لونه احمر") == ()
    assert Append(report) in story.effects
    assert story.say("هلو") == ()
    assert story.say("حالة") == ("case.new.silent",)
    assert story.say("مساعدة") == ("help",)
    assert story.say("استئناف") == ("resumed",)
    assert Unmute() in story.effects
    assert story.say("شي ثاني") == ("added",)


def test_start_ends_the_silence_too() -> None:
    story = Story(muted=True)
    assert story.say("/start") == ("resumed",)


def test_thanks_are_welcome_and_reach_an_office_that_has_answered() -> None:
    story = Story()
    story.say("انباك ماطوري بالشعلة", THEFT)
    assert story.say("شكرا") == ("welcome",)
    assert not story.just
    story.answer(story.filed[0].report)
    assert story.say("تمام") == ()
    assert story.just == (Append(story.filed[0].report),)


def test_add_says_how() -> None:
    story = Story()
    assert story.say("اضافة") == ("add.which",)
    story.say("انباك ماطوري بالشعلة", THEFT)
    assert story.say("اضافة") == ("add.go",)


# ── Erasing ──────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("word", ["حذف", "DELETE", "سڕینەوە"])
@pytest.mark.parametrize("yes", ["1", "١", "نعم", "حذف"])
def test_erasing_asks_once_and_then_does_it(word: str, yes: str) -> None:
    story = Story()
    story.say("انباك ماطوري بالشعلة", THEFT)
    report = story.filed[0].report
    assert story.say(word) == ("erase.ask",)
    assert not story.just
    assert story.say(yes) == ("erase.gone",)
    assert story.just == (Erase(report),)
    assert story.conversation.ongoing is None
    assert story.say("حالة") == ("status.which",)


@pytest.mark.parametrize(("days", "key"), [(None, "erase.gone"), (45, "erase.done")])
@pytest.mark.parametrize("locale", Locale)
def test_of_backups_no_number_of_days_is_promised_that_is_not_true(days: int | None, key: str, locale: Locale) -> None:
    story = Story(backups_days=days, conversation=Conversation(locale=locale))
    story.say("انباك ماطوري بالشعلة", THEFT)
    story.say("حذف")
    assert story.say("1") == (key,)
    (words,) = story.shown()
    assert ("45" in words.text) == (days is not None)
    assert not days or not any(letter.isdigit() for letter in words.text.replace("45", ""))
    assert count(words.text).parts == 1


@pytest.mark.parametrize("no", ["2", "لا", "الغاء"])
def test_a_no_erases_nothing(no: str) -> None:
    story = Story()
    story.say("انباك ماطوري بالشعلة", THEFT)
    story.say("حذف")
    assert story.say(no) == ("erase.kept",)
    assert not story.just
    assert story.say("1") == ("added",)


def test_other_words_at_the_question_are_kept_and_erase_nothing() -> None:
    story = Story()
    story.say("انباك ماطوري بالشعلة", THEFT)
    story.say("حذف")
    assert story.say("لونه احمر") == ("erase.kept",)
    assert story.just == (Append(story.filed[0].report),)
    assert story.conversation.stage is Stage.IDLE


def test_a_report_is_erased_by_its_code_and_the_ongoing_one_stays() -> None:
    story = Story()
    story.say("انباك ماطوري بالشعلة", THEFT)
    story.say("بلاغ جديد: انباك تلفوني", THEFT)
    first, second = story.filed
    assert story.say(f"حذف {first.code}") == ("erase.ask",)
    assert story.say("1") == ("erase.gone",)
    assert story.just == (Erase(first.report),)
    assert story.conversation.ongoing is not None
    assert story.conversation.ongoing.report == second.report
    assert story.say(f"حذف {first.code}") == ("status.unknown",)


def test_without_a_report_erasing_asks_which() -> None:
    assert Story().say("حذف") == ("erase.which",)


def test_a_late_yes_to_another_erasure_erases_nothing() -> None:
    story = Story(Channel.TELEGRAM)
    story.say("انباك ماطوري بالشعلة", THEFT)
    story.say("حذف")
    tap = story.conversation.options[0]
    story.say("لا")
    assert story.say(choice=tap) == ("late",)
    assert not story.just


def test_even_who_asked_for_silence_is_told_of_an_erasure() -> None:
    story = Story(muted=True)
    story.say("انباك ماطوري بالشعلة", THEFT)
    assert story.say("حذف") == ("erase.ask",)
    assert story.say("نعم") == ("erase.gone",)


@pytest.mark.parametrize("text", ["نعم؟", "yes?", "بەڵێ؟", "1؟", "1?"])
def test_a_yes_that_asks_back_erases_nothing(text: str) -> None:
    story = Story()
    story.say("انباك ماطوري بالشعلة", THEFT)
    assert story.say("حذف") == ("erase.ask",)
    assert story.say(text) == ("erase.kept",)
    assert not [effect for effect in story.effects if isinstance(effect, Erase)]


# ── Taps ─────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "choice", ["v2:place:IQ-BG", "v1:cat:theft", "v1:place:nowhere", "x", "v1:cmd:xyz", "v1:lang:fr"]
)
def test_a_tap_we_do_not_know_changes_nothing(choice: str) -> None:
    story = Story(Channel.TELEGRAM)
    story.say("انباك ماطوري بالشعلة", THEFT)
    before = story.conversation
    assert story.say(choice=choice) == ("late",)
    assert (replace(story.conversation, spoken=before.spoken), story.just) == (before, ())


def test_a_repeated_tap_is_harmless() -> None:
    story = Story(Channel.TELEGRAM)
    story.say("اخذوا مالتي", UNSURE)
    tap = story.conversation.options[1]
    assert story.say(choice=tap) == ("noted",)
    assert story.say(choice=tap) == ("late",)
    assert not story.just


def test_a_tap_on_a_question_that_was_given_up_still_counts() -> None:
    story = Story(Channel.TELEGRAM)
    story.say("انباك ماطوري", THEFT_SOMEWHERE)
    story.say("حي السلام")
    tap = story.conversation.options[0]
    assert story.say("ما ادري") == ("place.kept",)
    assert story.say(choice=tap) == ("place.noted",)


def overtaken() -> tuple[Story, str]:
    """A place was asked for with buttons; before one was tapped, another matter was told."""
    story = Story(Channel.TELEGRAM)
    story.say("انباك ماطوري", THEFT_SOMEWHERE)
    story.say("حي السلام")
    assert story.last is not None
    tap = next(option.choice for reply in story.last.replies for option in reply.options)
    story.say("اكو قاعة اعراس صوتها عالي كل ليلة", NOISE, after=timedelta(minutes=20))
    assert len(story.filed) == 2
    return story, tap


def test_a_tap_that_another_report_has_overtaken_still_says_where_the_first_was() -> None:
    story, tap = overtaken()
    first, second = story.filed
    assert story.say(choice=tap) == ("place.noted",)
    (moved,) = story.just
    assert isinstance(moved, Reroute)
    assert moved.report == first.report
    assert moved.facts.lineage
    assert story.say(choice=tap) == ("place.noted",)
    assert not story.just
    story.say("لهسه الصوت")
    assert story.just == (Append(second.report),)


@pytest.mark.parametrize("status", [Status.CLOSED, None], ids=["closed", "erased"])
def test_a_tap_on_an_overtaken_question_about_what_is_over_comes_late(status: Status | None) -> None:
    story, tap = overtaken()
    first = story.filed[0].report
    if status is None:
        del story.cases[first]
    else:
        story.cases[first] = replace(story.cases[first], status=status)
    assert story.say(choice=tap) == ("late",)
    assert not story.just


def test_of_an_erased_report_no_question_is_remembered() -> None:
    story, tap = overtaken()
    story.say(f"حذف {story.filed[0].code}")
    story.say("نعم")
    assert story.conversation.ongoing is not None
    assert story.conversation.overtaken is None
    assert story.say(choice=tap) == ("late",)


def test_a_digit_that_was_not_offered_is_kept_as_words() -> None:
    story = Story()
    story.say("اخذوا مالتي", UNSURE)
    story.say("9")
    assert story.just == (Append(story.filed[0].report),)


def test_after_the_question_a_digit_is_an_answer_to_the_office() -> None:
    story = Story()
    story.say("انباك ماطوري", THEFT_SOMEWHERE)
    story.say("حي السلام")
    story.say("ما ادري")
    story.answer(story.filed[0].report, "كم واحد چانوا؟")
    story.say("2")
    assert story.just == (Append(story.filed[0].report),)


def test_the_menu_answers_to_digits_until_a_report_is_filed() -> None:
    story = Story(Channel.TELEGRAM)
    story.say("/start")
    assert [button.digit for button in story.shown()[0].buttons] == ["", "", "", "1", "2", "3"]
    assert story.say("2") == ("language.ask",)
    assert story.say("1") == ("language.set",)
    story.say("انباك ماطوري بالشعلة", THEFT)
    story.say("2")
    assert story.just == (Append(story.filed[0].report),)


# ── A duty officer ───────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(("text", "choice"), [("1", ""), ("١", ""), ("استلمت", ""), ("claim", ""), ("", "v1:claim:r1")])
def test_an_alerted_officer_claims_from_the_phone(text: str, choice: str) -> None:
    story = Story(alert=Alerted("r1", "BG-4F7K2", "officer"))
    assert story.say(text, choice=choice) == ("alert.claimed",)
    assert story.just == (Claim("r1", "officer"),)


def test_who_comes_second_is_told() -> None:
    assert Story().say(choice="v1:claim:r1") == ("alert.late",)
    story = Story(alert=Alerted("r2", "BG-4F7K2", "officer"))
    assert story.say(choice="v1:claim:r1") == ("alert.late",)
    assert not story.just


def test_an_alerted_officer_is_heard_like_anyone() -> None:
    story = Story(alert=Alerted("r1", "BG-4F7K2", "officer"))
    assert story.say("انباك ماطوري", THEFT_SOMEWHERE) == ("filed.place",)
    assert story.say("حي السلام") == ("place.ask",)
    assert story.say("1") == ("place.noted",)
