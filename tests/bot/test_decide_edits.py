"""What is changed of a message comes into the report that it is part of, whatever they talk about now."""

from dataclasses import replace

import pytest

from bot.vocabulary import (
    Alarm,
    Append,
    Category,
    Channel,
    Desk,
    File,
    Hide,
    Medium,
    MediumKind,
    Mode,
    Ongoing,
    Point,
    Reroute,
    Stage,
    Status,
    Urgency,
)
from tests.bot.said import HOUR, SHULA
from tests.bot.story import BEATEN, PLAIN, TALK, THEFT, Story, meaning

HOLE = meaning(Category.PUBLIC_INFRASTRUCTURE, at="IQ-BG-karrada")
BRIBE = meaning(Category.POLICE_MISCONDUCT, at="IQ-BG-shula", about_police=True, insiders=("ظابط بمركز شرطه الشعله",))
NAMED = replace(PLAIN, insiders=("ظابط بمركز شرطه الشعله",))
PHOTO = (Medium(MediumKind.PHOTO, "file-1", "image/jpeg", 1000),)
SECOND = "12"  # what the chat calls the second message of the first report


def _told(first: str = "زوجي يضربني", analysis: object = BEATEN, **more: object) -> Story:
    """Somebody who told one thing in two messages, and then another that an ordinary desk reads."""
    story = Story(Channel.TELEGRAM, **more)  # type: ignore[arg-type]
    story.say(first, analysis, own_id="11")  # type: ignore[arg-type]
    story.say("اسمه كرار ويشتغل بالكراج", PLAIN, own_id=SECOND)
    assert len(story.filed) == 1
    story.say("جديد")
    story.say("مطب كبير بشارع الكرادة", HOLE, own_id="14")
    assert len(story.filed) == 2
    assert story.filed[1].to.desk is Desk.GENERAL
    return story


def _of(story: Story) -> set[str]:
    """The reports that the last message changed."""
    return {effect.report for effect in story.just if isinstance(effect, Append | Reroute | Alarm | File)}


def _talks_of(story: Story) -> str:
    assert isinstance(story.conversation.ongoing, Ongoing)
    return story.conversation.ongoing.report


@pytest.mark.parametrize(
    ("first", "analysis"), [("زوجي يضربني", BEATEN), ("ضابط ياخذ رشوة", BRIBE), ("انباك ماطوري بالشعلة", THEFT)]
)
@pytest.mark.parametrize(
    "change",
    [
        {"text": "اسمه كرار حسن وعنده مسدس بالبيت"},
        {"text": "هاي صورته", "media": PHOTO},
        {"media": PHOTO},
        {"point": SHULA},
        {"point": Point(33.3, 44.4), "live": True},
    ],
)
def test_an_edit_comes_into_the_report_of_its_message_and_not_into_the_one_talked_about(
    first: str, analysis: object, change: dict[str, object]
) -> None:
    story = _told(first, analysis)
    talked_of = _talks_of(story)
    assert story.say(edit=True, own_id=SECOND, **change) == ()  # type: ignore[arg-type]
    assert Append(story.filed[0].report) in story.just
    assert _of(story) == {story.filed[0].report}
    assert _talks_of(story) == talked_of
    assert len(story.filed) == 2


def test_an_edit_that_names_an_officer_moves_the_report_that_it_is_of() -> None:
    story = _told("انباك ماطوري بالشعلة", THEFT)
    story.say("الي باكه ضابط بمركز شرطة الشعلة", NAMED, edit=True, own_id=SECOND)
    assert _of(story) == {story.filed[0].report}
    (moved,) = (effect for effect in story.just if isinstance(effect, Reroute))
    assert "forum-shula" in moved.facts.apart
    assert (moved.to.office, moved.to.desk) == ("watch", Desk.OVERSIGHT)


