"""Which message is this: weighed on dialogues that were written while it was made, and on single words."""

import csv
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.decide import wording
from bot.handlers.segments import count
from bot.nlp.analyse import DATA, Understanding, analyse
from bot.vocabulary import (
    Analysis,
    Append,
    Category,
    Channel,
    Conversation,
    Desk,
    Erase,
    File,
    Gesture,
    Guess,
    Join,
    Medium,
    MediumKind,
    Reroute,
    Sequel,
    Stage,
    Status,
    Urgency,
)
from tests.bot.dialogues import play as dialogues
from tests.bot.story import BEATEN, BEGINNING, PLAIN, STORY, THEFT, THEFT_SOMEWHERE, Story, meaning

HOUR = timedelta(hours=1)
PHOTO = (Medium(MediumKind.PHOTO, "ref"),)
HOLE = meaning(Category.PUBLIC_INFRASTRUCTURE, 0.95, sequel=STORY)
# So it is a matter of its own perhaps: the same kind an hour later, told whole, with nothing that points back.
ANOTHER_THEFT = ("اخذوا ماطور جارنا من الكراج", replace(THEFT, sequel=BEGINNING))
TABLE = Path(__file__).with_name("dialogues_dev.tsv")
SECOND_TABLE, THIRD_TABLE = DATA / "sequels" / "d2.tsv", DATA / "sequels" / "d3.tsv"
KINDS = {"answer": "add"}


@pytest.fixture(scope="module")
def understanding() -> Understanding:
    """The shipped understanding, read once."""
    return Understanding.load()


def outcome(story: Story, keys: tuple[str, ...]) -> str:
    """What the last message was taken for."""
    if any(isinstance(effect, File) for effect in story.just):
        return "asked" if story.conversation.before else "new"
    if any(key.startswith(("case.", "status.")) for key in keys):
        return "status"
    return "add" if any(isinstance(effect, Append) for effect in story.just) else "chatter"


def heard(understanding: Understanding, row: dict[str, str]) -> str:
    story = Story(Channel(row["channel"]), understand=lambda text: analyse(understanding, text))
    story.say(row["first"], analyse(understanding, row["first"]))
    report, code = (story.filed[0].report, story.filed[0].code) if story.filed else ("", "")
    more, text = row["more"], row["second"].replace("{code}", code)
    if more.startswith("office:"):
        story.answer(report, more.removeprefix("office:"))
    keys = story.say(
        text,
        analyse(understanding, text),
        after=timedelta(minutes=int(row["minutes"])),
        media=PHOTO if more == "photo" else (),
        gesture=Gesture.STICKER if more == "sticker" else Gesture.NONE,
        replied=report if more == "reply" else "",
    )
    return outcome(story, keys)


def test_on_our_own_dialogues_nothing_is_merged_wrongly_and_little_is_split_or_asked(
    understanding: Understanding,
) -> None:
    """Whoever made the rules saw these, so this guards them; it does not measure them."""
    with TABLE.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    found = Counter((KINDS.get(row["want"], row["want"]), heard(understanding, row)) for row in rows)
    assert len(rows) >= 200
    assert found["new", "add"] == 0
    assert found["add", "new"] <= 0.05 * len(rows)
    assert sum(count for (_, got), count in found.items() if got == "asked") <= 0.15 * len(rows)
    for kind in ("status", "chatter"):
        assert found[kind, kind] == sum(count for (want, _), count in found.items() if want == kind)


@pytest.mark.parametrize("half", [0, 1])
def test_a_second_set_written_before_the_rules_were_read_merges_nothing_and_splits_little(
    understanding: Understanding, half: int
) -> None:
    """Points and bounds were taken from both halves, so neither measures strangers."""
    written = dialogues.read(SECOND_TABLE)
    rows = [row for row in written if int(row.id[1:]) % 2 == half]
    found = dialogues.figures([dialogues.play(understanding, row) for row in rows])
    assert len(written) >= 140
    assert found.merges == found.lost == found.noise == 0
    assert found.splits <= 0.05 * found.belonging
    assert found.asked <= 0.2 * found.total


