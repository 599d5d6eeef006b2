"""The database is made from tables that people write, the same bytes every time, and mistakes in them are refused."""

from pathlib import Path

import pytest

from bot.nlp import lexis, tables
from bot.nlp.inflection import verb
from bot.nlp.normalise import key

HEADS = {"verbs": "past\tpresent\tnominals\tconcepts\tgloss", "nouns": "lemma\tforms\tpos\tconcepts\tgloss"}


@pytest.fixture(scope="module")
def entries() -> list[lexis.Entry]:
    return lexis.read(lexis.TABLES, lexis.DATA / "places.tsv")


def _folder(tmp_path: Path, kind: str, row: str) -> Path:
    for name in ("clitics.tsv", "concepts.tsv"):
        (tmp_path / name).write_bytes((lexis.TABLES / name).read_bytes())
    (tmp_path / f"{kind}.tsv").write_text(f"{HEADS[kind]}\n{row}\n", encoding="utf-8")
    return tmp_path


def test_the_committed_database_is_what_its_tables_make() -> None:
    assert lexis.build() == lexis.DATABASE.read_text(encoding="utf-8"), "run python -m bot.nlp.lexis"


def test_the_database_is_small() -> None:
    assert lexis.DATABASE.stat().st_size < 8_000_000


def test_there_are_at_least_2600_lemmas_without_the_places(entries: list[lexis.Entry]) -> None:
    assert len({(e.lemma, e.pos == "verb") for e in entries if e.cls not in {"PLACE", "THEPLACE"}}) >= 2_600
    assert len({e.lemma for e in entries if e.pos != "noun_prop"}) >= 2_000


def test_every_concept_that_is_listed_is_used(entries: list[lexis.Entry]) -> None:
    listed = {row["concept"] for row in tables.table(lexis.TABLES / "concepts.tsv")}
    assert listed == {concept for entry in entries for concept in entry.concepts.split("+") if concept}


def test_every_entry_is_folded_as_a_key_is(entries: list[lexis.Entry]) -> None:
    assert all(key(entry.form) == entry.form for entry in entries)


@pytest.mark.parametrize(
    ("kind", "row"),
    [
        ("nouns", "بيت\tبيوت\tnoun\tNO_SUCH\thouse"),
        ("nouns", "بيت\tبيوت\tnoon\tHOUSE\thouse"),
        ("nouns", "بيت كبير\tبيوت\tnoun\tHOUSE\thouse"),
        ("nouns", "بيت\tبيوت\tnoun"),
        ("nouns", "بيت\tبيوت\tnoun\tHOUSE\thouse\tmore"),
        ("verbs", "ضرب\tضرب\t\tHIT\thit"),
        ("verbs", "ض\tيض\t\tHIT\thit"),
    ],
)
def test_a_row_that_cannot_be_used_is_refused(tmp_path: Path, kind: str, row: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        lexis.build(_folder(tmp_path, kind, row), lexis.DATA / "places.tsv")


def test_a_plus_begins_a_word_of_its_own(tmp_path: Path) -> None:
    folder = _folder(tmp_path, "nouns", "تفاح\tتفاحة +موز موزة\tnoun\tFOOD\tfruit")
    found = {(e.lemma, e.form) for e in lexis.read(folder, lexis.DATA / "places.tsv") if e.concepts == "FOOD"}
    assert found == {("تفاح", "تفاح"), ("موز", "موز")}


@pytest.mark.parametrize(
    ("past", "present", "expected"),
    [
        ("ضرب", "يضرب", {"ظرب", "ظارب", "مظروب", "انظرب"}),
        ("راح", "يروح", {"راح", "رح", "روح", "رايح"}),
        ("مشى", "يمشي", {"مش", "مشي", "مشا", "ماشي"}),
        ("ردّ", "يردّ", {"رد", "ردي", "مردود"}),
        ("علّم", "يعلّم", {"علم", "معلم", "تعليم", "تعلم"}),
        ("اكل", "ياكل", {"اكل", "ماكول"}),
        ("سوّى", "يسوّي", {"سو", "سوي", "سوا", "مسوي", "تسوي"}),
        ("احتاج", "يحتاج", {"احتاج", "احتج", "حتاج", "محتاج"}),
    ],
)
def test_a_verb_is_conjugated_from_two_forms(past: str, present: str, expected: set[str]) -> None:
    assert expected <= {form for form, _ in verb(past, present)}
