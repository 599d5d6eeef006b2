"""An open emergency stays with those who rescue: fear of others and people behind a fire do not take it from them."""

from dataclasses import replace

import pytest

from bot.decide import rescue, understood
from bot.vocabulary import Append, Category, Desk, File, Hide, Reroute, Urgency
from tests.bot.story import PLAIN, Story, meaning

FIRE = meaning(Category.FIRE_MEDICAL, 0.99, at="IQ-BG-shula", urgency=Urgency.EMERGENCY, flagged=True)
WEAKLY_HERS = meaning(Category.HARASSMENT, 0.34, urgency=Urgency.HIGH, sensitive=True)
CHILD = meaning(Category.CHILD_PROTECTION, 0.78, urgency=Urgency.EMERGENCY, sensitive=True)


def burning() -> Story:
    """A fire was told, at its urgent desk."""
    story = Story()
    story.say("اكو حريق كبير بالشعلة", FIRE)
    assert story.filed[0].to.desk is Desk.URGENT
    return story


def moved(story: Story) -> bool:
    return any(isinstance(effect, Reroute | Hide) for effect in story.effects)


@pytest.mark.parametrize("fear", [False, True])
def test_a_weak_guess_neither_moves_an_emergency_nor_locks_its_teller_out(*, fear: bool) -> None:
    story = burning()
    assert story.say("الناس خايفة كلش", replace(WEAKLY_HERS, fear=fear)) == ("added",)
    assert not moved(story)
    assert story.say("اجت سيارة الاطفاء", PLAIN) == ()


def test_what_is_surely_hers_moves_it_as_ever() -> None:
    facts = understood.first(FIRE, None)
    sure = meaning(Category.DOMESTIC_VIOLENCE, 0.97, urgency=Urgency.EMERGENCY, sensitive=True)
    assert understood.better(facts, sure).sensitive
    assert not understood.better(facts, WEAKLY_HERS).sensitive
    assert understood.better(facts, replace(WEAKLY_HERS, woman_officer=True)).woman_officer


@pytest.mark.parametrize(
    "text",
    ["اكو طفل محاصر بالبيت", "بيت ارملة ويا بناتها محاصرات بالطابق الثاني", "a child is trapped inside", "مرية محروكة"],
)
def test_who_waits_for_rescue_is_part_of_what_befell(text: str) -> None:
    story = burning()
    story.say(text, CHILD)
    assert isinstance(story.just[0], Append)
    assert not moved(story)


def test_another_one_of_them_is_a_report_of_its_own_at_the_same_place_and_open_to_rescuers() -> None:
    story = burning()
    story.say("موضوع ثاني: اكو طفل محاصر بالبيت", CHILD)
    filed = story.just[0]
    assert isinstance(filed, File)
    assert not filed.facts.sensitive
    assert filed.facts.lineage == story.filed[0].facts.lineage


@pytest.mark.parametrize(
    "text", ["رجلي حابسني ومحاصرني بالبيت", "ابوها حبسها وهي مجروحة", "ماكو جرحى", "واحد طعن مرة وهي مصابة", ""]
)
def test_what_somebody_did_is_no_rescue(text: str) -> None:
    assert not rescue.tells(text)