@pytest.mark.parametrize("closed", [False, True])
def test_an_edit_that_names_an_officer_takes_from_him_also_what_only_people_can_read(*, closed: bool) -> None:
    story = _told()
    sealed = story.filed[0].report
    lies = {"office": "forum-karrada", "desk": Desk.WOMEN}
    story.cases[sealed] = replace(story.cases[sealed], **lies)  # type: ignore[arg-type]
    if closed:
        story.answer(sealed, status=Status.CLOSED)
    named = replace(PLAIN, insiders=("ظابط بمركز شرطه الكراده",))
    story.say("اسمه كرار وهو ضابط بمركز شرطة الكرادة", named, edit=True, own_id=SECOND)
    (moved,) = (effect for effect in story.just if isinstance(effect, Reroute))
    assert (moved.report, moved.to.desk) == (sealed, Desk.WOMEN)
    assert "forum-karrada" in moved.facts.apart
    assert moved.to.office != "forum-karrada"


@pytest.mark.parametrize("wish", ["محد يدري لا تگولون اسمي", "تکایە با کەس نەزانێت", "nobody must know"])
def test_a_wish_for_secrecy_in_an_edit_of_what_only_people_can_read_hides_it(wish: str) -> None:
    story = _told()
    assert story.say(wish, replace(BEATEN, fear=True), edit=True, own_id=SECOND) == ("discreet.filed",)
    assert story.filed[-1].mode is Mode.DISCREET
    assert story.filed[-1].to.desk is Desk.WOMEN
    assert any(isinstance(effect, Hide) for effect in story.just)


def test_danger_in_an_edit_of_what_only_people_can_read_rings_them() -> None:
    story = _told()
    danger = replace(BEATEN, urgency=Urgency.EMERGENCY)
    story.say("اسمه كرار وهسه دا يذبحني", danger, edit=True, own_id=SECOND)
    assert story.just == (Append(story.filed[0].report), Alarm(story.filed[0].report))


def test_danger_in_an_edit_of_an_older_report_is_told_the_number() -> None:
    story = _told("انباك ماطوري بالشعلة", THEFT)
    shooting = meaning(Category.WEAPONS_GUNFIRE, at="IQ-BG-shula", urgency=Urgency.EMERGENCY)
    assert story.say("رجعوا وهسه ديرمون علينا", shooting, edit=True, own_id=SECOND) == ("added.emergency",)
    assert _of(story) == {story.filed[0].report}


def test_an_edit_of_an_older_report_answers_no_question_about_the_younger() -> None:
    story = Story(Channel.TELEGRAM)
    story.say("انباك ماطوري بالشعلة", THEFT, own_id="11")
    story.say("جديد")
    story.say("اكو مطب كبير", replace(HOLE, place=None), own_id="12")
    assert story.conversation.stage is Stage.PLACE
    for answer in ("1", "الكرادة", "نعم"):
        story.say(answer, meaning(at="IQ-BG-karrada"), edit=True, own_id="11")
        assert story.conversation.stage is Stage.PLACE
        assert story.filed[1].report not in _of(story)


@pytest.mark.parametrize(
    ("first", "analysis", "desk"), [("زوجي يضربني", BEATEN, Desk.WOMEN), ("ضابط ياخذ رشوة", BRIBE, Desk.OVERSIGHT)]
)
def test_an_edit_of_what_was_closed_is_a_report_that_no_more_people_may_read(
    first: str, analysis: object, desk: Desk
) -> None:
    story = _told(first, analysis)
    story.answer(story.filed[0].report, status=Status.CLOSED)
    story.say("اسمه كرار حسن وبيته يم الجامع", PLAIN, edit=True, own_id=SECOND)
    assert _of(story) == {story.filed[2].report}
    assert story.filed[2].to.desk is desk
    assert set(story.filed[0].facts.apart) <= set(story.filed[2].facts.apart)
    assert story.say("اسمه كرار حسين", PLAIN, edit=True, own_id=SECOND) == ()
    assert story.just == (Append(story.filed[2].report),)


def test_a_pin_that_moves_on_after_its_report_was_closed_opens_none() -> None:
    story = _told()
    story.answer(story.filed[0].report, status=Status.CLOSED)
    story.say(point=SHULA, live=True, edit=True, own_id=SECOND)
    assert not story.just


