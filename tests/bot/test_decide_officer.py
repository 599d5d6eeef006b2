"""Who shall read it: a woman by wish, truthfully told; and whom a blackmailed man would rather talk to."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.handlers.segments import count
from bot.vocabulary import (
    Analysis,
    Append,
    Category,
    Channel,
    Desk,
    Directory,
    Locale,
    Mode,
    OfficeKind,
    Reply,
    Reroute,
    Stage,
    Status,
    Urgency,
)
from tests.bot.story import BEATEN, PLAIN, THEFT, THEFT_SOMEWHERE, WORKING, Story, catalogue, meaning, office, town

BLACKMAILED = meaning(Category.ELECTRONIC_BLACKMAIL, at="IQ-BG-shula", urgency=Urgency.HIGH, sensitive=True)
SOMEWHERE = replace(BLACKMAILED, place=None)
_WOMAN = r"موظفات|موظفة|نساء|امرأة|ژن|(?i:wom[ae]n)"


def men_only() -> Directory:
    """A directory in which nobody keeps a desk for women or children."""
    return Directory({code: each for code, each in town().offices.items() if each.kind is not OfficeKind.WOMEN})


# ── A woman, please ──────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("text", "choice"),
    [
        ("اريد شرطية", ""),
        ("اريد احجي ويه شرطية مو شرطي", ""),
        ("موظفة رجاء", ""),
        ("دەمەوێت لەگەڵ ئەفسەرێکی ژن قسە بکەم", ""),
        ("A woman officer, please", ""),
        ("", "v1:cmd:woman"),
    ],
)
def test_the_wish_comes_first_and_the_concern_goes_to_a_womens_desk(text: str, choice: str) -> None:
    story = Story()
    story.say("/start")
    assert story.say(text, choice=choice) == ("woman.go",)
    assert story.filed == []
    story.say("انباك ماطوري بالشعلة", THEFT)
    (report,) = story.filed
    assert (report.to.office, report.to.desk) == ("women-bg", Desk.WOMEN)
    assert report.facts.woman_officer


def test_it_is_remembered_through_what_is_said_before_the_concern() -> None:
    story = Story()
    story.say("اريد شرطية")
    story.say("هلو")
    story.say("English")
    story.say("بلاغ جديد")
    story.say("انباك ماطوري بالشعلة", THEFT)
    assert [filed.to.desk for filed in story.filed] == [Desk.WOMEN]


DRUGS = meaning(Category.DRUGS, at="IQ-BG-karrada")


@pytest.mark.parametrize(
    "before",
    [
        (("اريد موظفة", PLAIN), ("انباك ماطوري بالشعلة", THEFT)),
        (("انباك ماطوري بالشعلة", THEFT), ("اريد موظفة", PLAIN)),
        (("انباك ماطوري بالشعلة", THEFT), ("هم اني ما احجي الا ويه شرطية", replace(PLAIN, woman_officer=True))),
        (("انباك ماطوري بالشعلة واريد موظفة", replace(THEFT, woman_officer=True)),),
        (("سري", None), ("اريد موظفة", PLAIN), ("انباك ماطوري بالشعلة", THEFT)),
        (("اريد موظفة", PLAIN), ("انباك ماطوري بالشعلة", THEFT), ("حذف", None), ("نعم", None)),
    ],
)
def test_the_wish_is_the_persons_and_holds_for_whatever_they_tell_next(
    before: tuple[tuple[str, Analysis | None], ...],
) -> None:
    story = Story()
    for text, analysis in before:
        story.say(text, analysis)
    story.say("بلاغ جديد: اكو تاجر مخدرات بالكرادة", DRUGS)
    last = story.filed[-1]
    assert last.facts.category is Category.DRUGS
    assert (last.facts.woman_officer, last.to.desk) == (True, Desk.WOMEN)


def test_what_cannot_be_read_by_a_woman_is_said_at_each_report() -> None:
    story = Story(directory=men_only())
    story.say("اريد موظفة")
    assert story.say("انباك ماطوري بالشعلة", THEFT) == ("filed.man",)
    assert story.say("بلاغ جديد: اكو تاجر مخدرات بالكرادة", DRUGS) == ("filed.man",)


@pytest.mark.parametrize("text", ["اي ضابط", "هەر ئەفسەرێک", "any officer", "ما يفرق رجل لو مرة"])
def test_until_they_say_that_anybody_will_do(text: str) -> None:
    story = Story()
    story.say("اريد موظفة")
    assert story.say(text) == ("noted",)
    assert story.filed == []
    story.say("انباك ماطوري بالشعلة", THEFT)
    assert story.filed[0].to.desk is not Desk.WOMEN


def test_what_is_added_to_an_older_report_does_not_bring_the_wish_back() -> None:
    story = Story()
    story.say("اريد موظفة")
    story.say("انباك ماطوري بالشعلة", THEFT)
    story.say("any officer")
    story.say("وهددوني بسلاح", replace(THEFT, urgency=Urgency.HIGH))
    assert any(isinstance(effect, Reroute) for effect in story.just)
    story.say("بلاغ جديد: اكو تاجر مخدرات بالكرادة", DRUGS)
    assert story.filed[-1].to.desk is not Desk.WOMEN


def test_who_never_wished_for_her_does_not_unwish_her() -> None:
    story = Story()
    story.say("اي ضابط")
    assert len(story.filed) == 1


def test_where_no_local_desk_is_a_regional_one_hears_it() -> None:
    offices = {code: each for code, each in town().offices.items() if code != "women-bg"}
    story = Story(directory=Directory(offices))
    assert story.say("اريد شرطية") == ("woman.go",)
    story.say("انباك ماطوري بالشعلة", THEFT)
    assert story.filed[0].to.office == "women-iq"


def test_never_silently_a_man() -> None:
    story = Story(directory=men_only())
    assert story.say("اريد شرطية") == ("woman.none",)
    assert story.say("انباك ماطوري بالشعلة", THEFT) == ("filed.man",)
    assert "قد يقرؤها رجل" in story.shown()[0].text
    story = Story(Channel.TELEGRAM, directory=men_only())
    story.say("اريد شرطية")
    assert story.say("انباك ماطوري بالشعلة", THEFT) == ("filed", "woman.none")


def _womens(**change: object) -> Directory:
    """The town, with the women's offices as told."""
    offices = town().offices.items()
    return Directory(
        {code: replace(each, **change) if each.kind is OfficeKind.WOMEN else each for code, each in offices}  # type: ignore[arg-type]
    )


