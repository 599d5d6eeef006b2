"""Which message is this: weighed on dialogues that were written while it was made, and where the evidence is sure."""

import csv
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.nlp.analyse import DATA, Understanding, analyse
from bot.vocabulary import Append, Category, Channel, File, Gesture, Sequel, Stage, Status
from tests.bot.dialogues import play as dialogues
from tests.bot.said import ANOTHER_THEFT, HOLE, HOUR, PHOTO
from tests.bot.story import PLAIN, THEFT, Story, meaning
from tests.shipped import whole

TABLE = Path(__file__).with_name("dialogues_dev.tsv")
SECOND_TABLE, THIRD_TABLE = DATA / "sequels" / "d2.tsv", DATA / "sequels" / "d3.tsv"
KINDS = {"answer": "add"}


@pytest.fixture(scope="module")
def understanding() -> Understanding:
    """The shipped understanding, as a server has it."""
    return whole()


def outcome(story: Story, keys: tuple[str, ...]) -> str:
    """What the last message was taken for."""
    if any(isinstance(effect, File) for effect in story.just):
        return "asked" if story.conversation.before else "new"
    if any(key.startswith(("case.", "status.")) for key in keys):
        return "status"
    return "add" if any(isinstance(effect, Append) for effect in story.just) else "chatter"


def heard(understanding: Understanding, row: dict[str, str]) -> str:
    story = Story(Channel(row["channel"]), understand=lambda text: analyse(understanding, text))
    story.say(row["first"], analyse(understanding, row["first"]))
    report, code = (story.filed[0].report, story.filed[0].code) if story.filed else ("", "")
    more, text = row["more"], row["second"].replace("{code}", code)
    if more.startswith("office:"):
        story.answer(report, more.removeprefix("office:"))
    keys = story.say(
        text,
        analyse(understanding, text),
        after=timedelta(minutes=int(row["minutes"])),
        media=PHOTO if more == "photo" else (),
        gesture=Gesture.STICKER if more == "sticker" else Gesture.NONE,
        replied=report if more == "reply" else "",
    )
    return outcome(story, keys)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_on_our_own_dialogues_nothing_is_merged_wrongly_and_little_is_split_or_asked(
    understanding: Understanding,
) -> None:
    """Whoever made the rules saw these, so this guards them; it does not measure them."""
    with TABLE.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    found = Counter((KINDS.get(row["want"], row["want"]), heard(understanding, row)) for row in rows)
    assert len(rows) >= 200
    assert found["new", "add"] == 0
    assert found["add", "new"] <= 0.05 * len(rows)
    assert sum(count for (_, got), count in found.items() if got == "asked") <= 0.15 * len(rows)
    for kind in ("status", "chatter"):
        assert found[kind, kind] == sum(count for (want, _), count in found.items() if want == kind)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("half", [0, 1])
def test_a_second_set_written_before_the_rules_were_read_merges_nothing_and_splits_little(
    understanding: Understanding, half: int
) -> None:
    """Points and bounds were taken from both halves, so neither measures strangers."""
    written = dialogues.read(SECOND_TABLE)
    rows = [row for row in written if int(row.id[1:]) % 2 == half]
    found = dialogues.figures([dialogues.play(understanding, row) for row in rows])
    assert len(written) >= 140
    assert found.merges == found.lost == found.noise == 0
    assert found.splits <= 0.05 * found.belonging
    assert found.asked <= 0.2 * found.total


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_on_the_third_and_hardest_set_nothing_is_merged_and_little_is_split(understanding: Understanding) -> None:
    """A fifth of it is long additions that read like reports, and short reports that read like additions."""
    rows = dialogues.read(THIRD_TABLE)
    found = dialogues.figures([dialogues.play(understanding, row) for row in rows])
    assert len(rows) >= 600
    assert found.merges == found.lost == 0
    assert found.noise <= 0.01 * found.total
    assert found.splits <= 0.05 * found.belonging
    assert found.asked <= 0.22 * found.total


# ── Sure evidence ────────────────────────────────────────────────────────────────────────────────────────────
def test_what_replies_to_a_message_about_a_report_belongs_there_however_little_it_says() -> None:
    story = Story(Channel.TELEGRAM)
    story.say("انباك ماطوري بالشعلة", THEFT)
    first = story.filed[0].report
    story.say("جارنا شاف واحد يركض", meaning(Category.HARASSMENT, 0.4), replied=first, after=HOUR)
    assert story.just[0] == Append(first)
    story.say("موضوع ثاني: اكو حفرة جبيرة", HOLE, after=HOUR)
    story.say("لونه احمر", PLAIN, replied=first)
    assert story.just == (Append(first),)


@pytest.mark.parametrize("text", ["اكو حفرة جبيرة بشارعنا", "موضوع ثاني: اكو حفرة جبيرة"])
def test_a_reply_that_tells_another_matter_is_filed_and_asked_about(text: str) -> None:
    """Many reply to whatever stands last."""
    story = Story(Channel.TELEGRAM)
    story.say("انباك ماطوري بالشعلة", THEFT)
    story.say(text, HOLE, replied=story.filed[0].report, after=HOUR)
    assert len(story.filed) == 2
    assert story.conversation.stage is Stage.BELONGS


def test_a_reply_leans_to_its_report_and_is_asked_about_where_it_sounds_like_another_matter() -> None:
    """Never is it another's unasked; and where the same words without a reply are asked about, some replies belong."""

    def heard_at(apart: float, *, replied: bool) -> str:
        story = Story(Channel.TELEGRAM)
        story.say("انباك ماطوري بالشعلة", THEFT)
        own = story.filed[0].report if replied else ""
        words = replace(ANOTHER_THEFT[1], sequel=Sequel(apart=apart))
        return outcome(story, story.say(ANOTHER_THEFT[0], words, replied=own, after=HOUR))

    tenths = [tenth / 10 for tenth in range(-60, 60)]
    with_reply = [heard_at(tenth, replied=True) for tenth in tenths]
    without = [heard_at(tenth, replied=False) for tenth in tenths]
    assert with_reply == sorted(with_reply)  # "add" until somewhere, "asked" from there on
    assert set(with_reply) == {"add", "asked"}
    assert ("add", "asked") in zip(with_reply, without, strict=True)


def test_a_reply_to_a_closed_report_is_heard_on_its_own() -> None:
    story = Story(Channel.TELEGRAM)
    story.say("انباك ماطوري بالشعلة", THEFT)
    first = story.filed[0].report
    story.answer(first, status=Status.CLOSED)
    story.say("رجعوا باكوا", THEFT, replied=first)
    assert isinstance(story.just[0], File)


def test_who_says_it_again_with_another_word_in_it_makes_no_second_report(understanding: Understanding) -> None:
    story = Story(understand=lambda text: analyse(understanding, text))
    for text in (
        "انباك ماطوري بالشعلة البارحة",
        "البارحة انباك ماطوري بالشعلة رجاء",
        "بلاغ انباك ماطوري بالشعلة البارحة",
    ):
        story.say(text, analyse(understanding, text))
    assert len(story.filed) == 1


def test_the_same_text_once_more_is_kept_in_the_same_report_and_not_answered() -> None:
    story = Story()
    story.say("انباك ماطوري بالشعلة", THEFT)
    for _ in range(5):
        assert story.say("انباك ماطوري  بالشعلة", THEFT, after=timedelta(minutes=3)) == ()
        assert story.just == (Append(story.filed[0].report),)
