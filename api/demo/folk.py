"""The demonstration's inhabitants: forums, staff with one-time login links, and reports that came in by the doors."""

import csv
import itertools
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from api import sim
from api.wiring import Wiring
from bot.handlers import console
from bot.vocabulary import Channel, Desk, Locale, Office, Role
from storage import contacts
from storage.database.engine import Connection
from storage.people import directory, importing, sessions, staff
from storage.people.staff import Grant
from storage.purging import figures

DATA: Final = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody invented who may log in. on_duty: the desk whose alerts reach this person's simulated phone.

    phrase: what opens a focal point's key, "" for anybody else.
    """

    name: str
    role: Role
    offices: tuple[str, ...]
    desks: tuple[Desk, ...]
    on_duty: Desk | None
    phrase: str = ""


def people() -> tuple[Person, ...]:
    """The invented staff, from data/people.csv."""
    with (DATA / "people.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            Person(
                name=row["name"],
                role=Role(row["role"]),
                offices=tuple(row["offices"].split()),
                desks=tuple(Desk(desk) for desk in row["desks"].split()),
                on_duty=Desk(row["on_duty"]) if row["on_duty"] else None,
                phrase=row["phrase"],
            )
            for row in csv.DictReader(file)
        )


async def move_in(wiring: Wiring) -> None:
    """Makes offices and staff, where there are none yet."""
    rows = importing.parse_offices((DATA / "offices.csv").read_text(encoding="utf-8"))

    def write(connection: Connection) -> None:
        if directory.read(connection, wiring.clock()).offices:
            return
        directory.import_offices(connection, rows)
        hire(connection, wiring)

    await wiring.store.write(write)
    await wiring.refresh()


def hire(connection: Connection, wiring: Wiring) -> None:
    """Makes the staff of the offices, which are there."""
    offices = directory.read(connection, wiring.clock()).offices
    for person in people():
        _moves_in(connection, wiring, person, offices)


def _moves_in(connection: Connection, wiring: Wiring, person: Person, offices: Mapping[str, Office]) -> None:
    keyring, now, (home, *others) = wiring.keyring, wiring.clock(), person.offices
    made = staff.add(connection, keyring, name=person.name, role=person.role, office=home, desks=person.desks, now=now)
    for office, desk in itertools.product(others, person.desks):
        if desk in offices[office].desks:
            staff.grant(connection, keyring, person=made, new=Grant(office, desk, person.role), now=now)
    if person.on_duty:
        _on_duty(connection, wiring, person, made, person.on_duty)


def _on_duty(connection: Connection, wiring: Wiring, person: Person, made: str, desk: Desk) -> None:
    for office in person.offices:
        directory.add_duty(connection, office=office, desk=desk, staff=made, rank=0)
    contacts.add_staff_contact(
        connection,
        wiring.keyring,
        staff=made,
        channel=Channel.TELEGRAM,
        carrier="console",
        address=sim.address(Channel.TELEGRAM, person.name),
        locale=Locale.AR,
        now=wiring.clock(),
    )


async def links(wiring: Wiring) -> tuple[tuple[Person, str], ...]:
    """A one-time login link for each person."""
    now = wiring.clock()

    def write(connection: Connection) -> list[str]:
        return [
            sessions.make_link(
                connection, person=staff.id_of(connection, person.name), now=now, entropy=secrets.token_bytes(32)
            )
            for person in people()
        ]

    tokens = await wiring.store.write(write)
    return tuple((person, f"{wiring.public_url}/login/{token}") for person, token in zip(people(), tokens, strict=True))


async def talk(wiring: Wiring) -> int:
    """Sends the invented messages in by the simulated phone's door; a second call changes nothing. Says how many."""
    with (DATA / "messages.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    for number, row in enumerate(rows):
        await wiring.intake.keep(
            console.read(
                row["text"],
                address=sim.address(Channel(row["channel"]), f"demo {number}"),
                channel=Channel(row["channel"]),
                external_id=f"demo:{number}",
                sequence=number,
            )
        )
    return len(rows)


async def whereabouts(wiring: Wiring, *, limit: int) -> list[str]:
    """Where the newest reports went, one line each."""
    rows = await wiring.store.read(lambda c: figures.newest(c, limit=limit))
    return [f"{number} → {office} / {desk} {category}".rstrip() for number, office, desk, category in rows]
