"""Who is told to be of the police, or close to somebody who is, is heard however it is told; a mere mention is not."""

import csv
from pathlib import Path

import numpy as np
import pytest

from bot.nlp import ties
from bot.nlp.analyse import DATA, analyse
from bot.nlp.normalise import key
from bot.vocabulary import SEALED_DESKS, UNNAMED, Category, Desk
from tests.bot.nlp.routed import filed
from tests.shipped import shipped

SETS = (
    *(pytest.param(each, marks=pytest.mark.slow) for each in ("eighth", "ninth", "tenth")),
    "eleventh",
    "twelfth",
)


def _written(of: str, *, tied: bool) -> list[dict[str, str]]:
    with (Path(__file__).parent / "ties.tsv").open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [row for row in rows if row["set"] == of and row["tied"] == ("yes" if tied else "no")]


@pytest.mark.parametrize("of", SETS)
def test_hardly_any_report_that_names_an_officer_is_missed_and_none_lies_open_at_the_office(of: str) -> None:
    rows = _written(of, tied=True)
    assert len(rows) >= 50
    files = {row["text"]: filed(row["text"]) for row in rows}
    missed = [text for text, file in files.items() if not (file.facts.about_police or file.facts.insider)]
    assert len(missed) <= 0.03 * len(rows), missed
    open_there = [
        row["text"]
        for row in rows
        if (to := files[row["text"]].to).office == row["office"] and to.desk not in SEALED_DESKS
    ]
    assert not open_there


@pytest.mark.parametrize("of", SETS)
def test_some_that_only_mention_police_go_to_oversight(of: str) -> None:
    """One of these costs a day, a tie that is missed may cost a life: up to three in ten is the price."""
    texts = [row["text"] for row in _written(of, tied=False)]
    assert len(texts) >= 40
    assert len([text for text in texts if filed(text).to.desk is Desk.OVERSIGHT]) <= 0.3 * len(texts)


@pytest.mark.parametrize(
    "text",
    [
        "خابرنا الشرطة وما اجت والعركة بعدها بالشعلة",
        "اريد الشرطة تجي لحي النور بالموصل اكو حرامي بالشارع",
        "قرب مركز شرطة الكرادة اكو حفرة چبيرة",
        "سجلت بلاغ بمركز الشعلة عن الماطور وما رجع",
    ],
)
def test_police_who_are_called_awaited_or_near_keep_it_from_no_forum(text: str) -> None:
    found = filed(text)
    assert found.to.desk is not Desk.OVERSIGHT
    assert not found.facts.insider
    assert not found.facts.about_police


def test_a_gun_of_her_own_husbands_takes_nobody_near_from_her() -> None:
    told = "زوجي يضربني كل يوم بالكرادة اسمه كرار حسن ويشتغل بالكراج الشرقي وعنده مسدس بالبيت"
    assert not filed(told).facts.insider
    assert filed(f"{told} وهوية الاستخبارات").facts.insider


@pytest.mark.parametrize(
    ("text", "shows"),
    [
        ("واحد بالكرادة ياخذ فلوس من المحلات وطلعلي هوية الامن", True),
        ("صاحب الكراج بالشعلة هددني وراواني الباج", True),
        ("he takes money from shops in Karrada and showed me his badge", True),
        ("الموظف بالمول بالكرادة راواني وين المخرج وعنده باج", False),
        ("ضاع باج الشغل مالي بالكرادة", False),
    ],
)
def test_whoever_shows_a_badge_to_have_their_way_is_taken_for_what_they_show(text: str, *, shows: bool) -> None:
    assert any(analyse(shipped(), text).insiders) == shows


