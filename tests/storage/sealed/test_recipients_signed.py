"""Those whom somebody signed onto a sealed desk's list stay there when she goes, whoever takes her off and however."""

import pytest
from sqlalchemy import update

from bot.vocabulary import Desk, Role
from storage import tables
from storage.desks import settling, states
from storage.sealed import roots
from tests.databases import sqlite_mostly
from tests.staffing import hire
from tests.storage.house import PLACE, House
from tests.storage.sealed import gathering
from tests.storage.sealed.gathering import DAY, HOUR

pytestmark = sqlite_mostly
EACH = ["founder", "herself", "recovery", "joined"]


async def settle(house: House) -> None:
    await house.store.write(lambda c: settling.settle(c, house.keyring, house.now) and None)


@pytest.fixture
async def signed(house: House) -> House:
    """A founder, هدى, has signed نور, who sits there; one who comes, رابعة, too; مريم is of the other's hand."""
    for name in ("مريم", "رابعة", "سعاد"):
        house.people[name] = await house.store.write(
            lambda c, name=name: hire(  # type: ignore[misc]
                c, house.keyring, name, Role.FOCAL_POINT, desks=(Desk.WOMEN,), now=house.now
            )
        )
    await gathering.join(house, "نور", by="هدى")
    await gathering.join(house, "مريم", by="سلمى")
    await house.later(4 * DAY)
    await settle(house)
    await gathering.join(house, "رابعة", by="هدى")
    await house.later(HOUR)
    return house


def _by(who: str) -> str:
    return {"founder": "سلمى", "herself": "هدى", "recovery": "recovery", "joined": "مريم"}[who]


async def _stand(house: House, *names: str) -> None:
    assert await house.standing() == {house.keys[name].recipient for name in (*names, "recovery")}
    assert await house.store.read(lambda c: states.broken(c, house.keyring, now=house.now)) == ()


@pytest.mark.parametrize("who", EACH)
async def test_when_she_is_taken_off(signed: House, who: str) -> None:
    await gathering.revoke(signed, "هدى", by=_by(who))
    await _stand(signed, "سلمى", "نور", "مريم")
    endorsed = {signed.keys[name].recipient for name in ("نور", "رابعة")}
    assert roots.revoked(signed.keyring.folder, roots.name(*PLACE)) == {signed.keys["هدى"].recipient: endorsed}
    await signed.later(4 * DAY)
    await settle(signed)
    await _stand(signed, "سلمى", "نور", "مريم", "رابعة")


# Whoever works there no more names nobody.
@pytest.mark.parametrize(
    ("who", "left"), [*((who, False) for who in EACH), *((who, True) for who in EACH if who != "herself")]
)
async def test_when_another_takes_her_place(signed: House, who: str, left: bool) -> None:  # noqa: FBT001
    if left:
        away = update(tables.staff).where(tables.staff.c.id == signed.people["هدى"]).values(active=False)
        await signed.store.write(lambda c: c.execute(away) and None)
    await signed.replace("هدى", "سعاد", by=_by(who))
    at_once = left or who == "recovery"
    await _stand(signed, "سلمى", "نور", "مريم", *(() if at_once else ("هدى",)))
    await signed.later(4 * DAY)
    await settle(signed)
    await _stand(signed, "سلمى", "نور", "مريم", "رابعة", "سعاد")
    await signed.tell(photo=False)