@pytest.mark.slow
def test_on_the_third_and_hardest_set_nothing_is_merged_and_little_is_split(understanding: Understanding) -> None:
    """A fifth of it is long additions that read like reports, and short reports that read like additions."""
    rows = dialogues.read(THIRD_TABLE)
    found = dialogues.figures([dialogues.play(understanding, row) for row in rows])
    assert len(rows) >= 600
    assert found.merges == found.lost == 0
    assert found.noise <= 0.01 * found.total
    assert found.splits <= 0.05 * found.belonging
    assert found.asked <= 0.22 * found.total


# ── One digit in doubt ───────────────────────────────────────────────────────────────────────────────────────
def doubtful(channel: Channel = Channel.SMS, analysis: Analysis | None = ANOTHER_THEFT[1]) -> Story:
    story = Story(channel)
    story.say("انباك ماطوري بالشعلة", THEFT)
    assert story.say(ANOTHER_THEFT[0], analysis, after=HOUR) == ("filed.belongs",)
    return story


def test_in_doubt_it_is_a_report_at_once_and_one_digit_is_asked_in_the_same_sms() -> None:
    story = doubtful()
    assert len(story.filed) == 2
    assert story.conversation.stage is Stage.BELONGS
    (shown,) = story.shown()
    assert story.filed[1].code in shown.text
    assert shown.text.endswith("\n1 نعم\n2 لا")
    assert count(shown.text).parts == 1


@pytest.mark.parametrize("text", ["1", "١", "نعم", "نفس الموضوع", "same"])
def test_one_joins_it_to_the_elder_and_the_talk_goes_on_about_that(text: str) -> None:
    story = doubtful()
    elder, younger = (filed.report for filed in story.filed)
    assert story.say(text) == ("belongs.one",)
    joined = story.just
    assert joined == (Join(younger, elder),)
    assert story.conversation.ongoing is not None
    assert story.conversation.ongoing.report == elder
    story.say("لونه احمر")
    assert story.just == (Append(elder),)


@pytest.mark.parametrize("text", ["2", "۲", "لا", "بلاغ جديد", "موضوع ثاني"])
def test_two_leaves_it_as_it_was_filed(text: str) -> None:
    story = doubtful()
    assert story.say(text) == ("belongs.two",)
    assert not story.just
    story.say("لونه احمر")
    assert story.just == (Append(story.filed[1].report),)


def test_after_two_the_place_is_asked_for_that_waited() -> None:
    story = doubtful(analysis=replace(THEFT_SOMEWHERE, sequel=STORY))
    assert story.say("2") == ("place.ask",)
    assert story.conversation.stage is Stage.PLACE


def test_other_words_at_the_question_are_heard_and_a_late_tap_still_counts() -> None:
    story = doubtful(Channel.TELEGRAM)
    tap = story.conversation.options[0]
    story.say("لونه احمر")
    assert story.just == (Append(story.filed[1].report),)
    assert story.conversation.stage is Stage.IDLE
    assert story.say(choice=tap) == ("belongs.one",)
    assert story.say(choice=tap) == ("late",)
    assert not story.just


def test_a_forged_tap_joins_nothing() -> None:
    story = doubtful(Channel.TELEGRAM)
    for choice in (f"v1:one:{story.filed[0].report}", "v1:one:", "v1:two:x"):
        assert story.say(choice=choice) == ("late",)
    assert not [effect for effect in story.effects if isinstance(effect, Join)]


@pytest.mark.parametrize(
    ("channel", "keys"),
    [
        (Channel.SMS, ("filed.emergency.belongs",)),
        (Channel.TELEGRAM, ("filed.emergency", "belongs.ask")),
    ],
)
def test_in_an_emergency_the_number_comes_first_and_then_the_question(channel: Channel, keys: tuple[str, ...]) -> None:
    story = Story(channel)
    story.say("انباك ماطوري بالشعلة", THEFT)
    grave = meaning(Category.ASSAULT, 0.5, at="IQ-BG-shula", urgency=Urgency.EMERGENCY)
    assert story.say("اكو واحد مطعون بالشارع", grave, after=timedelta(minutes=5)) == keys
    told = "\n".join(shown.text for shown in story.shown())
    assert told.index("911") < told.index("1 نعم")
    assert story.say("1") == ("belongs.one",)


