"""How a question for consent is put in a talk: itself, the line before it, or what is said of how it is answered.

Of a report at a sealed desk all that is put without its code is one line: a question waits, send your code.
"""

from dataclasses import replace

from bot import consent, conversation
from bot.decide import agreeing
from bot.decide.turn import Turn, decided
from bot.vocabulary import Asked, Decision, Explained, Mode, Put, Reply, Stage


def below(turn: Turn, decision: Decision, asked: Asked) -> Decision:
    """With the question below; by SMS with the line that goes before it: nobody asked to read it yet."""
    if not agreeing.is_opened(turn, asked):
        return nudged(decision)
    marks = agreeing.marks(turn, asked)
    if agreeing.by_sms(turn):
        after = conversation.asked(decision.conversation, Stage.CONSENT, (*consent.offered(asked.consent), *marks))
        return replace(decision, conversation=after, replies=(*decision.replies, consent.offer()))
    question = consent.question(asked, turn.locale, back=_back(turn))
    after = conversation.asked(decision.conversation, Stage.CONSENT, (*consent.answers(asked.consent), *marks))
    effects = (*decision.effects, Put(asked.consent))
    return replace(decision, conversation=after, replies=(*decision.replies, question), effects=effects)


def nudged(decision: Decision) -> Decision:
    """With the one line that a phone may tell of a report at a sealed desk: a question waits, send your code."""
    return replace(decision, replies=(*decision.replies, Reply("consent.nudge")))


def read_out(turn: Turn, asked: Asked, *, read_by: str) -> Decision:
    """The question by SMS, for whoever wants to read it; nothing more while it is on its way to them."""
    if not agreeing.is_opened(turn, asked):
        return nudged(decided(turn))
    if is_put(turn, asked) and asked.explained is Explained.LEAVING:
        return decided(turn)
    talk, marks = conversation.answered(turn.conversation), agreeing.marks(turn, asked, read_by=read_by)
    after = conversation.asked(talk, Stage.CONSENT, (*consent.explained(asked.consent), *marks))
    return decided(
        turn, after, replies=[consent.explanation(asked, turn.locale, back=_back(turn))], effects=[Put(asked.consent)]
    )


def _back(turn: Turn) -> str:
    """How they can take a yes back: whoever is private is not known by their phone."""
    return consent.BACK_BY_CODE if turn.conversation.mode is Mode.PRIVATE else consent.BACK


def unclear(turn: Turn, asked: Asked) -> Decision:
    """Which digit agrees and which refuses, to whoever seems to agree; the question stays put, and then they count."""
    if not agreeing.is_opened(turn, asked):
        return nudged(decided(turn))
    choices = consent.explained(asked.consent) if agreeing.by_sms(turn) else consent.answers(asked.consent)
    talk = conversation.answered(turn.conversation)
    after = conversation.asked(talk, Stage.CONSENT, (*choices, *agreeing.marks(turn, asked)))
    return decided(turn, after, replies=[Reply("consent.unsure")])


def is_put(turn: Turn, asked: Asked) -> bool:
    """Whether the question itself, with its yes, is what this talk is at."""
    return agreeing.is_put(turn, consent.choice(asked.consent, given=True))


def only_if_put(decision: Decision) -> Decision:
    """Without saying that the question was put where it is not among what they are sent."""
    if any(reply.key.startswith(consent.QUESTION) for reply in decision.replies):
        return decision
    return replace(decision, effects=tuple(effect for effect in decision.effects if not isinstance(effect, Put)))
