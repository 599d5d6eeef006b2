"""What is drawn for a new report from the 64 random bytes of a turn: each byte is used once."""

from typing import Final

from bot import tickets
from bot.decide.turn import World
from bot.vocabulary import Place

_REPORT, _NUMBER, _CODE, _LONG_CODE = slice(0, 16), slice(16, 24), slice(24, 32), slice(32, 48)
_ELDERS_CODE: Final = slice(48, 64)
_NOWHERE: Final = ""


def report(world: World) -> str:
    """The id that a report has in the database."""
    return world.entropy[_REPORT].hex()


def number(world: World, place: Place | None) -> str:
    """The number that staff call it by; it begins with the governorate, where that is known."""
    return tickets.make_number(place.governorate if place else _NOWHERE, world.entropy[_NUMBER])


def code(world: World) -> str:
    """The six digits by which its reporter asks for it."""
    return tickets.make_code(world.entropy[_CODE])


def long_code(world: World) -> str:
    """The sixteen digits by which alone a private report is found."""
    return tickets.make_long_code(world.entropy[_LONG_CODE])


def elders_code(world: World) -> str:
    """The same of the report before it, where both become private at once."""
    return tickets.make_long_code(world.entropy[_ELDERS_CODE])
