"""Whom words name that lie elsewhere sees neither them nor the report that they were said of."""

from dataclasses import replace

import pytest

from bot.decide import World, promised
from bot.decide.turn import Heard
from bot.nlp.analyse import analyse
from bot.vocabulary import (
    Analysis,
    Append,
    Case,
    Category,
    Channel,
    Coded,
    Conversation,
    Desk,
    Directory,
    Facts,
    File,
    Flight,
    Known,
    Message,
    OfficeKind,
    Reroute,
    Sequel,
    Status,
    Urgency,
)
from tests.bot.said import HOUR
from tests.bot.story import BEATEN, BEGINNING, NOW, THEFT, Story, gazetteer, meaning, place, town
from tests.shipped import shipped

OFFICER = "ضابط بمركز شرطة الكرادة"
FOLDED = "ظابط بمركز شرطه الكراده"  # as the understanding names him
NAMED = meaning(Category.POLICE_MISCONDUCT, 0.9, about_police=True, insiders=(FOLDED,))
SHOOTING = meaning(Category.WEAPONS_GUNFIRE, at="IQ-BG-shula", urgency=Urgency.EMERGENCY)
BOTH = {"forum-shula", "forum-karrada"}


def _reported() -> Story:
    story = Story(Channel.TELEGRAM)
    story.say("انباك ماطوري بالشعلة من باب البيت", THEFT)
    return story


def _moved(story: Story) -> Reroute:
    (moved,) = (effect for effect in story.just if isinstance(effect, Reroute))
    return moved


def _parted(story: Story) -> None:
    """The theft has left the office of whoever was named, and what names him comes to nobody of either place."""
    moved = _moved(story)
    assert moved.report == story.filed[0].report
    assert (moved.to.office, moved.to.desk) == ("watch", Desk.OVERSIGHT)
    assert set(moved.facts.apart) >= BOTH
    assert set(story.filed[-1].facts.apart) >= BOTH
    assert story.filed[-1].to.desk is Desk.OVERSIGHT


@pytest.mark.parametrize("closed", [False, True])
def test_by_the_code_of_another_report(*, closed: bool) -> None:
    story = _reported()
    code = story.filed[0].code
    if closed:
        story.answer(story.filed[0].report, status=Status.CLOSED)
    else:
        story.say("جديد")
        story.say("مطب كبير بشارع الكرادة", meaning(Category.PUBLIC_INFRASTRUCTURE, at="IQ-BG-karrada"))
    story.say(f"{code} الحرامي {OFFICER}", NAMED, after=HOUR)
    _parted(story)


def test_by_a_reply_to_another_report() -> None:
    story = _reported()
    story.say("جديد")
    story.say("مطب كبير بشارع الكرادة", meaning(Category.PUBLIC_INFRASTRUCTURE, at="IQ-BG-karrada"))
    story.say(f"الحرامي {OFFICER}", NAMED, replied=story.filed[0].report, after=HOUR)
    _parted(story)


@pytest.mark.parametrize("closed", [False, True])
@pytest.mark.parametrize("known", ["by its code", "by its cards", "not at all"])
def test_by_the_page_of_its_code(*, closed: bool, known: str) -> None:
    facts = Facts(Category.THEFT, Urgency.NORMAL, sensitive=False, lineage=("IQ-BG-shula",))
    case = Case("r" * 32, "BG-4F7K2", Status.CLOSED if closed else Status.NEW, NOW, office="forum-shula")
    if known == "by its code":
        case = replace(case, coded=Coded(facts))
    elif known == "by its cards":
        case = replace(case, facts=facts)
    message = Message(Channel.WEB, "web", "web", "1", "", 1, f"الحرامي {OFFICER}", code="4821930000000017", about="1")
    world = World(town(), (), gazetteer(), NOW, bytes(range(64)))
    decision = promised.decide(Known(Conversation(), by_code=case), Heard(message, NAMED), world)
    filed, moved = decision.effects
    assert isinstance(filed, File)
    assert isinstance(moved, Reroute)
    assert (moved.report, moved.place) == (case.report, None if known == "not at all" else place("IQ-BG-shula"))
    for each in (filed, moved):
        assert set(each.facts.apart) >= BOTH
        assert each.to.office not in each.facts.apart
    assert filed.to.desk is Desk.OVERSIGHT
    assert moved.to.desk is (Desk.WOMEN if known == "not at all" else Desk.OVERSIGHT)


