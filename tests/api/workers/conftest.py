"""A town of the demonstration whose workers are called by hand."""

from collections.abc import AsyncGenerator
from datetime import datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from api.demo import folk
from api.settings import Settings
from api.wiring import Wiring, build, prepare
from tests import offices
from tests.api.workers.hands import Hands


@pytest.fixture
def hands(now: datetime) -> Hands:
    return Hands(now)


@pytest.fixture
async def empty(hands: Hands, database_url: str, tmp_path: Path) -> AsyncGenerator[Wiring]:
    """Everything wired, and no office yet."""
    settings = Settings(
        data_dir=tmp_path / "data", keys_dir=tmp_path / "its-keys", database_url=SecretStr(database_url)
    )
    prepare(settings)
    wiring = await build(settings, demo=True, clock=hands)
    yield wiring
    await wiring.close()


@pytest.fixture
async def wiring(empty: Wiring) -> Wiring:
    """With the demonstration's offices and people."""
    await empty.store.write(offices.put_in)
    await empty.store.write(lambda conn: folk.hire(conn, empty))
    await empty.refresh()
    return empty