def test_whoever_asked_for_silence_is_not_asked() -> None:
    story = Story(muted=True)
    story.say("انباك ماطوري بالشعلة", THEFT)
    assert story.say(*ANOTHER_THEFT, after=HOUR) == ()
    assert len(story.filed) == 2
    assert story.conversation.before is None


# ── What is hers ─────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("minutes", [1, 10, 60, 600])
def test_a_sensitive_matter_of_its_own_never_comes_unasked_into_a_report_that_is_not(minutes: int) -> None:
    for text in ("زوجي يضربني", "وهم زوجي يضربني كل يوم", "جاري يضرب مرته", "اختي رجلها حابسها", "my husband hits me"):
        story = Story()
        story.say("عمود الكهرباء مكسور بالشعلة", replace_place(HOLE))
        story.say(text, BEATEN, after=timedelta(minutes=minutes))
        assert len(story.filed) == 2, text
        assert [filed.to.desk for filed in story.filed] == [Desk.GENERAL, Desk.WOMEN]


# Many reply to whatever stands last, point at "him" where there was nobody, or wait and tell more.
@pytest.mark.parametrize(
    ("text", "analysis"),
    [
        ("رجلي البارحة كسر ايدي", BEATEN),
        ("عنده صوري ويريد فلوس", meaning(Category.ELECTRONIC_BLACKMAIL, 0.97, sensitive=True, urgency=Urgency.HIGH)),
        ("الطفل مربوط بالسطح", meaning(Category.CHILD_PROTECTION, 0.95, sensitive=True, minor=True, flagged=True)),
        (
            "راح اذب نفسي من الجسر",
            meaning(Category.SELF_HARM, 0.99, sensitive=True, urgency=Urgency.EMERGENCY, flagged=True),
        ),
    ],
)
@pytest.mark.parametrize("office", ["", "وين صار هذا بالضبط؟"])
def test_not_even_in_a_reply_does_a_sensitive_matter_come_unasked_into_a_report_that_is_not(
    text: str, analysis: Analysis, office: str
) -> None:
    story = Story(Channel.TELEGRAM)
    story.say("عمود الكهرباء مكسور بالشعلة", replace_place(HOLE))
    lamp = story.filed[0].report
    if office:
        story.answer(lamp, office)
    story.say(text, analysis, replied=lamp, after=HOUR / 4)
    assert Append(lamp) not in story.just
    assert len(story.filed) == 2


@pytest.mark.parametrize("text", ["هو يعرف بيتنا ويهددني بصوري", "3inda sowari w yihaddidni", "هو يهددني بصوري"])
def test_beside_a_broken_lamp_there_was_no_he_whom_a_sensitive_matter_could_lean_on(text: str) -> None:
    blackmail = meaning(Category.ELECTRONIC_BLACKMAIL, 0.95, sensitive=True, urgency=Urgency.HIGH)
    assert wording.read(text).leans
    story = Story()
    story.say("عمود الكهرباء مكسور بالشعلة", replace_place(HOLE))
    story.say(text, replace(blackmail, sequel=Sequel(apart=-3.0)), after=timedelta(minutes=2))
    assert len(story.filed) == 2


def test_a_sensitive_matter_behind_a_question_how_it_stands_does_not_come_unasked_into_the_report() -> None:
    blackmail = meaning(Category.ELECTRONIC_BLACKMAIL, 0.99, sensitive=True, sequel=Sequel(apart=-1.0, waits=4.0))
    story = Story()
    story.say("انباك ماطوري بالشعلة", THEFT)
    story.say("شصار على شكواي واكو واحد يبتزني بصوري", blackmail, after=5 * HOUR)
    assert len(story.filed) == 2


