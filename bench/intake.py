"""How fast messages are acknowledged and settled, beside a floor in the same run.

    python3 run.py muntada --help >/dev/null && .venv/bin/python -m bench.intake [--seconds 5] [--settle 3000]

Needs `wrk` (Debian package wrk). Prints wrk's own ceiling on an empty endpoint; then, at 1, 20 and 200 clients, what
the floor (bench/floor.py) and our door acknowledge a second, each after an fsynced commit, with the server's CPU
microseconds a message and how busy its core was (a ratio counts only at >= 90 %); then how many messages one core
settles a second with understanding and sealing, and, apart, how many replies it delivers to a carrier on loopback.
"""

import argparse
import asyncio
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import uvloop

_HERE = Path(__file__).parent
_TICK = os.sysconf("SC_CLK_TCK")
_CLIENTS = (1, 20, 200)


@dataclass(frozen=True, slots=True)
class Measured:
    """One run of wrk: answers a second, the server's CPU µs an answer, its share of one core, and errors."""

    rate: float
    cpu_us: float
    busy: float
    errors: int


def main() -> None:
    """Runs all and prints."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--settle", type=int, default=3000)
    wanted = parser.parse_args()
    if not shutil.which("wrk"):
        sys.exit("wrk is not installed (Debian package: wrk)")
    with tempfile.TemporaryDirectory() as folder:
        _doors(Path(folder), wanted.seconds)
        _settling(Path(folder), wanted.settle)


def _doors(folder: Path, seconds: int) -> None:
    with _floor(folder) as (floor, floor_url), _ours(folder) as (ours, our_url):
        ceiling = _wrk(f"{floor_url}/empty", 200, seconds, floor, start=0)
        print(f"wrk's ceiling on an empty endpoint: {ceiling.rate:,.0f}/s (server {ceiling.busy:.0%} busy)")
        print(f"{'clients':>8} {'floor/s':>9} {'µs':>6} {'busy':>5} {'ours/s':>9} {'µs':>6} {'busy':>5} {'ratio':>6}")
        for step, clients in enumerate(_CLIENTS):
            base = (step + 1) * 10_000_000
            theirs = _wrk(f"{floor_url}/hook", clients, seconds, floor, start=base)
            mine = _wrk(f"{our_url}/hooks/telegram", clients, seconds, ours, start=base)
            counts = "" if min(theirs.busy, mine.busy) >= 0.9 else "  (not counted: a core was not busy)"
            print(
                f"{clients:>8} {theirs.rate:>9,.0f} {theirs.cpu_us:>6.0f} {theirs.busy:>5.0%} {mine.rate:>9,.0f} "
                f"{mine.cpu_us:>6.0f} {mine.busy:>5.0%} {mine.rate / theirs.rate:>6.2f}{counts}"
                + (f"  errors: {mine.errors}" if mine.errors else "")
            )


def _wrk(url: str, clients: int, seconds: int, server: int, *, start: int) -> Measured:
    command = ["wrk", "-t1", f"-c{clients}", f"-d{seconds}s", "-s", str(_HERE / "post.lua"), url]
    before, began = _cpu(server), time.monotonic()
    out = subprocess.run(
        command, env={**os.environ, "BENCH_START": str(start)}, capture_output=True, text=True, check=True
    ).stdout
    spent, took = _cpu(server) - before, time.monotonic() - began
    answered = int(re.search(r"(\d+) requests in", out)[1])  # type: ignore[index]
    errors = sum(int(count) for count in re.findall(r"Non-2xx or 3xx responses: (\d+)", out))
    return Measured(answered / took, spent / max(answered, 1) * 1e6, spent / took, errors)


def _cpu(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / _TICK


@contextmanager
def _floor(folder: Path) -> Iterator[tuple[int, str]]:
    port = _free_port()
    with _process([sys.executable, "-m", "bench.floor", str(folder / "floor.db"), str(port)], {}) as process:
        _wait(f"http://127.0.0.1:{port}/empty")
        yield process, f"http://127.0.0.1:{port}"


@contextmanager
def _ours(folder: Path) -> Iterator[tuple[int, str]]:
    port = _free_port()
    settings = {
        "MUNTADA_DATA_DIR": str(folder / "data"),
        "MUNTADA_KEYS_DIR": str(folder / "keys"),
        "MUNTADA_PORT": str(port),
        "MUNTADA_TELEGRAM_TOKEN": "770000000:bench",
        "MUNTADA_TELEGRAM_MODE": "webhook",
        "MUNTADA_TELEGRAM_SECRET": "made-up-for-the-bench",
        "MUNTADA_TELEGRAM_API_URL": "http://127.0.0.1:9",
    }
    with _process([sys.executable, "-m", "api.cli", "serve"], settings) as process:
        _wait(f"http://127.0.0.1:{port}/readyz")
        yield process, f"http://127.0.0.1:{port}"


@contextmanager
def _process(command: list[str], settings: dict[str, str]) -> Iterator[int]:
    process = subprocess.Popen(command, env={**os.environ, **settings}, cwd=_HERE.parent)
    try:
        yield process.pid
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


def _wait(url: str) -> None:
    for _ in range(600):
        try:
            if httpx.get(url).is_success:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.1)
    sys.exit(f"{url} did not answer")


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def _settling(folder: Path, count: int) -> None:
    os.sched_setaffinity(0, {0})
    kept, settled, delivered = uvloop.run(_settle(folder / "settling", count))
    print(f"kept through Intake (no HTTP): {kept:,.0f}/s; settled on one core: {settled:,.0f}/s")
    print(f"delivered to the simulated carrier, apart: {delivered:,.0f}/s")


async def _settle(folder: Path, count: int) -> tuple[float, float, float]:
    from api.demo import folk
    from api.settings import Settings
    from api.wiring import build, prepare
    from api.workers.deliver import deliver_due
    from api.workers.settle import settle_waiting
    from bot.handlers import console
    from bot.vocabulary import Channel
    from storage import migrations
    from storage.purging import figures

    settings = Settings(data_dir=folder / "data", keys_dir=folder / "keys")
    prepare(settings)
    migrations.upgrade(settings.database)
    wiring = await build(settings, demo=True)
    await folk.move_in(wiring)
    texts = [line.split("\t")[1] for line in (folk.DATA / "messages.tsv").read_text("utf-8").splitlines()[1:]]
    messages = [
        console.read(
            texts[n % len(texts)], address=f"+999{n:010d}", channel=Channel.SMS, external_id=f"bench:{n}", sequence=n
        )
        for n in range(count)
    ]
    kept = await _rate(count, asyncio.gather(*(wiring.intake.keep(message) for message in messages)))
    settled = await _rate(count, _again(lambda: settle_waiting(wiring)))
    figures_now = await wiring.store.read(figures.read)
    if figures_now["unsettled"]:
        sys.exit("not everything was settled")
    pending = figures_now["outbox"]["pending"]
    delivered = await _rate(pending, _again(lambda: deliver_due(wiring)))
    await wiring.close()
    return kept, settled, delivered


async def _again(work: Callable[[], Awaitable[bool]]) -> None:
    while await work():
        pass


async def _rate(count: int, work: Awaitable[object]) -> float:
    began = time.perf_counter()
    await work
    return count / (time.perf_counter() - began)


if __name__ == "__main__":
    main()
