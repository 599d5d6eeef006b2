"""Switching a desk on: its services, and its focal points, who read the letters of their keys from paper."""

from datetime import datetime
from pathlib import Path

import typer

from api import people
from api.ceremony.recovery import hand_on, recovered
from api.ceremony.steps import BY, WHY, place_of, shown_at, step, typed
from api.people import Mistake
from api.settings import Settings
from storage.database.engine import Connection
from storage.desks import ceremonies, granting, lists, offering
from storage.desks.lists import DeskList, Waiting
from storage.keys import Keyring
from storage.people import services
from storage.sealed.recipients import Refused


async def import_services(settings: Settings, file: Path) -> str:
    """The service directory becomes what the file says."""
    rows = people.parsed(services.parse, file)
    count = await step(settings, lambda c, k, now: services.replace(c, k, rows, now=now))
    return f"{count} services"


async def open_desk(settings: Settings, office: str, desk: str) -> str:
    """Switches a desk on with the keys that its focal points made, once each has read out her letters."""
    place = place_of(office, desk)

    def look(conn: Connection, keyring: Keyring, now: datetime) -> tuple[str, DeskList]:
        return offering.missing(conn, keyring, place, now=now), lists.listed(conn, keyring, place, now=now)

    missing, listed = await step(settings, look)
    if missing:
        raise Mistake(f"{office} {desk} stays off: {WHY[missing]}")
    read_out = {each.id: each.fingerprint for each in listed.waiting if is_hers(each)}
    chosen = list(read_out)

    def found(conn: Connection, keyring: Keyring, now: datetime) -> int:
        waits = {each.id: each.fingerprint for each in lists.listed(conn, keyring, place, now=now).waiting}
        if any(waits.get(id) != letters for id, letters in read_out.items()):  # changed while the others read theirs
            raise Refused("recipient.fingerprint")
        offering.found(conn, keyring, place, ids=chosen, by=BY, now=now)
        key = ceremonies.recovery(conn, keyring)
        return 0 if key is None else max(granting.lacking(conn, by=key.id, to=id) for id in chosen)

    behind = await step(settings, found)
    typer.echo(f"{office} {desk} is on: sealed to {len(chosen)} focal points and the recovery key")
    if behind:
        typer.echo(
            f"{behind} parts waited, sealed to the recovery key: both officers type their halves to hand them on"
        )
        await hand_on(settings, await recovered(settings), chosen)
    return "done"


def is_hers(waits: Waiting) -> bool:
    """Whether the letters that she reads from paper are those of the key that waits under her name."""
    made = f"her key was made {shown_at(waits.added_at)}; Enter: leave her out"
    given = typed(f"The letters that {waits.name} reads from her paper ({made})", hidden=False, empty=True)
    if not given:
        return False
    if "".join(given.split()).upper() != waits.fingerprint.replace(" ", ""):
        raise Mistake(WHY["recipient.fingerprint"])
    return True
