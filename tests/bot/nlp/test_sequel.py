"""How a second text sounds: like the beginning of a story, like more of one, like somebody who waits."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlp import sequel
from bot.nlp.analyse import DATA, analyse
from bot.vocabulary import Sequel
from tests.shipped import shipped


@pytest.fixture(autouse=True, scope="module")
def _read_before() -> None:
    """The model is read once, and not while an example is timed."""
    heard("انباكت سيارة")


def heard(text: str) -> Sequel:
    return analyse(shipped(), text).sequel


def test_a_story_of_its_own_sounds_more_like_another_matter_than_a_detail_does() -> None:
    for story in (
        "انباكت سيارة جيراننا من كدام الباب",
        "اكو حفرة جبيرة بشارعنا",
        "someone is selling pills at the school",
    ):
        for detail in ("لونها احمر", "هم رجع البارحة", "ورقمها بغداد", "and he has a knife"):
            assert heard(story).apart > heard(detail).apart, (story, detail)


@pytest.mark.parametrize(
    "text",
    ["وين وصلت قضيتي", "شصار على الموضوع لحد الان محد اجانا", "بعدكم ساكتين يومين وماكو رد", "any news about it"],
)
def test_whoever_waits_sounds_so_in_words_of_many_kinds(text: str) -> None:
    assert heard(text).waits > heard("لون السيارة ابيض ورقمها بغداد").waits + 1


def test_nothing_is_said_of_a_text_without_words() -> None:
    assert heard("") == heard("؟؟") == Sequel()


@given(st.text(max_size=300))
def test_any_text_has_a_sound_that_is_a_number(text: str) -> None:
    found = heard(text)
    assert np.isfinite([found.apart, found.waits]).all()
    assert found == heard(text)


@given(st.text(alphabet="ابتثجحخدذرزسشصضطظعغفقكلمنهوي ", max_size=80))
def test_each_kind_of_feature_has_the_same_length_however_long_the_text(key: str) -> None:
    seen = sequel.seen(shipped().ear.morphology, key)
    assert sum(value * value for value in seen.values()) <= 1 + 0.49 + 0.16 + 0.04 + 1 + 1e-6


def test_a_broken_file_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "sequel.npz"
    np.savez_compressed(broken, vocabulary=np.frombuffer(b"a", dtype=np.uint8))
    with pytest.raises(KeyError):
        sequel.load(broken, shipped().ear.morphology)


def test_the_shipped_ear_has_a_row_of_weights_for_each_feature() -> None:
    ear = sequel.load(DATA / "sequel.npz", shipped().ear.morphology)
    assert ear.weights.shape == (len(ear.index), 2)
    assert np.isfinite(ear.weights).all()


def test_the_features_of_a_text_come_in_an_order_that_no_hash_seed_changes() -> None:
    """They are summed in it, in floating point."""
    words = "شصار بلاغي مال مولدة حي شعلة"
    names = [name for name in sequel.seen(shipped().ear.morphology, words) if name[:2] in {"w0", "w1", "w2", "e:"}]
    assert names == ["w0:شصار", "w1:بلاغي", "w2:مال", "w2:مولدة", "e:حي", "e:شعلة"]
