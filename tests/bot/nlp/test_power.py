"""What a guard, a soldier or an officer does to a body is heard by a sealed desk, though no plain word is said."""

import csv
from pathlib import Path

import pytest

from bot.nlp import power
from bot.nlp.normalise import key
from bot.vocabulary import SEALED_DESKS, Category
from tests.bot.nlp.routed import sent

_FILE = Path(__file__).parent / "power.tsv"


def _texts(seen: str, sealed: str) -> list[str]:
    with _FILE.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [row["text"] for row in rows if (row["seen"], row["sealed"]) == (seen, sealed)]


@pytest.mark.parametrize(("seen", "least"), [pytest.param("tune", 0.9, marks=pytest.mark.slow), ("held", 0.75)])
def test_most_of_what_is_told_around_is_sealed(seen: str, least: float) -> None:
    texts = _texts(seen, "yes")
    assert len(texts) >= 30
    assert sum(sent(text).desk in SEALED_DESKS for text in texts) >= least * len(texts)


def test_ordinary_complaints_are_not() -> None:
    texts = _texts("tune", "no")
    assert len(texts) >= 60
    assert sum(sent(text).desk in SEALED_DESKS for text in texts) <= 0.05 * len(texts)
    every = [*texts, *_texts("held", "no")]
    assert [text for text in every if power.find(key(text), minor=False)] == []


@pytest.mark.parametrize(
    ("text", "minor", "kind"),
    [
        ("حارس المخيم يباوسني غصب", False, Category.HARASSMENT),
        ("حارس المخيم يباوسني غصب", True, Category.CHILD_PROTECTION),
        ("ابن عمي يباوسني غصب", False, None),
        ("الضابط كالي اذا تريدين يخلص ملفج تعالي وحدج", False, Category.HARASSMENT),
        ("الضابط كالي اذا تريدين يخلص ملفج انطيني فلوس", False, None),
        ("الجندي فتش بنتي ولزم صدرها", True, Category.CHILD_PROTECTION),
        ("الجندي فتش السيارة", False, None),
    ],
)
def test_power_and_what_is_intimate_or_bargained_for_must_meet(text: str, minor: bool, kind: Category | None) -> None:  # noqa: FBT001
    assert power.find(key(text), minor=minor) is kind
