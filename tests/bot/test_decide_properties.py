"""What holds whatever a reporter sends, in whatever order."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot import commands, conversation, safety, tickets
from bot.commands import Intent
from bot.decide.understood import placed
from bot.taxonomy import RULES
from bot.vocabulary import (
    Analysis,
    Append,
    Category,
    Channel,
    Facts,
    File,
    Fragment,
    Gesture,
    Guess,
    Language,
    Medium,
    MediumKind,
    Point,
    Presence,
    Reroute,
    Stage,
    Status,
    Urgency,
)
from tests.bot.story import PLAIN, Story, place
from tests.examples import examples

TEXTS = st.one_of(
    st.sampled_from(
        [
            "انباك ماطوري بالشعلة",
            "زوجي",
            "الشعلة",
            "حي السلام",
            "اربيل",
            "1",
            "٢",
            "3",
            "9",
            "حالة",
            "حذف",
            "نعم",
            "لا",
            "لغة",
            "English",
            "ايقاف",
            "استئناف",
            "مساعدة",
            "هلو",
            "شكرا",
            "بلاغ جديد",
            "بلاغ جديد: سرقة",
            "482913",
            "حذف 482913",
            "؟؟؟",
            "امسحوا الرسالة بسرعة",
            "لا تردون",
            "لا مو الشعلة بالحرية",
            "ما اعرف",
            "يم الجامع",
            "تعرفون رقمي؟",
            "صار شي؟",
            "",
            "\ud800\x00",
        ]
    ),
    st.text(max_size=12),
)
CHOICES = st.sampled_from(
    [
        "",
        "",
        "",
        "v1:cmd:status",
        "v1:cmd:no",
        "v1:lang:en",
        "v1:place:IQ-NA-salam",
        "v1:cat:drugs",
        "v9:x",
        "v1:claim:r",
    ]
)
MEDIA = st.sampled_from([(), (), (), (Medium(MediumKind.PHOTO, "r"),), (Medium(MediumKind.VOICE, "r"),)])
POINTS = st.sampled_from([None, None, None, Point(33.37, 44.28), Point(48.0, 2.0)])
WAITS = st.sampled_from([timedelta(seconds=1), timedelta(minutes=40), timedelta(hours=30)])


@st.composite
def analyses(draw: st.DrawFn, *, sensitive: bool | None = None) -> Analysis | None:
    if sensitive is None and draw(st.integers(0, 9)) == 0:
        return None
    kinds = draw(st.lists(st.sampled_from(Category), min_size=1, max_size=4, unique=True))
    sure = draw(st.floats(0.05, 1.0))
    where = draw(st.sampled_from(["", "", "IQ-BG-shula", "IQ-AR", "IQ-BG"]))
    return Analysis(
        clean="",
        key="",
        language=draw(st.sampled_from(Language)),
        guesses=tuple(Guess(kind, sure / (rank + 1)) for rank, kind in enumerate(kinds)),
        urgency=draw(st.sampled_from(Urgency)),
        sensitive=draw(st.booleans()) if sensitive is None else sensitive,
        place=place(where) if where else None,
        about_police=draw(st.integers(0, 9)) == 0,
        woman_officer=draw(st.integers(0, 9)) == 0,
        fear=draw(st.integers(0, 4)) == 0,
        no_reply=draw(st.integers(0, 9)) == 0,
        minor=draw(st.integers(0, 4)) == 0,
        flagged=draw(st.booleans()),
    )


SIGNS: st.SearchStrategy[dict[str, object]] = st.sampled_from(
    [
        {},
        {},
        {},
        {"gesture": Gesture.STICKER},
        {"gesture": Gesture.CONTACT},
        {"presence": Presence.GROUP},
        {"presence": Presence.BLOCKED},
        {"presence": Presence.BACK},
        {"album": "1"},
        {"fragment": Fragment("a", 1, 2)},
        {"fragment": Fragment("a", 2, 2)},
        {"live": True},
        {"forwarded": True},
        {"replied": "last"},
        {"behalf": True},
        {"reply_to": "7"},
    ]
)


@st.composite
def messages(draw: st.DrawFn) -> dict[str, object]:
    sign: dict[str, object] = draw(SIGNS)
    return {
        **sign,
        "text": draw(TEXTS),
        "analysis": draw(analyses()),
        "choice": draw(CHOICES),
        "media": draw(MEDIA),
        "point": draw(POINTS),
        "edit": draw(st.integers(0, 9)) == 0,
        "after": draw(WAITS),
    }


def say(story: Story, message: dict[str, object]) -> tuple[str, ...]:
    """Says it; what replies to "last" replies to the newest report."""
    last = story.filed[-1].report if story.filed and "replied" in message else ""
    return story.say(**(message | ({"replied": last} if "replied" in message else {})))  # type: ignore[arg-type]


def tells(message: dict[str, object], before: dict[str, object] | None = None) -> bool:
    """Whether a message holds what must not be lost, whatever the stage. Words that may be an answer are left out.

    before: what was said last; an edit that changes nothing says nothing. Of a pin that moves on, words need no second
    hearing, and where we are only put in a group, nobody has spoken to us. Who only asks to erase, in however many
    words, tells nothing: they are asked whether to.
    """
    if message.get("presence") or (message.get("live") and message["edit"]):
        return False
    if message["edit"] and before is not None and before["text"] == message["text"]:
        return False
    if message["media"] or message["point"]:
        return not message["choice"]
    text = str(message["text"])
    wordy = (
        any(letter.isalpha() for letter in text) and not commands.intent(text, "") and not commands.only_erases(text)
    )
    return wordy and not message["choice"] and not any(letter.isdigit() for letter in text)


@settings(max_examples=examples(150), deadline=None)
@given(st.lists(messages(), max_size=8), st.sampled_from([Channel.SMS, Channel.TELEGRAM]), st.data())
def test_no_concern_is_ever_lost_and_every_stage_is_legal(
    said: list[dict[str, object]], channel: Channel, data: st.DataObject
) -> None:
    story = Story(channel)
    previous: dict[str, object] | None = None
    for message in said:
        before = story.conversation
        say(story, message)
        kept = [each for each in story.just if isinstance(each, File | Append)]
        assert len(kept) <= 1, "one message is one part of one report"
        assert kept or not tells(message, previous), "a concern was lost"
        previous = message if message["text"] else previous
        after = story.conversation
        assert after.tries <= 2
        assert after.before is None or after.ongoing
        assert after.stage is not Stage.BELONGS or after.before
        assert after.stage in {Stage.IDLE, Stage.PLACE} or after.options
        assert after.stage not in {Stage.PLACE, Stage.CATEGORY} or after.ongoing
        assert sum(bool(reply.options) for reply in story.last.replies) <= 1 if story.last else True
        assert all(shown.text for shown in story.shown())
        if before.ongoing and after.ongoing and before.ongoing.report == after.ongoing.report:
            assert after.ongoing.facts.urgency >= before.ongoing.facts.urgency
            assert after.ongoing.facts.sensitive >= before.ongoing.facts.sensitive
        for case in list(story.cases):
            if data.draw(st.integers(0, 7)) == 0:
                story.answer(case, "جواب", data.draw(st.sampled_from(Status)))


@settings(max_examples=examples(100), deadline=None)
@given(analyses(sensitive=True), st.lists(messages(), max_size=5), st.sampled_from([Channel.SMS, Channel.TELEGRAM]))
def test_nothing_sent_on_a_sensitive_report_names_what_it_is_about(
    hers: Analysis | None, said: list[dict[str, object]], channel: Channel
) -> None:
    story = Story(channel)
    story.say("زوجي", hers)
    for message in [None, *said]:
        if message is not None:
            say(story, message)
        ongoing = story.conversation.ongoing
        if ongoing is None or ongoing.facts.sensitive:
            for shown in story.shown():
                assert safety.telling(shown.text) == ()
                assert all(not safety.telling(button.label) for button in shown.buttons)


@settings(max_examples=examples(100), deadline=None)
@given(analyses(), st.lists(messages(), max_size=4))
def test_whatever_is_kept_of_a_muted_sender_is_kept_in_silence(
    first: Analysis | None, said: list[dict[str, object]]
) -> None:
    story = Story(muted=True)
    assert story.say("صار شي يم البيت", first) == ()
    assert story.filed
    for message in said:
        was_muted = story.muted
        keys = say(story, message)
        if was_muted and any(isinstance(each, File) for each in story.just):
            assert keys in {(), ("erase.kept",)} or message["choice"]


# What such a text may be besides: a command that asks for words.
ALOUD = {Intent.START, Intent.RESUME, Intent.HELP, Intent.STATUS}


@settings(max_examples=examples(100), deadline=None)
@given(st.lists(messages(), max_size=5), st.sampled_from([Channel.SMS, Channel.TELEGRAM]), TEXTS)
def test_whoever_asks_not_to_be_written_to_is_not_whatever_came_before(
    said: list[dict[str, object]], channel: Channel, text: str
) -> None:
    story = Story(channel)
    for message in said:
        say(story, message)
    hers = Analysis("", "", Language.AR, (Guess(Category.OTHER, 0.5),), Urgency.EMERGENCY, True, no_reply=True)  # noqa: FBT003
    picked = conversation.chosen(story.conversation, text=text, choice="") or ""
    keys = story.say(text, hers)
    if text and commands.intent(tickets.without_codes(text), picked) not in ALOUD:
        assert keys == ()
        assert story.muted


@settings(max_examples=examples(100), deadline=None)
@given(st.lists(st.tuples(analyses(), TEXTS), min_size=1, max_size=5))
def test_facts_never_grow_milder_also_by_what_pieces_say_together(
    said: list[tuple[Analysis | None, str]],
) -> None:
    story = Story(understand=lambda _: said[0][0] or PLAIN)
    for analysis, text in said:
        before = story.conversation.ongoing
        story.say(text, analysis)
        after = story.conversation.ongoing
        if before and after and before.report == after.report:
            old, new = before.facts, after.facts
            assert new.urgency >= old.urgency
            assert new.sensitive >= old.sensitive
            assert new.minor >= old.minor
            assert new.no_reply >= old.no_reply
            assert new.about_police >= old.about_police


@given(st.sampled_from(Category), st.sampled_from(Category), st.sampled_from(Urgency))
def test_choosing_a_kind_moves_the_report_and_lowers_nothing(old: Category, new: Category, urgency: Urgency) -> None:
    story = Story()
    sure = Analysis("", "", Language.AR, (Guess(old, 0.9),), urgency, RULES[old].sensitive, place("IQ-BG-shula"))
    story.say("صار شي بالشعلة", sure)
    assert story.conversation.ongoing is not None
    before = story.conversation.ongoing.facts
    story.say("هو هيچ", Analysis("", "", Language.AR, (Guess(new, 0.9),), Urgency.NORMAL, RULES[new].sensitive))
    for effect in story.just:
        if isinstance(effect, Reroute):
            assert effect.facts.urgency >= before.urgency
            assert effect.facts.sensitive >= before.sensitive


def test_a_place_replaces_another_only_when_it_was_said_on_purpose() -> None:
    facts = Facts(Category.THEFT, Urgency.NORMAL, sensitive=False, lineage=place("IQ-BG-shula").lineage)
    assert placed(facts, place("IQ-BG"), said=True) == facts
    assert placed(facts, place("IQ-AR"), said=False) == facts
    assert placed(facts, place("IQ-AR"), said=True).lineage == ("IQ-AR",)
