"""What asks whether a message can be kept is answered before it gives up, also while the database is locked."""

import asyncio
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import httpx
import psycopg
import pytest
from fastapi import FastAPI
from sqlalchemy import make_url

from api import health
from storage.database.engine import Store
from storage.keys import Keyring
from tests.api.workers.wired import Clock, wiring
from tests.databases import on_both

PROBE_S = 3.0  # as long as a probe of the usual kind waits


@contextmanager
def locked(url: str) -> Iterator[None]:
    """Another program holds the whole database, or the table that is written to."""
    if url.startswith("sqlite"):
        held = sqlite3.connect(make_url(url).database or "", isolation_level=None)
        held.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            held.close()
        return
    with psycopg.connect(make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)) as pg:
        pg.execute("LOCK TABLE cursors IN ACCESS EXCLUSIVE MODE")
        yield


def probed(folder: Path, store: Store, keyring: Keyring, now: datetime) -> httpx.AsyncClient:
    app = FastAPI()
    health.add(app, wiring(folder, store, keyring, Clock(now), carriers={}))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://here")


@on_both
async def test_while_the_database_is_locked_every_probe_is_told_so_in_time_and_soon_that_it_is_over(
    database_url: str, store: Store, keyring: Keyring, now: datetime, tmp_path: Path
) -> None:
    async with probed(tmp_path, store, keyring, now) as http:
        assert (await http.get("/readyz")).status_code == 200
        with locked(database_url):
            began = time.monotonic()
            told = await asyncio.gather(*(http.get("/readyz") for _ in range(12)))
            assert time.monotonic() - began < PROBE_S
            assert {one.status_code for one in told} == {503}
            assert told[0].headers["Retry-After"] == "5"
            assert (await http.get("/healthz")).status_code == 200
        latest = time.monotonic() + PROBE_S
        while (await http.get("/readyz")).status_code != 200:
            assert time.monotonic() < latest


async def test_probes_of_a_locked_database_do_not_pile_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "ANSWER_S", 0.01)
    begun: list[int] = []
    over = asyncio.Event()

    async def hangs() -> bool:
        begun.append(1)
        await over.wait()
        return True

    ask = health._asked(hangs)
    assert [await ask() for _ in range(5)] == [False] * 5
    assert len(begun) == 1
    over.set()
    assert await ask()
    assert await ask()
    assert len(begun) == 2, "what is over is asked anew"


async def test_without_its_keys_it_is_not_ready(store: Store, now: datetime, tmp_path: Path) -> None:
    async with probed(tmp_path, store, Keyring.open(tmp_path / "none"), now) as http:
        assert (await http.get("/readyz")).status_code == 503