def test_proof_of_a_theft_is_no_shelter_for_what_is_surely_hers() -> None:
    blackmail = meaning(Category.ELECTRONIC_BLACKMAIL, 0.99, sensitive=True, sequel=Sequel(apart=-2.0))
    story = Story()
    story.say("عمود الكهرباء مكسور بالشعلة", replace_place(HOLE))
    story.answer(story.filed[0].report, "هل عندك صورة؟")
    story.say("اي عندي فيديو وهو يهددني بصوري", blackmail, after=HOUR / 2)
    assert len(story.filed) == 2


def test_a_complaint_of_an_officer_in_a_reply_is_asked_about() -> None:
    officer = meaning(Category.POLICE_MISCONDUCT, 0.97, about_police=True)
    story = Story(Channel.TELEGRAM)
    story.say("انباك ماطوري بالشعلة", THEFT)
    story.say("الضابط بالمركز طلب مني رشوة", officer, replied=story.filed[0].report, after=HOUR)
    assert [filed.to.desk for filed in story.filed] == [Desk.GENERAL, Desk.OVERSIGHT]


def test_what_alarms_beside_a_broken_lamp_is_an_emergency_of_its_own_whoever_he_is() -> None:
    armed = meaning(Category.WEAPONS_GUNFIRE, 0.58, urgency=Urgency.EMERGENCY, flagged=True, sequel=Sequel(apart=-3.0))
    for minutes in (2, 300):
        story = Story()
        story.say("عمود الكهرباء مكسور بالشعلة", replace_place(HOLE))
        keys = story.say("هو هسه كدام الباب وبيده مسدس", armed, after=timedelta(minutes=minutes))
        assert len(story.filed) == 2
        assert keys[0].startswith("filed.emergency")


def test_whoever_only_waits_is_not_asked_for_what_was_misread_in_it() -> None:
    misread = meaning(Category.HARASSMENT, 0.65, sensitive=True, sequel=Sequel(apart=-1.0, waits=5.0))
    story = Story()
    story.say("عمود الكهرباء مكسور بالشعلة", replace_place(HOLE))
    story.say("للحين انتظر رسالة منكم والعمود على حاله", misread, after=5 * HOUR)
    assert len(story.filed) == 1


def replace_place(analysis: Analysis) -> Analysis:
    return meaning(analysis.category, analysis.confidence, at="IQ-BG-shula")


def test_her_own_additions_stay_in_her_sealed_report() -> None:
    story = Story(Channel.TELEGRAM)
    story.say("زوجي يضربني كل يوم", BEATEN)
    for text, analysis in (
        ("رجع سكران وكسر الباب", meaning(Category.ASSAULT, 0.5)),
        ("واخذ ذهبي", meaning(Category.THEFT, 0.9)),
        ("هو هددني بالسلاح", meaning(Category.WEAPONS_GUNFIRE, 0.7, urgency=Urgency.HIGH)),
    ):
        story.say(text, analysis, after=HOUR / 2)
        assert story.just[0] == Append(story.filed[0].report), text


def test_a_report_that_has_told_nothing_yet_may_turn_out_to_be_hers() -> None:
    story = Story()
    story.say("عندي مشكلة", meaning(Category.OTHER, 0.5, at="IQ-BG-karrada"))
    story.say("رجلي يضربني", BEATEN)
    assert len(story.filed) == 1
    assert story.conversation.ongoing is not None
    assert story.conversation.ongoing.desk is Desk.WOMEN


@pytest.mark.parametrize("hers_first", [True, False])
def test_two_that_are_one_lie_at_her_desk_whichever_came_first(hers_first: bool) -> None:  # noqa: FBT001
    """By their own word; neither may lie where the other may not be seen."""
    story = Story()
    plain, hers = ("عمود الكهرباء مكسور بالشعلة", replace_place(HOLE)), ("جاري يضرب مرته", BEATEN)
    first, second = (hers, plain) if hers_first else (plain, hers)
    story.say(*first)
    story.say(*second, after=timedelta(minutes=3))
    if story.conversation.stage is not Stage.BELONGS:
        story.conversation = _asked(story)
    story.say("1")
    moved = [effect for effect in story.just if isinstance(effect, Reroute)]
    assert [effect.to.desk for effect in moved] == [Desk.WOMEN]
    assert isinstance(story.just[-1], Join)
    assert story.conversation.ongoing is not None
    assert story.conversation.ongoing.facts.sensitive


