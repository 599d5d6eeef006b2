"""The question for consent on the page of a case: shown there with two buttons, answered, and taken back.

Whoever came with the code is where they can read it whole, and its buttons name the very question that stood above
them: what they press never answers another.
"""

from typing import Final

import structlog

from api.logs import fault
from api.web.door import Door
from bot import commands, consent
from bot.decide import promised
from bot.vocabulary import Channel, Locale
from storage import pickup
from storage.pickup import Consented

log = structlog.get_logger()

NOTHING: Final = Consented()
_GIVEN: Final = {"agree": True, "refuse": False}


async def standing(door: Door, code: str) -> Consented:
    """What stands, and the question that waits: from now on it was put. NOTHING while it cannot be read."""
    wiring = door.wiring
    try:
        return await wiring.store.write(lambda conn: pickup.consented(conn, wiring.keyring, code, wiring.clock()))
    except Exception as error:  # noqa: BLE001 - how the case stands is told all the same
        log.warning("not_read", **fault(error))
        return NOTHING


def words(door: Door, stands: Consented, locale: Locale) -> str:
    """The question with all its explaining, as on any screen; "" where none waits."""
    if stands.asked is None:
        return ""
    reply = consent.explanation(stands.asked, locale, back=consent.BACK_ON_PAGE)
    return door.wiring.catalogue.render(reply, channel=Channel.WEB, locale=locale).text


def choice(wish: str, named: str, stands: Consented) -> str:
    """What a button of the page stands for; "" for any other. named: the consent that its form names.

    A no to what they have agreed to meanwhile, on a page that is older, takes it back.
    """
    given = _GIVEN.get(wish)
    if wish == "withdraw" or (given is False and named in stands.agreed):
        return promised.WITHDRAW
    return "" if given is None or not named.isalnum() else consent.choice(named, given=given)


def in_words(text: str, stands: Consented) -> str:
    """The same of words that were typed for the case: they take back what stands, or else refuse what waits."""
    if stands.agreed and commands.withdraws(text, given=True):
        return promised.WITHDRAW
    refuses = stands.asked is not None and commands.withdraws(text, given=False)
    return consent.choice(stands.asked.consent, given=False) if stands.asked is not None and refuses else ""


def news(pressed: str, after: Consented) -> str:
    """What became of it, a key: told by what stands now, not by what was pressed."""
    if pressed == promised.WITHDRAW:
        return "case.withdrawn" if not after.agreed else "case.consent.later"
    named = pressed.rpartition(":")[2]
    if pressed == consent.choice(named, given=True):
        return "case.agreed" if named in after.agreed else "case.consent.late"
    return "case.refused"
