"""Which message is this? What becomes of residents' second messages, over dialogues that nobody tuned on."""

from collections.abc import Sequence
from hashlib import sha256

import pytest

from tests.bot.dialogues.play import BLIND, Outcome, Played, play, read, table
from tests.shipped import shipped

# The dialogues are frozen: whoever edits them must say so here, and why, in the same commit.
FROZEN = "7ea0c0fde741124b6f69a8966acd2d801ca61b7d32454f391f3dae1fbc73f5a4"


@pytest.fixture(scope="module")
def played() -> Sequence[Played]:
    return [play(shipped(), dialogue) for dialogue in read()]


def test_the_dialogues_are_those_that_were_written_blind() -> None:
    assert sha256(BLIND.read_bytes()).hexdigest() == FROZEN


def test_the_dialogues_are_many_and_of_every_outcome() -> None:
    rows = read()
    assert len(rows) >= 120
    assert len({row.id for row in rows}) == len(rows)
    for outcome in Outcome:
        assert sum(row.expected is outcome for row in rows) >= (15 if outcome is Outcome.CHATTER else 25)


def test_no_concern_of_its_own_is_buried_in_another_report(played: Sequence[Played]) -> None:
    assert sum(each.merged for each in played) == 0, table(played)


def test_nothing_that_was_told_is_in_no_report(played: Sequence[Played]) -> None:
    assert sum(each.lost for each in played) == 0, table(played)


def test_at_most_one_in_twenty_pieces_of_a_report_becomes_another(played: Sequence[Played]) -> None:
    belonging = [each for each in played if each.dialogue.expected in {Outcome.ADDITION, Outcome.ANSWER}]
    assert sum(each.split for each in belonging) <= len(belonging) * 0.05, table(played)


def test_at_most_three_in_twenty_reporters_are_asked_whether_it_belongs(played: Sequence[Played]) -> None:
    assert sum(each.asked for each in played) <= len(played) * 0.15, table(played)
