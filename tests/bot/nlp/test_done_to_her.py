"""What kin take, threaten and do, acid for a refusal and the cutting of girls: sealed, and an emergency where now.

done_to_her.tsv: the rules were made with split "tune", and first looked at with "held".
"""

import csv
from functools import cache
from pathlib import Path

import pytest

from bot.nlp import language, normalise, urgency
from bot.nlp.analyse import DATA
from bot.vocabulary import SEALED_DESKS, Urgency
from tests.bot.nlp.routed import filed

_HERE = Path(__file__).parent
_RULES = frozenset({"kin_takes", "acid", "cutting", "kin_did", "kin_hostage", "kin_grenade"})


@cache
def _written() -> tuple[tuple[str, str], ...]:
    with (_HERE / "done_to_her.tsv").open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return tuple((row["kind"], row["text"]) for row in rows)


def _texts(*kinds: str) -> list[str]:
    return [text for kind, text in _written() if kind in kinds]


def _spoke(text: str) -> frozenset[str]:
    """The names of these rules that speak of a text."""
    flags = urgency.load(DATA / "red_flags.tsv")
    key = urgency.plainly(flags, normalise.key(text, language.language(text)))
    return _RULES & {flag.name for flag in urgency.hear(flags, key).spoke}


def test_no_rule_of_theirs_speaks_of_strangers_courts_hospitals_and_batteries() -> None:
    assert [text for text in _texts("plain") if _spoke(text)] == []


@pytest.mark.parametrize(
    "text",
    [
        "طليقي خطف ابني من باب المدرسه وكال ما تشوفيه الا ميت بالكرادة",
        "شاب كب تيزاب على وجه بنت خالتي لان ما قبلت تتزوجه",
        "اختي انطعنت هسه واخوي الي طعنها",
        "ابوي ماخذ امي رهينه والسكين بيده",
        "زوجي ماسك الرمانه ويكول افجر البيت بيكم",
        "دا يريدون يختنون بنتي اليوم وامي وياهم",
    ],
)
def test_what_is_done_to_her_now_is_an_emergency_at_a_sealed_desk(text: str) -> None:
    report = filed(text)
    assert (report.to.desk in SEALED_DESKS, report.facts.urgency) == (True, Urgency.EMERGENCY)


@pytest.mark.parametrize("text", ["طليقي خطف جهالي ومسافر بيهم", "they want to circumcise my daughter"])
def test_what_is_no_matter_of_minutes_is_sealed_and_no_emergency(text: str) -> None:
    report = filed(text)
    assert (report.to.desk in SEALED_DESKS, report.facts.urgency) == (True, Urgency.HIGH)


@pytest.mark.parametrize(
    "text",
    ["خطفوا ابني وكالوا نذبحه اذا ما تدفعون", "مسلحين ماخذين ابوي رهينه بالمحل", "ابوي خطفته عصابه ويطلبون فديه"],
)
def test_whom_strangers_took_is_sealed_from_none_who_can_come(text: str) -> None:
    assert filed(text).to.desk not in SEALED_DESKS


@pytest.mark.slow
def test_all_of_them_are_sealed_and_those_of_now_are_emergencies() -> None:
    reports = {text: filed(text) for text in _texts("now", "hers")}
    assert [text for text, report in reports.items() if report.to.desk not in SEALED_DESKS] == []
    assert [text for text in _texts("now") if reports[text].facts.urgency is not Urgency.EMERGENCY] == []