def test_no_woman_is_promised_where_none_works_at_the_desk() -> None:
    story = Story(Channel.TELEGRAM, directory=_womens(duty={}))
    assert story.say("اريد شرطية") == ("woman.none",)
    assert story.say("انباك ماطوري بالشعلة", THEFT) == ("filed", "woman.none")
    assert story.filed[0].to.desk is Desk.WOMEN
    hers = replace(BEATEN, woman_officer=True)
    assert Story(directory=_womens(duty={})).say("رجلي يضربني اريد شرطية", hers) == ("filed.man",)


@pytest.mark.parametrize("channel", Channel)
@pytest.mark.parametrize("locale", Locale)
def test_before_anything_is_told_no_woman_is_promised_who_might_not_be_there(locale: Locale, channel: Channel) -> None:
    """Who wants to die is read by whoever is on duty; and not every place has a desk where women work."""
    for page in ("help", "help.whatsapp", "help.more"):
        text = catalogue().render(Reply(page), channel=channel, locale=locale).text
        assert not re.search(_WOMAN, text), text
    assert re.search(_WOMAN, catalogue().render(Reply("woman.go"), channel=channel, locale=locale).text)


def test_who_works_at_the_desk_in_no_rota_is_a_woman_there() -> None:
    story = Story(Channel.TELEGRAM, directory=_womens(duty={}, staffed=frozenset({Desk.WOMEN})))
    assert story.say("اريد شرطية") == ("woman.go",)


