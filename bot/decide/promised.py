"""Settles what came by a door that promises a code before anything is understood: the web form, the call taker.

Whoever was given a code must find their report under it, so here nothing is taken for a command, a greeting or an
answer: all of it is filed, or added to the case that the door knows it belongs to. But a consent is taken back there as
anywhere, in the same words; and whoever sees a question on the form's page answers it by its two buttons.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot import commands, consent
from bot.decide import another, filing, officer, picking
from bot.decide.turn import Heard, Turn, World, decided, listen
from bot.vocabulary import (
    Analysis,
    Append,
    Case,
    Category,
    Channel,
    Consent,
    Decision,
    Effect,
    Erase,
    File,
    Known,
    Message,
    Ongoing,
    Revoke,
    Status,
    Urgency,
)

ERASE: Final = "v1:web:erase"  # Message.choice of somebody who came back with the code and had it erased
WITHDRAW: Final = "v1:web:withdraw"  # and of one who took back there what they had agreed to
ADVISE: Final = "v1:web:advise"  # and of one to whom the advice was shown: nothing follows, it only was here once
# Concerns whose desk few may see: never left where a code points.
_RESTRICTED: Final = frozenset({Category.EXTREMISM, Category.POLICE_MISCONDUCT})
_SURELY: Final = 0.6


def applies(message: Message) -> bool:
    """Whether a message came by such a door."""
    return bool(message.code or message.about)


def decide(known: Known, heard: Heard, world: World) -> Decision:
    """Files it under the promised code, or adds it to its case (Known.by_code), or erases that. No replies: no address.

    Words for a case that is closed, or grave ones, become a report of their own under their own promised code: where
    the case lies nobody would look, or too many might. So do words for a case that was erased meanwhile.
    """
    turn = listen(known, heard, world)
    if heard.message.choice == ERASE:
        return decided(turn, effects=[Erase(known.by_code.report)] if known.by_code else [])
    if heard.message.choice == ADVISE:
        return decided(turn)
    if heard.message.choice in (officer.WOMAN, officer.ANY):
        return decided(turn, effects=_preferred(turn))
    if heard.message.choice.startswith(consent.CHOICES):
        return decided(turn, effects=_answered(known, heard.message.choice))
    if _withdraws(turn):
        return decided(turn, effects=[Revoke(report) for report in known.consents])
    if known.by_code is not None and not _apart(known.by_code, turn.heard.analysis):
        return decided(turn, effects=[Append(known.by_code.report)])
    of = another.known_of(turn, known.by_code) if known.by_code is not None else None
    filed = filing.file(turn, of=of)
    effects = tuple(_promised(turn, effect) for effect in filed.effects)
    old = another.parted(turn, known.by_code) if known.by_code is not None else []
    return replace(filed, replies=(), effects=(*effects, *old))


def _answered(known: Known, choice: str) -> list[Effect]:
    """The answer to the question that stood on the page, while it is the one that waits; it is told by what stands."""
    asked, case = known.asked, known.by_code
    if asked is None or asked.late or case is None or asked.report != case.report:
        return []
    for given in (True, False):
        if choice == consent.choice(asked.consent, given=given):
            return [Consent(asked.consent, given)]
    return []


def _withdraws(turn: Turn) -> bool:
    """Whether what stands about the case of the code is taken back: by the button, or in words where anything does."""
    message, stands = turn.message, bool(turn.known.consents)
    if turn.known.by_code is None:
        return False
    said = stands and not (turn.attached or message.edit) and commands.withdraws(turn.words, given=True)
    return said or message.choice == WITHDRAW


def _promised(turn: Turn, effect: Effect) -> Effect:
    message = turn.message
    if not isinstance(effect, File):
        return effect
    asks = message.channel is Channel.WEB and not message.entered_by and bool(officer.choices(turn, effect.facts))
    return replace(effect, code=message.code or effect.code, behalf=effect.behalf or message.behalf, asks=asks)


def _preferred(turn: Turn) -> Sequence[Effect]:
    """Whom they would rather talk to, by a button of the page of their code, while that is still asked there."""
    case = turn.known.by_code
    if case is None or case.coded is None or not officer.waits(case.coded, case.status):
        return ()
    ongoing = Ongoing(case.report, case.number, "", case.coded.facts, case.office, case.desk, case.opened_at)
    there = replace(turn, known=replace(turn.known, latest=case))
    return picking.prefer(there, ongoing, woman=turn.message.choice == officer.WOMAN).effects


def _apart(case: Case, analysis: Analysis | None) -> bool:
    if case.status is Status.CLOSED:
        return True
    if analysis is None:
        return False
    # Its writer says that it belongs there: a guess alone does not take "it is red, with a scratch" away.
    surely = analysis.flagged or analysis.confidence >= _SURELY
    return (
        analysis.urgency is Urgency.EMERGENCY
        or analysis.sensitive
        or analysis.about_police
        or analysis.minor
        or analysis.woman_officer
        or bool(analysis.insiders)
        or (surely and (analysis.urgency > Urgency.NORMAL or analysis.category in _RESTRICTED))
    )
