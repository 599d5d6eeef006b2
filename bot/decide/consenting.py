"""What a reporter says to "may they receive it?": only an exact yes is one, and it can be taken back at any time.

The question may have been sent by staff while the conversation stood elsewhere. So a bare digit answers it only where
nothing else waits for one; a button answers it always, as long as its question is open.
"""

from dataclasses import replace
from typing import Final

from bot import commands, conversation
from bot.decide import advising
from bot.decide.turn import Turn, decided
from bot.vocabulary import Asked, Consent, Decision, Option, Reply, Revoke, Stage

_PREFIX: Final = "v1:consent:"
_YES: Final = frozenset(commands.fold(word) for word in ("نعم", "بەڵێ", "yes"))
_NO: Final = frozenset(commands.fold(word) for word in ("لا", "كلا", "نەخێر", "no"))
_BACK: Final = frozenset(
    commands.fold(words)
    for words in (
        "سحب|اسحب|سحب الموافقة|سحب موافقتي|اسحب موافقتي|اريد اسحب موافقتي|الغاء الموافقة|ما اوافق بعد|ما موافقة بعد|"
        "بطلت ما اوافق|پاشگەزبوونەوە|پاشگەز بوومەوە|پەشیمان بوومەوە|withdraw|withdraw consent|take it back|revoke"
    ).split("|")
)


def is_tap(turn: Turn) -> bool:
    """Whether one of the two buttons below such a question was pressed, or the digit that stands for it."""
    return _choice(turn).startswith(_PREFIX)


def tapped(turn: Turn) -> Decision | None:
    """The answer by a button; None for a question that is not open any more."""
    asked = turn.known.asked
    match _choice(turn).removeprefix(_PREFIX).split(":"):
        case ["yes" | "no" as word, consent] if asked is not None and not asked.given and consent == asked.consent:
            return _answered(turn, asked, given=word == "yes")
        case _:
            return None


def in_words(turn: Turn) -> Decision | None:
    """The answer in words, or a consent taken back; None when it is neither."""
    asked = turn.known.asked
    if asked is None or turn.attached or turn.heard.codes or turn.message.forwarded or turn.message.edit:
        return None
    said, digit = commands.fold(turn.words), commands.digit(turn.words)
    if asked.given:
        return _revoked(turn, asked) if said in _BACK else None
    busy = turn.conversation.stage is not Stage.IDLE or turn.conversation.options not in {(), (advising.OFFER,)}
    agrees, refuses = said in _YES or digit == 1, said in _NO or digit == 2  # noqa: PLR2004 - as the question says
    if (agrees or refuses) and (turn.conversation.stage is Stage.CONSENT or not busy):
        return _answered(turn, asked, given=agrees)
    return None


def put(turn: Turn, decision: Decision) -> Decision:
    """With the open question below the news of its report: whoever is not written to is asked when they come."""
    asked = turn.known.asked
    about = turn.known.by_code or turn.known.latest
    tells = any(reply.key.startswith("case.") for reply in decision.replies)
    if asked is None or asked.given or not tells or about is None or about.report != asked.report:
        return decision
    options = tuple(Option(f"{_PREFIX}{word}:{asked.consent}", f"choice.{word}") for word in ("yes", "no"))
    after = conversation.asked(decision.conversation, Stage.CONSENT, tuple(option.choice for option in options))
    question = Reply(
        "consent.ask.police" if asked.police else "consent.ask", {"body": asked.body[turn.locale]}, options
    )
    return replace(decision, conversation=after, replies=(*decision.replies, question))


def _choice(turn: Turn) -> str:
    return turn.message.choice or turn.picked or ""


def _answered(turn: Turn, asked: Asked, *, given: bool) -> Decision:
    after = conversation.answered(turn.conversation)
    key = "consent.given" if given else "consent.no"
    return decided(turn, after, replies=[Reply(key)], effects=[Consent(asked.consent, given)])


def _revoked(turn: Turn, asked: Asked) -> Decision:
    return decided(turn, replies=[Reply("consent.revoked")], effects=[Revoke(asked.report)])
