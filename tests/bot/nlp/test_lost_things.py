"""A thing that kin lost rings for no lost person and is sealed from nobody; who is lost is heard.

lost_things.tsv: "audit" was astray in an audit, "tune" was written before the rule by who made it, and "kept" with it,
looked at when the rule was made: of its 17 things 11 were astray without the rule, 1 with it.
"""

import csv
from pathlib import Path

from bot.nlp import language, lost_things, normalise
from bot.vocabulary import SEALED_DESKS, Desk
from tests.bot.nlp.routed import sent

_HERE = Path(__file__).parent


def _written(kind: str, *splits: str) -> list[str]:
    with (_HERE / "lost_things.tsv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [row["text"] for row in rows if row["kind"] == kind and row["split"] in splits]


def _astray(texts: list[str]) -> list[str]:
    return [text for text in texts if sent(text).desk in {*SEALED_DESKS, Desk.URGENT, Desk.OVERSIGHT}]


def _changed(text: str) -> bool:
    key = normalise.key(text, language.language(text))
    return lost_things.as_own(key) != key


def test_a_thing_that_kin_lost_rings_nowhere_and_is_sealed_from_nobody() -> None:
    texts = _written("thing", "audit", "tune")
    assert len(texts) == 28
    assert len(_astray(texts)) <= 1


def test_of_such_texts_that_were_kept_back_one_is_astray_at_most() -> None:
    texts = _written("thing", "kept")
    assert len(texts) == 17
    assert len(_astray(texts)) <= 1


def test_who_is_lost_and_who_is_kept_from_her_papers_is_heard_as_they_wrote() -> None:
    texts = [*_written("person", "tune", "kept"), *_written("hers", "tune", "kept")]
    assert len(texts) == 26
    assert [text for text in texts if _changed(text)] == []


def test_whoever_tells_more_than_a_lost_thing_is_heard_as_they_wrote() -> None:
    for text in ("زوجي ضاعت هويته ويضربني", "my husband lost his passport and beats me", "زوجي ضاعت هويته وهو ضابط"):
        assert not _changed(text)
