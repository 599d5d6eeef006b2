"""Which message is this? What becomes of residents' second messages, over dialogues that nobody tuned on.

Wanted, and held here: nothing merged wrongly, at most 5 % split, at most 15 % asked. The rows were read by nobody who
made the rules; their table was looked at four times meanwhile, and what it said of the second (8 of 67 split) sent us
to write long additions of our own. At the fourth: 0 of 34 merged, 1 of 67 (1.5 %) split, 18 of 145 (12.4 %) asked.

So a second set was written when the rules stood, by somebody who knew neither them nor any other set, and played once:
4 of 42 merged, 9 of 84 (10.7 %) split, 24 of 172 (14.0 %) asked. That is the truer figure. Its bounds hold what was
reached, not what is wanted.
"""

from hashlib import sha256

import pytest

from tests.bot.dialogues.play import BLIND, BLIND_SECOND, Figures, Outcome, figures, play, read, table
from tests.shipped import shipped

# The dialogues are frozen: whoever edits them must say so here, and why, in the same commit.
FROZEN_SECOND = "043a7d83383b31c170cf25cb535fda6264b2488106984c19f8c5c47f4a37f7d0"
FROZEN = "7ea0c0fde741124b6f69a8966acd2d801ca61b7d32454f391f3dae1fbc73f5a4"


@pytest.fixture(scope="module")
def measured() -> tuple[Figures, str]:
    """Counts and their table: a failing test must not show a row to who tunes the policy."""
    played = [play(shipped(), dialogue) for dialogue in read()]
    return figures(played), table(played)


def test_the_dialogues_are_those_that_were_written_blind() -> None:
    assert sha256(BLIND.read_bytes()).hexdigest() == FROZEN


def test_the_dialogues_are_many_and_of_every_outcome() -> None:
    rows = read()
    assert len(rows) >= 120
    assert len({row.id for row in rows}) == len(rows)
    for outcome in Outcome:
        assert sum(row.expected is outcome for row in rows) >= (15 if outcome is Outcome.CHATTER else 25)


def test_no_concern_of_its_own_is_buried_in_another_report(measured: tuple[Figures, str]) -> None:
    found, shown = measured
    assert found.merges == 0, shown


def test_nothing_that_was_told_is_in_no_report(measured: tuple[Figures, str]) -> None:
    found, shown = measured
    assert found.lost == 0, shown


def test_at_most_one_in_twenty_pieces_of_a_report_becomes_another(measured: tuple[Figures, str]) -> None:
    found, shown = measured
    assert found.splits <= found.belonging * 0.05, shown


def test_at_most_three_in_twenty_reporters_are_asked_whether_it_belongs(measured: tuple[Figures, str]) -> None:
    found, shown = measured
    assert found.asked <= found.total * 0.15, shown


def test_the_second_set_is_no_worse_than_when_it_was_played_first() -> None:
    assert sha256(BLIND_SECOND.read_bytes()).hexdigest() == FROZEN_SECOND
    played = [play(shipped(), dialogue) for dialogue in read(BLIND_SECOND)]
    found, shown = figures(played), table(played)
    assert (found.lost, found.total) == (0, 172), shown
    assert found.merges <= 4, shown
    assert found.splits <= found.belonging * 0.11, shown
    assert found.asked <= found.total * 0.15, shown
