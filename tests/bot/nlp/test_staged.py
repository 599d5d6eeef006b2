"""A killing that who did it calls suicide is sealed from the forum; who wants to die is heard at once, as before.

staged.tsv: "audit" leaked in an audit, "tune" was written before the rule by who made it, and "kept" with it, looked at
when the rule was made: of its 7 killings 5 were taken for suicide without the rule, none with it.
"""

import csv
from pathlib import Path

from bot.vocabulary import SEALED_DESKS, Category, Urgency
from tests.bot.nlp.routed import filed

_HERE = Path(__file__).parent


def _written(kind: str, *splits: str) -> list[str]:
    with (_HERE / "staged.tsv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [row["text"] for row in rows if row["kind"] == kind and row["split"] in splits]


def _open(texts: list[str]) -> list[str]:
    reports = {text: filed(text) for text in texts}
    return [
        text
        for text, report in reports.items()
        if report.to.desk not in SEALED_DESKS or report.facts.urgency is not Urgency.EMERGENCY
    ]


def test_a_killing_that_is_called_suicide_is_sealed_and_rings() -> None:
    texts = _written("staged", "audit", "tune")
    assert (len(texts), _open(texts)) == (11, [])


def test_of_such_texts_that_were_kept_back_one_is_missed_at_most() -> None:
    texts = _written("staged", "kept")
    assert len(texts) == 7
    assert len(_open(texts)) <= 1


def test_who_wants_to_die_is_heard_as_before() -> None:
    texts = _written("own", "tune", "kept")
    assert len(texts) == 13
    reports = {text: filed(text) for text in texts}
    assert {text for text, of in reports.items() if of.facts.category is not Category.SELF_HARM} == set()
    assert {of.facts.urgency for of in reports.values()} == {Urgency.EMERGENCY}
