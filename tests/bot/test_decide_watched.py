"""What is told on a phone that another reads gets its number, in words that tell nothing, and nothing else."""

from dataclasses import replace

import pytest

from bot import safety
from bot.handlers.segments import count
from bot.nlp.analyse import analyse
from bot.vocabulary import Analysis, Append, Channel, File, Hide, Mode, Mute, Reroute, Urgency, Veil
from tests.bot.discretion import LATER, code
from tests.bot.story import BEATEN, PLAIN, THEFT, Story
from tests.shipped import shipped

HERS = replace(BEATEN, place=None)
TOLD = [
    "رجلي يضربني ويفتش موبايلي",
    "ابوي حابسني بالغرفة وهو يقرا رسائلي",
    "my brother beats me and checks my phone",
    "مێردەکەم لێم دەدات و مۆبایلەکەم دەپشکنێت",
]
MERELY = ["رجلي يفتش الموبايل", "ابوي يقرا رسائلي كل يوم", "my husband checks my phone"]


@pytest.mark.parametrize("text", [*TOLD, *MERELY])
@pytest.mark.parametrize("channel", [Channel.SMS, Channel.TELEGRAM])
def test_its_report_is_hidden_behind_a_number_that_is_told_once_in_words_that_tell_nothing(
    text: str, channel: Channel
) -> None:
    story = Story(channel)
    assert story.say(text, HERS) == ("discreet.filed",)
    filed, hide = story.just[:2]
    assert isinstance(filed, File)
    assert (filed.mode, filed.facts.no_reply) == (Mode.DISCREET, True)
    assert hide == Hide(filed.report, (filed.code,))
    assert Mute() in story.just
    (answer,) = story.shown()
    assert filed.code in answer.text
    assert safety.telling(answer.text) == ()
    assert channel is not Channel.SMS or count(answer.text).parts == 1


def test_nothing_more_is_said_until_that_number_is() -> None:
    story = Story()
    story.say(TOLD[0], HERS)
    for text in ("شنو الجواب", "منو انتم", "هسه راح يكتلني"):
        assert story.say(text, HERS, after=LATER) == ()
    assert story.say(code(story), after=LATER)[-2:] == ("discreet.paused", "discreet.open")


def test_in_an_emergency_the_number_to_call_stands_beside_it() -> None:
    story = Story()
    danger = replace(BEATEN, urgency=Urgency.EMERGENCY)
    assert story.say("رجلي بيده سجين ويفتش موبايلي", danger) == ("discreet.filed.emergency",)


@pytest.mark.parametrize("text", MERELY)
def test_whoever_told_something_before_and_says_only_that_is_met_by_silence(text: str) -> None:
    story = Story()
    story.say("انباك ماطوري بالشعلة", THEFT)
    story.forget()
    assert story.say(text, PLAIN) == ()
    assert not any(isinstance(effect, Hide) for effect in story.just)


def test_whoever_told_something_before_and_tells_more_gets_its_number() -> None:
    story = Story()
    story.say("انباك ماطوري بالشعلة", THEFT)
    story.forget()
    assert story.say(TOLD[0], HERS) == ("discreet.filed",)


@pytest.mark.parametrize("text", ["رجلي يضربني ويفتش موبايلي لا تردون علي", TOLD[0]])
def test_whoever_asks_for_silence_in_the_same_words_or_asked_before_gets_silence(text: str) -> None:
    asked = text != TOLD[0]
    story = Story(muted=not asked)
    assert story.say(text, replace(HERS, no_reply=asked)) == ()
    assert not any(isinstance(effect, Hide) for effect in story.just)


def test_words_that_another_wrote_get_no_number() -> None:
    assert Story().say(TOLD[0], HERS, forwarded=True) == ()


# ── Where something is hidden or veiled ──────────────────────────────────────────────────────────────────────
PISTOL = replace(BEATEN, urgency=Urgency.EMERGENCY)


def _veiled() -> Story:
    """Something of hers was told, and after its talk she wished that nobody know."""
    story = Story(Channel.TELEGRAM)
    story.say("زوجي يضربني كل يوم", BEATEN)
    story.forget()
    story.say("محد يدري", PLAIN)
    story.answer(story.filed[0].report, "هل ما زال يضربك؟")
    story.forget()
    return story


@pytest.mark.parametrize(
    ("text", "meant", "told"),
    [
        ("اي بعده يضربني", BEATEN, "decoy.thanks"),
        ("لا", PLAIN, "decoy.thanks"),
        ("بعدني خايفة منه", PLAIN, "decoy.thanks"),
        ("3", PLAIN, "decoy.thanks"),
        ("بيده مسدس هسه", PISTOL, "discreet.added.emergency"),
        ("الحكولي راح يكتلني", replace(PISTOL, place=None), "discreet.added.emergency.unplaced"),
    ],
)
def test_a_reply_to_the_nudge_of_a_veiled_report_reaches_it_and_tells_nothing(
    text: str, meant: Analysis, told: str
) -> None:
    story = _veiled()
    hers = story.filed[0].report
    assert story.say(text, meant, replied=hers) == (told,)
    assert Append(hers) in story.just
    assert len(story.filed) == 1
    assert story.hidden is None
    assert all(safety.telling(shown.text) == () for shown in story.shown())