@pytest.mark.parametrize("private", [False, True])
def test_in_one_talk_where_it_is_only_in_doubt_whether_they_are_one(*, private: bool) -> None:
    story = Story(Channel.TELEGRAM)
    if private:
        story.say("سري")
    story.say("انباك ماطوري بالشعلة من باب البيت", THEFT)
    story.say(f"الحرامي طلع {OFFICER}", replace(NAMED, sequel=BEGINNING), after=HOUR / 4)
    assert len(story.filed) == 2
    _parted(story)


def test_whoever_shoots_is_rung_by_nobody_once_he_is_named() -> None:
    story = Story(Channel.TELEGRAM)
    story.say("رمي قوي وجرحى هسه بالشعلة الحقونا", SHOOTING)
    assert (story.filed[0].to.office, story.filed[0].to.desk) == ("forum-shula", Desk.URGENT)
    named = meaning(Category.POLICE_MISCONDUCT, 0.6, about_police=True, insiders=("ظابط بمركز شرطه الشعله",))
    story.say("الي يرمي ضابط بمركز الشعلة", named)
    moved = _moved(story)
    assert (moved.report, moved.to.office, moved.to.desk) == (story.filed[0].report, "gov-bg", Desk.URGENT)
    if len(story.filed) > 1:
        story.say("1")
        both = [effect.to for effect in story.just if isinstance(effect, Reroute)]
        assert {(to.office, to.desk) for to in both} <= {("gov-bg", Desk.URGENT)}


def test_what_names_nobody_moves_nothing() -> None:
    story = _reported()
    code = story.filed[0].code
    story.say("جديد")
    story.say("مطب كبير بشارع الكرادة", meaning(Category.PUBLIC_INFRASTRUCTURE, at="IQ-BG-karrada"))
    story.say(f"{code} لونه احمر", after=HOUR)
    assert story.just == (Append(story.filed[0].report),)
    story.say(f"{code} زوجي يضربني", BEATEN)
    assert not any(isinstance(effect, Reroute) for effect in story.just)


def test_words_of_hers_in_doubt_leave_a_lamp_where_it_is() -> None:
    story = Story(Channel.TELEGRAM)
    story.say("العمود مطفي بالشعلة", meaning(Category.PUBLIC_INFRASTRUCTURE, at="IQ-BG-shula"))
    story.say("زوجي ضابط بالكرادة ويضربني", replace(BEATEN, insiders=(FOLDED,)), after=HOUR / 4)
    assert not any(isinstance(effect, Reroute) for effect in story.just)
    assert len(story.filed) == 2


HERS = replace(BEATEN, place=place("IQ-BG-karrada"))
NAMED_BY_HER = replace(BEATEN, insiders=(FOLDED,))
FLED = replace(meaning(Category.MISSING_PERSON, 0.9), sensitive=True, flight=Flight.SOUGHT)
LOST = meaning(Category.MISSING_PERSON, at="IQ-BG-karrada", urgency=Urgency.EMERGENCY)
LAMP = meaning(Category.PUBLIC_INFRASTRUCTURE, at="IQ-BG-karrada")


def _with_women() -> Directory:
    """The town, with women's desks at its forums."""
    offices = town().offices
    local = {code: office for code, office in offices.items() if office.kind is OfficeKind.FORUM}
    return Directory(
        {**offices, **{code: replace(each, desks=each.desks | {Desk.WOMEN}) for code, each in local.items()}}
    )


