"""The gist of a text: what goes on is told from what begins, and whatever the text is, it is read."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.nlp import encoder, gist
from bot.nlp.gist import Reader
from tests.shipped import whole

THEFT = ("انباك ماطوري من باب البيت", "سرقوا دراجتي من كدام الدار")


def reader() -> Reader:
    found = whole().reader
    assert found is not None
    return found


def apart(first: str, second: str) -> float:
    """Log odds of another matter."""
    read = gist.read(reader(), second)
    return read.apart + float(np.dot(gist.read(reader(), first).gist, read.leans))


def test_what_goes_on_belongs_more_surely_to_what_it_goes_on_from_than_another_story() -> None:
    goes_on = "ولونه احمر ورقمه البصره"
    assert apart(THEFT[0], goes_on) < 0 < apart(THEFT[0], "اكو حفره جبيره بشارع المدرسه والسيارات توكع بيها")


def test_of_a_gist_nothing_is_kept_but_hundredths() -> None:
    kept = gist.read(reader(), THEFT[0]).gist
    assert len(kept) == 48
    assert all(-1 <= number <= 1 and round(number, 2) == number for number in kept)


def test_of_a_long_text_the_beginning_is_read() -> None:
    long = " ".join(THEFT * 30)
    assert np.array_equal(encoder.encode(reader().encoder, long), encoder.encode(reader().encoder, long + " اكو حفره"))


@pytest.mark.parametrize("text", ["", " ", "؟؟؟", "👍🏽", "ڕۆژ باش", "x" * 4096])
def test_whatever_it_is_it_is_read(text: str) -> None:
    assert np.isfinite(encoder.encode(reader().encoder, text)).all()


@settings(max_examples=20, deadline=None)
@given(st.text(max_size=80))
def test_the_same_text_reads_the_same(text: str) -> None:
    assert gist.read(reader(), text) == gist.read(reader(), text)


def test_a_matrix_is_stored_to_a_hundredth_of_its_rows_largest() -> None:
    given_rows = np.random.default_rng(3).normal(size=(7, 40)).astype(np.float32)
    found = encoder.stored(given_rows).rows(range(7))
    assert (np.abs(found - given_rows).max(axis=1) <= np.abs(given_rows).max(axis=1) / 100).all()
