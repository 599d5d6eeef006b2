"""Advice for the moment, only when somebody asks for it: by a word, a button, or the digit below the first answer.

Below an answer that must tell nothing it is not even offered: of what is sensitive, to whoever is discreet or private.
"""

from dataclasses import replace
from typing import Final

from bot.decide.turn import Turn, decided
from bot.vocabulary import Category, Decision, File, Mode, Option, Reply, Urgency

OFFER: Final = "v1:cmd:advice"
_OPTION: Final = Option(OFFER, "choice.advice")
_ROOM: Final = "filed"  # the first answer that asks nothing and leaves room for a line


def told(turn: Turn) -> Decision:
    """The advice for the ongoing report's kind of concern; how to write, to whoever has none."""
    ongoing = turn.ongoing
    category = Category.OTHER if ongoing is None else ongoing.facts.category
    return decided(turn, replies=[Reply(f"advice.{category}")])


def offered(decision: Decision) -> Decision:
    """With the offer under the first answer, where that is an ordinary one and no question stands there."""
    filed = next((effect for effect in decision.effects if isinstance(effect, File)), None)
    if filed is None or filed.locked or filed.mode is not Mode.NORMAL or not decision.replies:
        return decision
    *others, last = decision.replies
    quiet = filed.facts.sensitive or filed.facts.urgency is Urgency.EMERGENCY
    if quiet or last.key != _ROOM or any(option.typed for option in last.options):
        return decision
    after = replace(decision.conversation, options=(OFFER,))
    return replace(decision, conversation=after, replies=(*others, replace(last, options=(_OPTION, *last.options))))


def answers_the_office(turn: Turn) -> bool:
    """Whether the digit of the offer was typed after the office had spoken or asked: then it may be their answer."""
    latest, asked = turn.known.latest, turn.known.asked
    spoke = (latest is not None and latest.answers > 0) or asked is not None
    return turn.picked == OFFER and not turn.message.choice and spoke
