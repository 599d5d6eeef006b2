"""Sketches and the search for near-doubles, on invented sentences; and that a planted rewording is caught."""

from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlp.normalise import key
from tools import sketch

SAID = "سايق التنكر صدم بسطة جارنا يم المخبز وشرد بدون ما يوكف"
REWORDED = "سايق تنكر صدم بسطة جارنا يم المخبز العصر وشرد بدون ما يوگف"  # a word more, another spelling, no article
ELSEWHERE = "المخبز مالتنا صار يبيع صمون بايت ومحد يحاسبه"
LEAK = 0.38  # as in tests/bot/nlp/test_corpus.py


def _pieces(text: str) -> sketch.Shingles:
    return sketch.shingles(key(text))


def _alike(one: str, other: str) -> float:
    return float(sketch.estimate(sketch.sketch([_pieces(one)]), sketch.sketch([_pieces(other)]))[0, 0])


def test_a_planted_rewording_is_caught_and_another_message_is_not() -> None:
    assert _alike(SAID, SAID) == 1
    assert _alike(SAID, REWORDED) > LEAK
    assert _alike(SAID, ELSEWHERE) < LEAK / 2


def test_spelling_noise_does_not_hide_a_copy() -> None:
    assert _alike("گال الجار اكو حريجة بالمدرسة", "قــال الجار أكو حريچه بالمدرسه!!") == 1


def test_an_estimate_is_near_the_truth() -> None:
    one, other = _pieces(SAID), _pieces(REWORDED)
    assert abs(_alike(SAID, REWORDED) - sketch.jaccard(one, other)) < 0.15


def test_a_file_of_sketches_is_read_as_it_was_written_and_holds_no_text(tmp_path: Path) -> None:
    table = tmp_path / "blind.tsv"
    table.write_text(f"id\ttext\nx1\t{SAID}\nx2\t{ELSEWHERE}\n", encoding="utf-8")
    written = sketch.write(sketch.labelled(table))
    names, made = sketch.read(["# a comment", *written.splitlines()])
    assert names == ("x1", "x2")
    assert (made == sketch.sketch([_pieces(SAID), _pieces(ELSEWHERE)])).all()
    assert written.isascii()


def test_the_command_prints_sketches_or_how_it_is_called(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / "blind.tsv"
    table.write_text(f"id\ttext\nx1\t{SAID}\n", encoding="utf-8")
    assert sketch.main([str(table)]) == 0
    assert len(sketch.read(capsys.readouterr().out.splitlines())[0]) == 1
    assert sketch.main([]) == 2


def test_a_message_without_letters_has_no_shingles() -> None:
    assert _pieces("؟") == frozenset()


@given(
    st.lists(st.text("ابتث ", max_size=12).map(_pieces), max_size=12),
    st.sampled_from([0.3, 0.5, 0.6, 0.9, 1.0]),
)
def test_near_finds_exactly_the_pairs_that_comparing_all_finds(messages: list[sketch.Shingles], least: float) -> None:
    every = {
        (one, other): sketch.jaccard(messages[one], messages[other])
        for one, other in combinations(range(len(messages)), 2)
    }
    found = {(one, other): alike for one, other, alike in sketch.near(messages, least=least)}
    assert found == {pair: alike for pair, alike in every.items() if alike >= least}
