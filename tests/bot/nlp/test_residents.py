"""What simulated residents wrote, and how it must be heard: one line of residents.tsv a message, never trained on."""

import csv
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.nlp.analyse import Understanding, analyse
from bot.vocabulary import Analysis, Category, Urgency


@dataclass(frozen=True, slots=True)
class Expected:
    """One message. Empty cells are not looked at.

    category: the best guess. not_category: what it must not be. least, most: bounds of the urgency. sensitive: 0 or 1.
    place: id of the place, "-" for none. cues: names of fields that must be true; with "!" before, false.
    """

    text: str
    category: str
    not_category: str
    least: str
    most: str
    sensitive: str
    place: str
    cues: str


def _rows() -> tuple[Expected, ...]:
    with Path(__file__).with_name("residents.tsv").open(encoding="utf-8", newline="") as lines:
        return tuple(Expected(**row) for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def _broken(row: Expected, heard: Analysis) -> list[str]:
    """What was heard otherwise than the row says."""
    place = heard.place.id if heard.place else "-"
    wrong = {
        f"category {heard.category}": bool(row.category) and heard.category is not Category(row.category),
        f"not {heard.category}": heard.category.value in row.not_category.split(),
        f"too low: {heard.urgency.name}": bool(row.least) and heard.urgency < Urgency[row.least.upper()],
        f"too high: {heard.urgency.name}": bool(row.most) and heard.urgency > Urgency[row.most.upper()],
        f"sensitive {heard.sensitive}": bool(row.sensitive) and heard.sensitive is not (row.sensitive == "1"),
        f"place {place}": bool(row.place) and place != row.place,
    }
    for cue in row.cues.split():
        wrong[cue] = bool(getattr(heard, cue.removeprefix("!"))) is cue.startswith("!")
    return [name for name, is_wrong in wrong.items() if is_wrong]


@pytest.mark.parametrize("row", _rows(), ids=lambda row: row.text)
def test_residents_are_heard(understanding: Understanding, row: Expected) -> None:
    assert _broken(row, analyse(understanding, row.text)) == []