def test_she_is_told_who_reads_where_her_wish_cannot_be_met_by_the_way_of_her_concern() -> None:
    story = Story()
    assert story.say("اريد شرطية") == ("woman.go",)
    police = meaning(Category.POLICE_MISCONDUCT, at="IQ-BG-shula", about_police=True)
    assert story.say("شرطي بالشعلة ياخذ رشوة", police) == ("filed.man",)
    assert story.filed[0].to.desk is Desk.OVERSIGHT


def test_a_wish_in_the_same_words_is_answered_on_a_screen() -> None:
    hers = replace(BEATEN, woman_officer=True)
    assert Story(Channel.TELEGRAM).say("رجلي يضربني اريد شرطية", hers) == ("filed", "woman.read")
    assert Story().say("رجلي يضربني اريد شرطية", hers) == ("filed",)


def test_a_wish_that_comes_later_moves_the_report_even_if_somebody_works_on_it() -> None:
    for text, choice, analysis in (
        ("اريد شرطية", "", PLAIN),
        ("", "v1:cmd:woman", None),
        ("هم اني ما احجي ويه رجال، بس ويه شرطية", "", replace(PLAIN, woman_officer=True)),
    ):
        story = Story()
        story.say("انباك ماطوري بالشعلة", THEFT)
        report = story.filed[0].report
        story.answer(report, "وين؟", Status.IN_PROGRESS)
        assert story.say(text, analysis, choice=choice)[-1] == "woman.noted"
        moved = next(each for each in story.just if isinstance(each, Reroute))
        assert (moved.to.office, moved.to.desk) == ("women-bg", Desk.WOMEN)


def test_whose_report_leaves_the_womens_desk_is_told() -> None:
    story = Story()
    story.say("اريد شرطية")
    story.say("انباك ماطوري بالشعلة", THEFT)
    keys = story.say("وهو شرطي ياخذ رشوة", meaning(Category.POLICE_MISCONDUCT, 0.9, about_police=True))
    if story.conversation.ongoing is not None and story.conversation.ongoing.desk is Desk.OVERSIGHT:
        assert "woman.none" in keys


# ── A man who is blackmailed ─────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "text", ["يبتزوني بصوري بالشعلة", "اني شاب وتهددني بصوري", "مرتي خايفة ويبتزوني", "they blackmail me"]
)
def test_he_is_asked_once_and_may_say_whom_he_would_rather(text: str) -> None:
    for typed, tapped, woman in (
        ("1", "", True),
        ("", "v1:officer:any", False),
        ("اي واحد", "", False),
        ("موظفة", "", True),
    ):
        story = Story()
        assert story.say(text, BLACKMAILED) == ("filed.officer",)
        assert count(story.shown()[0].text).parts == 1
        assert story.say(typed, choice=tapped) == ("woman.noted" if woman else "noted",)
        (moved,) = story.just
        assert isinstance(moved, Reroute)
        assert (moved.facts.woman_officer, moved.facts.any_officer) == (woman, not woman)
        assert moved.to.desk is Desk.WOMEN
        assert story.say("وبعدهم يهددون", BLACKMAILED) == ("added",)


@pytest.mark.parametrize(
    "text",
    [
        "اي ضابط",
        "ضابط",
        "اي شرطي",
        "رجال",
        "ماكو فرق",
        "ئەفسەر",
        "هەر ئەفسەرێک",
        "officer",
        "any police officer",
        "a man",
        "either",
    ],
)
def test_he_answers_in_the_words_of_the_question_and_stays_where_he_is(text: str) -> None:
    story = Story()
    story.say("يبتزوني بصوري بالشعلة", BLACKMAILED)
    complaint = meaning(Category.POLICE_MISCONDUCT, 0.9, about_police=True)
    assert story.say(text, complaint) == ("noted",)
    (moved,) = story.just
    assert isinstance(moved, Reroute)
    assert (moved.facts.any_officer, moved.facts.about_police) == (True, False)
    assert moved.to.desk is Desk.WOMEN


