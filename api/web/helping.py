"""What the page of a case gives beside the case: advice for a button alone, and whom they would rather talk to.

Both rest on what only the code opens (storage.sealed.remembered): the server can do neither for whoever has none.
"""

import asyncio
import time
from collections.abc import Mapping
from typing import Final

import structlog

from api import promise
from api.logs import fault
from api.web.door import SETTLES_WITHIN_S, Door
from bot.decide import advising, officer
from bot.vocabulary import Channel, Locale, Rendered, Reply
from storage import pickup
from storage.pickup import Pickup

log = structlog.get_logger()

_LOOK_S: Final = 0.5  # a slow hash each time
# What the buttons of the question stand for.
_CHOICES: Final[Mapping[str, str]] = {"woman": officer.WOMAN, "any": officer.ANY}
PRESSED: Final = frozenset(_CHOICES.values())


def choice(wish: str) -> str:
    """What a button of the question stands for; "" for any other."""
    return _CHOICES.get(wish, "")


def question(door: Door, case: Pickup, locale: Locale) -> tuple[str, tuple[tuple[str, str], ...]] | None:
    """The question whom they would rather talk to, with name and label of its buttons; None where it is not put."""
    if not officer.waits(case.coded, case.status):
        return None
    asked = _said(door, Reply("officer.ask"), locale).text
    buttons = _said(door, Reply("officer.ask", options=officer.OPTIONS), locale).buttons
    labels = {button.choice: button.label for button in buttons}
    return asked, tuple((wish, labels[stands]) for wish, stands in _CHOICES.items())


def news(door: Door, before: Pickup, after: Pickup, locale: Locale) -> str:
    """What became of an answer, told by what stands now; that it came too late, where it was asked no more."""
    if after.coded is None or before.coded is None or before.coded.facts == after.coded.facts:
        return door.say(locale, "case.consent.late")
    return _said(door, officer.outcome(after.coded), locale).text


def advice(door: Door, case: Pickup, locale: Locale) -> list[str]:
    """The advice in the language of the page, general where the code opens nothing."""
    facts = case.coded.facts if case.coded is not None else None
    return [_said(door, each, locale).text for each in advising.on_a_page(facts, door.wiring.hotlines)]


def _said(door: Door, reply: Reply, locale: Locale) -> Rendered:
    return door.wiring.catalogue.render(reply, channel=Channel.WEB, locale=locale)


async def again(door: Door, code: str) -> Pickup | None:
    """The case as it stands now; None while it cannot be read. code: one that fitted a moment ago."""
    try:
        return await door.wiring.store.read(lambda conn: pickup.find(conn, door.wiring.keyring, code))
    except Exception as error:  # noqa: BLE001 - what they pressed was carried out all the same
        log.warning("not_read", **fault(error))
        return None


async def found_soon(door: Door, code: str, token: str) -> Pickup | None:
    """The case of a code that was shown a moment ago, waiting for it to be filed. token: of that page."""
    if not promise.holds(door.wiring.keyring, token, now=door.wiring.clock()):
        return None
    until = time.monotonic() + SETTLES_WITHIN_S
    while time.monotonic() < until:
        await asyncio.sleep(_LOOK_S)
        case = await again(door, code)
        if case is not None:
            return case
    return None
