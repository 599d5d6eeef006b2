"""By SMS the first answer is one message of one part: whatever was told, in whichever way, of wherever, to whomever."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import product

import pytest

from bot.decide import asking, officer
from bot.handlers.segments import count
from bot.nlp import places
from bot.vocabulary import (
    Analysis,
    Category,
    Channel,
    Conversation,
    Directory,
    File,
    Guess,
    Language,
    Locale,
    Mode,
    OfficeKind,
    Option,
    Point,
    Reply,
    Sequel,
    Urgency,
)
from tests.bot.story import NIGHT, NOW, THEFT, Story, catalogue, gazetteer, meaning, place, town, unstaffed
from tests.bot.test_replies import ERASES, LONGEST

DAY = "فقدت محفظتي بالسوق"
MODES = {Mode.NORMAL: "", Mode.DISCREET: "v1:cmd:discreet", Mode.PRIVATE: "v1:cmd:private"}
# Where: nowhere, one of three of a name, in Baghdad, in the Region, by a pin.
NOWHERE, SEVERAL, BAGHDAD, REGION, PIN = range(5)
ALIKE = ("IQ-NA-salam", "IQ-NI-salam", "IQ-BG-shula")
KINDS = (
    Category.THEFT,
    Category.ELECTRONIC_BLACKMAIL,
    Category.DOMESTIC_VIOLENCE,
    Category.POLICE_MISCONDUCT,
    Category.FIRE_MEDICAL,
)
SENSITIVE = {Category.ELECTRONIC_BLACKMAIL, Category.DOMESTIC_VIOLENCE}


@dataclass(frozen=True)
class Situation:
    """Everything that the first answer depends on. before: another report was told an hour ago."""

    locale: Locale
    mode: Mode
    category: Category
    urgency: Urgency
    where: int
    woman: bool
    before: bool
    offices: str
    unsure: bool = False
    language: Language = Language.AR
    behalf: bool = False


@cache
def directory(offices: str) -> Directory:
    """Staffed, with nobody in any rota, or without any desk where women read."""
    if offices == "men":
        return Directory({code: each for code, each in town().offices.items() if each.kind is not OfficeKind.WOMEN})
    return unstaffed(town()) if offices == "empty" else town()


def understood(at: Situation) -> Analysis:
    """What the message is taken for."""
    there = {BAGHDAD: "IQ-BG-shula", REGION: "IQ-AR-erbil"}.get(at.where, "")
    several = tuple(place(each) for each in ALIKE) if at.where == SEVERAL else ()
    return meaning(
        at.category,
        0.5 if at.unsure else 0.9,
        at=there,
        urgency=at.urgency,
        sensitive=at.category in SENSITIVE,
        guesses=(Guess(Category.PROPERTY_DISPUTE, 0.4),) if at.unsure else (),
        places=several,
        woman_officer=at.woman,
        about_police=at.category is Category.POLICE_MISCONDUCT,
        language=at.language,
        sequel=Sequel(apart=2.0),
    )


def told(at: Situation) -> tuple[Story, File]:
    """The story after the first answer, and what was filed."""
    night = NIGHT if at.offices == "empty" else NOW
    story = Story(Channel.SMS, directory=directory(at.offices), now=night)
    known = None if at.language is not Language.AR else at.locale
    story.conversation = Conversation(locale=known, introduced=True)
    if at.before:
        story.say("انباك ماطوري بالشعلة", THEFT)
    if at.mode is not Mode.NORMAL:
        story.say(choice=MODES[at.mode])
    more = {"point": Point(33.32, 44.36)} if at.where == PIN else {}
    story.say(DAY, understood(at), behalf=at.behalf, **more)  # type: ignore[arg-type]
    return story, story.filed[-1]


@cache
def longest(locale: Locale) -> dict[str, str]:
    """Each value as long as it gets; of the places, the longest that a pin may be taken for."""
    pinned = {places._district(gazetteer(), each) for each in gazetteer().places.values()}
    return LONGEST | {"place": max((asking._in(locale, each) for each in pinned), key=len)}


def shown(story: Story, reply: Reply, code: str) -> str:
    """A reply as it goes out, every value as long as it gets, the code as long as this one is."""
    assert story.last is not None
    values = {name: longest(story.last.locale)[name] for name in reply.values} | {"code": "9" * len(code)}
    spoken = reply.locale or story.last.locale
    return catalogue().render(replace(reply, values=values), channel=Channel.SMS, locale=spoken).text


def check(at: Situation) -> None:
    """One reply, of one part, with the code, how to erase, in danger the number, and what no woman reads."""
    story, filed = told(at)
    assert story.last is not None
    if filed not in story.just:
        assert at.before, at  # it went to the report before it, and is no first answer
        return
    assert filed.mode is at.mode, at
    keys = [reply.key for reply in story.last.replies]
    assert len(keys) == 1, (at, keys)
    (reply,) = story.last.replies
    text = shown(story, reply, filed.code)
    assert count(text).parts == 1, (at, keys, text)
    assert "9" * len(filed.code) in text, (at, keys)
    spoken = reply.locale or story.last.locale
    words = {ERASES[spoken]} if isinstance(spoken, Locale) else {ERASES[Locale.EN], ERASES[Locale.AR]}
    assert any(word in text for word in words), (at, keys)
    placed = bool(filed.facts.lineage)
    numbered = filed.facts.urgency is Urgency.EMERGENCY and (not placed or at.where != REGION)
    if numbered:
        assert "hotline" in reply.values, (at, keys)
        assert placed or ".unplaced" in reply.key, (at, keys)
    unread = filed.facts.woman_officer and not officer.reads(story.directory, filed.to)
    if at.mode is not Mode.DISCREET:
        assert reply.key.endswith(".man") is unread, (at, keys, filed.to)
    waits = [each for each in story.conversation.options if not each.startswith("v1:near:")]
    assert len(waits) == len(reply.options), "a digit that was not shown means nothing"


def every(locale: Locale, mode: Mode) -> Iterator[Situation]:
    axes = (KINDS, Urgency, range(5), (False, True), (False, True), ("staffed", "empty", "men"))
    for category, urgency, where, woman, before, offices in product(*axes):
        if before and (mode is not Mode.NORMAL or offices == "empty"):
            continue
        yield Situation(locale, mode, category, urgency, where, woman, before, offices)
    for where, urgency in product(range(5), Urgency):
        at = Situation(locale, mode, Category.THEFT, urgency, where, woman=False, before=False, offices="staffed")
        yield replace(at, unsure=True)
        yield replace(at, behalf=True)
        yield replace(at, category=Category.OTHER, unsure=True)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    "locale", [Locale.AR, *(pytest.param(each, marks=pytest.mark.slow) for each in Locale if each is not Locale.AR)]
)
def test_every_first_answer_by_sms_is_one_message_of_one_part(locale: Locale, mode: Mode) -> None:
    situations = list(every(locale, mode))
    assert len(situations) > 450
    for situation in situations:
        check(situation)


@pytest.mark.parametrize("language", [each for each in Language if each is not Language.AR])
def test_so_is_that_to_whoever_writes_in_another_language(language: Language) -> None:
    for where, urgency, woman in product((NOWHERE, SEVERAL, BAGHDAD, PIN), Urgency, (False, True)):
        at = Situation(Locale.AR, Mode.NORMAL, Category.THEFT, urgency, where, woman, before=False, offices="men")
        check(replace(at, language=language))


def test_the_offer_of_advice_is_the_only_line_below_an_ordinary_one() -> None:
    at = Situation(Locale.AR, Mode.NORMAL, Category.THEFT, Urgency.NORMAL, BAGHDAD, False, False, "staffed")  # noqa: FBT003
    story, _ = told(at)
    assert story.last is not None
    assert story.last.replies[0].options == (Option("v1:cmd:advice", "choice.advice"),)