def test_he_may_leave_it_and_it_waits_until_the_place_is_known() -> None:
    story = Story()
    screen = Story(Channel.TELEGRAM)
    screen.say("يبتزوني", SOMEWHERE)
    assert screen.say("الشعلة") == ("place.noted", "officer.ask")
    assert story.say("يبتزوني", SOMEWHERE) == ("filed.place",)
    assert story.say("الشعلة") == ("officer.ask",)
    assert story.conversation.stage is Stage.OFFICER
    assert story.say("عندهم صوري", BLACKMAILED) == ("added",)
    assert story.just == (Append(story.filed[0].report),)


@pytest.mark.parametrize(
    "text",
    ["اني بنية ويبتزوني", "خطيبي السابق يبتزني", "اني متزوجة ويهددني", "مێردم نازانێت", "my husband does not know"],
)
def test_a_woman_is_never_asked(text: str) -> None:
    assert Story().say(text, BLACKMAILED) == ("filed",)


@pytest.mark.parametrize(
    "text",
    [
        "تعرفت على بنية بالفيس وسجلتلي فيديو وهسه تبتزني وتريد فلوس بالكرادة",
        "وحدة بنت بالانستا صورتني مكالمة فيديو وتهددني تنشرها اذا ما ادفع",
        "حساب باسم بنت يبتزني بصوري ويريد مني فلوس",
        "عمري ٢٥ سنة وبنية تهددني بصور خاصة واني متزوج",
        "طالب جامعة وبنت تبتزني",
        "واحد يبتزني بصوري مع بنت",
        "اني شاب وبنية تبتزني بفيديو",
        "بنية تبتزني بصوري وتريد فلوس وانا اسكن بالشعلة",
        "دزيت صور لبنت وطلعت حساب وهمي وهسه يهددوني",
        "صاحب حساب بنات يبتزني",
        "يبتزوني بصور وية خطيبتي",
        "وحدة متزوجة تهددني بمحادثاتنا",
        "تهددني بنية عرفتها بالتلكرام",
        "بنت بالتيك توك ابتزتني",
        "فتاة سجلت لي مكالمة وتطلب فلوس",
        "اني خاطب وواحد يهددني بصور وية بنت قبل",
        "حسابي انخرق وحساب اسمه بنت يبتزني",
        "طالبة وياي بالكلية تبتزني",
        "احجي وية بنات وواحد صور المحادثات ويبتزني",
        "تبتزني بنت",
    ],
)
def test_a_man_whom_a_girl_or_her_account_blackmails_is_asked(text: str) -> None:
    assert Story().say(text, BLACKMAILED) == ("filed.officer",)


@pytest.mark.parametrize(
    "text",
    [
        "اني بنية وواحد يبتزني بصوري",
        "واني بنت واهلي يذبحوني",
        "اني متزوجة وواحد يبتزني",
        "بنية من الشعلة واحد يبتزني بصوري",
        "واحد يبتزني بصوري اني طالبة",
        "خطيبي السابق يبتزني",
        "زوجي ما يدري وواحد يهددني",
        "بنت عمري 20 واحد يهددني بصوري",
        "واحد يهددني بصوري وخايفة كلش",
        "اني بنت متزوجة واحد يبتزني",
        "واحد يبتزني بصوري بدون حجاب",
        "انا فتاة من البصرة اتعرض لابتزاز",
        "واحد متزوج يبتزني واني خايفة",
        "واحد طالب جامعة يبتزني ومحتاجة مساعدة",
        "صديقتي نشرت صوري واني بنت",
        "اني بعدني بنية وصوري عند واحد",
        "وحدة صديقتي انطت صوري لشاب واني خايفة",
        "يبتزني بصوري واني بنت",
    ],
)
def test_a_woman_who_says_so_of_herself_is_not(text: str) -> None:
    assert Story().say(text, BLACKMAILED) == ("filed",)


