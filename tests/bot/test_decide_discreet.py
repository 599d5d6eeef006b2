"""Discretion as stories: she is afraid, he picks up her phone, she comes back."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import safety
from bot.commands import Intent
from bot.handlers.segments import count
from bot.replies import UNREVEALING
from bot.vocabulary import (
    HELD,
    Alarm,
    Analysis,
    Append,
    Category,
    Channel,
    Conversation,
    Desk,
    Destination,
    Erase,
    File,
    Guess,
    Hide,
    Language,
    Lock,
    Medium,
    MediumKind,
    Mode,
    Mute,
    Point,
    Presence,
    Reroute,
    Show,
    Stage,
    Status,
    Unlock,
    Unmute,
    Urgency,
    Wipe,
)
from tests.bot.story import BEATEN, PLAIN, THEFT, THEFT_SOMEWHERE, Story, meaning, place
from tests.bot.test_decide_properties import messages, say, tells

DECOYS = {"decoy.hello", "decoy.hours", "decoy.unknown", "decoy.order", "decoy.thanks"}
AFRAID = meaning(Category.DOMESTIC_VIOLENCE, at="IQ-BG-karrada", urgency=Urgency.HIGH, sensitive=True, fear=True)
LATER = timedelta(minutes=40)


def afraid(channel: Channel = Channel.SMS) -> Story:
    """She has told, and said that nobody must know."""
    story = Story(channel)
    assert story.say("رجلي يضربني بالكرادة ومحد يدري", AFRAID) == ("discreet.filed",)
    return story


def code(story: Story) -> str:
    return story.filed[0].code


# ── Becoming discreet ────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "words",
    [
        "محد يدري",
        "لا تگولون اسمي",
        "دخيلكم",
        "بسرية رجاء",
        "لا تفضحوني",
        "کەس نەزانێت",
        "nobody must know",
    ],
)
def test_a_word_of_fear_hides_what_was_told_behind_an_order_number(words: str) -> None:
    story = Story()
    assert story.say(f"رجلي يضربني {words}", AFRAID) == ("discreet.filed",)
    filed, hide = story.just
    assert isinstance(filed, File)
    assert filed.mode is Mode.DISCREET
    assert filed.to.desk is Desk.WOMEN
    assert hide == Hide(filed.report, (filed.code,))
    (answer,) = story.shown()
    assert filed.code in answer.text
    assert count(answer.text).parts == 1
    assert safety.telling(answer.text) == ()


def test_mere_fright_counts_where_it_is_of_people_and_not_of_a_hole_in_the_road() -> None:
    road = meaning(Category.TRAFFIC_SAFETY, at="IQ-BG-shula", fear=True)
    assert Story().say("اخاف يصير حادث بالشعلة", road) == ("filed",)
    assert Story().say("اخاف منه", AFRAID) == ("discreet.filed",)


def test_a_plea_for_haste_gets_the_hotline_and_no_decoy() -> None:
    story = Story()
    fire = meaning(Category.FIRE_MEDICAL, at="IQ-BG-shula", urgency=Urgency.EMERGENCY, fear=True)
    assert story.say("دخيلكم حريق بالبيت بالشعلة", fire) == ("filed.emergency",)
    assert story.hidden is None


@pytest.mark.parametrize(
    "alone", ["محد يدري", "لا تگولون اسمي", "دخيلكم", "دخيلكم محد يدري", "nobody must know", "کەس نەزانێت"]
)
@pytest.mark.parametrize("channel", [Channel.SMS, Channel.TELEGRAM])
def test_fear_before_anything_is_told_makes_what_comes_next_discreet_and_files_nothing(
    alone: str, channel: Channel
) -> None:
    story = Story(channel)
    alarming = meaning(Category.MISSING_PERSON, urgency=Urgency.EMERGENCY, fear=True, flagged=True)
    assert story.say(alone, alarming) == ("discreet.go",)
    assert not story.just
    assert safety.telling(story.shown()[0].text) == ()
    assert story.say("زوجي يضربني كل يوم", BEATEN) == ("discreet.filed",)
    assert story.filed[0].mode is Mode.DISCREET
    assert story.say(code(story), after=LATER)[-1] == "discreet.open"


def test_fear_alone_is_a_concern_where_no_word_could_be_told_and_in_private_stays_private() -> None:
    story = Story(muted=True)
    assert story.say("دخيلكم", PLAIN) == ()
    assert len(story.filed) == 1
    story = Story()
    story.say("سري")
    assert story.say("محد يدري", PLAIN) == ("private.go",)
    assert not story.filed


@pytest.mark.parametrize("words", ["اريد ابقى سري", "privately please"])
def test_the_wish_for_privacy_in_a_sentence_is_that_wish_before_beside_and_after_telling(words: str) -> None:
    story = Story()
    assert story.say(words, PLAIN) == ("private.go",)
    assert not story.filed
    assert story.say("انباك ماطوري بالشعلة", THEFT) == ("private.filed",)
    story = Story()
    assert story.say(f"انباك ماطوري بالشعلة، {words}", THEFT) == ("private.filed",)
    assert story.filed[0].mode is Mode.PRIVATE
    story = Story()
    story.say("انباك ماطوري بالشعلة", THEFT)
    assert story.say(words, PLAIN) == ("private.filed",)
    assert len(story.filed) == 1


@pytest.mark.parametrize(
    ("words", "category"),
    [
        ("لا تگولون اسمي، هسه ديسرقون بيت جيراني ومسلحين", Category.THEFT),
        ("fire and shooting now, nobody must know I wrote", Category.WEAPONS_GUNFIRE),
        ("دخيلكم ابني مخطوف لا تگولون اسمي", Category.KIDNAPPING),
    ],
)
def test_a_secret_is_kept_in_any_emergency_and_the_hotline_is_told(words: str, category: Category) -> None:
    danger = meaning(category, at="IQ-BG-shula", urgency=Urgency.EMERGENCY, flagged=True)
    story = Story()
    assert story.say(words, danger) == ("discreet.filed.emergency",)
    assert "911" in story.shown()[0].text
    assert story.filed[0].mode is Mode.DISCREET
    story = Story()
    assert story.say("دخيلكم بسرعة", danger)[0] == "filed.emergency"


def test_in_danger_the_neutral_answer_names_an_emergency_number_as_any_service_does() -> None:
    for at, key in (("IQ-BG-karrada", "discreet.filed.emergency"), ("", "discreet.filed.emergency.unplaced")):
        story = Story()
        danger = meaning(Category.DOMESTIC_VIOLENCE, at=at, urgency=Urgency.EMERGENCY, sensitive=True, fear=True)
        assert story.say("راح يكتلني ومحد يدري", danger) == (key,)
        assert count(story.shown()[0].text).parts == 1


def test_fear_in_an_addition_hides_the_report_that_it_is_added_to() -> None:
    story = Story()
    story.say("رجلي يضربني بالكرادة", BEATEN)
    assert story.say("لا تگولون لاحد", AFRAID) == ("discreet.filed",)
    assert {Append(story.filed[0].report), Hide(story.filed[0].report, (code(story),))} <= set(story.just)
    assert story.locked


@pytest.mark.parametrize("channel", [Channel.TELEGRAM, Channel.SMS])
def test_fear_that_is_written_into_a_message_later_hides_it_and_is_answered_once(channel: Channel) -> None:
    story = Story(channel)
    story.say("جارنا يبيع مخدرات بالشعلة", meaning(Category.DRUGS, at="IQ-BG-shula"))
    words, fear = "جارنا يبيع مخدرات بالشعلة محد يدري", meaning(Category.DRUGS, at="IQ-BG-shula")
    assert story.say(words, fear, edit=True) == ("discreet.filed",)
    assert {Append(story.filed[0].report), Hide(story.filed[0].report, (code(story),))} <= set(story.just)
    assert story.locked
    story.say(code(story))
    assert story.say(f"{words} بيه", fear, edit=True) == ()


@pytest.mark.parametrize(("text", "choice"), [("كتمان", ""), ("careful", ""), ("وریا بن", ""), ("", "v1:cmd:discreet")])
def test_discretion_is_one_tap_or_word_before_telling_and_after(text: str, choice: str) -> None:
    story = Story(Channel.TELEGRAM)
    assert story.say(text, choice=choice) == ("discreet.go",)
    assert story.say("انباك ماطوري بالشعلة", THEFT) == ("discreet.filed",)
    assert story.filed[0].mode is Mode.DISCREET
    story = Story(Channel.TELEGRAM)
    story.say("انباك ماطوري بالشعلة", THEFT)
    assert story.say(text, choice=choice) == ("discreet.filed",)
    assert Hide(story.filed[0].report, (code(story),)) in story.just


def test_the_ways_are_offered_on_the_first_screen_and_under_the_first_answer_but_not_by_digit() -> None:
    story = Story(Channel.TELEGRAM)
    story.say("/start")
    taps = [button.choice for button in story.shown()[0].buttons if not button.digit]
    assert taps == ["v1:cmd:private", "v1:cmd:woman", "v1:cmd:discreet"]
    story.say("انباك ماطوري بالشعلة", THEFT)
    (answer,) = story.shown()
    assert [button.choice for button in answer.buttons if not button.digit] == ["v1:cmd:private", "v1:cmd:discreet"]
    story.say("2")
    assert story.just == (Append(story.filed[0].report),)


def test_nobody_is_locked_out_who_was_not_told_their_word() -> None:
    for more in ({"no_reply": True}, {}):
        story = Story(muted=not more)
        fearful = meaning(Category.DOMESTIC_VIOLENCE, sensitive=True, fear=True, **more)  # type: ignore[arg-type]
        assert story.say("رجلي يضربني ومحد يدري", fearful) == ()
        assert story.hidden is None
        assert story.filed[0].mode is Mode.NORMAL


def test_somebody_elses_words_make_nobody_discreet() -> None:
    story = Story()
    story.say("محد يدري رجلي يضربني", AFRAID, forwarded=True)
    assert story.hidden is None
    story = Story(Channel.WEB)
    story.say("محد يدري رجلي يضربني", AFRAID)
    assert story.hidden is None


# ── Locked ───────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("text", "choice", "key"),
    [
        ("هلو", "", "decoy.hello"),
        ("/start", "", "decoy.hello"),
        ("مساعدة", "", "decoy.hello"),
        ("حالة", "", "decoy.hello"),
        ("حذف", "", "decoy.hello"),
        ("", "v1:cmd:status", "decoy.hello"),
        ("", "v1:place:IQ-BG", "decoy.hello"),
        ("1", "", "decoy.hours"),
        ("١", "", "decoy.hours"),
        ("شوكت دوامكم", "", "decoy.hours"),
        ("شكرا", "", "decoy.thanks"),
        ("111111", "", "decoy.order"),
        ("4829136500277410", "", "decoy.order"),
        ("منو انتم وشتريدون من مرتي", "", "decoy.unknown"),
    ],
)
def test_while_locked_a_service_of_the_area_answers(text: str, choice: str, key: str) -> None:
    story = afraid(Channel.TELEGRAM)
    assert story.say(text, choice=choice, after=LATER) == (key,)
    assert all(not shown.buttons for shown in story.shown())


def test_what_comes_while_locked_is_kept_at_her_desk_attached_to_nothing() -> None:
    story = afraid()
    story.say("شنو هذا الرقم", PLAIN, after=LATER)
    hers, apart = story.filed
    assert apart.locked
    assert apart.code == ""
    assert (apart.to.office, apart.to.desk) == (hers.to.office, hers.to.desk)
    assert apart.facts.sensitive
    story.say(media=(Medium(MediumKind.PHOTO, "r"),))
    story.say("2")
    assert story.just == (Append(apart.report),)
    assert story.conversation.ongoing is not None
    assert story.conversation.ongoing.report == hers.report
    assert Append(hers.report) not in story.effects


def test_what_comes_after_that_report_was_closed_begins_another() -> None:
    story = afraid()
    story.say("منو", PLAIN, after=LATER)
    story.answer(story.filed[1].report, status=Status.CLOSED)
    story.say("منو انتم", PLAIN)
    assert len(story.filed) == 3
    assert story.filed[2].locked


@pytest.mark.parametrize("grave", [{"urgency": Urgency.EMERGENCY}, {"urgency": Urgency.HIGH}, {"flagged": True}])
def test_danger_rings_her_desk_in_silence(grave: dict[str, object]) -> None:
    story = afraid()
    assert story.say("راح اكتلها", meaning(Category.ASSAULT, **grave), after=LATER) == ("decoy.unknown",)  # type: ignore[arg-type]
    assert story.just[-1] == Alarm(story.filed[1].report)
    story.say("منو انتم", PLAIN)
    assert not any(isinstance(each, Alarm) for each in story.just)


def test_what_comes_later_while_locked_makes_it_graver_and_never_milder() -> None:
    story = afraid()
    story.say("منو انتم", PLAIN, after=LATER)
    apart = story.filed[1]
    shots = meaning(Category.WEAPONS_GUNFIRE, at="IQ-BG-shula", urgency=Urgency.EMERGENCY)
    assert story.say("هسه رمي وجرحى", shots) == ("decoy.unknown",)
    added, moved, alarm = story.just
    assert (added, alarm) == (Append(apart.report), Alarm(apart.report))
    assert isinstance(moved, Reroute)
    assert (moved.report, moved.to.rule, moved.place) == (apart.report, HELD, place("IQ-BG-shula"))
    assert (moved.facts.urgency, moved.facts.sensitive) == (Urgency.EMERGENCY, True)
    story.say("شكو", PLAIN)
    assert story.just == (Append(apart.report),)


def test_an_office_that_is_named_while_locked_is_kept_apart_from_all_that_came_so() -> None:
    story = Story()
    story.say("انباك ماطوري بالشعلة محد يدري", THEFT)
    story.desks[story.filed[0].report] = Destination("women-iq", Desk.WOMEN, "discreet")
    story.say("منو انتم", PLAIN, after=LATER)
    story.say("اخوه ضابط بالشعلة", meaning(insiders=("مركز شرطه الشعله",)))
    _, moved = story.just
    assert isinstance(moved, Reroute)
    assert (moved.report, moved.to.office) == (story.filed[1].report, "women-iq")
    assert "forum-shula" in moved.facts.apart
    assert "forum-karrada" not in moved.facts.apart
    story.say("وعمه بالكرادة", meaning(insiders=("مركز شرطه الكراده",)))
    assert isinstance(story.just[1], Reroute)
    assert {"forum-karrada", "forum-shula"} <= set(story.just[1].facts.apart)
    assert len(story.filed) == 2


def test_it_leaves_her_desk_where_that_is_named_and_stays_away_from_there() -> None:
    story = afraid()
    hers = story.filed[0]
    story.desks[hers.report] = Destination("forum-shula", Desk.WOMEN, "discreet")
    story.say("منو انتم", PLAIN, after=LATER)
    apart = story.filed[1]
    assert apart.to.office == "forum-shula"
    story.say("اخوه ضابط بالشعلة", meaning(insiders=("مركز شرطه الشعله",)))
    added, moved = story.just
    assert added == Append(apart.report)
    assert isinstance(moved, Reroute)
    assert moved.facts.apart == ("forum-shula",)
    assert (moved.to.office, moved.to.desk) == ("women-iq", Desk.WOMEN)
    story.say("شكو", PLAIN, after=LATER)
    assert story.just == (Append(apart.report),)
    assert len(story.filed) == 2


def test_it_follows_her_own_case_to_the_desk_that_hears_it_now() -> None:
    story = Story()
    story.say("انباك ماطوري بالشعلة محد يدري", THEFT)
    story.say("منو انتم", PLAIN, after=LATER)
    hers, apart = story.filed
    assert apart.to.desk is Desk.GENERAL
    story.desks[hers.report] = Destination("women-bg", Desk.WOMEN, "discreet")
    story.say("رجلي يضربني", BEATEN, after=LATER)
    added, moved, _ = story.just
    assert added == Append(apart.report)
    assert isinstance(moved, Reroute)
    assert (moved.to.office, moved.to.desk, moved.facts.sensitive) == ("women-bg", Desk.WOMEN, True)


def test_what_her_desk_may_not_see_goes_elsewhere_and_is_not_remembered_as_hers() -> None:
    story = Story()
    story.say("انباك ماطوري بالشعلة محد يدري", THEFT)
    assert story.filed[0].to.desk is Desk.GENERAL
    story.say("رجلي ضربني", BEATEN, after=LATER)
    assert story.filed[1].to.desk is Desk.WOMEN
    assert story.conversation.locked is None


@pytest.mark.parametrize(
    ("told", "desk"),
    [
        (meaning(Category.EXTREMISM, at="IQ-BG-shula"), Desk.SECURITY),
        (meaning(Category.EXTREMISM), Desk.SECURITY),
        (meaning(Category.POLICE_MISCONDUCT, at="IQ-BG-shula"), Desk.OVERSIGHT),
        (meaning(Category.THEFT, insiders=("ابو علي",)), Desk.OVERSIGHT),
        (meaning(Category.THEFT, at="IQ-BG-shula", woman_officer=True), Desk.WOMEN),
    ],
)
def test_what_few_may_see_is_read_by_those_few_also_while_locked(told: Analysis, desk: Desk) -> None:
    for before in (False, True):
        story = Story()
        story.say("انباك ماطوري بالشعلة محد يدري", THEFT)
        if before:
            assert story.say("شنو هذا", PLAIN, after=LATER) == ("decoy.hello",)
        apart = story.conversation.locked
        assert story.say("جارنا يوزع فيديوهات ويجند شباب", told, after=LATER) == ("decoy.unknown",)
        assert (story.filed[-1].to.desk, story.filed[-1].locked) == (desk, True)
        assert not any(isinstance(each, Append) for each in story.just)
        assert story.conversation.locked == apart
        story.say("وبعد", PLAIN, after=LATER)
        assert story.filed[0].to.desk is Desk.GENERAL
        assert Append(story.filed[1 + before].report) not in story.just


def test_not_even_a_sealed_desk_reads_of_extremism_but_what_it_may_read_stays_together() -> None:
    story = afraid()
    story.say("جارنا يجند شباب", meaning(Category.EXTREMISM), after=LATER)
    story.say("الشرطي ياخذ رشوة", meaning(Category.POLICE_MISCONDUCT), after=LATER)
    assert [filed.to.desk for filed in story.filed] == [Desk.WOMEN, Desk.SECURITY, Desk.WOMEN]
    story.say("شكو", PLAIN, after=LATER)
    assert story.just == (Append(story.filed[-1].report),)


def test_whoever_holds_the_phone_may_silence_us_and_wipe_the_chat_and_hears_nothing() -> None:
    story = afraid(Channel.TELEGRAM)
    assert story.say("/wipe", after=LATER) == ()
    assert Wipe() in story.just
    assert story.say("stop") == ()
    assert Mute() in story.just
    assert story.say("منو انتم") == ()
    assert story.say("استئناف") == ("decoy.hello",)
    assert Unmute() in story.just


def test_whose_phone_was_silenced_by_a_stranger_is_told_with_her_word() -> None:
    story = afraid()
    assert story.say("ايقاف", after=LATER) == ()
    story.answer(story.filed[0].report, "تعالي باجر")
    assert story.say(code(story)) == ("case.in_progress", "answer", "discreet.paused", "discreet.open")
    assert story.say("استئناف") == ("resumed",)
    assert story.just[-1] == Unmute()


def test_questions_that_were_open_are_not_answered_by_a_stranger() -> None:
    story = Story()
    story.say("انباك ماطوري", THEFT_SOMEWHERE)
    story.say("محد يدري", meaning(fear=True))
    before = story.conversation
    story.say("الشعلة", after=LATER)
    story.say("1")
    assert story.conversation.ongoing == before.ongoing
    assert story.conversation.stage is before.stage


def test_decoys_are_as_restrained_as_any_answer() -> None:
    story = afraid()
    answered = sum(len(story.say(f"منو {turn}", PLAIN, after=timedelta(minutes=1))) for turn in range(30))
    assert 0 < answered <= 8
    assert sum(isinstance(each, Append) for each in story.effects) == 29


def test_news_of_the_chat_is_no_message() -> None:
    story = afraid(Channel.TELEGRAM)
    assert story.say(presence=Presence.BACK) == ()
    assert story.just == ()


# ── Her word ─────────────────────────────────────────────────────────────────────────────────────────────────
def test_her_number_opens_for_ten_minutes_and_the_answer_is_told() -> None:
    story = afraid()
    story.answer(story.filed[0].report, "تعالي باجر")
    assert story.say("شكو", PLAIN, after=LATER) == ("decoy.unknown",)
    assert story.say(code(story)) == ("case.in_progress", "answer", "discreet.open")
    assert story.just[0] == Unlock()
    assert story.say("باجر ما اكدر", PLAIN) == ("added",)
    assert story.just == (Append(story.filed[0].report),)
    assert story.say("شكو", PLAIN, after=timedelta(minutes=11)) == ("decoy.unknown",)


def test_the_word_with_more_words_is_weighed_as_anybodys() -> None:
    story = afraid()
    story.answer(story.filed[0].report, "وين انتي؟")
    keys = story.say(f"{code(story)} اني ببيت اهلي", PLAIN, after=LATER)
    assert keys == ("added", "answer")
    assert Append(story.filed[0].report) in story.just


def test_erasing_needs_the_word_and_works_with_it() -> None:
    story = afraid()
    assert story.say("حذف", after=LATER) == ("decoy.hello",)
    assert story.say("نعم") == ("decoy.hello",)
    assert story.say(f"حذف {code(story)}") == ("erase.ask",)
    assert story.say("نعم") == ("erase.gone",)
    assert story.just == (Erase(story.filed[0].report),)
    assert story.say("وين مرتي", PLAIN, after=LATER) == ("decoy.unknown",)
    assert story.filed[-1].to.desk is Desk.WOMEN


@pytest.mark.parametrize("words", ["احذفوا بلاغي {}", "{} امسحوها بسرعة", "please delete {}", "{} تکایە بیسڕەوە"])
def test_a_sentence_with_her_number_asks_to_erase(words: str) -> None:
    story = afraid()
    assert story.say(words.format(code(story)), PLAIN, after=LATER)[0] == "erase.ask"
    assert story.say("نعم") == ("erase.gone",)


@pytest.mark.parametrize("word", ["قفل", "lock", "داخستن"])
def test_lock_ends_it(word: str) -> None:
    story = afraid()
    story.say(code(story))
    assert story.say(word) == ("decoy.thanks",)
    assert story.just == (Lock(),)
    assert story.say("حالة") == ("decoy.hello",)


def in_a_talk(channel: Channel = Channel.SMS) -> Story:
    """She said her word, and chose to tell another matter privately."""
    story = afraid(channel)
    story.say(code(story))
    story.say("جديد")
    assert story.say("سري")[-1] == "private.go"
    return story


def test_a_private_talk_that_she_began_is_private_after_her_ten_minutes_too() -> None:
    story = in_a_talk(Channel.TELEGRAM)
    assert story.say("جارنا يبيع مخدرات بالكرادة", meaning(Category.DRUGS), after=timedelta(minutes=12)) == (
        "private.filed",
        "place.ask",
    )
    filed = story.filed[-1]
    assert (filed.mode, filed.locked) == (Mode.PRIVATE, False)
    assert {Wipe(theirs=True), Wipe(later=True)} <= set(story.just)
    assert story.say("هلو", after=LATER) == ("decoy.hello",)


@pytest.mark.parametrize("channel", [Channel.SMS, Channel.TELEGRAM])
@pytest.mark.parametrize("minutes", [1, 12])
def test_lock_ends_a_private_talk_too(channel: Channel, minutes: int) -> None:
    story = in_a_talk(channel)
    story.say("جارنا يبيع مخدرات بالكرادة", meaning(Category.DRUGS))
    told = story.say("قفل", after=timedelta(minutes=minutes))
    assert told == (() if channel is Channel.TELEGRAM else ("decoy.thanks",))
    assert Lock() in story.just
    assert (Wipe() in story.just) is (channel is Channel.TELEGRAM)
    assert story.say("حالة") == ("decoy.hello",)
    assert story.say(code(story))[-1] == "discreet.open"


def test_in_a_private_talk_nobody_ends_discretion_without_her_word() -> None:
    story = in_a_talk()
    assert story.say("وضع عادي", after=timedelta(minutes=12)) == ("decoy.thanks",)
    assert Show() not in story.effects
    assert story.say("حالة") == ("decoy.hello",)
    story = in_a_talk()
    assert story.say("وضع عادي") == ("ordinary",)
    assert Show() in story.just


def test_on_telegram_the_word_goes_from_the_chat_at_once_and_the_rest_later_or_with_lock() -> None:
    story = afraid(Channel.TELEGRAM)
    assert Wipe(later=True) in story.just
    story.say(code(story))
    assert {Wipe(theirs=True), Wipe(later=True)} <= set(story.just)
    assert [button.choice for button in story.shown()[-1].buttons] == ["v1:cmd:word", "v1:cmd:lock"]
    assert story.say(choice="v1:cmd:lock") == ()
    assert story.just == (Lock(), Wipe())


def test_she_may_choose_a_word_of_her_own_which_is_never_said_again() -> None:
    for ways in (("كلمتي زيتون",), ("كلمتي", "زيتون"), ("my word is zeitun",), ("وشەکەم زەیتوون",)):
        story = afraid()
        story.say(code(story))
        for text in ways:
            keys = story.say(text)
        assert keys == ("discreet.word",)
        (hide,) = (each for each in story.just if isinstance(each, Hide))
        assert hide.words[0] == code(story)
        assert not any(isinstance(each, File | Append) for each in story.just)
        own = ways[-1].split()[-1]
        assert own not in story.shown()[0].text
        assert story.say("حالة", after=LATER) == ("decoy.hello",)
        assert story.say(own) == ("case.new", "discreet.open")
        assert story.say(f"{own} اجه للبيت", PLAIN, after=LATER) == ("added",)


@pytest.mark.parametrize("word", ["كلمتي لا", "كلمتي حالة", "كلمتي هلو", "كلمتي ab"])
def test_a_word_that_anybody_says_is_none(word: str) -> None:
    story = afraid()
    story.say(code(story))
    assert story.say(word) == ("discreet.word.ask",)
    assert not story.just


STRANGERS = """شنو هلو السلام منو هاي وشنو رسالة الرقم زوجي سڵاو کێیە چییە نامە
    hello what who this wife shno meno salam"""


@pytest.mark.parametrize("word", STRANGERS.split())
def test_a_word_that_a_stranger_begins_with_is_refused_and_another_asked_for(word: str) -> None:
    story = afraid(Channel.TELEGRAM)
    story.say(code(story))
    story.say("كلمتي")
    story.say(word, PLAIN)
    (told,) = story.say(f"كلمتي {word}", PLAIN)
    assert told in {"discreet.word.common", "discreet.word.ask"}
    assert [each.words for each in story.effects if isinstance(each, Hide)] == [(code(story),)]


def test_another_word_is_asked_for_at_once_and_the_common_one_goes_from_the_chat() -> None:
    story = afraid(Channel.TELEGRAM)
    story.say(code(story))
    assert story.say("كلمتي شنو", PLAIN) == ("discreet.word.common",)
    assert Wipe(theirs=True) in story.just
    assert story.say("زيتون", PLAIN) == ("discreet.word",)


def test_a_story_told_where_a_word_was_asked_for_is_a_story() -> None:
    story = afraid()
    story.say(code(story))
    story.say("كلمتي")
    assert story.conversation.stage.value == Stage.WORD.value
    story.say("اجه للبيت وكسر الباب", PLAIN)
    assert story.just == (Append(story.filed[0].report),)
    assert story.conversation.stage is Stage.IDLE


def test_a_report_told_later_has_a_number_of_its_own_and_both_open() -> None:
    story = afraid()
    story.say(code(story))
    assert story.say("بلاغ جديد: انباك ماطوري بالشعلة", THEFT) == ("discreet.filed",)
    for filed in story.filed:
        assert story.say(filed.code, after=LATER)[-1] == "discreet.open"


def test_showing_ends_discretion() -> None:
    story = afraid()
    assert story.say("وضع عادي", after=LATER) == ("decoy.hello",)
    story.say(code(story))
    assert story.say("وضع عادي") == ("ordinary",)
    assert story.just == (Show(),)
    assert story.say("حالة", after=LATER)[0] == "case.new"


def test_her_words_mean_nothing_special_to_others() -> None:
    story = Story()
    story.say("قفل", THEFT_SOMEWHERE)
    assert len(story.filed) == 1
    assert Story().say("كلمتي زيتون", THEFT_SOMEWHERE) == ("filed.place",)


# ── Whatever comes ───────────────────────────────────────────────────────────────────────────────────────────
@settings(max_examples=150, deadline=None)
@given(st.lists(messages(), min_size=1, max_size=8), st.sampled_from([Channel.SMS, Channel.TELEGRAM]))
def test_while_locked_only_decoys_are_said_and_all_is_kept(said: list[dict[str, object]], channel: Channel) -> None:
    story = afraid(channel)
    hers = story.filed[0].report
    ongoing = story.conversation.ongoing
    for message in said:
        assert story.locked
        keys = say(story, message)
        assert set(keys) <= DECOYS <= UNREVEALING
        kept = [each for each in story.just if isinstance(each, File | Append)]
        assert len(kept) == (0 if message.get("presence") else 1)
        assert all(each.report != hers for each in kept)
        assert not any(isinstance(each, Erase | Hide | Show | Unlock) for each in story.just)
        assert all(not shown.buttons for shown in story.shown())
    assert story.conversation.ongoing == ongoing


WHEN = st.sampled_from(["", "", "code", "word"])


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(messages(), WHEN), max_size=8), st.sampled_from([Channel.SMS, Channel.TELEGRAM]))
def test_no_concern_of_a_discreet_reporter_is_lost(said: list[tuple[dict[str, object], str]], channel: Channel) -> None:
    story = afraid(channel)
    first = story.filed[0].code
    before: dict[str, object] | None = None
    for message, when in said:
        spoken = dict(message)
        if when == "code":
            spoken["text"] = f"{first} {message['text']}"
        say(story, spoken)
        kept = any(isinstance(each, File | Append) for each in story.just)
        assert kept or not tells(message, before), "a concern was lost"
        assert not any(isinstance(each, Hide) for each in story.just) or story.last is None or story.last.replies
        before = message if message["text"] else before


def test_every_intent_while_locked_is_answered_by_a_decoy_or_silence() -> None:
    for intent in Intent:
        story = afraid(Channel.TELEGRAM)
        keys = story.say(choice=f"v1:cmd:{intent}", after=LATER)
        assert set(keys) <= DECOYS
        assert any(isinstance(each, File) for each in story.just)


def test_an_unread_voice_while_locked_is_grave() -> None:
    story = afraid(Channel.TELEGRAM)
    story.say(media=(Medium(MediumKind.VOICE, "r"),), after=LATER)
    assert isinstance(story.just[-1], Alarm)
    story.say(point=Point(33.37, 44.28))
    assert not any(isinstance(each, Alarm) for each in story.just)


def test_fear_of_who_is_known_already_is_heard_in_any_language() -> None:
    guess = (Guess(Category.HARASSMENT, 0.9),)
    for language, text in (
        (Language.CKB, "بێزارم دەکات، ناوم مەڵێن"),
        (Language.EN, "he bothers me, don't tell anyone"),
    ):
        story = Story()
        story.say(text, Analysis("", "", language, guess, Urgency.NORMAL, sensitive=True))
        assert story.hidden is not None
        assert safety.telling(story.shown()[0].text) == ()


def test_where_no_reply_goes_out_any_more_nothing_is_hidden_behind_a_word_that_was_not_told() -> None:
    story = Story()
    story.conversation = Conversation(spoken=20, spoken_since=story.now)
    assert story.say("رجلي يضربني ومحد يدري", AFRAID) == ()
    assert len(story.filed) == 1
    assert story.hidden is None
