"""What is said beside a tip is read by those who read tips, until its teller says that it is another matter."""

from dataclasses import replace

import pytest

from bot.nlp.analyse import analyse
from bot.vocabulary import SEALED_DESKS, Analysis, Category, Channel, Desk, Guess, Reroute, Sequel, Urgency
from tests.bot.said import HOUR
from tests.bot.story import BEATEN, THEFT, Story, meaning
from tests.shipped import shipped

TIP = meaning(Category.EXTREMISM, 0.9, at="IQ-BG-karrada")
DIES = replace(meaning(Category.SELF_HARM, 0.9, urgency=Urgency.EMERGENCY), sensitive=True)
CHILD = replace(meaning(Category.CHILD_PROTECTION, 0.7), sensitive=True)
SHOTS = replace(meaning(Category.WEAPONS_GUNFIRE, 0.9, urgency=Urgency.EMERGENCY), flagged=True)


def _beside_a_tip(then: Analysis, *, apart: float) -> Story:
    story = Story(Channel.TELEGRAM)
    story.say("واحد يجند شباب لداعش بالكرادة", TIP)
    story.say("اليوم جمعهم بالسرداب", replace(then, sequel=Sequel(apart=apart)), after=HOUR / 4)
    return story


def _desks(story: Story) -> set[Desk]:
    moved = {effect.report: effect.to.desk for effect in story.effects if isinstance(effect, Reroute)}
    return {moved.get(filed.report, filed.to.desk) for filed in story.filed}


@pytest.mark.parametrize("then", [DIES, CHILD, meaning(Category.MISSING_PERSON, 0.7), meaning(Category.THEFT, 0.5)])
@pytest.mark.parametrize("apart", [-6.0, 1.5])
def test_no_part_of_a_tip_and_nothing_that_may_be_one_reaches_civilians(then: Analysis, apart: float) -> None:
    assert _desks(_beside_a_tip(then, apart=apart)) == {Desk.SECURITY}


def test_what_its_teller_says_is_another_matter_goes_where_its_kind_does() -> None:
    story = _beside_a_tip(meaning(Category.THEFT, 0.5, at="IQ-BG-shula"), apart=1.5)
    assert len(story.filed) == 2
    assert _desks(story) == {Desk.SECURITY}
    story.say("2")
    assert _desks(story) == {Desk.SECURITY, Desk.GENERAL}


def test_what_is_surely_of_a_theft_goes_there_at_once() -> None:
    assert Desk.GENERAL in _desks(_beside_a_tip(THEFT, apart=1.5))


def test_what_its_teller_says_is_one_with_it_stays() -> None:
    story = _beside_a_tip(CHILD, apart=1.5)
    story.say("1")
    assert _desks(story) == {Desk.SECURITY}


def test_with_the_code_of_a_tip_nothing_is_told_to_civilians() -> None:
    story = Story(Channel.TELEGRAM)
    story.say("واحد يجند شباب لداعش بالكرادة", TIP)
    story.say("جديد")
    story.say("انباك ماطوري", meaning(Category.THEFT, at="IQ-BG-shula"))
    story.say(f"{story.filed[0].code} اليوم جمعهم بالسرداب", DIES, after=HOUR)
    assert len(story.filed) == 3
    assert story.filed[-1].to.desk is Desk.SECURITY


@pytest.mark.parametrize("apart", [1.5, 6.0])
def test_gunfire_that_a_rule_heard_rings_those_who_can_come(apart: float) -> None:
    assert _desks(_beside_a_tip(SHOTS, apart=apart)) == {Desk.SECURITY, Desk.URGENT}


def test_what_is_surely_hers_is_sealed_as_ever() -> None:
    story = _beside_a_tip(replace(BEATEN, flagged=True), apart=1.5)
    assert Desk.WOMEN in _desks(story)


HURTS = (
    "مرته تريد تشرد منه لان يضربها",
    "حابس مرته بالبيت",
    "غصب بنية على الزواج",
    "هاوسەرەکەی دەکوتێت هەموو ڕۆژێک",
    "ژنەکەی هەموو شەوێک لێدەدات",
    "ژنەکەی دەیەوێت هەڵبێت لێی چونکە لێی دەدات",
)


