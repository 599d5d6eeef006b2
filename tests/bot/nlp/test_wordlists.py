"""Lists that people keep in tables are put together as written, and a mistake in one is refused by its name."""

from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

import pytest

from bot import decide
from bot.decide import courtesy, leanings, officer, openings, ours, rescue, tellers
from bot.nlp import (
    assailed_english,
    cries,
    everyday,
    flight,
    fright,
    gathered,
    gone,
    insiders,
    mentioned,
    neighbours,
    searches,
    tables,
    tips,
    unsafe,
    untold,
    wordlists,
)

_MODULES = (
    assailed_english,
    cries,
    everyday,
    flight,
    fright,
    gathered,
    gone,
    insiders,
    mentioned,
    neighbours,
    searches,
    tips,
    unsafe,
    untold,
    courtesy,
    leanings,
    officer,
    openings,
    ours,
    rescue,
    tellers,
)
_SHIPPED = sorted((*wordlists.FOLDER.glob("*.tsv"), *(Path(decide.__file__).parent / "data").glob("*.tsv")))


def _table(tmp_path: Path, *rows: str) -> Path:
    path = tmp_path / "some.tsv"
    path.write_text("\n".join(("# What it decides.", "name\tpattern", *rows, "")), encoding="utf-8")
    return path


def _read(path: Path, *names: str) -> Mapping[str, str]:
    return wordlists.read(path, frozenset(names))


def test_the_rows_of_a_name_are_alternatives_in_their_order(tmp_path: Path) -> None:
    path = _table(tmp_path, "who\tشرطي", "# and his chief", "who\tضابط", "where\tبال\\w{2,}")
    assert _read(path, "who", "where") == {"who": "شرطي|ضابط", "where": "بال\\w{2,}"}


def test_a_name_in_braces_is_any_of_the_list_above(tmp_path: Path) -> None:
    path = _table(tmp_path, "who\tشرطي", "who\tضابط", "did\t{who} (?:\\w+ ){0,3}ضرب")
    assert _read(path, "did")["did"] == "(?:شرطي|ضابط) (?:\\w+ ){0,3}ضرب"


def test_a_list_of_words_may_have_several_in_a_row(tmp_path: Path) -> None:
    assert wordlists.words(_read(_table(tmp_path, "w\ta b", "w\tc"), "w")["w"]) == ("a", "b", "c")


@pytest.mark.parametrize(
    "rows",
    [
        ("did\t{who} ضرب",),
        ("did\t{who} ضرب", "who\tشرطي"),
        ("who\tشرطي", "who\t{who}"),
        ("who\tشرطي", "where\tبيت", "who\tضابط"),
        ("who\t",),
        ("\tشرطي",),
        ("who",),
        ("who\tشرطي\tمن",),
        ("who\tشرطي|",),
        ("who\t|شرطي",),
        ("who\tشرطي||ضابط",),
        ("who\t(?:شرطي",),
        ("who\tشرطي", "woh\tضابط"),
        ("woh\tشرطي",),
        (),
    ],
)
def test_a_table_that_cannot_be_meant_so_is_refused(tmp_path: Path, rows: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match=r"some\.tsv"):
        _read(_table(tmp_path, *rows), "who")


@pytest.mark.parametrize("row", ["who\tشرطي|", "who\t(?:شرطي", "who\t{whom}"])
def test_the_list_of_a_broken_row_is_named(tmp_path: Path, row: str) -> None:
    with pytest.raises(ValueError, match=r"some\.tsv: who: "):
        _read(_table(tmp_path, row), "who")


def test_an_alternative_within_a_group_may_be_empty(tmp_path: Path) -> None:
    assert _read(_table(tmp_path, "who\tما(?: |)درى\\|"), "who")


@pytest.mark.parametrize(
    "written",
    [
        b"",
        "nome\tpattern\nwho\tشرطي\n".encode(),
        "\ufeffname\tpattern\nwho\tشرطي\n".encode(),
        "name\tpattern\nwho\tشرطي\n".encode("utf-16"),
        "name\tpattern\nwho\tشرطي\n".encode("cp1256"),
    ],
)
def test_another_header_or_encoding_is_refused(tmp_path: Path, written: bytes) -> None:
    path = tmp_path / "some.tsv"
    path.write_bytes(written)
    with pytest.raises(ValueError, match=r"some\.tsv"):
        _read(path, "who")


@pytest.mark.parametrize("module", _MODULES)
def test_what_is_shipped_is_read_once(module: ModuleType) -> None:
    assert module.load() is module.load()


@pytest.mark.parametrize("path", _SHIPPED, ids=lambda path: path.name)
def test_every_table_says_first_what_it_decides_and_says_nothing_twice(path: Path) -> None:
    assert path.read_text(encoding="utf-8").startswith("# Decides ")
    rows = [(row["name"], row["pattern"]) for row in tables.table(path)]
    assert len(rows) == len(set(rows))
