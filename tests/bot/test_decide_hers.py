"""What is hers comes unasked into no report that is not, and what alarms into none that does not."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.decide import wording
from bot.nlp.analyse import analyse
from bot.vocabulary import (
    Analysis,
    Append,
    Category,
    Channel,
    Conversation,
    Desk,
    Join,
    Reroute,
    Sequel,
    Stage,
    Urgency,
)
from tests.bot.said import HOLE, HOUR
from tests.bot.story import BEATEN, STORY, THEFT, Story, meaning
from tests.shipped import whole


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


@pytest.mark.parametrize(
    "text", ["اليوم هم ضربني", "ويحبسني", "ويضربني", "يسويلي اشياء عيب", "and he beats the kids too", "he locked me in"]
)
@pytest.mark.parametrize("first", ["انباك ماطوري بالشعلة", "الماي مقطوع بالشعلة", "جارنا يهددني يكسر باب بيتي بالشعلة"])
def test_what_may_be_hers_is_never_put_before_others_unasked_however_much_it_sounds_like_a_part(
    first: str, text: str
) -> None:
    story = Story(understand=lambda said: analyse(whole(), said))
    story.say(first, analyse(whole(), first))
    story.say(text, analyse(whole(), text), after=HOUR / 2)
    assert len(story.filed) == 2


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
