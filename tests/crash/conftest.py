"""A deployment that is backed up, on a database of each kind."""

import asyncio
import os
from pathlib import Path

import pytest

from storage.backups import clients
from tests.crash.place import Place, lived_in


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    if request.param == "postgresql" and not clients.is_here("pg_dump"):
        pytest.skip("PostgreSQL's client programs are not here")
    found: str = request.getfixturevalue(f"{request.param}_url")
    return found


@pytest.fixture
def old(url: str, tmp_path: Path) -> Place:
    """Where the backup is made."""
    (tmp_path / "temp").mkdir()
    named = {
        "MUNTADA_DATABASE_URL": url,
        "MUNTADA_DATA_DIR": str(tmp_path / "data"),
        "MUNTADA_KEYS_DIR": str(tmp_path / "its-keys"),
        "TMPDIR": str(tmp_path / "temp"),
    }
    place = Place({**os.environ, **named}, tmp_path, "")
    assert place.run("keys", "create")[0] == 0
    asyncio.run(lived_in(url, tmp_path))
    return place
