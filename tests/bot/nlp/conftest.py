"""What tests of understanding share: everything loaded once, and labelled messages that no training saw."""

import csv
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.nlp.analyse import Understanding
from tests.shipped import shipped


@dataclass(frozen=True, slots=True)
class Labelled:
    """One message and what a person says it is."""

    text: str
    category: str
    urgency: str
    language: str


@pytest.fixture(scope="session")
def understanding() -> Understanding:
    """The shipped model, rules and gazetteer."""
    return shipped()


@pytest.fixture(scope="session")
def held_out() -> tuple[Labelled, ...]:
    """Messages written after the corpus, never trained on."""
    with Path(__file__).with_name("held_out.tsv").open(encoding="utf-8", newline="") as lines:
        return tuple(Labelled(**row) for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
