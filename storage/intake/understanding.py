"""What was understood of a report, as far as a machine may read it: the facts that a conversation would remember."""

from typing import Final

from sqlalchemy import Connection, bindparam, select

from bot.vocabulary import Category, Facts, Flight, Urgency
from storage.casework import apart
from storage.keys import Keyring
from storage.tables import reports
from storage.words import content

_ROW: Final = select(reports).where(reports.c.id == bindparam("one"), reports.c.erased_at.is_(None))
_COMPLAINT: Final = "conflict-of-interest"


def facts(conn: Connection, keyring: Keyring, report: str) -> Facts | None:
    """The facts of a report, its place by its id alone; None where it is not there or its cards are sealed to people.

    What stands in no card is taken for the more careful: an office that it names is one that an insider may sit in.
    """
    row = conn.execute(_ROW, {"one": report}).first()
    card = {} if row is None or content.is_locked(conn, report) else content.card(conn, keyring, report)
    if row is None or not card:
        return None
    named = apart.known(row, card)
    place = (card.get("place") or {}).get("id")
    return Facts(
        Category(card.get("category") or row.category or Category.OTHER),
        Urgency(row.urgency),
        sensitive=bool(card.get("sensitive")),
        lineage=(place,) if place else (),
        about_police=card.get("rule") == _COMPLAINT,
        woman_officer=card.get("officer") == "woman",
        minor=bool(card.get("minor")),
        no_reply=bool(card.get("no_reply")),
        apart=named,
        insider=bool(named),
        flight=Flight(card.get("flight") or ""),
        any_officer=card.get("officer") == "any",
    )
