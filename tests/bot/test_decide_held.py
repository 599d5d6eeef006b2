"""Whoever cannot be filed yet is told that it came; in danger whom to call; in private, or in silence, nothing."""

import pytest

from bot.decide import held
from bot.vocabulary import Append, Conversation, Decision, Locale, Mode, Mute, Reply, Stage

ADDED = Append("a" * 32)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (Reply("filed.place", {"code": "482913"}), Reply("held")),
        (Reply("filed.emergency", {"code": "482913", "hotline": "104"}), Reply("held.emergency", {"hotline": "104"})),
        (
            Reply("filed.emergency.unplaced.away", {"code": "482913", "hotline": "104"}),
            Reply("held.emergency.unplaced", {"hotline": "104"}),
        ),
        (Reply("filed.emergency.none", {"code": "482913"}), Reply("held.emergency.none")),
    ],
)
def test_no_code_is_told_that_does_not_stand_yet(said: Reply, told: Reply) -> None:
    assert held.replies(_decision(said)) == (told,)


def test_nothing_is_said_where_nothing_would_have_been_or_in_a_quieter_way() -> None:
    said = Reply("filed", {"code": "482913"})
    assert held.replies(_decision()) == ()
    assert held.replies(Decision(Conversation(), Locale.AR, (said,), (ADDED, Mute()))) == ()
    assert held.replies(Decision(Conversation(), Locale.AR, (said,))) == ()
    assert held.replies(Decision(Conversation(mode=Mode.PRIVATE), Locale.AR, (said,), (ADDED,))) == ()


def test_whoever_asks_for_discretion_is_answered_in_its_words_and_questions_as_ever() -> None:
    said, asked = Reply("discreet.filed", {"code": "482913"}), Reply("erase.ask")
    assert held.replies(Decision(Conversation(mode=Mode.DISCREET), Locale.AR, (said,), (ADDED,))) == (
        Reply("discreet.go"),
    )
    assert held.replies(_decision(asked)) == (asked,)


def test_a_question_that_was_put_meanwhile_is_not_answered_by_what_waited() -> None:
    asked = Conversation(stage=Stage.ERASE, options=("v1:erase:held",))
    assert held.without(asked) == Conversation()


def _decision(*replies: Reply) -> Decision:
    return Decision(Conversation(), Locale.AR, replies, (ADDED,))
