"""How far each sealed desk is: who is on its list, who waits, and what is missing."""

from collections.abc import Iterator
from datetime import datetime

from api.ceremony.recovery import NO_RECOVERY
from api.ceremony.steps import BY, WHY, shown_at, step
from api.settings import Settings
from storage import audit
from storage.database.engine import Connection
from storage.desks import lists, states
from storage.desks.lists import DeskList
from storage.desks.states import State
from storage.keys import Keyring


async def status(settings: Settings) -> str:
    """Each sealed desk: who is on its list since when, who waits, what is missing, how many reports have no reader."""

    def look(conn: Connection, keyring: Keyring, now: datetime) -> tuple[bool, list[tuple[State, DeskList]]]:
        audit.write(conn, keyring, at=now, actor=BY, action="desk.view")
        found = [
            (each, lists.listed(conn, keyring, (each.office, each.desk), now=now))
            for each in states.states(conn, keyring, now=now)
        ]
        return states.is_recoverable(conn, keyring), found

    recoverable, found = await step(settings, look)
    made = "recovery key: made" if recoverable else f"recovery key: none. {NO_RECOVERY}"
    return "\n".join([made, *(line for state, listed in found for line in _lines(state, listed))])


def _lines(state: State, listed: DeskList) -> Iterator[str]:
    name = f"{state.office} {state.desk.value}"
    if state.broken:
        yield f"{name}: ITS LIST DOES NOT VERIFY. Nothing can be filed there; the keys' folder or the table was changed"
    elif state.people and state.sealed_at:
        yield f"{name}: on since {shown_at(state.sealed_at)}"
    else:
        yield f"{name}: off: {WHY[state.missing] if state.missing else 'nothing is missing, run `muntada desks open`'}"
    if state.few:
        yield "    FEWER THAN TWO WHO WORK THERE: name another in the console, or with `muntada desks replace`"
    for seat in listed.seats:
        since = f"since {shown_at(seat.since)}" if seat.stands else f"from {shown_at(seat.since)} on"
        signed = f", signed by {seat.by}" if seat.by else ""
        signed += f", in place of {seat.replaces}" if seat.replaces else ""
        signed += f", until {shown_at(seat.until)}: another takes her place" if seat.until else ""
        gone = "" if seat.works else ": NOT A FOCAL POINT THERE ANY MORE, to be taken off by a colleague"
        yield f"    {seat.name}, {since}{signed}{gone}"
    for id, who in listed.vanished.items():
        yield f"    {who or id}: HER SEAT VANISHED, and nobody took her off: bring her back, or run `muntada desks off`"
    for waits in listed.waiting:
        yield f"    {waits.name}: her key waits since {shown_at(waits.added_at)}"
    if state.reports:
        yield f"    {state.reports} open reports have nobody who could read them"
