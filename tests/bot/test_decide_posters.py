"""Links and posters: which forum they lead to, and what goes by none."""

from dataclasses import replace

import pytest

from bot.vocabulary import Category, Channel, Desk, File, OfficeKind, Urgency
from tests.bot.story import BEATEN, THEFT, THEFT_SOMEWHERE, WORKING, Story, meaning, office, town


@pytest.mark.parametrize("payload", ["f_forum-shula", "f_FORUM-SHULA"])
def test_a_posters_link_routes_while_the_place_is_unknown(payload: str) -> None:
    """Group 52."""
    story = Story(Channel.TELEGRAM)
    assert story.say(f"/start {payload}") == ("help",)
    assert story.say("انباك ماطوري", THEFT_SOMEWHERE) == ("filed.place",)
    (filed,) = story.filed
    assert (filed.to.office, filed.to.rule, filed.facts.origin) == ("forum-shula", "origin", "forum-shula")
    story.say("الكرادة")
    assert story.conversation.ongoing is not None
    assert story.conversation.ongoing.office == "forum-karrada"
    story.say("بلاغ جديد: انباك تلفوني", THEFT_SOMEWHERE)
    assert story.filed[1].to.office == "nation"


@pytest.mark.parametrize(
    "payload",
    [
        "",
        "f_",
        "f_nowhere",
        "f_" + "a" * 63,
        "f_" + "a" * 400,
        "x",
        "f_forum shula",
        "f_../../etc",
        "f_watch",
        "f_women-bg",
    ],
)
def test_a_link_that_names_no_open_forum_is_a_plain_start(payload: str) -> None:
    """Group 52: malformed, 65 characters, unknown or closed; and what is no forum hears nothing by a link."""
    story = Story(Channel.TELEGRAM)
    keys = story.say(f"/start {payload}")
    if " " not in payload:
        assert keys == ("help",)
        assert not story.filed
    story.say("انباك ماطوري", THEFT_SOMEWHERE)
    assert story.filed[-1].to.office == "nation"


@pytest.mark.parametrize(
    ("analysis", "desk"),
    [
        (replace(BEATEN, place=None), ("women-iq", Desk.WOMEN)),
        (meaning(Category.POLICE_MISCONDUCT, about_police=True), ("watch", Desk.OVERSIGHT)),
        (meaning(Category.EXTREMISM, urgency=Urgency.HIGH), ("gov-bg", Desk.SECURITY)),
    ],
)
def test_what_is_sealed_restricted_or_about_the_police_goes_by_no_poster(
    analysis: object, desk: tuple[str, Desk]
) -> None:
    story = Story(Channel.TELEGRAM)
    story.say("/start f_forum-shula")
    story.say("صار شي", analysis)  # type: ignore[arg-type]
    assert (story.filed[0].to.office, story.filed[0].to.desk) == desk


def test_words_behind_a_slash_are_not_swallowed() -> None:
    story = Story(Channel.TELEGRAM)
    story.say("/start انباك ماطوري بالشعلة", THEFT)
    story.say("/help انباك تلفوني هم بالشعلة", THEFT)
    assert isinstance(story.effects[0], File)
    assert len(story.effects) >= 2


def test_two_offices_that_are_closed_hear_nothing_by_their_posters() -> None:
    """Group 52."""
    closed = office("forum-old", OfficeKind.FORUM, WORKING, coverage=frozenset({"IQ-BG-dora"}))
    story = Story(Channel.TELEGRAM, directory=replace(town(), offices={**town().offices, closed.code: closed}))
    story.say("/start f_forum-old")
    story.directory = town()
    story.say("انباك ماطوري", THEFT_SOMEWHERE)
    assert story.filed[0].to.office == "nation"
