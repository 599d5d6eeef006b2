"""Discretion as stories: she is afraid, he picks up her phone, she comes back."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import safety
from bot.handlers.segments import count
from bot.vocabulary import (
    Analysis,
    Append,
    Category,
    Channel,
    Conversation,
    Desk,
    Erase,
    File,
    Guess,
    Hide,
    Language,
    Lock,
    Mode,
    Show,
    Stage,
    Unlock,
    Urgency,
    Veil,
    Wipe,
)
from tests.bot.discretion import AFRAID, LATER, afraid, code
from tests.bot.story import BEATEN, PLAIN, THEFT, THEFT_SOMEWHERE, Story, meaning
from tests.bot.test_decide_properties import messages, say, tells
from tests.examples import examples


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
    assert story.just == (Veil(),)
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
    assert story.say(f"{words} بيه", fear, edit=True, own_id="1") == ()


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
    assert story.say("سري")[-2:] == ("private.go", "private.stays")
    return story


@pytest.mark.parametrize("channel", [Channel.SMS, Channel.TELEGRAM])
def test_whoever_becomes_private_is_told_what_stays_where_her_word_was_said(channel: Channel) -> None:
    story = afraid(channel)
    story.say(code(story))
    assert story.say("سري")[-1].startswith("private.")
    assert "private.stays" not in story.say("سري")  # all that she told became private


def test_what_came_without_her_word_stays_as_well_and_is_told_once_nothing_else_does() -> None:
    story = afraid()
    story.beside = True
    story.say(code(story))
    assert story.say("سري") == ("private.filed", "private.stays.unnamed")


def test_another_case_of_hers_stays_and_she_is_told_how_it_is_erased() -> None:
    story = afraid()
    story.others = ("e" * 32,)
    story.say(code(story))
    assert story.say("سري") == ("private.filed", "private.stays")


@pytest.mark.parametrize("word", ["سري", "private"])
def test_whoever_holds_the_phone_without_her_word_is_told_of_nothing(word: str) -> None:
    story = afraid()
    story.others, story.beside = ("e" * 32,), True
    assert not any(key.startswith("private") for key in story.say(word, after=LATER))


def test_whoever_is_answered_as_anybody_is_told_of_no_other_report() -> None:
    """A stranger at that phone would learn that there is one."""
    story = Story(Channel.SMS)
    assert story.say("سري") == ("private.go",)


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


@pytest.mark.parametrize("word", ["كرار", "علي", "karrar", "کاروان"])
def test_a_name_is_no_word_of_hers_for_it_would_be_cut_from_what_she_tells(word: str) -> None:
    story = Story(Channel.SMS)
    story.say("رجلي يضربني بالصوندة الاسود ومحد يدري", AFRAID)
    story.say(code(story))
    assert story.say(f"كلمتي {word}", PLAIN) == ("discreet.word.common",)
    assert [each.words for each in story.effects if isinstance(each, Hide)] == [(code(story),)]


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
WHEN = st.sampled_from(["", "", "code", "word"])


@settings(max_examples=examples(150), deadline=None)
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


@pytest.mark.parametrize(
    "text",
    [
        "اريد ضابطة محد يدري",
        "محد يدري اريد ضابطة",
        "اريد ضابطة ومحد يدري",
        "اريد ضابطة لا تگولون اسمي",
        "دخيلكم اريد احچي ويه مرة محد يدري",
        "woman officer please nobody must know",
    ],
)
def test_a_woman_and_secrecy_wished_for_at_once_are_heard_and_nothing_is_filed(text: str) -> None:
    story = Story(Channel.SMS)
    assert story.say(text, AFRAID) == ("discreet.go",)
    assert story.filed == []
    assert "discreet.filed" in story.say("زوجي يضربني بالكرادة", AFRAID)
    (filed,) = story.filed
    assert (filed.mode, filed.facts.woman_officer, filed.locked) == (Mode.DISCREET, True, False)


@pytest.mark.parametrize("text", ["سري واريد ضابطة", "اريد ضابطة بس سري"])
def test_a_woman_and_privacy_wished_for_at_once_are_heard(text: str) -> None:
    story = Story(Channel.SMS)
    assert story.say(text)[0] == "private.go"
    assert story.filed == []
    assert "private.filed" in story.say("زوجي يضربني بالكرادة", AFRAID)
    assert (story.filed[0].mode, story.filed[0].facts.woman_officer) == (Mode.PRIVATE, True)


@pytest.mark.parametrize("text", ["زوجي يضربني اريد ضابطة محد يدري", "انباك ماطوري اريد ضابطة محد يدري"])
def test_a_story_beside_two_wishes_is_filed(text: str) -> None:
    story = Story(Channel.SMS)
    assert story.say(text, AFRAID) == ("discreet.filed",)
    assert len(story.filed) == 1
