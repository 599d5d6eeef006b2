"""Doors at their edges: a gateway that must hear its own word, also twice; a database that takes no more."""

from datetime import datetime
from urllib.parse import urlencode

from bot.handlers.generic import GenericCarrier, load, ready
from storage.database.engine import Connection, Store
from storage.keys import Keyring
from tests.api.doorstep import SECRET, SENDER, doors, figured, knocking, letter


async def test_jasmin_hears_its_word_also_for_what_it_brings_twice(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    """Group 50: any other answer, and it brings the message again and again."""
    jasmin = GenericCarrier(
        load(ready("jasmin")), "http://127.0.0.1:9", "6999", secret=SECRET, status_url="", fresh=lambda: "f"
    )
    words = "باگو ماطوري".encode("utf-16-be")
    fields = {"id": "b1", "from": SENDER, "to": "6999", "coding": b"\x08", "content": words, "binary": words.hex()}
    headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Gateway-Secret": SECRET}
    async with knocking(doors(store, keyring, now, providers=(jasmin,))) as door:
        for _ in range(3):
            answer = await door.post("/hooks/sms/generic", content=urlencode(fields), headers=headers)
            assert (answer.status_code, answer.content) == (200, b"ACK/Jasmin")
    assert (await figured(store))["kept"] == 1


async def test_a_database_that_may_only_be_read_is_told_to_the_carrier_and_loses_nothing(
    sqlite_store: Store, keyring: Keyring, now: datetime
) -> None:
    """Group 58: a disk that was mounted read-only after a fault, until somebody mends it."""
    brought = letter("twilio")
    async with knocking(doors(sqlite_store, keyring, now)) as door:
        await sqlite_store.write(_only_reads)
        refused = await brought.post(door)
        assert refused.status_code == 503
        assert int(refused.headers["retry-after"]) > 0
        await sqlite_store.write(_writes_again)
        assert (await brought.post(door)).status_code == 200
    assert (await figured(sqlite_store))["kept"] == 1


def _only_reads(connection: Connection) -> None:
    connection.exec_driver_sql("PRAGMA query_only = 1")


def _writes_again(connection: Connection) -> None:
    connection.exec_driver_sql("PRAGMA query_only = 0")
