"""Advice for the moment, only when somebody asks for it by a digit or a button: never for a mere word.

Below an answer that must tell nothing it is not even offered: of what is sensitive, to whoever is discreet or private.
A word that asks for it ("شسوي") brings the offer, which tells nothing of what it is about; in danger it brings the
number first. Whoever holds the phone of somebody who asked sees that, until she takes it up.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot import conversation
from bot.decide import honest
from bot.decide.turn import Turn, decided
from bot.vocabulary import (
    Append,
    Asked,
    Category,
    Channel,
    Conversation,
    Decision,
    Explained,
    Facts,
    File,
    Hotline,
    Mode,
    Ongoing,
    Option,
    Reply,
    Teller,
    Urgency,
)

OFFER: Final = "v1:cmd:advice"
_OPTION: Final = Option(OFFER, "choice.advice")
# What would be wrong, or dangerous, for a child to be told as a grown-up is, or for who stands by as who is harmed.
FOR_EACH_TELLER: Final = frozenset(
    {
        Category.DOMESTIC_VIOLENCE,
        Category.CHILD_PROTECTION,
        Category.SELF_HARM,
        Category.ELECTRONIC_BLACKMAIL,
        Category.HARASSMENT,
    }
)
_ROOM: Final = "filed"  # the first answer that asks nothing and leaves room for a line


def told(turn: Turn) -> Decision:
    """The advice for the ongoing report's kind of concern, and for who tells it; how to write, to whoever has none.

    A child is also told the number that is confirmed there, unless the danger that they told of has brought it before.
    """
    ongoing = turn.ongoing
    if ongoing is None:
        return decided(turn, replies=[Reply(f"advice.{Category.OTHER}")])
    replies = [Reply(fitting(ongoing.facts))]
    if ongoing.facts.teller is Teller.CHILD and ongoing.facts.urgency is not Urgency.EMERGENCY:
        replies += _number(turn.world.hotlines, ongoing.facts, ())
    return decided(turn, replies=replies)


def on_a_page(facts: Facts | None, known: Sequence[Hotline]) -> list[Reply]:
    """The same to whoever reads it on the page of their code. facts: what that opens, None where it opens nothing.

    There no danger has brought a number before, so a child is told it in any case, and whoever is in danger first.
    """
    if facts is None:
        return [Reply(f"advice.{Category.OTHER}")]
    advice, number = [Reply(fitting(facts))], _number(known, facts, ())
    if facts.urgency is Urgency.EMERGENCY:
        return number + advice
    return advice + number if facts.teller is Teller.CHILD else advice


def fitting(facts: Facts) -> str:
    """The key of the advice: of its kind, for a child or for who stands by where there is one for them."""
    fits = facts.teller is not Teller.NONE and facts.category in FOR_EACH_TELLER
    return f"advice.{facts.category}.{facts.teller}" if fits else f"advice.{facts.category}"


def asked(turn: Turn, ongoing: Ongoing) -> Decision:
    """What a word that asks for it brings: the offer, in danger below the number.

    Whom the office has answered asks the office: its staff read the word, and a digit would be an answer to them.
    """
    spoken = _has_spoken(turn)
    kept = (Append(ongoing.report),) if spoken else ()
    if spoken and turn.message.channel is not Channel.TELEGRAM:
        return decided(turn, replies=[Reply("added")], effects=kept)
    danger = ongoing.facts.urgency is Urgency.EMERGENCY
    number = _number(turn.world.hotlines, ongoing.facts, (_OPTION,)) if danger else []
    replies = number or [Reply("advice.offer", options=(_OPTION,))]
    return decided(turn, _waiting(turn), replies=replies, effects=kept)


def _number(known: Sequence[Hotline], facts: Facts, options: tuple[Option, ...]) -> list[Reply]:
    """The number to call, and where it holds if that is not known; [] where none is confirmed."""
    number = honest.confirmed(known, facts)
    key = "danger" if facts.lineage else "danger.unplaced"
    return [Reply(key, {"hotline": number}, options)] if number else []


def _waiting(turn: Turn) -> Conversation:
    """The conversation at the offer: digits are now its own, and an open question can still be answered in words.

    On a screen its button stands beside those of the question. At "erase?" nothing is open (bot.decide.policy).
    """
    talk = turn.conversation
    if turn.message.channel is Channel.TELEGRAM:
        return talk
    near = tuple(option for option in talk.options if option.startswith(conversation.NEAR))
    return replace(talk, options=(OFFER, *near))


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
    if turn.picked != OFFER or turn.message.choice:
        return False
    asked = turn.known.asked
    return has_answered(turn) or (asked is not None and not is_newer(turn, asked))


def is_newer(turn: Turn, asked: Asked) -> bool:
    """Whether the offer was made on another report than the one that a question was put about, and after that."""
    ongoing, passed = turn.ongoing, asked.replied or asked.explained is Explained.PASSED
    return OFFER in turn.conversation.options and passed and ongoing is not None and ongoing.report != asked.report


def has_answered(turn: Turn) -> bool:
    """Whether the office has answered the ongoing report."""
    return turn.known.latest is not None and turn.known.latest.answers > 0


def _has_spoken(turn: Turn) -> bool:
    return has_answered(turn) or turn.known.asked is not None
