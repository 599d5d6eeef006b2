"""Who says that they, or who is harmed, are under 18 is heard as one in Kurdish too; what is only as old is not."""

import csv
from pathlib import Path

import pytest

from bot.nlp.analyse import analyse
from bot.vocabulary import Desk
from tests.bot.story import Story
from tests.shipped import shipped


def _written(kind: str) -> list[str]:
    with (Path(__file__).parent / "minors.tsv").open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [row["text"] for row in rows if row["kind"] == kind]


@pytest.mark.parametrize("text", _written("minor"))
def test_a_child_is_heard_however_the_age_is_told(text: str) -> None:
    assert analyse(shipped(), text).minor


@pytest.mark.parametrize("text", _written("grown"))
def test_years_of_a_thing_a_stay_or_a_grown_up_are_no_childs(text: str) -> None:
    assert not analyse(shipped(), text).minor


@pytest.mark.parametrize(
    "text",
    [
        "من کوڕم و ١٥ ساڵم، کەسێک بە وێنەکانم هەڕەشەم لێدەکات لە هەولێر",
        "من کوڕێکی ١٥ ساڵم کەسێک هەڕەشەی بڵاوکردنەوەی وێنەکانم دەکات لە هەولێر",
        "اني ابو الخمسطعش سنة وواحد يبتزني بصوري بالكرادة",
    ],
)
def test_a_blackmailed_boy_goes_to_those_trained_for_children_and_is_not_asked_as_a_man_is(text: str) -> None:
    story = Story()
    assert "officer" not in "".join(story.say(text, analyse(shipped(), text)))
    assert [filed.to.desk for filed in story.filed] == [Desk.CHILD]
