"""What a door has promised a code for is filed under it, whatever it looks like, or goes to the case it is about."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot import consent
from bot.decide import World, officer, promised
from bot.decide.turn import Heard
from bot.nlp.analyse import analyse
from bot.vocabulary import (
    Append,
    Asked,
    Case,
    Category,
    Channel,
    Coded,
    Consent,
    Conversation,
    Decision,
    Desk,
    Directory,
    Erase,
    Facts,
    File,
    Known,
    Locale,
    Message,
    Office,
    OfficeKind,
    Reroute,
    Revoke,
    Status,
    Urgency,
)
from tests.shipped import shipped

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
CODE, OLD = "4821930000000017", "4821930000000025"
OFFICE = Office("national", OfficeKind.NATIONAL, {Locale.AR: "وطني"}, frozenset(Desk))
WORLD = World(Directory({OFFICE.code: OFFICE}), (), shipped().gazetteer, NOW, bytes(range(64)))


def _message(text: str, *, code: str = CODE, about: str = "", choice: str = "", behalf: bool = False) -> Message:
    return Message(
        Channel.WEB, "web", "web", "1", "", 1, text=text, code=code, about=about, choice=choice, behalf=behalf
    )


def decided(message: Message, case: Case | None = None) -> Decision:
    """What follows, with the case that the door knows."""
    assert promised.applies(message)
    analysis = analyse(shipped(), message.text) if message.text else None
    return promised.decide(Known(Conversation(), by_code=case), Heard(message, analysis), WORLD)


def case(status: Status = Status.NEW) -> Case:
    return Case("r" * 32, "BG-4F7K2", status, NOW)


@pytest.mark.parametrize(
    "text", ["مرحبا", "حذف", "ايقاف", "شكرا", "1", "482193", "؟؟؟", "status", "انباك ماطوري", "لا تكتبولي، زوجي يقرأ"]
)
def test_whatever_it_looks_like_it_is_filed_under_the_promised_code_and_nothing_is_answered(text: str) -> None:
    decision = decided(_message(text, behalf=True))
    (filed,) = [effect for effect in decision.effects if isinstance(effect, File)]
    assert (filed.code, filed.behalf) == (CODE, True)
    assert decision.replies == ()


@pytest.mark.parametrize("text", ["حذف", "ايقاف", "شكرا", "لونه احمر وبي خدش"])
def test_what_is_about_a_case_is_added_to_it(text: str) -> None:
    assert decided(_message(text, about=OLD), case()).effects == (Append("r" * 32),)


@pytest.mark.parametrize(
    ("text", "status"),
    [("لونه احمر", Status.CLOSED), ("هسه يهددني بالسلاح بالباب", Status.NEW), ("رجلي يضربني", Status.IN_PROGRESS)],
)
def test_what_would_be_buried_there_is_a_report_of_its_own_under_its_own_code(text: str, status: Status) -> None:
    (effect,) = [one for one in decided(_message(text, about=OLD), case(status)).effects if isinstance(one, File)]
    assert effect.code == CODE


def test_words_for_a_case_that_is_gone_are_filed_all_the_same() -> None:
    assert isinstance(decided(_message("لونه احمر", about=OLD)).effects[0], File)


def test_only_a_case_that_is_there_is_erased() -> None:
    wish = _message("", code="", about=OLD, choice=promised.ERASE)
    assert decided(wish, case()).effects == (Erase("r" * 32),)
    assert decided(wish).effects == ()


def test_other_messages_are_none_of_its_business() -> None:
    assert not promised.applies(_message("انباك ماطوري", code=""))


# ── Consent ──────────────────────────────────────────────────────────────────────────────────────────────────
ASKED = Asked("c" * 32, "r" * 32, dict.fromkeys(Locale, "الشرطة"))


def consenting(message: Message, *, asked: Asked | None = None, stands: tuple[str, ...] = ()) -> Decision:
    analysis = analyse(shipped(), message.text) if message.text else None
    known = Known(Conversation(), by_code=case(), asked=asked, consents=stands)
    return promised.decide(known, Heard(message, analysis), WORLD)


@pytest.mark.parametrize("text", ["سحب", "اسحب الموافقة", "تراجعت", "پاشگەز بوومەوە", "take it back"])
def test_words_beside_the_code_take_back_what_stands_and_are_not_filed(text: str) -> None:
    decision = consenting(_message(text, about=OLD), stands=("r" * 32, "q" * 32))
    assert decision.effects == (Revoke("r" * 32), Revoke("q" * 32))


def test_where_nothing_stands_they_are_words_like_any() -> None:
    assert consenting(_message("تراجعت", about=OLD)).effects == (Append("r" * 32),)


def test_the_button_takes_back_what_stands() -> None:
    decision = consenting(_message("", about=OLD, choice=promised.WITHDRAW), stands=("r" * 32,))
    assert decision.effects == (Revoke("r" * 32),)


@pytest.mark.parametrize("given", [True, False])
def test_a_button_answers_the_question_that_it_names(given: bool) -> None:  # noqa: FBT001
    choice = consent.choice(ASKED.consent, given=given)
    assert consenting(_message("", about=OLD, choice=choice), asked=ASKED).effects == (Consent(ASKED.consent, given),)


@pytest.mark.parametrize(
    "asked", [None, replace(ASKED, late=True), replace(ASKED, consent="d" * 32), replace(ASKED, report="q" * 32)]
)
def test_no_button_answers_another_question_nor_one_that_waits_no_more(asked: Asked | None) -> None:
    choice = consent.choice(ASKED.consent, given=True)
    assert consenting(_message("", about=OLD, choice=choice), asked=asked).effects == ()


# ── On the page of the code ──────────────────────────────────────────────────────────────────────────────────
BLACKMAIL = Facts(Category.ELECTRONIC_BLACKMAIL, Urgency.HIGH, sensitive=True)


@pytest.mark.parametrize(
    ("text", "behalf", "asks"),
    [
        ("اني شاب ويبتزوني بصوري", False, True),
        ("اني بنية ويبتزوني بصوري", False, False),
        ("اني شاب ويبتزوني بصوري", True, False),
        ("اني شاب ويبتزوني بصوري\nاريد موظفة", False, False),
        ("انباك ماطوري", False, False),
    ],
)
def test_a_blackmailed_man_may_be_asked_there_whom_he_would_rather_talk_to(
    text: str, *, behalf: bool, asks: bool
) -> None:
    (filed,) = [one for one in decided(_message(text, behalf=behalf)).effects if isinstance(one, File)]
    assert filed.asks is asks


def test_a_caller_whose_words_somebody_typed_is_not_asked_there() -> None:
    message = replace(_message("اني شاب ويبتزوني بصوري"), entered_by="s" * 32)
    (filed,) = [one for one in decided(message).effects if isinstance(one, File)]
    assert not filed.asks


@pytest.mark.parametrize(("choice", "woman"), [(officer.WOMAN, True), (officer.ANY, False)])
def test_his_answer_is_a_hint_for_staff_and_moves_nothing(choice: str, *, woman: bool) -> None:
    stands = replace(case(), office="national", desk=Desk.WOMEN, coded=Coded(BLACKMAIL, asks=True))
    (effect,) = decided(_message("", code="", about=OLD, choice=choice), stands).effects
    assert isinstance(effect, Reroute)
    assert effect.facts == replace(BLACKMAIL, woman_officer=woman, any_officer=not woman)
    assert (effect.report, effect.to.office, effect.to.desk) == ("r" * 32, "national", Desk.WOMEN)


@pytest.mark.parametrize(
    "stands",
    [
        None,
        case(),
        replace(case(), coded=Coded(BLACKMAIL)),
        replace(case(), coded=Coded(replace(BLACKMAIL, any_officer=True), asks=True)),
        replace(case(Status.CLOSED), coded=Coded(BLACKMAIL, asks=True)),
    ],
)
def test_an_answer_that_nothing_there_asked_for_does_nothing(stands: Case | None) -> None:
    assert decided(_message("", code="", about=OLD, choice=officer.WOMAN), stands).effects == ()


def test_that_advice_was_shown_there_has_no_effect() -> None:
    decision = decided(_message("", code="", about=OLD, choice=promised.ADVISE), case())
    assert (decision.effects, decision.replies) == ((), ())
