"""Until her word was said whoever holds her phone hears a service of the area, and all that comes is kept."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.commands import Intent
from bot.replies import UNREVEALING
from bot.vocabulary import (
    HELD,
    Alarm,
    Analysis,
    Append,
    Category,
    Channel,
    Desk,
    Destination,
    Erase,
    File,
    Hide,
    Medium,
    MediumKind,
    Mode,
    Mute,
    Point,
    Presence,
    Reroute,
    Show,
    Status,
    Unlock,
    Unmute,
    Urgency,
    Wipe,
)
from tests.bot.discretion import DECOYS, LATER, afraid, code
from tests.bot.story import BEATEN, PLAIN, THEFT, THEFT_SOMEWHERE, Story, meaning, place
from tests.bot.test_decide_properties import messages, say
from tests.examples import examples


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


def test_sixteen_digits_open_their_report_on_a_locked_phone_and_tell_nothing_of_hers() -> None:
    elsewhere = Story(Channel.SMS, turns=100)
    assert elsewhere.say("سري: انباك ماطوري بالشعلة", THEFT) == ("private.filed",)
    secret, told = code(elsewhere), elsewhere.filed[0].report
    story = afraid()
    hers = story.filed[0].report
    story.cases, story.codes = {**story.cases, **elsewhere.cases}, {**story.codes, **elsewhere.codes}
    before = len(story.effects)
    keys = story.say(f"{secret} شفته اليوم يم الجسر", PLAIN, after=LATER)
    assert DECOYS.isdisjoint(keys)
    since = story.effects[before:]
    assert [effect.report for effect in since if isinstance(effect, Append)] == [told]
    assert not any(isinstance(effect, File | Unlock) for effect in since)
    assert hers not in repr(since)


def test_an_order_number_beside_sixteen_digits_that_open_nothing_makes_nothing_private() -> None:
    story = afraid()
    assert "discreet.open" not in story.say(f"{code(story)} حولت على 5105105105105100", PLAIN, after=LATER)
    assert story.conversation.mode is not Mode.PRIVATE


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


@settings(max_examples=examples(150), deadline=None)
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