def _asked(story: Story) -> Conversation:
    """As if it had been in doubt."""
    talk, first = story.conversation, story.filed[0]
    assert talk.ongoing is not None
    before = type(talk.ongoing)(
        first.report, first.number, first.code, first.facts, first.to.office, first.to.desk, story.now
    )
    options = (f"v1:one:{talk.ongoing.report}", f"v1:two:{talk.ongoing.report}")
    return Conversation(stage=Stage.BELONGS, ongoing=talk.ongoing, before=before, options=options, locale=talk.locale)


@pytest.mark.parametrize("text", ["اكو واحد مطعون بالشارع", "عدنا جريح بالباب"])
def test_an_emergency_of_its_own_is_never_added_unasked_to_what_is_none(text: str) -> None:
    story = Story()
    story.say("انباك ماطوري بالشعلة", THEFT)
    grave = meaning(Category.ASSAULT, 0.5, at="IQ-BG-shula", urgency=Urgency.EMERGENCY)
    story.say(text, grave, after=timedelta(minutes=1))
    assert len(story.filed) == 2
    assert story.conversation.stage is Stage.BELONGS


def test_whoever_announces_another_matter_tells_one_even_if_it_begins_with_and() -> None:
    for text in ("وبعد اكو شي ثاني، الكهرباء مقطوعة", "وشغلة ثانية: الشارع مظلم", "موضوع ثاني شارعنا مظلم"):
        story = Story()
        story.say("انباك ماطوري بالشعلة", THEFT)
        story.say(text, meaning(Category.PUBLIC_INFRASTRUCTURE, 0.9), after=timedelta(minutes=3))
        assert len(story.filed) == 2, text
        assert story.conversation.before is None, text


def test_only_a_question_of_the_office_makes_another_place_an_answer() -> None:
    elsewhere = meaning(Category.THEFT, 0.9, at="IQ-BG-karrada", sequel=STORY)
    for words, filed in (("اين رأيته؟", 1), ("وصلت شكواك", 2)):
        story = Story()
        story.say("انباك ماطوري بالشعلة", THEFT)
        story.answer(story.filed[0].report, words)
        story.say("باب المحل مكسور بالكرادة", elsewhere, after=HOUR)
        assert len(story.filed) == filed, words


# ── Sure evidence ────────────────────────────────────────────────────────────────────────────────────────────
def test_what_replies_to_a_message_about_a_report_belongs_there_however_little_it_says() -> None:
    story = Story(Channel.TELEGRAM)
    story.say("انباك ماطوري بالشعلة", THEFT)
    first = story.filed[0].report
    story.say("جارنا شاف واحد يركض", meaning(Category.HARASSMENT, 0.4), replied=first, after=HOUR)
    assert story.just[0] == Append(first)
    story.say("موضوع ثاني: اكو حفرة جبيرة", HOLE, after=HOUR)
    story.say("لونه احمر", PLAIN, replied=first)
    assert story.just == (Append(first),)


@pytest.mark.parametrize("text", ["اكو حفرة جبيرة بشارعنا", "موضوع ثاني: اكو حفرة جبيرة"])
def test_a_reply_that_tells_another_matter_is_filed_and_asked_about(text: str) -> None:
    """Many reply to whatever stands last."""
    story = Story(Channel.TELEGRAM)
    story.say("انباك ماطوري بالشعلة", THEFT)
    story.say(text, HOLE, replied=story.filed[0].report, after=HOUR)
    assert len(story.filed) == 2
    assert story.conversation.stage is Stage.BELONGS


