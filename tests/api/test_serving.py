"""What a start says before it serves."""

from datetime import datetime
from pathlib import Path

from pydantic import SecretStr
from structlog.testing import capture_logs

from api import serving
from api.settings import Settings
from api.wiring import build
from storage.desks import ceremonies


async def test_a_start_warns_while_only_grants_protect_sensitive_reports(
    sqlite_url: str, keys_dir: Path, tmp_path: Path, now: datetime
) -> None:
    settings = Settings(
        database_url=SecretStr(sqlite_url),
        keys_dir=keys_dir,
        data_dir=tmp_path / "data",
        public_url="https://forum.example",
    )
    wiring = await build(settings, clock=lambda: now)
    try:
        with capture_logs() as said:
            await serving.warn_unprotected(wiring)
        assert [line["event"] for line in said] == ["no_recovery_key"]
        assert "protected only by grants" in said[0]["reason"]
        await wiring.store.write(lambda c: ceremonies.make_recovery(c, wiring.keyring, by="machine:test", now=now))
        with capture_logs() as said:
            await serving.warn_unprotected(wiring)
        assert said == []
    finally:
        await wiring.close()
