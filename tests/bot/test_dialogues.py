"""Which message is this? What becomes of residents' second messages, over dialogues that nobody tuned on.

Wanted: nothing merged wrongly, at most 5 % split, at most 15 % asked. Five sets, each by another hand that knew no
rule; their rows were read by nobody who makes rules. The first set's table was looked at while the rules were words and
points; the others were played once by each way that came after them. The fifth (170, the ordinary mixture) was played
once, when the bounds stood (12.4 % asked), and again when what may be hers came to be asked about always. Merged of the
other matters, split of the pieces, asked of all:

             rules by hand           learnt, each word       with the text read as a whole (bot.nlp.gist)
    first    0 of 34, 1.5 %, 13.1 %  0 of 34, 1.5 %, 10.3 %  0 of 34, 3.0 %, 10.3 %
    second   4 of 42, 10.7 %, 14 %   0 of 42, 6.0 %, 16.3 %  0 of 42, 6.0 %, 15.1 %
    third    11 of 66, 11.1 %, 27 %  2 of 66, 14.1 %, 19.1 %  1 of 66, 7.1 %, 23.2 %
    fourth                           2 of 58, 9.1 %, 16.9 %  1 of 58, 6.1 %, 17.5 %
    fifth                                                    0 of 63, 4.3 %, 12.9 %

The first and the fifth hold what is wanted; the bounds of the others what was reached.
"""

from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.bot.dialogues.play import (
    BLIND,
    BLIND_FIFTH,
    BLIND_FOURTH,
    BLIND_SECOND,
    BLIND_THIRD,
    Figures,
    Outcome,
    figures,
    play,
    read,
    table,
)
from tests.shipped import whole

# The dialogues are frozen: whoever edits them must say so here, and why, in the same commit.
FROZEN_FIFTH = "2b4ddd1ef0c12f1219bc15afd1f722662c710739267941a795c2016f0e31cd93"
FROZEN_FOURTH = "b2a0beb39deae27aa6610226a839dae5a445cb93576df4dc8e04204357c002bc"
FROZEN_THIRD = "89098fbd74df822c45c2275fde88bca3077d49fd97da27c9aa449530be5e06aa"
FROZEN_SECOND = "043a7d83383b31c170cf25cb535fda6264b2488106984c19f8c5c47f4a37f7d0"
FROZEN = "7ea0c0fde741124b6f69a8966acd2d801ca61b7d32454f391f3dae1fbc73f5a4"


class Bounds(NamedTuple):
    """How many rows, how many of them merged at most, and shares: split and asked at most, told at least."""

    total: int
    merges: int
    splits: float
    asked: float
    heard: float


@pytest.fixture(scope="module")
def measured() -> tuple[Figures, str]:
    """Counts and their table: a failing test must not show a row to who tunes the policy."""
    played = [play(whole(), dialogue) for dialogue in read()]
    return figures(played), table(played)


def test_the_dialogues_are_those_that_were_written_blind() -> None:
    assert sha256(BLIND.read_bytes()).hexdigest() == FROZEN


def test_the_dialogues_are_many_and_of_every_outcome() -> None:
    rows = read()
    assert len(rows) >= 120
    assert len({row.id for row in rows}) == len(rows)
    for outcome in Outcome:
        assert sum(row.expected is outcome for row in rows) >= (15 if outcome is Outcome.CHATTER else 25)


@pytest.mark.slow
def test_no_concern_of_its_own_is_buried_in_another_report(measured: tuple[Figures, str]) -> None:
    found, shown = measured
    assert found.merges == 0, shown


@pytest.mark.slow
def test_nothing_that_was_told_is_in_no_report(measured: tuple[Figures, str]) -> None:
    found, shown = measured
    assert found.lost == 0, shown


@pytest.mark.slow
def test_at_most_one_in_twenty_pieces_of_a_report_becomes_another(measured: tuple[Figures, str]) -> None:
    found, shown = measured
    assert found.splits <= found.belonging * 0.05, shown


@pytest.mark.slow
def test_at_most_three_in_twenty_reporters_are_asked_whether_it_belongs(measured: tuple[Figures, str]) -> None:
    found, shown = measured
    assert found.asked <= found.total * 0.15, shown


@pytest.mark.slow
def test_most_who_ask_how_it_stands_are_told(measured: tuple[Figures, str]) -> None:
    found, shown = measured
    assert found.heard >= found.asking * 0.75, shown


@pytest.mark.parametrize(
    ("path", "frozen", "bounds"),
    [
        (BLIND_SECOND, FROZEN_SECOND, Bounds(total=172, merges=0, splits=0.06, asked=0.155, heard=0.7)),
        (BLIND_THIRD, FROZEN_THIRD, Bounds(total=220, merges=1, splits=0.075, asked=0.235, heard=0.8)),
        (BLIND_FOURTH, FROZEN_FOURTH, Bounds(total=160, merges=1, splits=0.08, asked=0.175, heard=0.6)),
        (BLIND_FIFTH, FROZEN_FIFTH, Bounds(total=170, merges=0, splits=0.05, asked=0.15, heard=0.7)),
    ],
    ids=["second", "third", "fourth", "fifth"],
)
@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_other_sets_are_no_worse_than_when_they_were_played_last(path: Path, frozen: str, bounds: Bounds) -> None:
    assert sha256(path.read_bytes()).hexdigest() == frozen
    played = [play(whole(), dialogue) for dialogue in read(path)]
    found, shown = figures(played), table(played)
    assert (found.lost, found.total) == (0, bounds.total), shown
    assert found.merges <= bounds.merges, shown
    assert found.splits <= found.belonging * bounds.splits, shown
    assert found.asked <= found.total * bounds.asked, shown
    assert found.heard >= found.asking * bounds.heard, shown
