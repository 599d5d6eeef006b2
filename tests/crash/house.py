"""The process under test, killed and started again on the same data."""

import asyncio
import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests import ports

ROOT = Path(__file__).parents[2]


@dataclass(slots=True)
class House:
    """env: its settings. url: where it serves."""

    env: dict[str, str]
    url: str
    process: subprocess.Popen[bytes] | None = None
    alive: asyncio.Event = field(default_factory=asyncio.Event)

    def start(self) -> None:
        self.process = subprocess.Popen([sys.executable, "-m", "api.cli", "serve"], env=self.env, cwd=ROOT)

    def kill(self) -> None:
        assert self.process
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    async def ready(self) -> None:
        async with httpx.AsyncClient(timeout=5, verify=False) as http:
            while True:
                assert self.process
                assert self.process.poll() is None, "the process ended by itself"
                try:
                    if (await http.get(f"{self.url}/readyz")).is_success:
                        return
                except httpx.HTTPError:
                    pass
                await asyncio.sleep(0.05)


def environment(url: str, folder: Path) -> dict[str, str]:
    """The settings of a house on this database, its data in `folder`, with the demo's offices."""
    given = {
        "MUNTADA_DATABASE_URL": url,
        "MUNTADA_DATA_DIR": str(folder / "data"),
        "MUNTADA_KEYS_DIR": str(folder / "its-keys"),
        "MUNTADA_PORT": str(ports.free()),
    }
    made = {**os.environ, **given}
    offices = ROOT / "api" / "demo" / "data" / "offices.csv"
    subprocess.run([sys.executable, "-m", "api.cli", "offices", "import", str(offices)], env=made, cwd=ROOT, check=True)
    return made
