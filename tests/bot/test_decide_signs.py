"""Every kind of message that is more, or less, than words: what it brings about, and what is answered."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.handlers.segments import count
from bot.handlers.telegram import content
from bot.vocabulary import (
    Append,
    Category,
    Channel,
    Conversation,
    Desk,
    File,
    Fragment,
    Gesture,
    Gone,
    Language,
    Leave,
    Locale,
    Medium,
    MediumKind,
    Mute,
    OfficeKind,
    Point,
    Presence,
    Reroute,
    Stage,
    Status,
    Stub,
    Unmute,
    Urgency,
    Wipe,
)
from tests.bot.story import (
    BEATEN,
    BEGINNING,
    PLAIN,
    THEFT,
    THEFT_SOMEWHERE,
    WORKING,
    Story,
    meaning,
    office,
    place,
    town,
)

HOUR = timedelta(hours=1)
PHOTO = (Medium(MediumKind.PHOTO, "ref"),)
SHULA = Point(33.37, 44.28)
KIDNAPPED = meaning(Category.KIDNAPPING, at="IQ-BG-shula", urgency=Urgency.EMERGENCY)


def reported(channel: Channel = Channel.TELEGRAM) -> Story:
    story = Story(channel)
    story.say("انباك ماطوري بالشعلة", THEFT)
    return story


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


# ── Albums, long SMS, live pins, edits ───────────────────────────────────────────────────────────────────────
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


def test_a_moving_pin_is_a_place_once_and_then_silent() -> None:
    """Group 9."""
    story = Story(Channel.TELEGRAM)
    story.say("انباك ماطوري", THEFT_SOMEWHERE)
    assert story.say(point=SHULA, live=True) == ("pin.ask",)
    for step in range(100):
        assert story.say(point=Point(33.3 + step / 100, 44.4), live=True, edit=True) == ()
        assert story.just == (Append(story.filed[0].report),)


def test_a_pin_that_still_moves_after_its_report_was_erased_opens_none() -> None:
    story = Story(Channel.TELEGRAM)
    story.say(point=SHULA, live=True)
    story.say("حذف")
    story.say("نعم")
    assert story.say(point=SHULA, live=True, edit=True) == ()
    assert not story.just


def test_a_pin_of_which_we_never_saw_the_beginning_is_filed_once_and_then_moves_on() -> None:
    """Group 9."""
    story = Story(Channel.TELEGRAM)
    assert story.say(point=SHULA, live=True, edit=True, own_id="7") == ("filed", "pin.ask")
    assert isinstance(story.just[0], File)
    assert story.say(point=Point(33.4, 44.4), live=True, edit=True, own_id="7") == ()
    assert story.just == (Append(story.filed[0].report),)


def test_a_pin_that_still_moves_after_a_private_talk_is_over_opens_no_report() -> None:
    story = Story(Channel.TELEGRAM)
    story.say("سري")
    story.say(point=SHULA, live=True)
    assert story.say(point=SHULA, live=True, edit=True, after=2 * HOUR) == ()
    assert len(story.filed) == 1


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


# ── Pins ─────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_pin_routes_at_once_and_is_confirmed_by_one_tap() -> None:
    story = Story(Channel.TELEGRAM)
    assert story.say(point=SHULA) == ("filed", "pin.ask")
    assert story.filed[0].place is not None
    assert story.filed[0].place.governorate == "IQ-BG"
    shown = story.shown()[1]
    assert [button.label for button in shown.buttons] == ["نعم", "لا"]
    assert story.say(choice=shown.buttons[0].choice) == ("place.noted",)
    assert not story.just
    assert story.say(choice=shown.buttons[1].choice) == ("late",)


@pytest.mark.parametrize(("text", "choice"), [("2", ""), ("لا", ""), ("", "v1:pin:no")])
def test_a_pin_that_is_wrong_leaves_the_governorate_and_asks_in_words(text: str, choice: str) -> None:
    story = Story(Channel.TELEGRAM)
    story.say(point=SHULA)
    assert story.say(text, choice=choice) == ("place.ask",)
    (moved,) = story.just
    assert isinstance(moved, Reroute)
    assert moved.facts.lineage == ("IQ-BG",)
    assert story.say("الشعلة") == ("place.noted",)
    assert story.conversation.ongoing is not None
    assert story.conversation.ongoing.office == "forum-shula"


def test_words_at_the_question_of_a_pin_are_heard_and_its_tap_still_counts() -> None:
    story = Story(Channel.TELEGRAM)
    story.say(point=SHULA)
    story.say("انباك ماطوري", THEFT_SOMEWHERE)
    assert story.just[0] == Append(story.filed[0].report)
    assert story.say(choice="v1:pin:no") == ("place.ask",)


def test_with_a_pin_in_an_emergency_the_number_comes_first() -> None:
    story = Story(Channel.TELEGRAM)
    assert story.say("خطفوا اخويه", replace(KIDNAPPED, place=None), point=SHULA) == ("filed.emergency", "pin.ask")


def test_whoever_wants_silence_is_not_asked_about_a_pin() -> None:
    story = Story(Channel.TELEGRAM, muted=True)
    assert story.say(point=SHULA) == ()
    assert story.conversation.stage is Stage.IDLE


# ── Links and posters ────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("payload", ["f_forum-shula", "f_FORUM-SHULA"])
def test_a_posters_link_routes_while_the_place_is_unknown(payload: str) -> None:
    """Group 52."""
    story = Story(Channel.TELEGRAM)
    assert story.say(f"/start {payload}") == ("help",)
    assert story.say("انباك ماطوري", THEFT_SOMEWHERE) == ("filed.place",)
    (filed,) = story.filed
    assert (filed.to.office, filed.to.rule, filed.facts.origin) == ("forum-shula", "origin", "forum-shula")
    story.say("الكرادة")
    assert story.conversation.ongoing is not None
    assert story.conversation.ongoing.office == "forum-karrada"
    story.say("بلاغ جديد: انباك تلفوني", THEFT_SOMEWHERE)
    assert story.filed[1].to.office == "nation"


@pytest.mark.parametrize(
    "payload",
    [
        "",
        "f_",
        "f_nowhere",
        "f_" + "a" * 63,
        "f_" + "a" * 400,
        "x",
        "f_forum shula",
        "f_../../etc",
        "f_watch",
        "f_women-bg",
    ],
)
def test_a_link_that_names_no_open_forum_is_a_plain_start(payload: str) -> None:
    """Group 52: malformed, 65 characters, unknown or closed; and what is no forum hears nothing by a link."""
    story = Story(Channel.TELEGRAM)
    keys = story.say(f"/start {payload}")
    if " " not in payload:
        assert keys == ("help",)
        assert not story.filed
    story.say("انباك ماطوري", THEFT_SOMEWHERE)
    assert story.filed[-1].to.office == "nation"


@pytest.mark.parametrize(
    ("analysis", "desk"),
    [
        (replace(BEATEN, place=None), ("women-iq", Desk.WOMEN)),
        (meaning(Category.POLICE_MISCONDUCT, about_police=True), ("watch", Desk.OVERSIGHT)),
        (meaning(Category.EXTREMISM, urgency=Urgency.HIGH), ("gov-bg", Desk.SECURITY)),
    ],
)
def test_what_is_sealed_restricted_or_about_the_police_goes_by_no_poster(
    analysis: object, desk: tuple[str, Desk]
) -> None:
    story = Story(Channel.TELEGRAM)
    story.say("/start f_forum-shula")
    story.say("صار شي", analysis)  # type: ignore[arg-type]
    assert (story.filed[0].to.office, story.filed[0].to.desk) == desk


def test_words_behind_a_slash_are_not_swallowed() -> None:
    story = Story(Channel.TELEGRAM)
    story.say("/start انباك ماطوري بالشعلة", THEFT)
    story.say("/help انباك تلفوني هم بالشعلة", THEFT)
    assert isinstance(story.effects[0], File)
    assert len(story.effects) >= 2


# ── Stop ─────────────────────────────────────────────────────────────────────────────────────────────────────
def test_stop_and_then_a_report_is_filed_without_a_word_and_start_ends_it() -> None:
    """Group 43."""
    story = Story()
    assert story.say("إِيقَاف") == ("stopped",)
    assert story.effects == [Mute()]
    assert story.say("انباك ماطوري بالشعلة", THEFT) == ()
    assert len(story.filed) == 1
    assert story.say("START") == ("resumed",)
    assert story.effects[-1] == Unmute()


@pytest.mark.parametrize(
    "text", ["stop the shooting in my street", "اوقفوا الرمي بشارعنا", "كافي", "كافي ظلم", "الغاء الحفلات بالليل"]
)
def test_what_asks_somebody_else_to_stop_is_a_report(text: str) -> None:
    """Group 43."""
    story = Story()
    story.say(text, THEFT)
    assert len(story.filed) == 1
    assert not story.muted


# ── Loops and floods ─────────────────────────────────────────────────────────────────────────────────────────
def test_two_machines_answering_each_other_end_after_eight_and_all_is_kept() -> None:
    """Groups 42 and 53."""
    story, replies = Story(), 0
    for number in range(60):
        was = len(story.effects)
        replies += len(story.say(f"بلاغ جديد: رسالة تلقائية رقم {'ا' * number}", THEFT, after=timedelta(seconds=10)))
        assert len(story.effects) > was
    assert replies == 8
    assert len(story.filed) == 60


@pytest.mark.parametrize("text", ["هلو", "؟؟؟", "شكرا", "1", "Your message was received.", "/start", "مساعدة"])
def test_a_machine_that_always_says_the_same_is_soon_left_alone(text: str) -> None:
    """Group 42: even what asks for words is answered twenty times an hour at most."""
    story, replies = Story(), 0
    for _ in range(50):
        replies += len(story.say(text, PLAIN, after=timedelta(seconds=20)))
    assert replies <= 20
    assert len(story.filed) <= 1


def test_an_emergency_and_what_is_asked_for_are_answered_in_a_flood_too() -> None:
    """Group 53."""
    story = Story()
    for number in range(20):
        story.say(f"بلاغ جديد: شي {'ا' * number}", THEFT)
    assert story.say("بلاغ جديد: خطفوا اخويه بالشعلة", KIDNAPPED) == ("filed.emergency",)
    assert story.say("حالة") == ("case.new",)
    assert story.say("حذف") == ("erase.ask",)


def test_after_an_hour_we_speak_again() -> None:
    story = Story()
    for number in range(20):
        story.say(f"بلاغ جديد: شي {'ا' * number}", THEFT)
    assert story.say("بلاغ جديد: انباك تلفوني", THEFT) == ()
    assert story.say("بلاغ جديد: انباك مفتاحي", THEFT, after=HOUR) == ("filed",)


def test_a_question_that_was_not_put_waits_for_no_answer() -> None:
    story = Story()
    for number in range(20):
        story.say(f"بلاغ جديد: شي {'ا' * number}", THEFT)
    assert story.say("بلاغ جديد: انباك تلفوني", THEFT_SOMEWHERE) == ()
    assert story.conversation.stage is Stage.IDLE


# ── Wiping ───────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("text", ["/wipe", "/مسح", "/wipe@muntada_bot", "امسح المحادثة", "delete chat", "سڕینەوەی چات"])
@pytest.mark.parametrize("muted", [True, False])
def test_wiping_clears_the_chat_and_says_nothing_in_it(text: str, muted: bool) -> None:  # noqa: FBT001
    """Group 56: it is not erasing; how the report stands can be asked afterwards."""
    story = reported()
    story.muted = muted
    assert story.say(text) == ()
    assert story.just == (Wipe(),)
    assert story.say(story.filed[0].code)[0].startswith("case.new")


def test_wiping_works_beside_every_question() -> None:
    story = reported()
    story.say("حذف")
    assert story.say("/wipe") == ()
    assert story.just == (Wipe(),)
    assert story.say("نعم") != ("erase.gone",)


def test_by_sms_it_is_said_that_only_the_phone_can_do_it() -> None:
    story = reported(Channel.SMS)
    assert story.say("امسح المحادثة") == ("wipe.phone",)
    assert not story.just
    assert count(story.shown()[0].text).parts == 1


def test_after_erasing_on_telegram_wiping_is_one_tap() -> None:
    story = reported()
    story.say("حذف")
    assert story.say("نعم") == ("erase.gone",)
    assert [button.choice for button in story.shown()[0].buttons] == ["v1:cmd:wipe"]
    assert story.say(choice="v1:cmd:wipe") == ()
    assert story.just == (Wipe(),)


# ── For someone else ─────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(("text", "choice"), [("لغيري", ""), ("بۆ کەسێکی تر", ""), ("", "v1:for:other")])
def test_for_someone_else_is_one_tap_and_marks_the_next_report(text: str, choice: str) -> None:
    story = Story(Channel.TELEGRAM)
    story.say("/start")
    assert "v1:cmd:behalf" in story.conversation.options
    assert story.say(text, choice=choice) == ("behalf.go",)
    story.say("جاري يضرب مرته", BEATEN)
    story.say("بلاغ جديد: انباك ماطوري", THEFT)
    assert [filed.behalf for filed in story.filed] == [True, False]


def test_a_door_may_say_that_it_is_for_someone_else() -> None:
    story = Story(Channel.WEB)
    story.say("جاري يضرب مرته", BEATEN, behalf=True)
    assert story.filed[0].behalf


def test_beside_a_report_the_words_are_kept_for_staff() -> None:
    story = reported()
    assert story.say("هاي مو الي") == ("behalf.go",)
    assert story.just == (Append(story.filed[0].report),)


# ── Other languages ──────────────────────────────────────────────────────────────────────────────────────────
def test_an_unknown_language_is_answered_in_three_and_staff_are_told() -> None:
    story = Story(Channel.TELEGRAM)
    french = meaning(Category.OTHER, 0.3, language=Language.UNKNOWN)
    assert story.say("on a volé ma moto hier soir", french) == ("speaker.wanted",) * 3
    assert story.last is not None
    assert [reply.locale for reply in story.last.replies] == list(Locale)
    assert story.filed[0].speaker is Language.UNKNOWN
    assert story.conversation.locale is None
    assert story.conversation.stage is Stage.IDLE
    for reply in story.last.replies:
        assert reply.values == {"code": story.filed[0].code}
    assert story.say("انباك ماطوري بالشعلة", THEFT, after=HOUR) in {("added",), ("filed",), ("filed.belongs",), ()}


def test_in_an_emergency_in_an_unknown_language_the_number_is_said_in_three() -> None:
    story = Story(Channel.TELEGRAM)
    grave = replace(KIDNAPPED, language=Language.FA)
    assert story.say("کمک کنید دزد در خانه است", grave) == ("filed.emergency",) * 3


ALL_THREE = ("speaker.wanted.all", "speaker.wanted.all.emergency")


@pytest.mark.parametrize(
    ("text", "language", "keys", "locale"),
    [
        ("on a volé ma moto hier soir", Language.UNKNOWN, ALL_THREE, Locale.EN),
        ("कोई मेरी बाइक ले गया", Language.UNKNOWN, ALL_THREE, Locale.EN),
        ("دزد موتور من را برد", Language.FA, ALL_THREE, Locale.AR),
        ("Motorumu çaldılar dün gece", Language.TR, ("speaker.wanted.place", "filed.emergency"), Stub.AZB),
        ("ܓܢܒܘ ܡܢܝ", Language.SYRIAC, ("speaker.wanted.place", "filed.emergency"), Stub.SYR),
        ("دزەکێ ماتۆرا من بر", Language.KMR, ("filed.place", "filed.emergency"), None),
    ],
)
def test_by_sms_they_are_answered_in_one_message(
    text: str, language: Language, keys: tuple[str, str], locale: Locale | Stub | None
) -> None:
    theft = meaning(Category.THEFT, language=language)
    for analysis, key in ((theft, keys[0]), (replace(KIDNAPPED, language=language), keys[1])):
        story = Story()
        assert story.say(text, analysis) == (key,)
        assert story.last is not None
        (reply,) = story.last.replies
        own = key != "filed.emergency" or locale is Locale.EN or locale is Locale.AR
        assert reply.locale == (locale if own else None)
        assert count(story.shown()[0].text).parts == 1
    story = Story()
    story.say(text, theft)
    assert story.say("بغداد الشعلة", replace(PLAIN, place=place("IQ-BG-shula"))) == ("place.noted",)


@pytest.mark.parametrize(
    ("language", "stub", "needed"),
    [
        (Language.TURKMEN, Stub.AZB, Language.TURKMEN),
        (Language.TR, Stub.AZB, Language.TURKMEN),
        (Language.SYRIAC, Stub.SYR, Language.SYRIAC),
        (Language.KMR, Stub.KMR, Language.KMR),
    ],
)
def test_of_whose_language_we_have_words_is_answered_in_it_and_in_what_they_read(
    language: Language, stub: Stub, needed: Language
) -> None:
    story = Story(Channel.TELEGRAM)
    assert story.say("ماطوريمى ئوغرلادیلر", meaning(Category.THEFT, language=language)) == (
        "speaker.wanted",
        "filed.place",
    )
    assert story.last is not None
    assert [reply.locale for reply in story.last.replies] == [stub, None]
    assert story.last.locale is (Locale.CKB if stub is Stub.KMR else Locale.AR)
    assert story.filed[0].speaker is needed


@pytest.mark.parametrize("language", [Language.AR, Language.ARABIZI, Language.CKB, Language.EN])
def test_of_our_own_languages_no_speaker_is_needed(language: Language) -> None:
    story = Story()
    assert story.say("انباك ماطوري بالشعلة", replace(THEFT, language=language)) == ("filed",)
    assert story.filed[0].speaker is None


def test_whoever_writes_badini_goes_on_in_sorani_whatever_they_answer_with() -> None:
    story = Story()
    story.say("ئەز ژ دهۆکێ مە، دزەکێ ترومبێلا من بر", meaning(Category.THEFT, language=Language.KMR))
    assert story.conversation.locale is Locale.CKB
    story.say("Karrada", meaning(Category.OTHER, 0.4, at="IQ-BG-karrada", language=Language.UNKNOWN))
    assert story.last is not None
    assert story.last.locale is Locale.CKB


def test_names_alone_are_no_unknown_language() -> None:
    story = Story()
    story.say("Karrada Baghdad", meaning(Category.OTHER, 0.4, language=Language.UNKNOWN))
    assert story.filed[0].speaker is None


# ── Codes and who may read what ──────────────────────────────────────────────────────────────────────────────
def test_an_answer_to_her_is_not_read_out_to_whoever_holds_the_number_now() -> None:
    """Group 55."""
    story = Story()
    story.say("رجلي يضربني بالكرادة", BEATEN)
    story.answer(story.filed[0].report, "تعالي باجر")
    assert story.say("حالة") == ("case.in_progress", "answer.code")
    assert "باجر" not in "".join(shown.text for shown in story.shown())
    assert story.say(story.filed[0].code) == ("case.in_progress", "answer")


def test_a_new_owner_of_a_number_learns_nothing_without_the_code() -> None:
    """Group 55: the conversation was forgotten; only the code finds the case."""
    story = Story()
    story.say("رجلي يضربني بالكرادة", BEATEN)
    story.conversation = Conversation()
    assert story.say("حالة") == ("status.which",)
    assert story.say("شصار ببلاغي؟") == ("status.which",)


def test_a_code_of_sixteen_digits_opens_its_case_from_any_phone_in_any_digits() -> None:
    """Group 39."""
    story = reported()
    story.codes["4829134829134829"] = story.filed[0].report
    story.conversation = Conversation()
    for text in ("4829134829134829", "٤٨٢٩ ١٣٤٨ ٢٩١٣ ٤٨٢٩", "۴۸۲۹-۱۳۴۸-۲۹۱۳-۴۸۲۹"):
        assert story.say(text) == ("case.new.silent",)  # whoever comes so is private: we cannot write to them
    assert story.say("4829134829134829 لگيته") == ("added",)
    assert Append(story.filed[0].report) in story.just


@pytest.mark.parametrize("choice", ["v1:pin:yes", "v1:one:x", "v1:for:me", "v9:" + "x" * 100, "\x00", "v1:cat:"])
def test_a_forged_or_ancient_tap_changes_nothing(choice: str) -> None:
    """Groups 6 and 8."""
    for story in (Story(Channel.TELEGRAM), reported()):
        before = story.conversation
        assert story.say(choice=choice) == ("late",)
        assert not story.just
        assert replace(story.conversation, spoken=0, spoken_since=None) == replace(before, spoken=0, spoken_since=None)


def test_two_offices_that_are_closed_hear_nothing_by_their_posters() -> None:
    """Group 52."""
    closed = office("forum-old", OfficeKind.FORUM, WORKING, coverage=frozenset({"IQ-BG-dora"}))
    story = Story(Channel.TELEGRAM, directory=replace(town(), offices={**town().offices, closed.code: closed}))
    story.say("/start f_forum-old")
    story.directory = town()
    story.say("انباك ماطوري", THEFT_SOMEWHERE)
    assert story.filed[0].to.office == "nation"


def test_a_place_is_known_by_its_pin_however_far_from_the_words() -> None:
    story = Story(Channel.TELEGRAM)
    story.say("انباك ماطوري بالكرادة", replace(THEFT, place=place("IQ-BG-karrada")), point=Point(36.19, 44.01))
    assert story.filed[0].place is not None
    assert story.filed[0].place.governorate == "IQ-AR"
