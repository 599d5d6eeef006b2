"""One forum with one Android phone: a report comes in by SMS, the answer goes out by it, and its arrival is told."""

import asyncio
import contextlib
import secrets
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import uvicorn
from pydantic import SecretStr
from sqlalchemy import text

from api import app
from api.settings import Settings
from api.wiring import Wiring, build, prepare
from bot.vocabulary import Delivery
from storage import migrations
from storage.purging import figures
from tests import offices
from tests.carriers.smsgate import KEY, PASSWORD, USER, FakePhone

FROM = "+9647700000012"


@contextlib.asynccontextmanager
async def _forum(folder: Path, phone: FakePhone) -> AsyncIterator[Wiring]:
    listening = socket.create_server(("127.0.0.1", 0))  # held from now on: one that is looked up another may take
    port = int(listening.getsockname()[1])
    settings = Settings(
        data_dir=folder / "data",
        keys_dir=folder / "its-keys",
        port=port,
        smsgate_url=phone.url,
        smsgate_user=USER,
        smsgate_password=SecretStr(PASSWORD),
        smsgate_secret=SecretStr(KEY),
        smsgate_passphrase=SecretStr("made-up-pass-phrase"),
    )
    prepare(settings)
    migrations.upgrade(settings.database)
    wiring = await build(settings)
    await wiring.store.write(offices.put_in)
    server = uvicorn.Server(uvicorn.Config(app.create(wiring), access_log=False, log_config=None))
    running = asyncio.create_task(server._serve(sockets=[listening]))  # serve() would take the test's own signals over
    while not server.started:
        assert not running.done(), "the application did not start"
        await asyncio.sleep(0.01)
    yield wiring
    server.should_exit = True
    await running


async def _deliveries(wiring: Wiring) -> set[int]:
    rows = await wiring.store.read(lambda c: c.execute(text("SELECT delivery FROM outbox WHERE state = 'sent'")).all())
    return {row.delivery for row in rows}


@pytest.fixture
async def forum(tmp_path: Path) -> AsyncIterator[tuple[Wiring, FakePhone]]:
    with FakePhone(speed=1_000_000) as phone:
        async with _forum(tmp_path, phone) as wiring:
            yield wiring, phone
        assert phone.violations == []


async def test_a_report_by_a_phone_is_answered_by_it_and_its_arrival_is_told(
    forum: tuple[Wiring, FakePhone],
) -> None:
    wiring, phone = forum
    door = f"{wiring.public_url}/hooks/sms/smsgate"
    body = phone.said(FROM, f"باگو ماطوري من الكرادة {secrets.randbelow(100)}")
    for _ in range(3):
        assert await asyncio.to_thread(phone.do, phone.deliver(body, door)) == [200]
    for _ in range(2500):
        if await _deliveries(wiring):
            break
        await asyncio.sleep(0.02)
    said = dict(phone.messages[0])
    assert said["isEncrypted"]
    assert FROM not in str(said)
    found = await wiring.store.read(figures.read)
    assert (found["kept"], found["reports"]) == (1, 1)

    # The arrival is told before the sending, and both twice.
    for event in ("sms:delivered", "sms:sent") * 2:
        told = phone.event(event, {"messageId": said["id"], "phoneNumber": FROM})
        assert await asyncio.to_thread(phone.do, phone.deliver(told, f"{door}/status")) == [200]
    assert int(Delivery.DELIVERED) in await _deliveries(wiring)
