"""The demonstration's ceremony: invented focal points make their keys, and their desks are switched on with them.

Their pass phrases are in data/people.csv and printed for whoever tries the demonstration; a deployment that the world
reaches refuses these keys with all others of a demonstration.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from api.demo import folk
from api.wiring import Wiring
from storage.database.engine import Connection
from storage.desks import ceremonies, offering
from storage.desks.offering import Made, Own
from storage.people import services, staff

_BY = "machine:demo"


async def hold(wiring: Wiring) -> None:
    """Makes recovery key, service directory and keys, and switches on each desk that has two; once a database."""
    made = await wiring.store.read(lambda conn: ceremonies.recovery(conn, wiring.keyring))
    if made is not None:
        return
    keys = [(person, await _keys(wiring, person)) for person in folk.people() if person.phrase]
    now = wiring.clock()

    def write(conn: Connection) -> None:
        # Nobody writes its halves down: the demonstration's desks have their people.
        ceremonies.make_recovery(conn, wiring.keyring, by=_BY, now=now)
        rows = services.parse((folk.DATA / "services.csv").read_text(encoding="utf-8"))
        services.replace(conn, wiring.keyring, [replace(row, verified_on=now) for row in rows], now=now)
        for person, each in keys:
            of = staff.id_of(conn, person.name)
            offering.keep(conn, wiring.keyring, person=of, made=each, now=now)
        for place in sorted({one.place for _, each in keys for one in each}):
            ids = [row.id for row in offering.waiting(conn, wiring.keyring, place)]
            if len(ids) >= ceremonies.FEWEST:
                offering.found(conn, wiring.keyring, place, ids=ids, by=_BY, now=now)

    await wiring.store.write(write)


async def _keys(wiring: Wiring, person: folk.Person) -> Sequence[Made]:
    now = wiring.clock()

    def read(conn: Connection) -> Own:
        return offering.own(conn, wiring.keyring, person=staff.id_of(conn, person.name), now=now)

    return await asyncio.to_thread(offering.make, await wiring.store.read(read), person.phrase)
