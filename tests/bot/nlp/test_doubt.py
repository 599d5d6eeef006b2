"""A complaint that names nobody is kept from those whom it may be about; a mere mention is heard where it belongs."""

import csv
import functools
from pathlib import Path

import numpy as np
import pytest

from bot.nlp import doubt
from bot.nlp.analyse import DATA, analyse
from bot.nlp.doubt import Suspicion
from bot.vocabulary import SEALED_DESKS, UNNAMED, Category, Desk, OfficeKind, Urgency
from tests.bot.nlp.routed import demonstration, filed
from tests.shipped import shipped


def _written(kind: str) -> list[str]:
    with (Path(__file__).parent / "doubts.tsv").open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [row["text"] for row in rows if row["kind"] == kind]


@functools.cache
def _kept(text: str) -> bool:
    """Whether the offices of its place are kept from it."""
    file = filed(text)
    kept = file.facts.about_police or file.facts.insider
    assert not (kept and file.to.desk in {Desk.GENERAL, Desk.MEDIATION}), text
    return kept


@pytest.mark.slow
def test_most_complaints_that_name_nobody_are_kept_from_the_local_offices() -> None:
    texts = _written("complaint")
    assert len(texts) >= 250
    kept = [text for text in texts if _kept(text)]
    assert len(kept) >= 0.8 * len(texts)


@pytest.mark.parametrize("wish", ["سري: ", "بسرية ", "بلاغ مجهول: ", "بە نهێنی ", "secret: "])
def test_a_wish_for_secrecy_makes_nobody_suspect(wish: str) -> None:
    assert not _kept(f"{wish}انباك ماطوري بالشعلة من گدام بيت ابو كرار")


@pytest.mark.slow
def test_whoever_names_an_officer_without_complaining_of_him_is_kept_from_his_office() -> None:
    texts = _written("named")
    assert len(texts) >= 250
    assert len([text for text in texts if not _kept(text)]) <= 0.04 * len(texts)


@pytest.mark.slow
def test_who_calls_for_police_thanks_them_or_has_a_name_like_a_rank_is_mostly_heard_nearby() -> None:
    """Of 224 it keeps 49 since offices of the state are listened beside: a tie that is missed costs more."""
    texts = _written("near")
    assert len(texts) >= 50
    assert len([text for text in texts if _kept(text)]) <= 0.23 * len(texts)


@pytest.mark.parametrize(
    "text",
    ["يا شرطة تعالو بسرعة اكو عركة بالشارع بالكرادة", "پۆلیس تکایە زوو وەرن شەڕ هەیە لە کۆڵانەکەمان"],
)
def test_who_begs_police_to_come_is_not_sent_to_oversight(text: str) -> None:
    assert filed(text).to.desk is not Desk.OVERSIGHT


@pytest.mark.parametrize(
    "text",
    [
        "واحد من الدواعش يبتزني بصوري ويريدني اوصل رسايل لجماعته بالكاظمية",
        "داعشي يهددني ينشر صوري اذا ما اتزوجه بالكاظمية",
        "an isis member blackmails me with my photos in Kadhimiya and wants me to join",
    ],
)
def test_a_tip_about_extremists_that_is_told_with_ones_own_danger_is_sealed_away_from_the_forum(text: str) -> None:
    to = filed(text).to
    assert to.desk in {*SEALED_DESKS, Desk.SECURITY}
    assert demonstration().offices[to.office].kind is not OfficeKind.FORUM


def test_too_few_words_tell_too_little_to_doubt_by() -> None:
    assert doubt.hear(shipped().suspicion, shipped().model, "ضابط رشوه مركز") == doubt.NONE
    assert not doubt.counts(doubt.NONE, emergency=False, named=False)


def test_an_emergency_and_what_names_police_is_doubted_only_where_it_sounds_more_of_them() -> None:
    between = (doubt.FROM + doubt.SURELY_FROM) / 2
    assert doubt.counts(between, emergency=False, named=False)
    assert not doubt.counts(between, emergency=True, named=False)
    assert doubt.counts(doubt.SURELY_FROM, emergency=True, named=False)
    assert not doubt.counts(doubt.SURELY_FROM, emergency=False, named=True)
    assert doubt.counts(doubt.NAMED_FROM, emergency=True, named=True)


def test_doubt_says_nothing_of_what_a_text_is_about() -> None:
    found = analyse(shipped(), "الشباب اللي بمدخل الجسر ياخذون من كل حمل خمسة الاف والا يرجعونا")
    assert found.insiders == (UNNAMED,)
    assert found.category is not Category.OTHER


@pytest.mark.parametrize(
    "text",
    [
        "the guards at the gate shot a man and took his national card, he is dying",
        "they shot my son, the guards of the MP, at the national hospital",
        "حماية النائب رموا علينا وابني مصاوب",
    ],
)
def test_an_emergency_in_doubt_rings_somebody_though_a_word_of_it_is_one_of_an_offices_name(text: str) -> None:
    found = filed(text)
    assert found.facts.urgency is Urgency.EMERGENCY
    assert found.facts.apart == ()
    assert (found.to.office, found.to.desk) == ("IQ", Desk.URGENT)


def test_an_emergency_in_doubt_is_kept_from_the_forum_of_its_place() -> None:
    found = filed("the guards at the gate shot a man and took his national card, he is dying in karrada")
    assert "BG-karrada" in found.facts.apart
    assert (found.to.office, found.to.desk, found.to.rule) == ("IQ-BG", Desk.URGENT, "insider")


def test_a_broken_file_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "doubt.npz"
    np.savez_compressed(broken, vocabulary=np.frombuffer(b"a", dtype=np.uint8))
    with pytest.raises(KeyError):
        doubt.load(broken, shipped().model)


def test_what_the_model_does_not_know_weighs_nothing(tmp_path: Path) -> None:
    path, known = tmp_path / "doubt.npz", next(iter(shipped().model.index))
    names = np.frombuffer(f"{known}\nno such feature".encode(), dtype=np.uint8)
    np.savez_compressed(path, vocabulary=names, weights=np.array([2, 3], dtype=np.float16), bias=np.float32(-1))
    loaded = doubt.load(path, shipped().model)
    assert isinstance(loaded, Suspicion)
    assert (loaded.weights.sum(), loaded.bias) == (2, -1)


def test_the_shipped_weights_are_of_the_shipped_model() -> None:
    """After the model is made anew these are too (tools/doubts.py): most that they know, it knows."""
    with np.load(DATA / "doubt.npz", allow_pickle=False) as stored:
        names = stored["vocabulary"].tobytes().decode("utf-8").split("\n")
    assert sum(name in shipped().model.index for name in names) >= 0.9 * len(names)


@pytest.mark.parametrize("text", ["انقاض بناء مذبوبه بالساحه", "واحد يفرغ انقاض بالساحه يم بيتنه"])
def test_rubble_is_nobodys_power(text: str) -> None:
    assert analyse(shipped(), text).insiders == ()
