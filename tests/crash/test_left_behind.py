"""Whatever moment the process is killed at, or crashes at, nothing that somebody said lies open anywhere afterwards.

python3 run.py test -m crash tests/crash/test_left_behind.py
"""

import asyncio
import json
import resource
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from sqlalchemy import make_url

from tests.carriers import updates
from tests.carriers.telegram import FakeTelegram
from tests.carriers.twilio import FakeTwilio
from tests.crash.house import ROOT, House, environment

pytestmark = [pytest.mark.crash, pytest.mark.timeout(1200)]

WRITERS = 20
# How each life ends, and after how many messages that it took.
LIVES = ((signal.SIGKILL, 60), (signal.SIGKILL, 3), (signal.SIGSEGV, 60), (signal.SIGABRT, 20))
BIRD = "كناري القصب"
TEXT = f"{BIRD} باگ ماطوري بالشعلة وما رجعه"
CHAT, NUMBER = 7_700_055_000, "+9647700000"
SECRET = {"X-Telegram-Bot-Api-Secret-Token": "secret-of-the-door"}
ADDRESSES = (str(CHAT)[:7], NUMBER, NUMBER[1:])


class Crashed(House):
    """A house whose output, temporary folder and working folder are searched, and which may leave core files."""

    def start(self) -> None:
        """As in production, but that a core file is allowed."""
        folder = Path(self.env["TMPDIR"]).parent

        def allow() -> None:
            hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
            resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))

        with (folder / "log").open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "api.cli", "serve"],
                env=self.env | {"PYTHONPATH": str(ROOT)},
                cwd=folder,
                stdout=output,
                stderr=output,
                preexec_fn=allow,  # noqa: PLW1509 - it calls one function of the system
            )

    def end(self, by: signal.Signals) -> None:
        """At once, while it works."""
        assert self.process
        self.process.send_signal(by)
        assert self.process.wait() == -by


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    found: str = request.getfixturevalue(f"{request.param}_url")
    return found


@pytest.fixture
def env(url: str, tmp_path: Path) -> dict[str, str]:
    (tmp_path / "temp").mkdir()
    return environment(url, tmp_path) | {"TMPDIR": str(tmp_path / "temp")}


@asynccontextmanager
async def _written_to(house: House, twilio: FakeTwilio, life: int) -> AsyncIterator[list[int]]:
    """People write by every door, again and again, while this lasts; the status of each answer."""
    seen, over = list[int](), asyncio.Event()

    async def writes(number: int) -> None:
        async with httpx.AsyncClient(timeout=5, verify=False) as http:
            for turn in range(life * 1_000, (life + 1) * 1_000):
                if over.is_set():
                    return
                with suppress(httpx.HTTPError):
                    seen.append(await _says(http, house, twilio, number * 10_000 + turn))
                await asyncio.sleep(0.01)

    writing = [asyncio.create_task(writes(number)) for number in range(WRITERS)]
    try:
        yield seen
    finally:
        over.set()
        await asyncio.gather(*writing)


async def _says(http: httpx.AsyncClient, house: House, twilio: FakeTwilio, said: int) -> int:
    """A message; every few one that no program can read, or a wrong code with words beside it."""
    text, number = f"{TEXT} {said}", said // 10_000
    match said % 6:
        case 0 | 1:
            update = {"update_id": said + 1, **updates.said(CHAT + number, text, said + 1)}
            return (await http.post(f"{house.url}/hooks/telegram", json=update, headers=SECRET)).status_code
        case 2 | 3:
            form = twilio.form(f"{NUMBER}{number:03d}", text, MessageSid=f"SM{said:032x}")
            target, body, headers = twilio.post(form, f"{house.url}/hooks/sms/twilio")
            return (await http.post(target, content=body, headers=headers)).status_code
        case 4:
            broken = json.dumps({"update_id": said, "message": {"text": text, "chat": [CHAT]}}).encode()
            return (await http.post(f"{house.url}/hooks/telegram", content=broken, headers=SECRET)).status_code
        case _:
            asked = {"lang": "ar", "code": f"{said:016d}", "text": text}
            return (await http.post(f"{house.url}/r/case", data=asked)).status_code


async def test_what_a_killed_process_leaves_holds_no_word_and_no_address(
    env: dict[str, str], url: str, tmp_path: Path
) -> None:
    with FakeTelegram() as telegram, FakeTwilio() as twilio:
        carriers = {
            "MUNTADA_TELEGRAM_TOKEN": telegram.token,
            "MUNTADA_TELEGRAM_API_URL": telegram.url,
            "MUNTADA_TELEGRAM_MODE": "webhook",
            "MUNTADA_TELEGRAM_SECRET": "secret-of-the-door",
            "MUNTADA_TWILIO_ACCOUNT_SID": twilio.sid,
            "MUNTADA_TWILIO_AUTH_TOKEN": twilio.token,
            "MUNTADA_TWILIO_NUMBER": twilio.number,
            "MUNTADA_TWILIO_API_URL": twilio.url,
        }
        house = Crashed(env | carriers, f"http://127.0.0.1:{env['MUNTADA_PORT']}")
        for life, (by, taken) in enumerate(LIVES):
            house.start()
            try:
                await house.ready()
                async with asyncio.timeout(200), _written_to(house, twilio, life) as seen:
                    last = life == len(LIVES) - 1
                    # What is awaited is another process.
                    while seen.count(200) < taken or (last and not _sent(telegram, twilio)):  # noqa: ASYNC110
                        await asyncio.sleep(0.01)
                    await asyncio.to_thread(house.end, by)
            finally:
                if house.process and house.process.poll() is None:
                    house.kill()
            _search(tmp_path, url, (telegram.token, twilio.token))


def _sent(telegram: FakeTelegram, twilio: FakeTwilio) -> bool:
    """Whether anything was answered: in its last life the process is given the time for it."""
    return bool(telegram.sent() or twilio.messages)


def _search(folder: Path, url: str, secrets: tuple[str, ...]) -> None:
    """Everything in the folder, and where the database is PostgreSQL all that its server wrote."""
    places = [folder]
    if url.startswith("postgresql"):
        places.append(Path(str(make_url(url).query["host"])))
    files = [path for place in places for path in place.rglob("*") if path.is_file()]
    assert any(path.name == "log" and path.stat().st_size for path in files)
    assert [path.name for path in files if path.name.startswith("core")] == []
    needles = list(_needles((*ADDRESSES, BIRD, quote(BIRD), *secrets)))
    found = [(path.name, place) for path in files for place, needle in needles if needle in path.read_bytes()]
    assert found == []


def _needles(words: tuple[str, ...]) -> Iterator[tuple[int, bytes]]:
    """Each word as it may stand in a file, by its place here."""
    for place, word in enumerate(words):
        for plain in {word.encode(), word.encode("utf-16-le"), json.dumps(word)[1:-1].encode()}:
            yield place, plain
            yield place, plain.hex().encode()
