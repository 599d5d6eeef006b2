"""Who reads at a sealed desk hears of a key that waits there, and administrators of a seat that ends."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.vocabulary import Desk, Role
from storage import keys
from storage.database.engine import Store
from storage.desks import ceremonies, lists, membership, pending
from storage.keys import Keyring
from tests.ceremony import PHRASE, WOMEN_OF_KARRADA, held, offered
from tests.staffing import hire, town

HOUR = timedelta(hours=1)


async def test_a_key_that_waits_is_told_to_who_can_sign_it_and_a_seat_that_ends_until_it_does(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    def try_it(conn: Connection) -> None:
        keys.register(conn, keyring, now)
        town(conn)
        huda, suad, mona = [
            hire(conn, keyring, name, Role.FOCAL_POINT, desks=(Desk.WOMEN,), now=now) for name in ("هدى", "سعاد", "منى")
        ]
        held(conn, keyring, [huda, suad], now=now - HOUR)

        def told(at: datetime = now) -> tuple[list[list[str]], int]:
            signs = [pending.to_sign(conn, keyring, person=each, now=at) for each in (huda, suad, mona)]
            return [[one.name for _, one in each] for each in signs], len(pending.replaced(conn, keyring, now=at))

        assert told() == ([[], [], []], 0)
        offered(conn, keyring, mona, now=now)
        assert told() == ([["منى"], ["منى"], []], 0)
        listed = lists.listed(conn, keyring, WOMEN_OF_KARRADA, person=suad, now=now)
        (new,), lost = listed.waiting, listed.mine
        assert lost is not None
        me = ceremonies.unlock(conn, keyring, staff=huda, phrase=PHRASE, now=now)
        letters = new.fingerprint.replace(" ", "")
        begins = membership.replace_one(
            conn, keyring, by=me, lost=lost.id, recipient=new.id, fingerprint=letters, now=now
        )
        assert told() == ([[], [], []], 1)
        assert pending.replaced(conn, keyring, now=now) == ((WOMEN_OF_KARRADA, begins),)
        assert told(begins) == ([[], [], []], 0)

    await store.write(try_it)
