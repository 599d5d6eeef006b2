"""Who writes decides which advice is brought: a child, somebody who stands by, or whom it befalls."""

import csv
from pathlib import Path

import pytest

from bot.decide import advising, tellers
from bot.handlers.segments import count
from bot.nlp import language, normalise
from bot.nlp.analyse import analyse
from bot.vocabulary import Analysis, Category, Channel, Locale, Teller, Urgency
from tests.bot.story import PLAIN, THEFT, Story, meaning
from tests.shipped import shipped

_ROWS = [
    tuple(row.values())
    for row in csv.DictReader(
        (Path(__file__).parent / "tellers.tsv").read_text(encoding="utf-8").splitlines(),
        delimiter="\t",
        quoting=csv.QUOTE_NONE,
    )
]


def _key(text: str) -> str:
    return normalise.key(text, language.language(text))


def _about(category: Category, text: str, *, minor: bool = False, urgency: Urgency = Urgency.HIGH) -> Analysis:
    return meaning(category, at="IQ-BG-karrada", urgency=urgency, sensitive=True, minor=minor, key=_key(text))


def _advised(story: Story) -> tuple[str, ...]:
    story.say("نصيحة")
    return story.say("1")


@pytest.mark.parametrize(("teller", "category", "minor", "text"), _ROWS)
def test_who_writes_is_told_by_their_words(teller: str, category: str, minor: str, text: str) -> None:
    found = tellers.find(_key(text), Category(category), minor=minor == "yes")
    assert (found or "nobody") == teller


def test_nobody_is_a_child_of_whom_no_age_was_heard() -> None:
    assert tellers.find(_key("عمري ١١"), Category.DOMESTIC_VIOLENCE, minor=False) is Teller.NONE


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("ابوي يضربني كل يوم وعمري ١١ سنة بالكرادة", "child_protection.child"),
        ("my father beats me, i am 11 years old", "domestic_violence.child"),
        ("باوکم لێم دەدات تەمەنم ١١ ساڵە", "domestic_violence.child"),
        ("جارنا يضرب مرته كل ليلة بالكرادة", "domestic_violence.other"),
        ("اختي المتزوجة رجلها يضربها بالكرادة", "domestic_violence.other"),
        ("my friend wants to kill herself", "self_harm.other"),
        ("صديقتي تريد تنتحر بالكرادة", "self_harm.other"),
        ("زوجي يضربني بالكرادة", "domestic_violence"),
    ],
)
def test_what_is_told_in_words_brings_the_advice_for_who_tells_it(text: str, key: str) -> None:
    story = Story(Channel.TELEGRAM)
    story.say(text, analyse(shipped(), text))
    story.say("نصيحة")
    assert story.say(choice=advising.OFFER)[0] == f"advice.{key}"


@pytest.mark.parametrize("category", sorted(advising.FOR_EACH_TELLER))
def test_a_child_is_told_the_number_as_well(category: Category) -> None:
    story = Story()
    story.say("عمري ١١", _about(category, "عمري ١١", minor=True))
    assert _advised(story) == (f"advice.{category}.child", "danger")
    assert [count(each.text).parts for each in story.shown()] == [3, 1]


def test_whom_the_number_was_told_before_is_told_it_once() -> None:
    story = Story()
    story.say("عمري ١١", _about(Category.SELF_HARM, "عمري ١١", minor=True, urgency=Urgency.EMERGENCY))
    assert story.say("نصيحة") == ("danger",)
    assert story.say("1") == ("advice.self_harm.child",)


@pytest.mark.parametrize("order", [("لغيري", "كلمات"), ("كلمات", "لغيري")])
def test_whoever_says_that_it_is_for_someone_else_is_advised_so(order: tuple[str, ...]) -> None:
    story = Story()
    for text in order:
        story.say(text, PLAIN if text == "لغيري" else _about(Category.DOMESTIC_VIOLENCE, ""))
    assert _advised(story) == ("advice.domestic_violence.other",)


def test_an_age_that_is_told_later_counts() -> None:
    story = Story()
    story.say("ابوي يضربني", _about(Category.CHILD_PROTECTION, "ابوي يضربني"))
    story.say("عمري ١١", meaning(Category.OTHER, 0.3, minor=True, key=_key("عمري ١١")))
    assert _advised(story)[0] == "advice.child_protection.child"


def test_of_other_kinds_everybody_is_told_the_same() -> None:
    story = Story()
    story.say("لغيري")
    story.say("انباك ماطوري بالشعلة", THEFT)
    assert story.say("1") == ("advice.theft",)


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        (Locale.AR, ("لا تواجهوا", "لأحد غيرنا")),
        (Locale.CKB, ("مەبنەوە", "مەنووسن")),
        (Locale.EN, ("not confront", "nobody")),
    ],
)
@pytest.mark.parametrize("category", [Category.DOMESTIC_VIOLENCE, Category.CHILD_PROTECTION, Category.HARASSMENT])
def test_who_stands_by_is_told_to_confront_nobody_and_to_pass_nothing_on(
    category: Category, locale: Locale, words: tuple[str, ...]
) -> None:
    story = Story()
    story.say(choice=f"v1:lang:{locale}")
    story.say("لغيري")
    story.say("كلمات", _about(category, ""))
    _advised(story)
    assert all(word in story.shown()[0].text for word in words)