def test_a_reply_leans_to_its_report_and_is_asked_about_where_it_sounds_like_another_matter() -> None:
    """Never is it another's unasked; and where the same words without a reply are asked about, some replies belong."""

    def heard_at(apart: float, *, replied: bool) -> str:
        story = Story(Channel.TELEGRAM)
        story.say("انباك ماطوري بالشعلة", THEFT)
        own = story.filed[0].report if replied else ""
        words = replace(ANOTHER_THEFT[1], sequel=Sequel(apart=apart))
        return outcome(story, story.say(ANOTHER_THEFT[0], words, replied=own, after=HOUR))

    tenths = [tenth / 10 for tenth in range(-60, 60)]
    with_reply = [heard_at(tenth, replied=True) for tenth in tenths]
    without = [heard_at(tenth, replied=False) for tenth in tenths]
    assert with_reply == sorted(with_reply)  # "add" until somewhere, "asked" from there on
    assert set(with_reply) == {"add", "asked"}
    assert ("add", "asked") in zip(with_reply, without, strict=True)


def test_a_reply_to_a_closed_report_is_heard_on_its_own() -> None:
    story = Story(Channel.TELEGRAM)
    story.say("انباك ماطوري بالشعلة", THEFT)
    first = story.filed[0].report
    story.answer(first, status=Status.CLOSED)
    story.say("رجعوا باكوا", THEFT, replied=first)
    assert isinstance(story.just[0], File)


def test_who_says_it_again_with_another_word_in_it_makes_no_second_report(understanding: Understanding) -> None:
    story = Story(understand=lambda text: analyse(understanding, text))
    for text in (
        "انباك ماطوري بالشعلة البارحة",
        "البارحة انباك ماطوري بالشعلة رجاء",
        "بلاغ انباك ماطوري بالشعلة البارحة",
    ):
        story.say(text, analyse(understanding, text))
    assert len(story.filed) == 1


def test_the_same_text_once_more_is_kept_in_the_same_report_and_not_answered() -> None:
    story = Story()
    story.say("انباك ماطوري بالشعلة", THEFT)
    for _ in range(5):
        assert story.say("انباك ماطوري  بالشعلة", THEFT, after=timedelta(minutes=3)) == ()
        assert story.just == (Append(story.filed[0].report),)


# ── Words ────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "text",
    [
        "موضوع ثاني: الكهرباء مقطوعة",
        "اكو مشكلة ثانية بالمحلة",
        "بلاغ ثاني",
        "another issue: noise",
        "کێشەیەکی تر: کارەبا نییە",
        "mawthoo3 thani aku hufra",
        "غير موضوع، المحولة انفجرت",
    ],
)
def test_another_matter_is_announced(text: str) -> None:
    assert wording.read(text).announces


@pytest.mark.parametrize("text", ["نفس الموضوع", "same issue again", "هەمان کێشە", "الموضوع مهم", "اكو حفرة"])
def test_no_other_matter_is_announced(text: str) -> None:
    assert not wording.read(text).announces


@pytest.mark.parametrize(
    "text", ["نسيت اگول اكو كاميرا", "بعد شي، الطفل مريض", "تصحيح بالسيدية", "I forgot to say", "بیرم چوو بڵێم"]
)
def test_it_goes_on_by_its_own_word(text: str) -> None:
    assert wording.read(text).surely


@pytest.mark.parametrize(
    "text", ["لونه احمر", "هسه هو كدام الباب", "واحد منهم عنده مسدس", "he came back", "صوتهم عالي"]
)
def test_it_points_at_who_is_not_named_in_it(text: str) -> None:
    assert wording.read(text).back


@pytest.mark.parametrize("text", ["ولد اختي ضايع", "واحد يهددني", "وين اشتكي", "والدي مريض", "ورا بيتنا حفرة"])
def test_a_word_that_begins_like_and_goes_on_with_nothing(text: str) -> None:
    said = wording.read(text)
    assert not said.also
    assert not said.back


@pytest.mark.parametrize("text", ["لگيته يم الجامع", "ضربوه بالعصا", "وديناه للمستشفى", "السيارة نفسها رجعت"])
def test_whom_somebody_found_or_beat_was_told_of_before(text: str) -> None:
    assert wording.read(text).back


@pytest.mark.parametrize("text", ["اخوية يريد يموت نفسه", "هم اكو شغلة، جارتنا تعبانة"])
def test_a_self_that_dies_and_a_they_that_means_also_point_at_nobody(text: str) -> None:
    assert not wording.read(text).back


