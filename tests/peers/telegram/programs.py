"""telemelya and what it stands on: installed into a folder of their own, started on the loopback, ended with the test.

telemelya (PyPI) is a Bot API server by other people. It keeps its state in Redis and its files in S3, which moto plays.
"""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import httpx
import pytest

from tests import ports

ROOT: Final = Path(__file__).resolve().parents[3]
FOLDER: Final = ROOT / ".venv-peers" / "telegram"  # outlives a run: git ignores it
PACKAGES: Final = ("telemelya==0.2.2", "moto[server,s3]==5.2.5")
KEY: Final = "made-up-key"
_PATIENCE_S: Final = 120.0


def installed() -> Path:
    """The folder of the programs; they are installed the first time. Skips the test where they cannot be."""
    if shutil.which("redis-server") is None:
        pytest.skip("no Redis here: Debian package redis-server")
    stamp = FOLDER / "packages"
    if not stamp.is_file() or stamp.read_text() != " ".join(PACKAGES):
        shutil.rmtree(FOLDER, ignore_errors=True)
        try:
            _install()
        except (OSError, subprocess.CalledProcessError):
            pytest.skip(f"could not be installed from PyPI: {', '.join(PACKAGES)}")
        stamp.write_text(" ".join(PACKAGES))  # last: an install that was cut short starts afresh
    return FOLDER / "bin"


def _install() -> None:
    python = str(FOLDER / "bin" / "python")
    if uv := shutil.which("uv"):
        _run(uv, "venv", "--quiet", "--python", sys.executable, str(FOLDER))
        _run(uv, "pip", "install", "--quiet", "--python", python, *PACKAGES)
    else:
        _run(sys.executable, "-m", "venv", str(FOLDER))
        _run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PACKAGES)


def _run(*command: str) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=600)


@contextlib.contextmanager
def telemelya(folder: Path) -> Iterator[str]:
    """The root of a running Bot API server. folder: for what its programs write."""
    programs, (redis, moto, api) = installed(), (ports.free() for _ in range(3))
    with contextlib.ExitStack() as running:

        def start(name: str, port: int, *command: str, **more: str) -> None:
            running.enter_context(_started(folder / name, port, *command, **more))

        start("redis", redis, "redis-server", "--port", str(redis), "--bind", "127.0.0.1", "--save", "")
        start("moto", moto, str(programs / "moto_server"), "-H", "127.0.0.1", "-p", str(moto))
        start(
            "telemelya",
            api,
            str(programs / "telemelya-server"),
            MOCK_SERVER_HOST="127.0.0.1",  # its own default is every address
            MOCK_SERVER_PORT=str(api),
            REDIS_URL=f"redis://127.0.0.1:{redis}/0",
            MINIO_ENDPOINT=f"127.0.0.1:{moto}",
            MINIO_ACCESS_KEY="x",
            MINIO_SECRET_KEY="x",
            AUTH_KEYS=KEY,
        )
        yield f"http://127.0.0.1:{api}"


@contextlib.contextmanager
def _started(folder: Path, port: int, *command: str, **more: str) -> Iterator[None]:
    folder.mkdir()
    environment: Mapping[str, str] = {"PATH": os.environ["PATH"], "HOME": str(folder), "NO_PROXY": "127.0.0.1", **more}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=subprocess.STDOUT)
        try:
            _until_it_listens(process, port)
            yield
        finally:
            process.terminate()
            process.wait(timeout=20)


def _until_it_listens(process: subprocess.Popen[bytes], port: int) -> None:
    end = time.monotonic() + _PATIENCE_S
    while time.monotonic() < end:
        assert process.poll() is None, "it ended at once"
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise AssertionError("it does not listen")


def control(root: str, session: str) -> httpx.AsyncClient:
    """The way by which a test is the person with the phone."""
    headers = {"Authorization": f"Bearer {KEY}", "X-Test-Session": session}
    return httpx.AsyncClient(base_url=f"{root}/api/v1/test", headers=headers, timeout=30, trust_env=False)