def _next(first: Analysis, text: str, then: Analysis, *, apart: float = 1.5) -> Story:
    """What she tells, and a quarter of an hour later words of it or of another matter."""
    story = Story(Channel.TELEGRAM, directory=_with_women())
    story.say("اكو شي بالكرادة", first)
    story.say(text, replace(then, sequel=Sequel(apart=apart)), after=HOUR / 4)
    assert len(story.filed) == 2
    return story


@pytest.mark.parametrize("answer", ["", "1", "2"])
def test_what_is_hers_leaves_the_office_that_her_next_words_name_whether_she_answers_or_not(answer: str) -> None:
    story = _next(HERS, "زوجي ضابط بالكرادة", NAMED_BY_HER, apart=3.5)
    assert story.filed[0].to.office == "forum-karrada"
    assert _moved(story).report == story.filed[0].report
    if answer:
        story.say(answer)
    for moved in (effect for effect in story.effects if isinstance(effect, Reroute)):
        assert "forum-karrada" in moved.facts.apart
        assert moved.to.office != "forum-karrada"


def test_a_lamp_leaves_the_office_that_her_next_words_name() -> None:
    assert _moved(_next(LAMP, "زوجي ضابط بالكرادة", NAMED_BY_HER)).to.office != "forum-karrada"


@pytest.mark.parametrize(("at", "leaves"), [("IQ-BG-karrada", True), ("IQ-BG-shula", False)])
def test_what_is_hers_leaves_the_very_office_that_surely_another_matter_names(at: str, *, leaves: bool) -> None:
    story = _next(replace(BEATEN, place=place(at)), "زوجي ضابط بالكرادة", NAMED_BY_HER, apart=6)
    assert story.last is not None
    assert [reply.key for reply in story.last.replies] == ["filed"]
    assert any(isinstance(effect, Reroute) for effect in story.just) is leaves


YOURS = replace(meaning(Category.OTHER, 0.4), yours=True)
DYING = meaning(Category.SELF_HARM, at="IQ-BG-karrada", urgency=Urgency.EMERGENCY, sensitive=True, flagged=True)
TIP = meaning(Category.EXTREMISM, 0.9, at="IQ-BG-karrada")


@pytest.mark.parametrize("apart", [0.0, 3.5, 6.0])
@pytest.mark.parametrize("first", [HERS, replace(TIP, guesses=TIP.guesses)])
def test_what_few_may_see_leaves_who_reads_it_where_he_is_of_them_whatever_it_is_taken_for(
    first: Analysis, apart: float
) -> None:
    story = Story(Channel.TELEGRAM, directory=_with_women())
    story.say("اكو شي بالكرادة", first)
    story.say("هو يشتغل وياكم", replace(YOURS, sequel=Sequel(apart=apart)), after=HOUR / 4)
    moved = _moved(story)
    assert moved.report == story.filed[0].report
    assert "forum-karrada" in moved.facts.apart
    assert all(filed.to.office != "forum-karrada" for filed in story.filed[1:])
    story.say("هو يشتغل وياكم", YOURS)
    assert not any(isinstance(effect, Reroute) and effect.to.office != moved.to.office for effect in story.just)


@pytest.mark.parametrize("text", ["ممكن اتكلم ويه وحدة منكم", "are any of you women", "مكتبكم وين صاير"])
def test_who_wants_to_die_stays_with_the_officer_on_duty_whatever_word_of_yours_follows(text: str) -> None:
    story = Story(Channel.TELEGRAM, directory=_with_women())
    story.say("اريد اموت بالكرادة", DYING)
    assert story.filed[0].to.desk is Desk.URGENT
    story.say(text, replace(analyse(shipped(), text), yours=True))
    assert not any(effect.to != story.filed[0].to or effect.facts.insider for effect in _of(story))


