from datetime import date
from pathlib import Path

import pytest

from bot import hotlines
from bot.vocabulary import Category
from tests.bot.story import HOTLINES

KURDISTAN = ("IQ-AR", "IQ-DA", "IQ-HA", "IQ-SU")


def test_the_unified_number_is_named_in_the_federal_governorates_for_every_emergency() -> None:
    for category in Category:
        assert hotlines.pick(HOTLINES, governorate="IQ-BG", category=category) == "911"


@pytest.mark.parametrize("governorate", KURDISTAN)
def test_in_kurdistan_only_the_confirmed_number_and_only_for_family_violence(governorate: str) -> None:
    named = {c: hotlines.pick(HOTLINES, governorate=governorate, category=c) for c in Category}
    assert named.pop(Category.DOMESTIC_VIOLENCE) == "119"
    assert set(named.values()) == {""}


@pytest.mark.parametrize("governorate", KURDISTAN)
def test_in_kurdistan_every_sensitive_emergency_gets_that_number_and_elsewhere_nothing_changes(
    governorate: str,
) -> None:
    for category in Category:
        assert hotlines.pick(HOTLINES, governorate=governorate, category=category, sensitive=True) == "119"
        assert hotlines.pick(HOTLINES, governorate="IQ-BG", category=category, sensitive=True) == "911"


def test_with_the_place_unknown_the_number_that_holds_most_widely_is_named() -> None:
    assert hotlines.pick(HOTLINES, governorate="", category=Category.DOMESTIC_VIOLENCE) == "911"


def test_without_any_number_none_is_named() -> None:
    assert hotlines.pick((), governorate="", category=Category.THEFT) == ""
    assert hotlines.pick((), governorate="IQ-BG", category=Category.THEFT) == ""


def test_every_number_has_a_place_and_a_day_on_which_it_was_verified() -> None:
    assert all(each.governorates and date(2020, 1, 1) < each.verified_on for each in HOTLINES)
    covered = frozenset().union(*(each.governorates for each in HOTLINES))
    assert len(covered) == 19


@pytest.mark.parametrize(
    "row",
    ["911,,,2026-01-05,x", "911,IQ-BG,,2026-01-05,", "9a1,IQ-BG,,2026-01-05,x", "911,IQ-BG,nonsense,2026-01-05,x"],
)
def test_a_number_that_is_not_vouched_for_is_refused(tmp_path: Path, row: str) -> None:
    path = tmp_path / "hotlines.csv"
    path.write_text(f"number,governorates,categories,verified_on,source\n{row}\n", encoding="utf-8")
    with pytest.raises(ValueError):  # noqa: PT011 - four ways to be wrong
        hotlines.load(path)
