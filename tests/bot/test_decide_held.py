"""Whoever cannot be filed yet is told that it came; in danger whom to call; in private, or in silence, nothing."""

import pytest

from bot.decide import held
from bot.vocabulary import Append, Conversation, Decision, Locale, Mode, Mute, Reply

ADDED = Append("a" * 32)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (Reply("filed.place", {"code": "482913"}), Reply("held")),
        (Reply("filed.emergency", {"code": "482913", "hotline": "104"}), Reply("added.emergency", {"hotline": "104"})),
        (
            Reply("filed.emergency.unplaced.away", {"code": "482913", "hotline": "104"}),
            Reply("added.emergency.unplaced", {"hotline": "104"}),
        ),
        (Reply("filed.emergency.none", {"code": "482913"}), Reply("added.emergency.none")),
    ],
)
def test_no_code_is_told_that_does_not_stand_yet(said: Reply, told: Reply) -> None:
    assert held.replies(_decision(said)) == (told,)


def test_nothing_is_said_where_nothing_would_have_been_or_in_a_quieter_way() -> None:
    said = Reply("filed", {"code": "482913"})
    assert held.replies(_decision()) == ()
    assert held.replies(Decision(Conversation(), Locale.AR, (said,), (ADDED, Mute()))) == ()
    assert held.replies(Decision(Conversation(), Locale.AR, (said,))) == ()
    for mode in (Mode.DISCREET, Mode.PRIVATE):
        assert held.replies(Decision(Conversation(mode=mode), Locale.AR, (said,), (ADDED,))) == ()


def _decision(*replies: Reply) -> Decision:
    return Decision(Conversation(), Locale.AR, replies, (ADDED,))
