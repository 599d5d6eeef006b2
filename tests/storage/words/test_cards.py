"""Cards taken together: the later over the earlier, a person's word over the machine's, whoever could read what."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.vocabulary import HELD
from storage.words import cards

FIRST = {"category": "theft", "urgency": 0, "place": {"id": "p1"}, "why": ["a"], "rule": "coverage", "channel": "sms"}
CORRECTED = {**FIRST, "category": "assault", "urgency": 1, "corrected": {"by": "s1", "urgency": 0, "rule": "coverage"}}

_LATER = st.fixed_dictionaries(
    {
        "category": st.sampled_from(["theft", "assault", "harassment"]),
        "urgency": st.integers(0, 2),
        "place": st.sampled_from([{}, {"id": "p2"}]),
        "sensitive": st.booleans(),
        "minor": st.booleans(),
        "no_reply": st.booleans(),
        "rule": st.sampled_from([HELD, "private", "coverage"]),
    }
)


def _heard(**what: Any) -> dict[str, Any]:
    return cards.heard({"category": "harassment", "urgency": 1, "place": {}, "rule": "private", **what})


def test_of_none_nothing_is_understood() -> None:
    assert cards.together([]) == {}


@given(st.lists(_LATER, min_size=1))
def test_of_whole_cards_the_last_is_what_is_understood(whole: list[dict[str, Any]]) -> None:
    assert cards.together(whole) == whole[-1]


def test_what_was_heard_later_stands_over_what_was_heard_before() -> None:
    card = cards.together([FIRST, _heard()])
    assert (card["category"], card["urgency"], card["rule"]) == ("harassment", 1, "private")
    assert (card["place"], card["why"], card["channel"]) == ({"id": "p1"}, ["a"], "sms")
    assert cards.MORE not in card


def test_who_could_not_read_a_report_says_nothing_of_its_kind() -> None:
    assert cards.together([FIRST, _heard(category="other")])["category"] == "theft"
    assert cards.together([cards.heard({"category": "other", "rule": ""})])["category"] == "other"


def test_a_held_report_keeps_the_rule_by_which_it_came() -> None:
    assert cards.together([FIRST, _heard(rule=HELD)])["rule"] == "coverage"


@given(st.lists(_LATER))
def test_what_is_true_once_stays_true(later: list[dict[str, Any]]) -> None:
    card = cards.together([FIRST, *(cards.heard(each) for each in later)])
    for name in ("sensitive", "minor", "no_reply"):
        assert bool(card.get(name)) == any(each[name] for each in later)


@given(st.lists(_LATER))
def test_a_persons_category_stays_whatever_the_machine_hears_later(later: list[dict[str, Any]]) -> None:
    card = cards.together([FIRST, CORRECTED, *(cards.heard(each) for each in later)])
    assert card["category"] == "assault"
    assert card["corrected"] == CORRECTED["corrected"]


def test_offices_that_are_kept_apart_only_grow_more() -> None:
    first = {**FIRST, "apart": ["b"]}
    assert cards.together([first, _heard(apart=["a"]), _heard()])["apart"] == ["a", "b"]


def test_a_voice_raises_and_never_lowers_and_never_against_a_person() -> None:
    raised = cards.raised(urgency=2, why=["b", "a"])
    card = cards.together([FIRST, raised, cards.raised(urgency=1, why=[])])
    assert (card["urgency"], card["why"]) == (2, ["a", "b"])
    assert cards.together([CORRECTED, raised])["urgency"] == 1
