"""What is more, or less, than words, or comes in pieces: what it brings about, and what is answered."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.handlers.telegram import content
from bot.vocabulary import (
    Append,
    Category,
    Channel,
    Desk,
    File,
    Fragment,
    Gesture,
    Gone,
    Leave,
    Presence,
    Stage,
    Status,
)
from tests.bot.said import HOUR, KIDNAPPED, PHOTO, reported
from tests.bot.story import BEATEN, BEGINNING, PLAIN, THEFT, THEFT_SOMEWHERE, Story


# ── News of the chat ─────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("presence", "effects"), [(Presence.GROUP, (Leave(),)), (Presence.BLOCKED, (Gone(),)), (Presence.BACK, ())]
)
def test_news_of_the_chat_is_no_message(presence: Presence, effects: tuple[object, ...]) -> None:
    """Groups 15 and 16: put into a group we leave; whoever blocked us is not written to; nobody is answered."""
    for story in (Story(Channel.TELEGRAM), reported()):
        before = story.conversation
        assert story.say("", presence=presence) == ()
        assert story.just == effects
        assert story.conversation == before


# ── Stickers, polls, contacts, games, stories ────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("gesture", [each for each in Gesture if each not in {Gesture.NONE, Gesture.CONTACT}])
def test_a_gesture_gets_a_kind_word_once_an_hour_and_files_nothing(gesture: Gesture) -> None:
    """Group 11."""
    story = Story(Channel.TELEGRAM)
    assert story.say(gesture=gesture) == ("help",)
    assert story.say(gesture=gesture) == ()
    assert story.say(gesture=gesture, after=2 * HOUR) == ("help",)
    assert not story.effects
    story = reported()
    assert story.say(gesture=gesture) == ()
    assert not story.just


def test_a_contact_is_told_that_numbers_of_others_are_not_kept() -> None:
    """Group 12."""
    for story in (Story(Channel.TELEGRAM), reported()):
        assert story.say(gesture=Gesture.CONTACT) == ("contact.unkept",)
        assert not story.just
        assert story.say(gesture=Gesture.CONTACT) == ()


def test_a_gesture_with_a_picture_or_words_is_heard() -> None:
    story = Story(Channel.TELEGRAM)
    story.say(media=PHOTO, gesture=Gesture.STORY)
    assert isinstance(story.just[0], File)
    story = Story(Channel.TELEGRAM)
    story.say("انباك ماطوري بالشعلة", THEFT, gesture=Gesture.OTHER)
    assert isinstance(story.just[0], File)


def test_a_sign_of_thanks_needs_no_answer_but_may_be_one() -> None:
    story = reported()
    assert story.say("👍") == ()
    assert not story.just
    story.answer(story.filed[0].report)
    assert story.say("🙏🏽") == ()
    assert story.just == (Append(story.filed[0].report),)


def test_words_that_were_passed_on_are_a_concern_and_command_nothing() -> None:
    """Group 13: whose they are is never read; "stop" in another's mouth is no wish of this one."""
    story = Story(Channel.TELEGRAM)
    assert story.say("انباك ماطوري بالشعلة", THEFT, forwarded=True) == ("filed",)
    story.say("ايقاف", PLAIN, forwarded=True)
    assert story.just == (Append(story.filed[0].report),)
    assert not story.muted


# ── Albums, long SMS, edits ──────────────────────────────────────────────────────────────────────────────
def test_the_pictures_of_an_album_are_one_report_and_one_answer_wherever_its_caption_stands() -> None:
    """Group 10."""
    story = Story(Channel.TELEGRAM)
    assert story.say(media=PHOTO, album="7") == ("filed.place",)
    for number in range(9):
        text = "انباك ماطوري بالشعلة" if number == 4 else ""
        assert story.say(text, THEFT, media=PHOTO, album="7", after=timedelta(minutes=number)) == ()
        assert story.just[0] == Append(story.filed[0].report)
    assert len(story.filed) == 1
    assert story.conversation.ongoing is not None
    assert story.conversation.ongoing.facts.category is Category.THEFT
    assert story.conversation.ongoing.office == "forum-shula"
    assert story.say(media=PHOTO, album="8") == ("added",)


def test_a_caption_that_tells_of_danger_is_answered_even_in_an_album() -> None:
    story = Story(Channel.TELEGRAM)
    story.say(media=PHOTO, album="7")
    assert story.say("خطفوا اخويه بالشعلة", KIDNAPPED, media=PHOTO, album="7") == ("added.emergency",)


@pytest.mark.parametrize("order", [(1, 2, 3), (2, 1, 3), (3, 2, 1)])
def test_the_parts_of_a_long_sms_are_one_report_in_any_order(order: tuple[int, ...]) -> None:
    """Group 36."""
    parts = {1: "انباك ماطوري من كر", 2: "اج بيتنا بالليل و", 3: "كسروا القفل"}
    heard: list[str] = []

    def understand(text: str) -> object:
        heard.append(text)
        return PLAIN

    story = Story(understand=understand)  # type: ignore[arg-type]
    for at, index in enumerate(order):
        keys = story.say(parts[index], PLAIN, fragment=Fragment("9", index, 3), after=timedelta(seconds=2))
        assert bool(keys) == (at == 0 or index == 1)
    assert len(story.filed) == 1
    if order == (1, 2, 3):
        assert heard[-1] == "انباك ماطوري من كراج بيتنا بالليل وكسروا القفل"


