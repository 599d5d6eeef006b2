"""A discreet reporter, and the answers of the service that knows nothing of her."""

from datetime import timedelta

from bot.vocabulary import (
    Category,
    Channel,
    Urgency,
)
from tests.bot.story import Story, meaning

DECOYS = {"decoy.hello", "decoy.hours", "decoy.unknown", "decoy.order", "decoy.thanks"}
AFRAID = meaning(Category.DOMESTIC_VIOLENCE, at="IQ-BG-karrada", urgency=Urgency.HIGH, sensitive=True, fear=True)
LATER = timedelta(minutes=40)


def afraid(channel: Channel = Channel.SMS) -> Story:
    """She has told, and said that nobody must know."""
    story = Story(channel)
    assert story.say("رجلي يضربني بالكرادة ومحد يدري", AFRAID) == ("discreet.filed",)
    return story


def code(story: Story) -> str:
    return story.filed[0].code
