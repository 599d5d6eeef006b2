"""The question of where, as residents answer it: not at all, beside the point, wrongly, and with a correction."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.vocabulary import Append, Category, Channel, Guess, Medium, MediumKind, Reroute, Stage, Urgency
from tests.bot.story import BEATEN, PLAIN, THEFT, THEFT_SOMEWHERE, Story, meaning, place

HERS = replace(BEATEN, place=None)
FREEDOM = meaning(Category.FIRE_MEDICAL, 0.96, urgency=Urgency.EMERGENCY)  # "الحرية" read as "حريق"


def lineage_of(story: Story) -> tuple[str, ...]:
    assert story.conversation.ongoing is not None
    return story.conversation.ongoing.facts.lineage


# ── What is no try at a place ────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("text", ["خايفة", "اني عمري ١١", "ليش تسألون", "رجلي يضربني كل يوم واني ما اكدر احجي"])
def test_words_that_are_no_try_at_a_place_use_none_up_and_are_not_called_one(text: str) -> None:
    story = Story()
    assert story.say("رجلي", HERS) == ("filed.place",)
    assert story.say(text) == ("added",)
    assert (story.conversation.stage, story.conversation.tries) == (Stage.PLACE, 1)
    assert story.say("الكرادة") == ("place.noted",)


@pytest.mark.parametrize("text", ["ما اعرف", "نازانم", "I don't know", "ما اريد اكول وين اخاف", "لا"])
def test_whoever_will_not_say_where_is_left_in_peace(text: str) -> None:
    story = Story()
    story.say("رجلي", HERS)
    assert story.say(text) == ("place.kept",)
    assert story.conversation.stage is Stage.IDLE
    assert story.just == (Append(story.filed[0].report),)


@pytest.mark.parametrize("text", ["قرية ابو شنينة", "يم الجامع الكبير", "هنا"])
def test_a_try_that_we_do_not_know_is_asked_about_once_more(text: str) -> None:
    story = Story()
    story.say("انباك ماطوري", THEFT_SOMEWHERE)
    assert story.say(text) == ("place.ask",)
    assert story.say(text) == ("place.kept",)


def test_a_digit_that_was_not_offered_gets_the_same_places_again_and_the_next_one_counts() -> None:
    story = of_two_names(Channel.TELEGRAM)
    before = story.shown()[0].text.splitlines()[-2:]
    assert story.say("٧") == ("place.ask",)
    assert story.shown()[0].text.splitlines()[1:] == before
    assert story.say("2") == ("place.noted",)
    assert lineage_of(story)[0] == "IQ-NI-salam"


def of_two_names(channel: Channel = Channel.SMS) -> Story:
    """Somebody whose words name a place that two governorates have."""
    story = Story(channel)
    there = (place("IQ-NA-salam"), place("IQ-NI-salam"))
    assert story.say("باكو بيت جيراني بحي السلام", replace(THEFT_SOMEWHERE, places=there)) == ("filed.place",)
    return story


def test_by_sms_the_first_answer_lists_no_places_and_the_name_of_the_governorate_chooses_among_them() -> None:
    for said in ("الموصل", "نينوى", "السلام بالموصل"):
        story = of_two_names()
        assert len(story.shown()[0].text.splitlines()) == 1
        assert story.say(said) == ("place.noted",), said
        assert lineage_of(story)[0] == "IQ-NI-salam"


def test_by_sms_the_name_they_share_once_more_brings_the_list() -> None:
    story = of_two_names()
    there = (place("IQ-NA-salam"), place("IQ-NI-salam"))
    assert story.say("حي السلام", replace(THEFT_SOMEWHERE, places=there)) == ("place.ask",)
    assert len(story.shown()[0].text.splitlines()) > 2
    assert lineage_of(story) == ()
    assert story.say("الموصل") == ("place.noted",)
    assert lineage_of(story)[0] == "IQ-NI-salam"


@pytest.mark.parametrize("digit", ["1", "٢", "7"])
def test_by_sms_no_digit_chooses_what_was_not_shown_but_it_brings_the_list(digit: str) -> None:
    story = of_two_names()
    assert story.say(digit) == ("place.ask",)
    assert lineage_of(story) == ()
    assert [line[:2] for line in story.shown()[0].text.splitlines()[1:]] == ["1 ", "2 "]
    assert story.say("2") == ("place.noted",)
    assert lineage_of(story)[0] == "IQ-NI-salam"


def test_a_digit_that_was_not_offered_gets_the_same_kinds_again() -> None:
    unsure = (Guess(Category.PROPERTY_DISPUTE, 0.25), Guess(Category.DRUGS, 0.2))
    story = Story(Channel.TELEGRAM)
    assert story.say("اخذوا مالتي", meaning(Category.THEFT, 0.3, at="IQ-BG-shula", guesses=unsure)) == (
        "filed.category",
    )
    assert story.say("9") == ("category.ask",)
    assert story.say("2") == ("noted",)


# ── Corrections ──────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "text",
    [
        "لا مو الشعلة بالحرية",
        "لا مو الشعلة بالحرية ببغداد",
        "بالكرادة مو بالشعلة",
        "قصدي الكرادة",
        "لا، بالكرادة",
        "لا مو بالشعلة بالكرادة",
        "مو الشعلة الكرادة",
        "not Shula, Karrada",
    ],
)
def test_a_place_taken_back_is_replaced_and_alarms_nobody(text: str) -> None:
    story = Story()
    story.say("انباك ماطوري بالشعلة", THEFT)
    assert story.say(text, FREEDOM) == ("place.noted",)
    assert lineage_of(story)[0] in {"IQ-BG-karrada", "IQ-BG-hurriya"}
    assert story.conversation.ongoing is not None
    assert story.conversation.ongoing.facts.urgency is Urgency.NORMAL
    assert len(story.filed) == 1


def test_a_bare_name_later_counts_as_said_and_even_a_day_later_a_correction_joins_its_report() -> None:
    story = Story()
    story.say("انباك ماطوري بالشعلة", THEFT)
    named = meaning(Category.OTHER, 0.8, at="IQ-BG-karrada")
    assert story.say("الكرادة", named) == ("place.noted",)
    assert lineage_of(story)[0] == "IQ-BG-karrada"
    assert story.say("لا مو بالكرادة بالشعلة", after=timedelta(hours=30)) == ("place.noted",)
    assert len(story.filed) == 1


def test_a_correction_that_several_places_answer_to_is_asked_about() -> None:
    story = Story()
    story.say("انباك ماطوري باربيل", replace(THEFT, place=place("IQ-AR")))
    assert story.say("لا مو اربيل بحي السلام") == ("place.ask",)
    assert lineage_of(story) == ("IQ-AR",)
    assert story.say("1") == ("place.noted",)
    assert lineage_of(story) != ("IQ-AR",)


def test_an_office_that_asked_where_gets_its_answer_in_the_same_report_however_late() -> None:
    for text in ("الكرادة", "هو هسه ساكن بالكرادة"):
        story = Story()
        story.say("انباك ماطوري بالشعلة", THEFT)
        story.answer(story.filed[0].report, "وين صار؟")
        story.say(text, replace(THEFT, place=place("IQ-BG-karrada")), after=timedelta(hours=50))
        assert len(story.filed) == 1


def test_a_place_mentioned_in_passing_replaces_none() -> None:
    story = Story()
    story.say("انباك ماطوري بالشعلة", THEFT)
    story.say("لگيته عند واحد من الكرادة", meaning(Category.THEFT, 0.8, at="IQ-BG-karrada"))
    assert lineage_of(story)[0] == "IQ-BG-shula"


def test_what_is_denied_in_other_matters_is_no_correction() -> None:
    story = Story()
    story.say("انباك ماطوري بالشعلة", THEFT)
    story.say("هو مو جارنا واحد غريب")
    assert story.just == (Append(story.filed[0].report),)
    assert lineage_of(story)[0] == "IQ-BG-shula"


def test_an_edit_replaces_the_place_in_silence() -> None:
    story = Story(Channel.TELEGRAM)
    story.say("انباك ماطوري بالشعلة", THEFT)
    assert story.say("انباك ماطوري بالكرادة", replace(THEFT, place=place("IQ-BG-karrada")), edit=True) == ()
    assert any(isinstance(effect, Reroute) for effect in story.just)
    assert lineage_of(story)[0] == "IQ-BG-karrada"


def test_the_governorate_chooses_among_the_quarters_that_were_offered() -> None:
    story = Story()
    there = (place("IQ-NA-salam"), place("IQ-NI-salam"))
    story.say("اكو ترمي بحي السلام", replace(THEFT_SOMEWHERE, places=there))
    assert story.say("الموصل") == ("place.noted",)
    assert lineage_of(story)[0] == "IQ-NI-salam"


@pytest.mark.parametrize("name", ["الشعلة", "الحرية"])
def test_a_bare_name_as_the_first_message_raises_no_alarm_and_waits_for_the_matter(name: str) -> None:
    story = Story()
    story.say(name, replace(FREEDOM, place=place("IQ-BG-shula") if name == "الشعلة" else None))
    assert (story.filed[0].facts.category, story.filed[0].facts.urgency) == (Category.OTHER, Urgency.NORMAL)
    story.say("باكو ماطوري", THEFT_SOMEWHERE)
    assert story.conversation.ongoing is not None
    assert story.conversation.ongoing.facts.category is Category.THEFT


def test_a_name_that_a_rule_hears_as_a_cry_is_a_cry() -> None:
    story = Story()
    cry = meaning(Category.OTHER, 0.6, at="IQ-BG-shula", urgency=Urgency.EMERGENCY, flagged=True)
    assert story.say("الشعلة", cry) == ("filed.emergency",)


# ── What is hardly a concern ─────────────────────────────────────────────────────────────────────────────────
PRAYER = meaning(Category.OTHER, 0.95)


def test_of_what_is_hardly_a_concern_nothing_is_asked() -> None:
    story = Story()
    assert story.say("حسبي الله ونعم الوكيل", PRAYER) == ("filed",)
    assert story.conversation.stage is Stage.IDLE
    assert len(story.filed) == 1


@pytest.mark.parametrize("more", [{"fear": True}, {"flagged": True}, {"minor": True}, {"woman_officer": True}])
def test_fear_a_flag_a_child_or_a_wish_is_no_idle_word(more: dict[str, bool]) -> None:
    assert Story().say("شلون بيه", replace(PRAYER, **more)) == ("filed.place",)  # type: ignore[arg-type]


def test_a_picture_with_idle_words_is_asked_about() -> None:
    story = Story(Channel.TELEGRAM)
    assert story.say("شوفوا", PRAYER, media=(Medium(MediumKind.PHOTO, "ref"),)) == ("filed.place",)


def test_once_it_is_a_concern_the_place_is_asked_for() -> None:
    story = Story()
    assert story.say("الله كريم", PRAYER) == ("filed",)
    assert story.say("باكو ماطوري", THEFT_SOMEWHERE) == ("place.ask",)
    assert story.say("الشعلة") == ("place.noted",)


# ── Signs, greetings and questions ───────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("sign", ["؟", "..", "😭", "0"])
def test_to_signs_the_long_words_are_said_once_an_hour(sign: str) -> None:
    story = Story()
    assert story.say("؟؟؟") == ("help",)
    assert story.say(sign) == ("hello",)
    assert story.say(sign, after=timedelta(hours=2)) == ("help",)


def test_help_that_is_asked_for_always_comes() -> None:
    story = Story()
    assert story.say("مساعدة") == ("help",)
    assert story.say("مساعدة") == ("help",)


@pytest.mark.parametrize("text", ["تعرفون رقمي؟", "is this anonymous?", "ناوم دەزانن؟", "شراح تسوون"])
def test_a_question_about_us_is_answered_and_kept_with_the_report(text: str) -> None:
    assert Story(Channel.TELEGRAM).say(text) == ("help",)
    story = Story()
    story.say("رجلي", HERS)
    assert story.say(text) == ("help", "help.more")
    assert story.just == (Append(story.filed[0].report),)


@pytest.mark.parametrize("text", ["وين وصلت", "صار شي؟", "وين صار بلاغي", "any news?", "چی بوو؟"])
def test_a_question_how_it_stands_is_answered_and_not_added(text: str) -> None:
    story = Story()
    story.say("انباك ماطوري بالشعلة", THEFT)
    assert story.say(text, PLAIN) == ("case.new",)
    assert not story.just
    assert story.say(f"رمزي {story.filed[0].code}") == ("case.new",)


def test_the_same_words_without_a_question_mark_begin_a_story() -> None:
    story = Story()
    story.say("صار شي", THEFT)
    assert len(story.filed) == 1


@pytest.mark.parametrize("text", ["الوووو", "shaku maku", "جمعة مباركة عليكم وعلى اهلكم", "تجربة"])
def test_a_greeting_is_no_report_however_it_is_drawn_out(text: str) -> None:
    story = Story()
    assert story.say(text) == ("help",)
    assert not story.filed


def test_blessings_are_thanks() -> None:
    story = Story()
    story.say("انباك ماطوري بالشعلة", THEFT)
    assert story.say("الله يوفقكم ويحفظكم") == ("welcome",)