def test_who_wants_to_die_still_says_in_full_who_is_of_those_who_read_it() -> None:
    story = Story(Channel.TELEGRAM, directory=_with_women())
    story.say("اريد اموت بالكرادة", DYING)
    _tells(story, "my husband works with you")
    assert story.filed[0].to.office in _moved(story).facts.apart


def test_a_plain_matter_stays_where_it_is_for_the_same_words() -> None:
    story = _reported()
    story.say("هو يشتغل وياكم", YOURS)
    assert not any(isinstance(effect, Reroute) for effect in story.just)


@pytest.mark.parametrize("kind", [Category.ASSAULT, Category.PROPERTY_DISPUTE, Category.COMMUNITY_TENSION])
@pytest.mark.parametrize("then", [FLED, replace(BEATEN, flagged=True)])
def test_what_may_tell_of_her_is_sealed_once_she_fled_or_is_beaten(kind: Category, then: Analysis) -> None:
    moved = _moved(_next(meaning(kind, at="IQ-BG-karrada"), "هربت من رجلها", then))
    assert (moved.facts.sensitive, moved.to.desk) == (True, Desk.WOMEN)


@pytest.mark.parametrize(("first", "then"), [(LAMP, FLED), (LOST, replace(BEATEN, flagged=True))])
def test_a_lamp_and_a_lost_child_stay_with_who_can_come(first: Analysis, then: Analysis) -> None:
    story = _next(first, "هربت من رجلها", then)
    assert not any(isinstance(effect, Reroute) for effect in story.just)


ANSWERER = meaning(Category.HARASSMENT, 0.6, sensitive=True, about_police=True, insiders=("الي جاوبني صديك جاري وراح",))


@pytest.mark.parametrize("answer", ["", "2"])
def test_a_plain_matter_leaves_the_office_of_whoever_answered_it_and_told_it_on(answer: str) -> None:
    story = _next(meaning(Category.DRUGS, at="IQ-BG-karrada"), "الي جاوبني صديق جاري وراح كاله", ANSWERER)
    assert _moved(story).report == story.filed[0].report
    if answer:
        story.say(answer)
    for moved in (effect for effect in story.effects if isinstance(effect, Reroute)):
        assert moved.to.office == "watch"


def test_what_is_hers_leaves_the_women_and_the_chain_of_whoever_answered_it() -> None:
    moved = _moved(_next(HERS, "الي جاوبتني اخت زوجي", ANSWERER, apart=3.5))
    assert (moved.to.office, moved.to.desk) == ("watch", Desk.WOMEN)
    assert {"women-bg", "women-iq", "forum-karrada"} <= set(moved.facts.apart)


def test_words_added_of_who_answers_keep_its_own_office_away_wherever_that_is() -> None:
    story = Story(Channel.TELEGRAM, directory=_with_women())
    story.say("زوجي يضربني", BEATEN)
    office = story.filed[0].to.office
    story.say("الي جاوبتني اخت زوجي", ANSWERER)
    assert len(story.filed) == 1
    assert office in _moved(story).facts.apart
    assert (_moved(story).to.office, _moved(story).to.desk) == ("watch", Desk.WOMEN)


@pytest.mark.parametrize("first", ["جاري يبيع كرستال بالكرادة", "زوجي يضربني بالكرادة"])
def test_a_complaint_about_who_answers_does_not_chase_itself_further_whatever_is_added(first: str) -> None:
    def understand(text: str) -> Analysis:
        return analyse(shipped(), text)

    story = Story(Channel.TELEGRAM, directory=_with_women(), understand=understand)
    complaint = "صاحب الرسالة الي جاوبني صديك جاري وراح كاله"
    story.say(first, understand(first))
    story.say(complaint, ANSWERER)
    for said in ("1", "اسمه كرار", "يشتغل بالكراج", "عنده سلاح", complaint):
        story.say(said, ANSWERER if said == complaint else understand(said))
    ongoing = story.conversation.ongoing
    assert ongoing is not None
    assert (ongoing.office, ongoing.desk) == ("watch", Desk.WOMEN)
    moved = [effect for effect in story.effects if isinstance(effect, Reroute | File)]
    assert not {"watch", "nation"} & {code for effect in moved for code in effect.facts.apart}


