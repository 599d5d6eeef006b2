"""A key on paper is read back, and a typo is told, mostly with the group that it is in."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from storage.sealed import paper
from storage.sealed.paper import Typo

HALVES = st.binary(min_size=32, max_size=32)
SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@given(HALVES, st.sampled_from([1, 2]))
def test_what_was_written_is_read_back(half: bytes, which: int) -> None:
    text = paper.written(which, half)
    assert paper.read(text) == (which, half)
    assert [len(group) for group in text.split()] == [5] * 15


@given(HALVES)
def test_it_is_read_in_small_letters_with_other_digits_and_spacing(half: bytes) -> None:
    text = paper.written(1, half).lower().replace(" ", "-").replace("0", "o").replace("1", "l")
    eastern = "".join(chr(ord("٠") + int(sign)) if sign in "23456789" else sign for sign in text)
    assert paper.read(f"  {eastern}\n") == (1, half)


@given(HALVES, st.integers(0, 74), st.sampled_from(SIGNS))
def test_one_wrong_sign_is_always_told(half: bytes, at: int, sign: str) -> None:
    signs = paper.written(1, half).replace(" ", "")
    assume(signs[at] != sign)
    with pytest.raises(Typo) as told:
        paper.read(signs[:at] + sign + signs[at + 1 :])
    assert told.value.group in (0, at // 5 + 1)


@given(HALVES, st.integers(0, 13))
def test_swapped_signs_and_groups_are_told(half: bytes, place: int) -> None:
    groups = paper.written(2, half).split()
    assume(groups[place] != groups[place + 1])
    groups[place], groups[place + 1] = groups[place + 1], groups[place]
    with pytest.raises(Typo):
        paper.read(" ".join(groups))


@given(HALVES, st.integers(0, 73))
def test_a_sign_left_out_or_put_in_is_told(half: bytes, at: int) -> None:
    signs = paper.written(1, half).replace(" ", "")
    for typed in (signs[:at] + signs[at + 1 :], signs[:at] + "7" + signs[at:], signs[: at + 1], signs + signs):
        with pytest.raises(Typo):
            paper.read(typed)


@given(st.text(max_size=200))
def test_nothing_else_is_read(typed: str) -> None:
    with pytest.raises(Typo):
        paper.read(typed)


def test_most_typos_are_found_where_they_are() -> None:
    signs = paper.written(1, bytes(range(32))).replace(" ", "")
    found = 0
    for at in range(75):
        with pytest.raises(Typo) as told:
            paper.read(signs[:at] + ("7" if signs[at] != "7" else "8") + signs[at + 1 :])
        found += told.value.group == at // 5 + 1
    assert found >= 65