def test_danger_in_such_a_reply_rings_her_desk() -> None:
    story = _veiled()
    hers = story.filed[0].report
    story.say("بيده مسدس هسه", PISTOL, replied=hers)
    moved = [effect for effect in story.just if isinstance(effect, Reroute)]
    assert [(effect.report, effect.facts.urgency) for effect in moved] == [(hers, Urgency.EMERGENCY)]


def test_a_question_how_it_stands_in_such_a_reply_is_answered_as_on_any_phone() -> None:
    story = _veiled()
    assert story.say("شنو الجواب", PLAIN, replied=story.filed[0].report) == ("status.which",)


def test_danger_beside_the_word_of_a_hidden_report_too_and_in_the_minutes_after_it() -> None:
    story = Story()
    story.say("زوجي يضربني محد يدري", replace(BEATEN, fear=True))
    word = code(story)
    assert story.say(f"{word} هسه بيده سجين", PISTOL, after=LATER)[0] == "discreet.added.emergency"
    assert story.say("الحقوني", PISTOL)[0] == "discreet.added.emergency"


_READS_HERS = """رجلي ديقرا رسائلي
ابوي يقره رسايلي كلها
زوجي يقرى رسايلي
بعلي يقرا رسائلي
هو يقرا رسايلي
مێردم نامەکانم دەخوێنێتەوە
my husband reads my texts
my hubsand reads my mesages"""


@pytest.mark.parametrize("words", _READS_HERS.splitlines())
def test_that_he_reads_her_messages_veils_her_phone_and_moves_her_report_away_from_nobody(words: str) -> None:
    story = Story()
    story.say("رجلي يضربني كل يوم بالكرادة", BEATEN)
    assert story.say(words, analyse(shipped(), words)) == ()
    assert Veil() in story.just
    told = [effect.facts for effect in story.just if isinstance(effect, Reroute | File)]
    assert not any(facts.insider or facts.apart for facts in told)


@pytest.mark.parametrize("words", ["اخوي شرطي يمكم", "رجلي يقرا هاي الرسايل"])
def test_that_he_may_be_of_those_who_read_it_keeps_her_report_from_them(words: str) -> None:
    story = Story()
    story.say("رجلي يضربني كل يوم بالكرادة", BEATEN)
    story.say(words, analyse(shipped(), words))
    assert any(effect.facts.insider for effect in story.just if isinstance(effect, Reroute))


_ASKS = """شنو الجواب
شنو جاوبتوا
شنو كان جوابكم
وەڵامتان چی بوو
what was your answer
شصار ببلاغي"""


def _watched_since(channel: Channel, told: Analysis) -> Story:
    """Something was told in the open, and in the same talk that he reads her phone."""
    story = Story(channel)
    story.say("انباك ماطوري بالشعلة", told)
    story.say("رجلي يفتش موبايلي", PLAIN)
    assert Veil() in story.just
    story.answer(story.filed[0].report, "راح نجيكم باجر")
    return story


@pytest.mark.parametrize("told", [THEFT, BEATEN])
@pytest.mark.parametrize("channel", [Channel.SMS, Channel.TELEGRAM])
def test_on_a_watched_phone_how_it_stands_is_told_beside_its_code_alone(channel: Channel, told: Analysis) -> None:
    story = _watched_since(channel, told)
    for words in _ASKS.splitlines():
        assert story.say(words, analyse(shipped(), words)) in {("status.which",), ()}
        assert not any(isinstance(effect, File) for effect in story.just)
    assert story.say(code(story))[0] == "case.in_progress"


@pytest.mark.parametrize("words", ["حذف", "احذفوا بلاغي", "delete"])
@pytest.mark.parametrize("channel", [Channel.SMS, Channel.TELEGRAM])
def test_on_a_watched_phone_nothing_is_erased_without_its_code(channel: Channel, words: str) -> None:
    story = _watched_since(channel, BEATEN)
    assert story.say(words) == ("erase.which",)
    for yes in ("نعم", "1", "حذف"):
        story.say(yes)
    assert story.filed[0].report in story.cases
    assert story.say(f"حذف {code(story)}") == ("erase.ask",)
    assert story.say("نعم")[0].startswith("erase.")
    assert story.filed[0].report not in story.cases


def test_on_a_watched_phone_nothing_says_that_something_was_told() -> None:
    story = _watched_since(Channel.SMS, BEATEN)
    for words, answer in (("start", "resumed"), ("هلو", "help"), ("نصيحة", "hello"), ("اضافة", "add.which")):
        assert story.say(words) == (answer,)
    assert story.say("ضربني مرة ثانية", BEATEN)[:1] in {(), ("added",), ("discreet.filed",)}