def test_proof_a_description_and_another_one_are_heard() -> None:
    assert wording.read("نعم عندي فيديو من الكاميرا").proves
    assert not wording.read("واحد عنده صوري").proves
    assert wording.read("اربعة واحد منهم كبير").describes
    assert wording.read("حفرة ثانية بالبياع").another
    assert not wording.read("مرة ثانية انفجر").another


def test_the_car_is_the_one_that_was_told_of() -> None:
    remembered = wording.topic("سرقوا بطارية سيارتي بالمنصور")
    assert wording.takes_up("السيارة كيا بيضة", remembered)
    assert not wording.takes_up("سيارة واكفة", remembered)
    assert not wording.takes_up("المدرسة بعيدة", remembered)
    assert wording.takes_up("the bike was red", wording.topic("my bike was stolen"))


def test_what_is_remembered_of_a_report_is_not_what_was_said() -> None:
    assert all(len(each) == 4 and int(each, 16) >= 0 for each in wording.topic("زوجي يضربني كل يوم بالكاظمية"))
    assert len(wording.topic(" ".join(f"كلمة{number}" for number in range(90)))) <= 40


@given(st.text())
def test_any_text_has_some_wording(text: str) -> None:
    said = wording.read(text)
    assert said.words >= 0
    wording.takes_up(text, wording.topic(text))


def test_the_question_of_kind_keeps_its_place_behind_the_others() -> None:
    """Of two questions the one that decides which report it is comes first."""
    story = Story()
    story.say("انباك ماطوري بالشعلة", THEFT)
    other = (Guess(Category.PROPERTY_DISPUTE, 0.4),)
    unsure = meaning(Category.THEFT, 0.5, at="IQ-BG-shula", guesses=other, sequel=BEGINNING)
    assert story.say("اخذوا ماطور جارنا من الكراج", unsure, after=HOUR) == ("filed.belongs",)


# ── What is remembered of the first words' kinds ──────────────────────────────────────────────────────────────
def test_what_the_first_words_were_taken_for_is_remembered_of_the_report_talked_about_alone() -> None:
    story = Story(Channel.TELEGRAM)
    story.say("انباك ماطوري بالشعلة", THEFT)
    assert [guess.category for guess in story.conversation.kinds] == [Category.THEFT]
    story.say("لونه احمر", meaning(Category.DRUGS, 0.9))
    assert [guess.category for guess in story.conversation.kinds] == [Category.THEFT]
    story.say("موضوع ثاني: اكو حفرة جبيرة", HOLE, after=HOUR)
    assert [guess.category for guess in story.conversation.kinds] == [Category.PUBLIC_INFRASTRUCTURE]
    story.say(choice="v1:cmd:new")
    assert story.conversation.kinds == ()


def test_with_a_report_that_is_erased_goes_what_it_was_taken_for() -> None:
    story = Story(Channel.TELEGRAM)
    story.say("انباك ماطوري بالشعلة", THEFT)
    story.say(choice="v1:cmd:erase")
    story.say(choice=f"v1:erase:{story.filed[0].report}")
    assert Erase(story.filed[0].report) in story.effects
    assert story.conversation.kinds == ()
    assert story.conversation.topic == ()


def test_what_was_told_in_the_open_is_not_remembered_in_a_private_talk_nor_the_other_way() -> None:
    story = Story(Channel.TELEGRAM)
    story.say("انباك ماطوري بالشعلة", THEFT)
    story.say("سري: رجلي يضربني", BEATEN, after=HOUR)
    assert story.talk is not None
    assert [guess.category for guess in story.talk.kinds] == [Category.DOMESTIC_VIOLENCE]
    assert Category.DOMESTIC_VIOLENCE not in {guess.category for guess in story.conversation.kinds}


def test_what_comes_while_locked_is_not_remembered_beside_her_report() -> None:
    story = Story(Channel.TELEGRAM)
    story.say("زوجي يضربني ولا احد يعرف ان اكتب", replace(BEATEN, fear=True))
    assert story.locked
    before = story.conversation
    story.say("اكو حفرة جبيرة بشارعنا", HOLE, after=HOUR)
    assert (story.conversation.kinds, story.conversation.topic) == (before.kinds, before.topic)
