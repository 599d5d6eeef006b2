"""What is said in one to five words, as one types it in fear, is heard; what only sounds so is not sealed."""

import csv
from pathlib import Path

from bot.nlp.analyse import analyse
from bot.vocabulary import SEALED_DESKS, Category, Urgency
from tests.bot.nlp.routed import sent
from tests.shipped import shipped


def _written(kind: str) -> list[str]:
    with (Path(__file__).parent / "pleas.tsv").open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [row["text"] for row in rows if row["kind"] == kind]


def test_a_short_private_plea_is_sealed() -> None:
    pleas = _written("sealed")
    assert len(pleas) >= 60
    assert [text for text in pleas if sent(text).desk not in SEALED_DESKS] == []


def test_a_short_grave_plea_is_understood_and_urgent() -> None:
    heard = {text: analyse(shipped(), text) for text in _written("grave")}
    assert len(heard) >= 20
    assert [text for text, a in heard.items() if a.category is Category.OTHER or a.urgency < Urgency.HIGH] == []


def test_what_only_sounds_like_a_plea_is_hardly_ever_sealed() -> None:
    plain = _written("plain")
    assert len(plain) >= 20
    assert len([text for text in plain if sent(text).desk in SEALED_DESKS]) <= 2
