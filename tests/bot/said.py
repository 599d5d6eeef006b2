"""What reporters in several files of tests say, as it is understood."""

from dataclasses import replace
from datetime import timedelta

from bot.vocabulary import Category, Channel, Guess, Medium, MediumKind, Point, Urgency
from tests.bot.story import BEGINNING, STORY, THEFT, Story, meaning

PHOTO = (Medium(MediumKind.PHOTO, "ref"),)
VOICE = (Medium(MediumKind.VOICE, "ref"),)
HOUR = timedelta(hours=1)
SHULA = Point(33.37, 44.28)
KIDNAPPED = meaning(Category.KIDNAPPING, at="IQ-BG-shula", urgency=Urgency.EMERGENCY)
UNSURE = meaning(
    Category.THEFT, 0.3, at="IQ-BG-shula", guesses=(Guess(Category.PROPERTY_DISPUTE, 0.25), Guess(Category.DRUGS, 0.2))
)
NOISE = meaning(Category.PUBLIC_NUISANCE, 0.8, at="IQ-BG-shula", sequel=STORY)
HOLE = meaning(Category.PUBLIC_INFRASTRUCTURE, 0.95, sequel=STORY)
# So it is a matter of its own perhaps: the same kind an hour later, told whole, with nothing that points back.
ANOTHER_THEFT = ("اخذوا ماطور جارنا من الكراج", replace(THEFT, sequel=BEGINNING))


def reported(channel: Channel = Channel.TELEGRAM) -> Story:
    """Somebody who told of a theft, and where."""
    story = Story(channel)
    story.say("انباك ماطوري بالشعلة", THEFT)
    return story