@pytest.mark.parametrize(
    ("tied", "mention"),
    [
        ("صاحب المحل يغشنا وابن عمه ضابط بالمركز", "صاحب المحل يغشنا وبلغنا ضابط بالمركز"),
        ("باكوا ماطوري والحرامي خاله بالشرطة", "باكوا ماطوري والحرامي لزمته الشرطة"),
        ("he owes me money and his father is with the police", "he owes me money and I went to the police"),
        ("پارەم ناداتەوە و براکەی پۆلیسە", "پارەم ناداتەوە و چووم بۆ لای پۆلیس"),
    ],
)
def test_the_same_words_are_told_apart_by_where_they_stand(tied: str, mention: str) -> None:
    assert _heard(tied) > _heard(mention)
    assert _heard(tied) >= ties.FROM


def _heard(text: str) -> float:
    read = key(text)
    return ties.hear(shipped().ties, shipped().model, read, read)


def test_whoever_speaks_of_no_such_people_is_not_heard() -> None:
    assert _heard("انباك ماطوري من باب البيت البارحة") == ties.NONE
    assert not ties.counts(ties.NONE, emergency=False, mere=False)
    assert not ties.is_nobodys(ties.NONE)
    assert not ties.is_harmless(ties.NONE)


def test_an_emergency_and_a_mere_mention_must_sound_surer() -> None:
    between = (ties.FROM + ties.SURELY_FROM) / 2
    assert ties.counts(between, emergency=False, mere=False)
    assert not ties.counts(between, emergency=True, mere=False)
    assert not ties.counts(ties.SURELY_FROM, emergency=False, mere=True)
    assert ties.counts(ties.MERE_FROM, emergency=True, mere=True)


@pytest.mark.parametrize(
    ("written", "spelt"),
    [
        ("واخوه بالاستخبرات", "واخوه بالاستخبارات"),
        ("وعمه بالمحكممة", "وعمه بالمحكمة"),
        ("وابوه عسكرري", "وابوه عسكري"),
    ],
)
def test_a_letter_too_many_or_too_few_hides_nobody(written: str, spelt: str) -> None:
    matter = "صاحب المحل يغشنا "
    misspelt, right = (ties.around(shipped().model.morphology, key(matter + end)) for end in (written, spelt))
    assert misspelt.keys() == right.keys()


def test_who_is_named_beside_a_harmless_frame_is_no_mere_mention() -> None:
    neighbour = "بالاسكان قرب مركز الشرطة واحد مسوي كراج بالحديقة العامة وما يخلي اولادنا يلعبون"
    assert not any(analyse(shipped(), neighbour).insiders)
    assert any(analyse(shipped(), f"{neighbour} ورتبته تاج ونجمتين").insiders)


def test_a_tie_that_no_rule_reads_keeps_it_from_the_offices_of_its_places_and_changes_no_category() -> None:
    found = analyse(shipped(), "انا كوردي من كركوك جاري ياخد الكهرباء مالي وهي يقول انا شرطه ما تقدر تسوي شي")
    assert UNNAMED in found.insiders
    assert not found.about_police
    assert found.category is not Category.POLICE_MISCONDUCT


@pytest.mark.parametrize(
    "text", ["ملثمين بزي شرطة سلبوني بالزبير", "حرامية لابسين ملابس شرطة دخلو بيت جيراننا بالشعلة"]
)
def test_who_wears_their_uniform_is_never_taken_for_a_mere_mention(text: str) -> None:
    assert analyse(shipped(), text).insiders


def test_a_broken_file_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "ties.npz"
    np.savez_compressed(broken, vocabulary=np.frombuffer(b"a", dtype=np.uint8))
    with pytest.raises(KeyError):
        ties.load(broken, shipped().model)


def test_the_shipped_weights_are_of_the_shipped_model() -> None:
    """After the model is made anew these are too (tools/ties.py): most that they know, it knows."""
    with np.load(DATA / "ties.npz", allow_pickle=False) as stored:
        names = stored["vocabulary"].tobytes().decode("utf-8").split("\n")
    of_text = [name for name in names if not name.startswith(ties.PLACED)]
    assert of_text
    assert len(of_text) < len(names)
    assert sum(name in shipped().model.index for name in of_text) >= 0.9 * len(of_text)
