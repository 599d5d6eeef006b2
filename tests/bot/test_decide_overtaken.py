"""Telegram brings taps by another queue than words, so that either may overtake the other (group 6)."""

from bot.vocabulary import Append, Category, Channel, Guess
from tests.bot.story import THEFT, THEFT_SOMEWHERE, Story, meaning

UNSURE = meaning(
    Category.THEFT, 0.3, at="IQ-BG-shula", guesses=(Guess(Category.PROPERTY_DISPUTE, 0.25), Guess(Category.DRUGS, 0.2))
)


def test_a_tap_that_overtakes_the_words_said_before_it_loses_neither() -> None:
    said, tapped = "كان لونه احمر", "v1:cmd:status"
    in_order, overtaken = (Story(Channel.TELEGRAM) for _ in range(2))
    for story in (in_order, overtaken):
        story.say("انباك ماطوري بالشعلة", THEFT)
    in_order.say(said)
    in_order.say(choice=tapped)
    assert overtaken.say(choice=tapped) == ("case.new",)
    overtaken.say(said)
    assert overtaken.just == (Append(overtaken.filed[0].report),)
    assert overtaken.conversation.ongoing == in_order.conversation.ongoing


def test_an_answer_by_tap_and_words_under_way_both_reach_the_report_in_either_order() -> None:
    for first_tap in (True, False):
        story = Story(Channel.TELEGRAM)
        story.say("اخذوا مالتي", UNSURE)
        tap = story.conversation.options[0]
        if first_tap:
            story.say(choice=tap)
            story.say("واخذوا بعد شغلة")
        else:
            story.say("واخذوا بعد شغلة")
            story.say(choice=tap)
        assert len(story.filed) == 1
        assert Append(story.filed[0].report) in story.effects


def test_a_tap_that_comes_before_anything_was_said_changes_nothing_and_the_words_are_filed() -> None:
    story = Story(Channel.TELEGRAM)
    assert story.say(choice="v1:place:IQ-BG-shula") == ("late",)
    story.say("انباك ماطوري", THEFT_SOMEWHERE)
    assert len(story.filed) == 1