def _tells(story: Story, *texts: str) -> Story:
    for text in texts:
        story.say(text, analyse(shipped(), text))
    return story


def _lies(story: Story) -> set[tuple[str, Desk]]:
    """Where all reports of a story lie after it."""
    last = {filed.report: filed.to for filed in story.filed} | {moved.report: moved.to for moved in _of(story)}
    return {(to.office, to.desk) for to in last.values()}


def _of(story: Story) -> list[Reroute]:
    return [effect for effect in story.effects if isinstance(effect, Reroute)]


@pytest.mark.parametrize(
    "text",
    [
        "هو يشتغل وياكم",
        "هو زميلكم",
        "هو سايقكم",
        "هو من شبابكم",
        "صديقكم هو",
        "هو نفسه الي يرد عليكم",
        "شغله بنفس بنايتكم",
        "خاف عليه يقرا هالرسالة لانه وياكم",
        "هاوکارتانە",
        "لەگەڵ ئێوە کار دەکات",
        "هو محاسبكم",
        "عنده مفتاح مكتبكم",
        "he sits in your office",
    ],
)
def test_who_beats_her_and_is_then_said_to_be_of_those_who_read_it_leaves_them(text: str) -> None:
    story = _tells(Story(), "زوجي يضربني بالكرادة كل يوم", text)
    assert "forum-karrada" in _of(story)[-1].facts.apart


@pytest.mark.parametrize(
    "text", ["شكرا لمساعدتكم", "محتاجة مساعدتكم", "اريد احجي وياكم", "الله يحفظكم", "can you help me"]
)
def test_who_thanks_or_asks_of_what_is_hers_moves_nothing(text: str) -> None:
    story = _tells(Story(), "زوجي يضربني بالكرادة كل يوم", text)
    assert not any(effect.facts.apart for effect in _of(story))


@pytest.mark.parametrize(
    "texts",
    [
        ("واحد يجند شباب لداعش بالكرادة", "اليوم جمعهم بالسرداب"),
        ("ابن عمي يحضر دروس بسرداب بالدوره ويكول الجيش كفار", "ابوه يدري وساكت عليه"),
        ("واحد يجند شباب لداعش بالكرادة", "هو جارنا ابو عمر بيته يم الجامع"),
    ],
)
def test_a_tip_is_shown_to_no_civilian_by_what_is_told_next(texts: tuple[str, ...]) -> None:
    story = _tells(Story(), *texts)
    assert {desk for _, desk in _lies(story)} == {Desk.SECURITY}


def test_a_street_that_is_told_of_after_a_tip_goes_to_its_forum() -> None:
    story = _tells(Story(), "واحد يجند شباب لداعش بالكرادة", "اكو حفرة جبيرة بشارع الكرادة يم المدرسة")
    assert ("forum-karrada", Desk.GENERAL) in _lies(story)


@pytest.mark.parametrize(
    "texts",
    [
        ("اجرنا غرفه لبنيه بالكرادة ساحة التحريات", "طلعت هاربه من اهلها ومحد يدري"),
        ("عندي ضيفة بالبيت بالكرادة وخايفه عليها", "اخوتها يدورون عليها يريدون يذبحوها"),
        ("اكو مشكله بالكرادة ويه عائله جيراننا على بنتهم", "البنت هسه يمي هربت منهم"),
        ("my neighbour in Karrada has a new tenant", "she ran away from her family, they want to kill her"),
    ],
)
def test_where_she_is_who_fled_lies_open_nowhere_though_it_sounded_of_rent_or_neighbours(
    texts: tuple[str, ...],
) -> None:
    assert {desk for _, desk in _lies(_tells(Story(), *texts))} <= {Desk.WOMEN, Desk.CHILD}