@pytest.mark.parametrize("said", HURTS)
def test_whom_he_hurts_at_home_is_told_to_no_police_whatever_he_is(said: str) -> None:
    story = Story(Channel.TELEGRAM)
    story.say("جارنا داعشي مختبي ببيته بالكرادة", TIP)
    story.say(said, analyse(shipped(), said), after=HOUR / 60)
    assert story.filed[-1].to.desk is Desk.WOMEN
    assert len(story.filed) == 2


@pytest.mark.parametrize("said", ["ذبح ناس بالموصل", "قتل اثنين من الجيش", "خەڵکی کوشتووە لە مووسڵ"])
def test_whom_he_killed_in_the_war_is_of_the_tip(said: str) -> None:
    story = Story(Channel.TELEGRAM)
    story.say("جارنا داعشي مختبي ببيته بالكرادة", TIP)
    story.say(said, analyse(shipped(), said), after=HOUR / 60)
    assert _desks(story) == {Desk.SECURITY}


@pytest.mark.parametrize("apart", [-6.0, 1.5])
def test_what_her_husband_does_who_was_an_officer_is_sealed_and_kept_from_the_forum(apart: float) -> None:
    guesses = (Guess(Category.DOMESTIC_VIOLENCE, 0.35),)
    beaten = meaning(Category.POLICE_MISCONDUCT, 0.45, guesses=guesses, sensitive=True, urgency=Urgency.HIGH)
    story = _beside_a_tip(replace(beaten, flagged=True, about_police=True), apart=apart)
    assert _desks(story) == {Desk.SECURITY, Desk.WOMEN}
    assert all(filed.to.office != "forum-karrada" for filed in story.filed)


_HERS = """رجلي شرطي سابق ويضربني بالعصا
رجلي جان ضابط ويكسر ضلوعي كل ليلة
مرت ابوي تحرك ايدي بالقداحة
اخو رجلي بالشرطة الاتحادية ويريد ينام وياي
استاذ بنتي ديلمسها بالصف
مێردم ئەفسەرە و دەمکوتێت
my dad is a retired cop and he whips me
my stepfather comes into my bed"""


@pytest.mark.parametrize("words", _HERS.splitlines())
def test_violence_at_home_told_beside_a_tip_is_sealed_at_its_desk(words: str) -> None:
    story = Story(Channel.TELEGRAM)
    for text in ("اكو واحد بالكرادة يجند شباب لداعش", words):
        story.say(text, analyse(shipped(), text))
    assert story.filed[-1].to.desk in SEALED_DESKS
    assert story.filed[-1].to.office != "forum-karrada"


_GOES_ON = """ابنه الصغير يتدرب على السلاح
جان ضابط قبل
هو شرطي سابق
متقاعد من الشرطة
ساكن يم المدرسة وعنده خمس جهال
پێشتر ئەفسەر بوو
کوڕە بچووکەکەی مەشق لەسەر چەک دەکات
his little son trains with weapons
he was an officer once"""


@pytest.mark.parametrize("words", _GOES_ON.splitlines())
def test_what_he_was_and_whom_he_arms_stays_with_the_tip(words: str) -> None:
    story = Story(Channel.TELEGRAM, understand=lambda text: analyse(shipped(), text))
    for text in ("اكو واحد بالكرادة يجند شباب لداعش", words):
        story.say(text, analyse(shipped(), text))
    assert _desks(story) == {Desk.SECURITY}


def test_shots_and_an_officer_who_serves_go_where_they_ever_did() -> None:
    for words, desk in (
        ("ابنه هسه ديرمي على الناس بالكلاشنكوف", Desk.URGENT),
        ("ضابط المركز يدري بيه وساكت", Desk.OVERSIGHT),
    ):
        story = Story(Channel.TELEGRAM)
        for text in ("اكو واحد بالكرادة يجند شباب لداعش", words):
            story.say(text, analyse(shipped(), text))
        assert desk in _desks(story)