@pytest.mark.parametrize("analysis", [PLAIN, HOLE, BEATEN, BRIBE])
def test_an_edit_of_a_message_that_nobody_knows_is_added_to_nothing(analysis: object) -> None:
    story = _told()
    story.say("اسمه كرار حسن وعنده مسدس بالبيت", analysis, edit=True, own_id="7")  # type: ignore[arg-type]
    assert story.filed[2].report in _of(story)
    assert not any(isinstance(effect, Append) for effect in story.just)


def test_a_pin_that_nobody_knows_moves_on_in_no_report() -> None:
    story = _told()
    story.say(point=SHULA, live=True, edit=True, own_id="7")
    assert not story.just


def test_while_locked_an_edit_of_a_complaint_comes_to_nobody_whom_that_one_names() -> None:
    story = Story(Channel.TELEGRAM)
    story.say("موظفة بمكتب نساء بغداد كشفت سري", replace(BRIBE, insiders=("women bg",)), own_id="11")
    assert "women-bg" in story.filed[0].facts.apart
    story.say("جديد")
    story.say("رجلي يضربني لا تگولون لاحد محد يدري", BEATEN, own_id="12")
    assert story.filed[1].mode is Mode.DISCREET
    assert story.filed[1].to.office == "women-bg"
    story.say("اسمها زينب وبيتها يم الجامع", PLAIN, edit=True, own_id="11")
    assert (story.filed[2].locked, story.filed[2].to.office) == (True, "watch")


def test_fear_that_is_written_into_an_older_report_is_hidden_with_a_code_of_its_own() -> None:
    story = _told("جارنا يبيع مخدرات بالشعلة", meaning(Category.DRUGS, at="IQ-BG-shula"))
    drugs = meaning(Category.DRUGS, at="IQ-BG-shula")
    assert story.say("اسمه كرار محد يدري لا تگولون اسمي", drugs, edit=True, own_id=SECOND) == ("discreet.filed",)
    assert story.filed[-1].mode is Mode.DISCREET
    assert _of(story) == {story.filed[2].report}


def test_in_private_an_edit_is_known_by_its_talk() -> None:
    story = Story(Channel.TELEGRAM)
    story.say("سري")
    story.say("زوجي يضربني", BEATEN, own_id="11")
    story.say("اسمه كرار ويشتغل بالكراج", PLAIN, own_id=SECOND)
    story.say("اسمه كرار حسن", PLAIN, edit=True, own_id=SECOND)
    assert Append(story.filed[0].report) in story.just
    story.say("جديد")
    story.say("مطب كبير بشارع الكرادة", HOLE, own_id="14")
    assert [file.mode for file in story.filed] == [Mode.PRIVATE, Mode.PRIVATE]
    story.say("اسمه كرار حسن وعنده مسدس بالبيت", PLAIN, edit=True, own_id=SECOND)
    assert story.filed[1].report not in _of(story)
    assert [file.to.desk for file in story.filed[2:]] == [Desk.WOMEN]


def test_an_edit_of_what_was_told_privately_is_private_and_sealed_when_the_talk_is_over() -> None:
    story = Story(Channel.TELEGRAM)
    story.say("مطب كبير بشارع الكرادة", HOLE, own_id="10")
    story.say("جديد")
    story.say("سري")
    story.say("زوجي يضربني", BEATEN, own_id="11")
    story.say("اسمه كرار حسن وعنده مسدس بالبيت", PLAIN, edit=True, own_id="11", after=TALK + HOUR)
    assert [file.mode for file in story.filed] == [Mode.NORMAL, Mode.PRIVATE, Mode.PRIVATE]
    assert _of(story) == {story.filed[2].report}
    assert story.filed[2].to.desk is Desk.WOMEN
    story.say("مطب كبير بشارع الكرادة يم الجسر", HOLE, edit=True, own_id="10")
    assert Append(story.filed[0].report) in story.just
