"""The verified emergency numbers: where each is confirmed, when it was last verified, and which one to name."""

import csv
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from bot.taxonomy import RULES
from bot.vocabulary import Category, Hotline


def load(path: Path) -> tuple[Hotline, ...]:
    """Reads number,governorates,categories,verified_on,source (lists by spaces). Raises ValueError on a bad row."""
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(_hotline(row) for row in csv.DictReader(file))


def _hotline(row: dict[str, str]) -> Hotline:
    number, governorates = row["number"], frozenset(row["governorates"].split())
    if not (number.isascii() and number.isdigit() and governorates and row["source"]):
        raise ValueError("a hotline needs a number, governorates and a source")
    categories = frozenset(Category(code) for code in row["categories"].split())
    return Hotline(number, governorates, categories, date.fromisoformat(row["verified_on"]))


def pick(hotlines: Sequence[Hotline], *, governorate: str, category: Category, sensitive: bool = False) -> str:
    """The number confirmed in a governorate for an emergency of a category, one made for it first; "" when none is.

    sensitive: such a report is also served by a number for any other sensitive kind, before one that serves nothing.
    governorate "" (place unknown): the number for every emergency that holds in most governorates. Words that carry
    it must say where it holds.
    """
    if not governorate:
        general = [hotline for hotline in hotlines if not hotline.categories]
        return max(general, key=lambda hotline: len(hotline.governorates)).number if general else ""
    here = [hotline for hotline in hotlines if governorate in hotline.governorates]
    fitting = [hotline for hotline in here if category in hotline.categories]
    fitting += [hotline for hotline in here if not hotline.categories]
    if sensitive:
        fitting += [hotline for hotline in here if any(RULES[each].sensitive for each in hotline.categories)]
    return fitting[0].number if fitting else ""