def test_nor_is_who_is_discreet_private_silent_a_child_in_danger_or_somebody_else() -> None:
    assert Story(muted=True).say("يبتزوني", BLACKMAILED) == ()
    assert Story().say("يبتزوني محد يدري", BLACKMAILED) == ("discreet.filed",)
    assert Story().say("يبتزوني", replace(BLACKMAILED, minor=True)) == ("filed",)
    assert Story().say("يبتزوني", BLACKMAILED, behalf=True) == ("filed",)
    assert Story().say("يبتزوني", replace(BLACKMAILED, urgency=Urgency.EMERGENCY)) == ("filed.emergency",)
    story = Story()
    story.say("سري")
    assert story.say("يبتزوني", BLACKMAILED) == ("private.filed",)
    story = Story()
    story.say("اريد شرطية")
    assert story.say("يبتزوني", BLACKMAILED) == ("filed",)


def test_others_are_not_asked_and_offices_without_women_are_named_as_such() -> None:
    assert Story().say("انباك ماطوري بالشعلة", THEFT) == ("filed",)
    assert Story().say("انباك ماطوري", THEFT_SOMEWHERE) == ("filed.place",)
    lonely = Directory({"f": office("f", OfficeKind.FORUM, WORKING, coverage=frozenset({"IQ-BG-shula"}))})
    story = Story(directory=lonely)
    story.say("يبتزوني", BLACKMAILED, after=timedelta())
    assert story.say("1") == ("woman.none",)


# ── Discreetly ───────────────────────────────────────────────────────────────────────────────────────────────
SELF_HARM = meaning(
    Category.SELF_HARM, at="IQ-BG-shula", urgency=Urgency.EMERGENCY, sensitive=True, fear=True, woman_officer=True
)
MISCONDUCT = meaning(Category.POLICE_MISCONDUCT, at="IQ-BG-shula", sensitive=True, fear=True, woman_officer=True)


def no_women_on_duty() -> Directory:
    """A directory whose women's desks have nobody in the rota."""
    offices = town().offices.items()
    return Directory(
        {code: replace(each, duty={}) if each.kind is OfficeKind.WOMEN else each for code, each in offices}
    )


@pytest.mark.parametrize("channel", [Channel.SMS, Channel.TELEGRAM])
@pytest.mark.parametrize(
    ("directory", "analysis"), [(no_women_on_duty(), SELF_HARM), (men_only(), SELF_HARM), (men_only(), MISCONDUCT)]
)
def test_that_no_woman_reads_it_is_told_once_her_word_opened(
    channel: Channel, directory: Directory, analysis: Analysis
) -> None:
    story = Story(channel, directory=directory)
    story.say("اريد شرطية، محد يدري، تعبت من حياتي", analysis)
    (filed,) = story.filed
    assert filed.mode is Mode.DISCREET
    assert not any(reply.startswith("woman") for reply in story.say("هلو", after=timedelta(hours=1)))
    opened = story.say(filed.code)
    assert opened[-2:] == ("woman.none", "discreet.open")
    assert "woman.none" in story.say(f"{filed.code} بعدني خايفة", PLAIN, after=timedelta(hours=1))


def test_whom_a_woman_reads_is_told_nothing_of_it_at_her_word() -> None:
    story = Story()
    story.say("رجلي يضربني اريد شرطية محد يدري", replace(BEATEN, fear=True, woman_officer=True))
    assert "woman.none" not in story.say(story.filed[0].code, after=timedelta(hours=1))


def test_a_wish_while_locked_lies_where_women_read() -> None:
    story = Story()
    story.say(choice="v1:cmd:discreet")
    story.say("انباك ماطوري بالشعلة", replace(THEFT, fear=True))
    story.say("اريد موظفة تحچي وياي", replace(PLAIN, woman_officer=True), after=timedelta(hours=1))
    kept = story.filed[-1]
    assert kept.locked
    assert kept.to.desk is Desk.WOMEN
