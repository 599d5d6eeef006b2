"""A suspicious man with her phone: 200 phrases of his, and not a word of ours that tells him what she wrote to."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot import commands
from bot.vocabulary import Append, Channel, Erase, File, Hide, Locale, Show, Unlock
from tests.bot.discretion import AFRAID, DECOYS
from tests.bot.story import PLAIN, Story
from tests.bot.test_outbound import OF_A_REPORT

PHRASES = tuple(Path(__file__).with_name("stranger.txt").read_text(encoding="utf-8").splitlines())
TAP = "tap "
# An hour goes by between two of them, so that no limit keeps us from answering; what is said is what counts.
LATER = timedelta(hours=1)
TAPS_OF_SILENCE = ("tap v1:cmd:stop", "tap v1:cmd:wipe")
MAY_BE_SILENT = ("stop", "ايقاف", "الغاء", "لا ترسلون", "لا تدزون", "/stop", "/wipe", *TAPS_OF_SILENCE)


def locked(channel: Channel, locale: Locale) -> Story:
    """Hers, with an answer that waits; she reads in this language."""
    story = Story(channel)
    story.say({Locale.AR: "عربي", Locale.CKB: "کوردی", Locale.EN: "English"}[locale])
    story.say("رجلي يضربني ومحد يدري", AFRAID)
    story.answer(story.filed[0].report, "تعالي باجر للمكتب")
    return story


def says(story: Story, phrase: str) -> tuple[str, ...]:
    """He types it, or taps an old button."""
    if phrase.startswith(TAP):
        return story.say(choice=phrase.removeprefix(TAP), after=LATER)
    return story.say(phrase, PLAIN, after=LATER)


def test_there_are_two_hundred_of_them_and_none_twice() -> None:
    assert len(PHRASES) >= 200
    assert len(set(PHRASES)) == len(PHRASES)


@pytest.mark.parametrize("locale", Locale)
@pytest.mark.parametrize("channel", [Channel.SMS, Channel.TELEGRAM])
def test_none_of_it_gets_a_word_of_a_report_and_all_of_it_is_kept(channel: Channel, locale: Locale) -> None:
    story = locked(channel, locale)
    code, told = story.filed[0].code, 0
    for phrase in PHRASES:
        if code in phrase:
            continue
        story.muted = False
        keys = says(story, phrase)
        assert set(keys) <= DECOYS, phrase
        assert keys or phrase.startswith(MAY_BE_SILENT), phrase
        for shown in story.shown():
            assert not OF_A_REPORT.search(commands.fold(shown.text)), phrase
            assert not shown.buttons
            told += 1
        assert sum(isinstance(each, File | Append) for each in story.just) == 1, phrase
        assert not any(isinstance(each, Erase | Hide | Show | Unlock) for each in story.just), phrase
    assert told >= len(PHRASES) * 0.9
    assert all(filed.locked for filed in story.filed[1:])
    assert says(story, code)[:2] == ("case.in_progress", "answer")


def test_the_look_out_for_such_words_sees_them() -> None:
    story = Story()
    story.say("رجلي يضربني", PLAIN)
    assert any(OF_A_REPORT.search(commands.fold(shown.text)) for shown in story.shown())
