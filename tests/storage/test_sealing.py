"""Sealed bytes open with their key, in their place, unchanged, and not otherwise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.sealing import Tampered, new_key, pad, seal, unseal

PLACE = ("parts", "sealed", "row", "2026-11")


@given(plain=st.binary(max_size=2000), words=st.lists(st.text(max_size=20), max_size=5))
def test_what_is_sealed_opens_in_its_place(plain: bytes, words: list[str]) -> None:
    key = new_key()
    assert unseal(key, seal(key, plain, *words), *words) == plain


@pytest.mark.parametrize("size", [0, 1, 1_000_000])
def test_nothing_and_a_megabyte_open_too(size: int) -> None:
    key, plain = new_key(), bytes(size)
    assert unseal(key, seal(key, plain, *PLACE), *PLACE) == plain


def test_no_flipped_bit_opens() -> None:
    key = new_key()
    blob = seal(key, b"known to nobody", *PLACE)
    for place in range(len(blob)):
        for bit in (0x01, 0x80):
            changed = bytearray(blob)
            changed[place] ^= bit
            with pytest.raises(Tampered):
                unseal(key, bytes(changed), *PLACE)


def test_nothing_cut_opens() -> None:
    key = new_key()
    blob = seal(key, b"known to nobody", *PLACE)
    for length in range(len(blob)):
        with pytest.raises(Tampered):
            unseal(key, blob[:length], *PLACE)
    with pytest.raises(Tampered):
        unseal(key, blob + b"\x00", *PLACE)


@pytest.mark.parametrize(
    "elsewhere",
    [
        ("notes", "sealed", "row", "2026-11"),
        ("parts", "wrapped", "row", "2026-11"),
        ("parts", "sealed", "other", "2026-11"),
        ("parts", "sealed", "row", "2026-12"),
        ("parts", "sealed", "row"),
        ("parts", "sealedrow", "", "2026-11"),
        ("partss", "ealed", "row", "2026-11"),
    ],
)
def test_nothing_opens_in_another_place(elsewhere: tuple[str, ...]) -> None:
    key = new_key()
    with pytest.raises(Tampered):
        unseal(key, seal(key, b"known to nobody", *PLACE), *elsewhere)


def test_nothing_opens_with_another_key() -> None:
    with pytest.raises(Tampered):
        unseal(new_key(), seal(new_key(), b"known to nobody", *PLACE), *PLACE)


def test_the_same_words_never_look_the_same() -> None:
    key = new_key()
    assert len({seal(key, b"yes", *PLACE) for _ in range(100)}) == 100


@given(plain=st.binary(max_size=3000))
def test_length_shows_only_in_steps(plain: bytes) -> None:
    padded = pad(plain)
    step = 32 if len(plain) + 4 <= 256 else 256
    assert len(padded) % step == 0
    assert 0 <= len(padded) - len(plain) - 4 < step


def test_a_short_number_and_a_long_one_look_alike() -> None:
    key = new_key()
    assert len(seal(key, b"7", *PLACE)) == len(seal(key, b"+9647700000011", *PLACE))