def test_a_part_that_overtakes_the_beginning_is_asked_nothing_for_that_may_say_where() -> None:
    """Group 36."""
    story = Story()
    assert story.say("وكسروا القفل واخذوا الدراجة", THEFT_SOMEWHERE, fragment=Fragment("9", 2, 2)) == ("filed",)
    assert story.filed[0].code in story.shown()[0].text
    assert story.say("انباك ماطوري البارحة من بيتنا بالشعلة ", THEFT, fragment=Fragment("9", 1, 2)) == ()
    assert story.conversation.ongoing is not None
    assert story.conversation.ongoing.facts.lineage[0] == "IQ-BG-shula"


def test_where_is_asked_when_the_beginning_came_too_and_names_no_place() -> None:
    """Group 36."""
    story = Story()
    assert story.say("وكسروا القفل واخذوا الدراجة", THEFT_SOMEWHERE, fragment=Fragment("9", 2, 2)) == ("filed",)
    assert story.say("انباك ماطوري البارحة ", THEFT_SOMEWHERE, fragment=Fragment("9", 1, 2)) == ("place.ask",)
    assert story.say("الكرادة") == ("place.noted",)


def test_where_is_asked_at_the_next_words_when_the_beginning_never_came() -> None:
    """Group 36."""
    story = Story()
    assert story.say("وكسروا القفل واخذوا الدراجة", THEFT_SOMEWHERE, fragment=Fragment("9", 2, 2)) == ("filed",)
    assert story.say("وكسروا الباب هم", PLAIN) == ("place.ask",)
    assert story.say("وكسروا الشباك هم", PLAIN) == ("added",)


def test_an_emergency_is_asked_for_its_place_at_once_whichever_part_came_first() -> None:
    """Group 36."""
    story = Story()
    grave = replace(KIDNAPPED, place=None)
    assert story.say("وخطفوا اخويه هسه", grave, fragment=Fragment("9", 2, 2)) == ("filed.emergency.unplaced",)
    assert story.conversation.stage is Stage.PLACE


def test_a_part_that_comes_twelve_minutes_late_is_added_in_silence() -> None:
    """Group 36."""
    story = Story()
    story.say("انباك ماط", PLAIN, fragment=Fragment("9", 1, 2))
    assert story.say("وري", PLAIN, fragment=Fragment("9", 2, 2), after=timedelta(minutes=12)) == ()
    assert story.just == (Append(story.filed[0].report),)


def test_a_part_does_not_answer_the_question_that_the_first_part_was_asked() -> None:
    story = reported(Channel.SMS)
    story.say("2")
    story.say("اخذوا ماطور جارنا من الك", replace(THEFT, sequel=BEGINNING), fragment=Fragment("9", 1, 2), after=HOUR)
    assert story.conversation.stage is Stage.BELONGS
    story.say("راج", PLAIN, fragment=Fragment("9", 2, 2))
    assert story.conversation.stage is Stage.BELONGS
    assert story.say("1") == ("belongs.one",)


def test_a_part_that_overtakes_its_beginning_comes_into_no_older_report() -> None:
    """Group 36."""
    story = reported(Channel.SMS)
    assert story.say("كل يوم", PLAIN, fragment=Fragment("9", 2, 2), after=HOUR) == ("filed.belongs",)
    story.say("زوجي يضربني ", BEATEN, fragment=Fragment("9", 1, 2))
    assert story.just[0] == Append(story.filed[1].report)
    assert story.conversation.ongoing is not None
    assert story.conversation.ongoing.desk is Desk.WOMEN
    assert not story.filed[0].facts.sensitive


def test_an_edit_that_changes_nothing_is_nothing() -> None:
    """Group 9."""
    story = reported()
    assert story.say("انباك ماطوري بالشعلة", THEFT, edit=True) == ()
    assert not story.just


def test_the_question_of_a_poll_is_heard_as_the_words_that_it_is() -> None:
    """Group 11."""
    message = content.text(
        {"poll": {"question": "منو سمع الرمي بالشعلة؟", "options": [{"text": "اني", "voter_count": 3}]}}
    )
    story = Story(Channel.TELEGRAM)
    assert story.say(message, THEFT) == ("filed",)
    assert len(story.filed) == 1


def test_an_edit_after_its_report_was_closed_is_not_lost() -> None:
    """Group 9."""
    story = reported()
    story.answer(story.filed[0].report, status=Status.CLOSED)
    story.say("انباك ماطوري وسيارتي بالشعلة", THEFT, edit=True)
    assert isinstance(story.just[0], File)
