"""What simulated residents of Iraq wrote to us, and what must follow: silence, erasing, restricted desks, danger."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.handlers.segments import count
from bot.taxonomy import RULES
from bot.vocabulary import (
    Append,
    Category,
    Channel,
    Conversation,
    Desk,
    Erase,
    File,
    Guess,
    Language,
    Locale,
    Mute,
    Office,
    OfficeKind,
    Point,
    Reroute,
    Stage,
    Status,
    Urgency,
)
from tests.bot.story import BEATEN, BEGINNING, PLAIN, THEFT, THEFT_SOMEWHERE, Story, meaning, office, place, town

HOUR = timedelta(hours=1)
HERS = replace(BEATEN, place=None)
SILENT = replace(HERS, no_reply=True)


def facts_of(story: Story) -> tuple[Category, Urgency, bool]:
    assert story.conversation.ongoing is not None
    facts = story.conversation.ongoing.facts
    return facts.category, facts.urgency, facts.sensitive


def desk_of(story: Story) -> tuple[str, Desk]:
    assert story.conversation.ongoing is not None
    return story.conversation.ongoing.office, story.conversation.ongoing.desk


# ── "Do not write to me" ─────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("urgency", Urgency)
def test_whoever_asks_not_to_be_written_to_is_filed_in_silence_and_stays_unwritten_to(urgency: Urgency) -> None:
    story = Story()
    assert story.say("لا تدزون رسايل ابوي يعتدي علي", replace(SILENT, urgency=urgency)) == ()
    filed, mute = story.just
    assert isinstance(filed, File)
    assert isinstance(mute, Mute)
    assert filed.facts.no_reply
    assert "no_reply" in filed.analysis.why
    assert story.conversation.stage is Stage.IDLE
    assert story.say("هسه راح يكتلني", replace(HERS, urgency=Urgency.EMERGENCY)) == ()
    assert story.say("حالة") == ("case.new.silent",)


def test_silence_that_is_asked_for_later_reaches_staff_with_the_words() -> None:
    story = Story()
    story.say("رجلي يضربني بالكرادة", BEATEN)
    asked = meaning(Category.OTHER, 0.6, no_reply=True)
    assert story.say("لا ترسلون رسائل رجاءا ابوي ياخذ الموبايل", asked) == ()
    append, reroute, mute = story.just
    assert isinstance(append, Append)
    assert isinstance(reroute, Reroute)
    assert reroute.facts.no_reply
    assert mute == Mute()


def test_a_phone_that_was_stolen_is_a_concern_like_any() -> None:
    assert Story().say("واحد ياخذ الموبايل من الناس بالشعلة", THEFT) == ("filed",)


@pytest.mark.parametrize("text", ["لا ترسلون", "لا تردون", "don't reply"])
def test_do_not_write_is_obeyed_without_a_word_where_stop_is_confirmed(text: str) -> None:
    story = Story()
    assert story.say(text) == ()
    assert story.just == (Mute(),)
    assert Story().say("ايقاف") == ("stopped",)


def test_even_at_the_question_whether_to_erase_silence_is_silence() -> None:
    story = Story()
    story.say("رجلي يضربني", HERS)
    story.say("حذف")
    assert story.say("لا تدزون شي") == ()
    story = Story()
    story.say("رجلي يضربني", HERS)
    story.say("حذف")
    assert story.say("لا تدزون رسايل هو يمي", SILENT) == ()


def test_a_concern_a_day_after_the_question_whether_to_erase_is_filed_in_silence_too() -> None:
    story = Story(muted=True)
    story.say("رجلي يضربني", HERS)
    assert story.say("امسحوا الرسالة بسرعة") == ("erase.ask",)
    assert story.say("انباك ماطوري بالشعلة", THEFT, after=30 * HOUR) == ()
    assert len(story.filed) == 2


def test_what_turned_sensitive_at_a_question_of_kind_is_not_asked_again() -> None:
    story = Story(Channel.TELEGRAM)
    unsure = (Guess(Category.KIDNAPPING, 0.25), Guess(Category.DRUGS, 0.2))
    story.say("اكو شي", meaning(Category.PROPERTY_DISPUTE, 0.3, at="IQ-BG-shula", guesses=unsure))
    assert story.conversation.stage is Stage.CATEGORY
    assert story.say("9", HERS) == ("added",)


def test_whoever_asked_for_silence_may_still_come_back() -> None:
    story = Story()
    story.say("لا تردون علي", SILENT)
    assert story.say("استئناف") == ("resumed",)


# ── Erasing in a sentence ────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "text",
    [
        "امسحوا الرسالة بسرعة ابوي اجه",
        "حذف الرسالة",
        "مسح الرسائل",
        "بطلت ما اريد شي",
        "delete it please he is coming",
        "تکایە بیسڕنەوە هاتەوە",
    ],
)
def test_a_sentence_that_asks_to_erase_is_asked_back_and_destroys_nothing(text: str) -> None:
    story = Story()
    story.say("رجلي يضربني", HERS)
    report = story.filed[0].report
    assert story.say(text) == ("erase.ask",)
    assert story.effects[1:] == [Append(report)]
    assert story.say("نعم") == ("erase.gone",)
    assert story.effects[2:] == [Erase(report)]


@pytest.mark.parametrize("text", ["اريد حذف الصور من صفحته", "احذفوا صوري من حسابه", "delete my photos from his page"])
def test_what_others_hold_is_a_concern_and_no_wish_to_erase(text: str) -> None:
    story = Story()
    story.say("يهددني بصوري", HERS)
    story.say(text, HERS)
    assert story.just == (Append(story.filed[0].report),)
    assert story.conversation.stage is not Stage.ERASE


@pytest.mark.parametrize(
    ("words", "told"), [("حذف الرسالة رجاء", "erase.which"), ("احذفوا كل رسائلي 111111", "status.unknown")]
)
def test_without_a_report_a_sentence_about_erasing_is_told_how_and_files_nothing(words: str, told: str) -> None:
    story = Story()
    assert story.say(words) == (told,)
    assert not story.filed


# ── What a faint guess may not do ────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("category", "confidence"),
    [
        (Category.POLICE_MISCONDUCT, 0.09),
        (Category.EXPLOSIVE_HAZARD, 0.26),
        (Category.EXPLOSIVE_HAZARD, 0.44),
        (Category.EXTREMISM, 0.44),
        (Category.POLICE_MISCONDUCT, 0.44),
        (Category.PROPERTY_DISPUTE, 0.29),
        (Category.DOMESTIC_VIOLENCE, 0.13),
        (Category.HUMAN_TRAFFICKING, 0.10),
        (Category.SELF_HARM, 0.15),
    ],
)
def test_a_faint_guess_chooses_no_desk_and_stays_on_the_card(category: Category, confidence: float) -> None:
    story = Story()
    private = RULES[category].sensitive
    story.say("رجال غريب يدور بالشعلة", meaning(category, confidence, at="IQ-BG-shula", sensitive=private))
    (filed,) = story.filed
    assert filed.facts.category is Category.OTHER
    assert (filed.to.office, filed.to.desk) == ("forum-shula", Desk.GENERAL)
    assert filed.analysis.category is category


@pytest.mark.parametrize(
    ("category", "desk"),
    [(Category.EXTREMISM, Desk.SECURITY), (Category.EXPLOSIVE_HAZARD, Desk.URGENT), (Category.SELF_HARM, Desk.URGENT)],
)
def test_with_a_red_flag_beside_it_the_same_guess_does_choose(category: Category, desk: Desk) -> None:
    story = Story()
    story.say(
        "صار شي", meaning(category, 0.4, at="IQ-BG-shula", flagged=True, sensitive=category is Category.SELF_HARM)
    )
    assert story.filed[0].to.desk is desk


def test_an_emergency_of_an_unknown_kind_is_urgent_and_no_bomb() -> None:
    story = Story()
    gun = meaning(Category.EXPLOSIVE_HAZARD, 0.14, at="IQ-BG-shula", urgency=Urgency.EMERGENCY, flagged=True)
    assert story.say("a man with a gun is at the school gate", gun) == ("filed.emergency",)
    assert facts_of(story)[0] is Category.OTHER
    assert desk_of(story) == ("forum-shula", Desk.URGENT)


def test_whoever_asks_for_a_woman_gets_the_womens_desk_whatever_else_was_guessed() -> None:
    story = Story()
    story.say("تعبت وممكن احجي ويه شرطية", meaning(Category.SELF_HARM, 0.15, at="IQ-BG-shula", woman_officer=True))
    assert (facts_of(story)[0], desk_of(story)) == (Category.OTHER, ("women-bg", Desk.WOMEN))


def test_in_doubt_about_her_a_flag_or_fear_seals_it() -> None:
    for more in ({"flagged": True, "urgency": Urgency.HIGH}, {"fear": True}):
        story = Story()
        faint = meaning(Category.DOMESTIC_VIOLENCE, 0.2, at="IQ-BG-shula", sensitive=True, **more)
        story.say("قافل الباب عليي", faint)
        assert desk_of(story) == ("women-bg", Desk.WOMEN)


def test_what_a_rule_calls_private_is_sealed_whatever_the_guess() -> None:
    story = Story()
    raped = meaning(Category.EXPLOSIVE_HAZARD, 0.19, urgency=Urgency.HIGH, sensitive=True, flagged=True)
    story.say("اغتصبوني ومحد يدري", raped)
    assert facts_of(story) == (Category.OTHER, Urgency.HIGH, True)
    assert desk_of(story) == ("women-iq", Desk.WOMEN)


# ── Whose desk ───────────────────────────────────────────────────────────────────────────────────────────────
KNIFE = meaning(
    Category.WEAPONS_GUNFIRE,
    0.5,
    at="IQ-HA",
    urgency=Urgency.EMERGENCY,
    sensitive=True,
    guesses=(Guess(Category.DOMESTIC_VIOLENCE, 0.28),),
    flagged=True,
)


def test_what_the_second_guess_seals_is_of_that_kind_and_gets_its_number() -> None:
    story = Story()
    assert story.say("مێردەکەم ئێستا بە چەقۆ هەڕەشەم لێ دەکات لە هەڵەبجە", KNIFE) == ("filed.emergency",)
    assert facts_of(story)[0] is Category.DOMESTIC_VIOLENCE
    assert "119" in story.shown()[0].text
    sweets = meaning(Category.THEFT, 0.4, sensitive=True, guesses=(Guess(Category.CHILD_PROTECTION, 0.35),))
    story = Story()
    story.say("اكو رجال ينطي جكليت ويصعد بنات بالسيارة", sweets)
    assert story.filed[0].to.desk is Desk.CHILD


@pytest.mark.parametrize("category", [Category.HARASSMENT, Category.OTHER, Category.CHILD_PROTECTION])
def test_any_sensitive_emergency_in_kurdistan_gets_the_number_that_answers_there(category: Category) -> None:
    story = Story()
    story.say("my brother will kill me", meaning(category, 0.7, at="IQ-HA", urgency=Urgency.EMERGENCY, sensitive=True))
    assert "119" in story.shown()[0].text


def test_a_child_who_says_so_later_moves_to_the_child_desk() -> None:
    story = Story()
    story.say("عمو ابوي يضربني بالحزام", BEATEN)
    assert desk_of(story)[1] is Desk.WOMEN
    story.say("اني عمري ١١", replace(PLAIN, minor=True))
    assert desk_of(story) == ("women-iq", Desk.CHILD)
    story.say("بعده يضربني", HERS)
    assert desk_of(story) == ("women-iq", Desk.CHILD)


def test_a_beaten_pupil_is_heard_at_the_child_desk_but_a_stabbed_one_at_once() -> None:
    beaten = meaning(Category.ASSAULT, 0.7, at="IQ-BG-shula", urgency=Urgency.HIGH, minor=True)
    story = Story()
    story.say("ضربني المعلم واني بالصف الخامس", beaten)
    assert desk_of(story)[1] is Desk.CHILD
    story = Story()
    story.say("طعنوا ولد عمره ١٤ هسه", replace(beaten, urgency=Urgency.EMERGENCY))
    assert desk_of(story) == ("forum-shula", Desk.URGENT)


def test_a_woman_whom_the_police_harassed_is_heard_by_the_women_of_oversight() -> None:
    hers = frozenset({Desk.WOMEN})
    women: Office = replace(
        office("watch-women", OfficeKind.OVERSIGHT, hers, coverage=frozenset({"IQ-BA"})), staffed=hers
    )
    directory = replace(town(), offices={**town().offices, "watch-women": women})
    story = Story(directory=directory)
    officer = meaning(
        Category.POLICE_MISCONDUCT,
        0.5,
        at="IQ-BG-shula",
        sensitive=True,
        about_police=True,
        guesses=(Guess(Category.HARASSMENT, 0.3),),
    )
    story.say("شرطي بالسيطرة تحرش بيه", officer)
    assert (facts_of(story)[0], desk_of(story)) == (Category.HARASSMENT, ("watch-women", Desk.WOMEN))


# ── Graver, milder ───────────────────────────────────────────────────────────────────────────────────────────
def test_what_understanding_lowered_because_it_is_long_past_stays_low() -> None:
    story = Story()
    assert story.say("قبل سنة صار حريق بمحلنا", meaning(Category.FIRE_MEDICAL, 0.98, at="IQ-BG-shula")) == ("filed",)
    assert facts_of(story)[1] is Urgency.NORMAL


@pytest.mark.parametrize(
    ("later", "desk"),
    [
        (meaning(Category.EXTREMISM, 0.5, urgency=Urgency.HIGH), Desk.SECURITY),
        (meaning(Category.POLICE_MISCONDUCT, 0.5), Desk.OVERSIGHT),
        (meaning(Category.KIDNAPPING, 0.9, urgency=Urgency.EMERGENCY), Desk.URGENT),
    ],
)
def test_a_graver_concern_added_to_a_mild_report_moves_it_at_once(later: object, desk: Desk) -> None:
    story = Story()
    story.say("انباك موبايلي بالشعلة", THEFT)
    story.say("وهم صار شي ثاني", later)  # type: ignore[arg-type]
    assert desk_of(story)[1] is desk
    assert len(story.filed) == 1


@pytest.mark.parametrize(
    ("category", "desk"), [(Category.EXTREMISM, Desk.SECURITY), (Category.POLICE_MISCONDUCT, Desk.OVERSIGHT)]
)
def test_what_its_worker_may_not_see_any_more_does_not_stay_with_them(category: Category, desk: Desk) -> None:
    story = Story()
    story.say("انباك موبايلي بالشعلة", THEFT)
    story.answer(story.filed[0].report, status=Status.ACKNOWLEDGED)
    story.say("وهم صار شي ثاني", meaning(category, 0.7, urgency=Urgency.HIGH))
    assert desk_of(story)[1] is desk


def test_what_was_sealed_keeps_its_kind_when_something_else_is_added() -> None:
    story = Story()
    story.say("رجلي يضربني بالكرادة", BEATEN)
    story.say("وهو داعشي", meaning(Category.EXTREMISM, 0.9, urgency=Urgency.HIGH))
    assert (facts_of(story)[0], desk_of(story)[1]) == (Category.DOMESTIC_VIOLENCE, Desk.WOMEN)


def test_half_an_hour_later_another_place_is_another_report() -> None:
    story = Story()
    story.say("انباك ماطوري بالشعلة", THEFT)
    story.say("انباك ماطور جاري", replace(THEFT, place=place("IQ-BG-karrada"), sequel=BEGINNING), after=HOUR)
    assert len(story.filed) == 2
    story.say("هم بالكرادة", replace(THEFT, place=place("IQ-BG")), after=HOUR)
    assert len(story.filed) == 2


def test_half_an_hour_later_a_more_urgent_concern_of_another_kind_is_another_report_even_at_a_question() -> None:
    story = Story()
    story.say("انباك موبايلي", THEFT_SOMEWHERE)
    beating = meaning(Category.DOMESTIC_VIOLENCE, 0.4, at="IQ-BG-karrada", urgency=Urgency.HIGH, sensitive=True)
    story.say("جاري ضرب مرته وتصيح", beating, after=HOUR)
    assert [filed.to.desk for filed in story.filed] == [Desk.GENERAL, Desk.WOMEN]


def test_a_cry_in_the_same_matter_stays_in_its_report_however_late() -> None:
    story = Story()
    story.say("رجلي يضربني بالكرادة", BEATEN)
    cry = meaning(Category.OTHER, 0.5, urgency=Urgency.EMERGENCY, flagged=True)
    assert story.say("الحكوني", cry, after=HOUR) == ("added.emergency",)
    assert len(story.filed) == 1


def test_the_pieces_of_a_young_report_are_understood_together() -> None:
    heard: list[str] = []

    def understand(text: str) -> object:
        heard.append(text)
        return meaning(Category.THEFT, 0.9, urgency=Urgency.EMERGENCY, flagged=True)

    story = Story(understand=understand)  # type: ignore[arg-type]
    story.say("اكو حرامي", PLAIN)
    assert story.say("بالسطح", PLAIN) == ("added.emergency.unplaced",)
    assert heard == ["اكو حرامي بالسطح"]
    assert facts_of(story)[1] is Urgency.EMERGENCY
    story.say("هسه", PLAIN)
    assert heard[-1] == "اكو حرامي بالسطح هسه"
    story.say("بعدين", PLAIN, after=HOUR)
    assert len(heard) == 2
    assert story.conversation.words == ""


def test_of_a_report_no_more_than_a_few_words_are_remembered_and_none_after_erasing() -> None:
    story = Story()
    story.say("طويل " * 200, THEFT)
    assert 0 < len(story.conversation.words) <= 200
    story.say("حذف")
    story.say("نعم")
    assert story.conversation.words == ""


def test_in_kurdistan_it_is_said_that_no_number_is_confirmed_once_the_place_is_known() -> None:
    story = Story()
    fire = meaning(Category.FIRE_MEDICAL, 0.95, urgency=Urgency.EMERGENCY, flagged=True)
    assert story.say("حريق ببيت جيراني", fire) == ("filed.emergency.unplaced",)
    assert story.say("اربيل") == ("added.emergency.none",)
    assert "911" not in story.shown()[0].text


# ── Languages ────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("language", "locale"), [(Language.KMR, Locale.CKB), (Language.CKB, Locale.CKB), (Language.TR, Locale.AR)]
)
def test_kurmanji_is_answered_in_kurdish(language: Language, locale: Locale) -> None:
    story = Story()
    story.say("mêrê min li min dixe", replace(HERS, language=language))
    assert story.last is not None
    assert story.last.locale is locale


@pytest.mark.parametrize("locale", Locale)
def test_a_point_abroad_is_answered_where_the_place_is_asked_for(locale: Locale) -> None:
    story = Story(Channel.TELEGRAM, conversation=Conversation(locale=locale))
    story.say("انباك ماطوري", THEFT_SOMEWHERE)
    assert story.say(point=Point(48.0, 2.0)) == ("place.abroad",)
    assert count(story.shown()[0].text).parts == 1
    assert story.say("الشعلة") == ("place.noted",)
    assert story.say(point=Point(48.0, 2.0), after=HOUR) == ("added",)


def test_a_case_that_waits_is_told_so_and_a_silent_reporter_is_promised_nothing() -> None:
    story = Story()
    story.say("انباك ماطوري بالشعلة", THEFT)
    assert story.say("وين وصلت") == ("case.new",)
    story.muted = True
    assert story.say("حالة") == ("case.new.silent",)
    story.answer(story.filed[0].report, status=Status.REFERRED)
    assert story.say("حالة") == ("case.referred", "answer")
