"""What was understood of a report: several cards, of which none may rest on having read the one before.

Whoever writes a card at a desk that is sealed to people cannot read what stands there. So a card may say only what is
new (`more`), and whoever reads takes them together, oldest first. Pure.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from bot.vocabulary import HELD, Category, Facts

Card = Mapping[str, Any]
MORE: Final = "more"  # marks a card that says only what is new: heard | named | raised

_UNTOLD: Final = ("", Category.OTHER)
_ONCE_TRUE: Final = ("sensitive", "minor", "no_reply")


def officer(facts: Facts) -> str:
    """Whom a reporter would rather talk to: "woman", "any"; "" when they did not say."""
    return "woman" if facts.woman_officer else "any" if facts.any_officer else ""


def heard(card: Card) -> dict[str, Any]:
    """What the machine understood since, of a report whose cards it cannot read."""
    return {**card, MORE: "heard"}


def named(apart: Iterable[str]) -> dict[str, Any]:
    """Offices that the report of which this is a copy names by now."""
    return {"apart": sorted(apart), MORE: "named"}


def raised(*, urgency: int, why: Iterable[str]) -> dict[str, Any]:
    """A voice that was written down sounds more urgent than what was known."""
    return {"urgency": urgency, "why": list(why), MORE: "raised"}


def together(cards: Iterable[Card]) -> dict[str, Any]:
    """One card of all, oldest first. A later understanding stands over an earlier; a person's correction stays."""
    whole: dict[str, Any] = {}
    for card in cards:
        match card.get(MORE):
            case None:
                whole = dict(card)
            case "heard":
                whole = _heard(whole, card)
            case "named":
                whole |= {"apart": sorted({*(whole.get("apart") or ()), *card["apart"]})}
            case _:
                whole |= _raised(whole, card)
    whole.pop(MORE, None)
    return whole


def _heard(whole: Card, card: Card) -> dict[str, Any]:
    by_hand = whole.get("corrected")
    new = dict(whole) | dict(card)
    stays = by_hand or card.get("category", "") in _UNTOLD  # whoever could not read the report knew nothing of it
    new["category"] = whole["category"] if stays and whole.get("category") else card.get("category", "")
    new["place"] = card.get("place") or whole.get("place") or {}
    new |= {name: bool(whole.get(name) or card.get(name)) for name in _ONCE_TRUE}
    new["apart"] = sorted({*whole.get("apart", ()), *card.get("apart", ())})
    new["flight"] = card.get("flight") or whole.get("flight", "")
    new["officer"] = card.get("officer") or whole.get("officer", "")
    new["corrected"] = by_hand
    if apart := {*(whole.get("apart") or ()), *(card.get("apart") or ())}:
        new["apart"] = sorted(apart)  # offices that it names only grow
    new["rule"] = whole.get("rule", "") if card.get("rule") == HELD else card.get("rule", "")
    return new


def _raised(whole: Card, card: Card) -> dict[str, Any]:
    if whole.get("corrected"):
        return {}  # no machine overrules a person
    why = list(dict.fromkeys([*whole.get("why", ()), *card.get("why", ())]))
    return {"urgency": max(int(whole.get("urgency") or 0), int(card["urgency"])), "why": why}
