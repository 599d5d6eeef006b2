"""Who left home of her own will, told by herself or by those who look for her; and who is lost, old, small or taken."""

import csv
from pathlib import Path

import pytest

from bot.nlp.analyse import analyse
from bot.vocabulary import SEALED_DESKS, Flight
from tests.bot.nlp.routed import filed, sent
from tests.shipped import shipped

_HERE = Path(__file__).parent


def _written() -> list[tuple[Flight, str]]:
    with (_HERE / "flight.tsv").open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [(Flight(row["flight"].replace("none", "")), row["text"]) for row in rows]


def test_flight_is_told_from_being_lost_old_small_or_taken() -> None:
    assert [text for flight, text in _written() if analyse(shipped(), text).flight is not flight] == []


def test_whoever_fled_is_heard_by_a_sealed_desk_first() -> None:
    fled = [text for flight, text in _written() if flight is not Flight.NONE]
    assert len(fled) >= 30
    assert all(analyse(shipped(), text).sensitive for text in fled)


def test_whoever_is_looked_for_is_heard_by_a_sealed_desk_before_she_is_looked_for() -> None:
    for text in (
        "ابوها يريد يرجعها من بيت الامان",
        "بنتنا بدار الايواء نريد نعرف وينها",
        "اختي طلعت من البيت ويه واحد وابوي يريدها",
    ):
        told = filed(text).to
        assert (told.desk in SEALED_DESKS, told.rule) == (True, "safety-first"), text


@pytest.mark.parametrize(
    "text",
    [
        "my wife left with the baby and I want the police to find where she lives",
        "زوجتي طلعت ويه الرضيع واريد الشرطة تلكه وين ساكنة",
    ],
)
def test_who_is_looked_for_is_told_to_nobody_as_one_who_wants_to_die(text: str) -> None:
    assert sent(text).desk in SEALED_DESKS
