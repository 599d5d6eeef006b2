"""What the police, a prison or another armed office does is never shown to its own; who only calls for them is not."""

import csv
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.nlp import forces, insiders, language, normalise, readers
from bot.vocabulary import SEALED_DESKS, Desk
from tests.bot.nlp.routed import filed


@dataclass(frozen=True, slots=True)
class _Written:
    """A text. held: the rules were measured with it before they were changed for it; tune: they were made with it."""

    split: str
    does: bool
    office: str
    text: str


def _written() -> list[_Written]:
    with (Path(__file__).parent / "forces.tsv").open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [_Written(row["split"], row["force"] == "yes", row["office"], row["text"]) for row in rows]


def _key(text: str) -> str:
    return readers.joined(normalise.key(text, language.language(text)))


def test_what_a_force_does_goes_to_oversight_or_a_sealed_desk_and_never_to_its_own_office() -> None:
    told = [one for one in _written() if one.does]
    shown = []
    for one in told:
        file = filed(one.text)
        outside = file.to.desk in {*SEALED_DESKS, Desk.OVERSIGHT} or file.to.office != one.office
        if one.office not in file.facts.apart or not outside or file.to.office == one.office:
            shown.append(one.text)
    assert len(told) >= 75
    assert shown == []


def test_who_calls_for_a_force_or_waits_for_it_names_nobody() -> None:
    near = [one for one in _written() if not one.does]
    assert len(near) >= 60
    assert [one.text for one in near if insiders.find(_key(one.text))] == []


@pytest.mark.parametrize(
    ("text", "does"),
    [
        ("سيارة الشرطة دعمت ابني", True),
        ("سيارة الشرطة انسرقت", False),
        ("الشرطة ضربت اخوي", True),
        ("الشرطة ما ضربت اخوي", False),
        ("الشرطة اخذت اخوي", True),
        ("الشرطة اخذت الافادة", False),
        ("خابرت الشرطة وضربوني", True),
        ("خابرت الشرطة زوجي ضربني", False),
        ("واحد منكم هددني", True),
        ("اريد واحد منكم يساعدني هددني زوجي", False),
    ],
)
def test_a_force_is_a_doer_only_where_it_does_the_deed_itself(text: str, *, does: bool) -> None:
    assert bool(forces.find(_key(text))) is does
