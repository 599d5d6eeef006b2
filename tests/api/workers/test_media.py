"""Fetching files (groups 3, 4, 11, 23, 60): cleaned, sealed, tried again, given up, thrown away, never told of."""

import asyncio
import shlex
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from api import logs
from api.settings import Settings
from api.wiring import Wiring, build, prepare
from api.workers import timers as timer_worker
from api.workers.media import fetch_next, sweep, write_down_next
from api.workers.settle import settle_waiting
from bot.vocabulary import Channel, Desk, Medium, MediumKind, Message
from storage import tables
from storage.intake import transcripts
from storage.purging import shredding
from storage.words import content, filekeys, vault
from tests import offices
from tests.bot import pictures, sounds
from tests.bot.pictures import CANARIES
from tests.carriers.files import NAME, TOKEN, Shelf

REF = "Kanarienhandle-42"
THEFT = "انباك ماطوري بالشعلة"
NOTE = sounds.opus(b"LOCATION=36.335")


class Clock:
    """The time, which a test moves."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock(now: datetime) -> Clock:
    return Clock(now)


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    with Shelf() as opened:
        yield opened


Make = Callable[..., Awaitable[Wiring]]


@pytest.fixture
def url(request: pytest.FixtureRequest) -> str:
    """SQLite's; a test that asks for more is given each. What the workers ask of a database is tested in storage."""
    chosen: str = request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_url")
    return chosen


EACH = pytest.mark.parametrize("url", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
async def make(url: str, tmp_path: Path, clock: Clock, shelf: Shelf) -> AsyncGenerator[Make]:
    """Wires everything over the shelf; settings may be given."""
    made: list[Wiring] = []

    async def wire(**given: Any) -> Wiring:
        settings = Settings(
            data_dir=tmp_path / "data", keys_dir=tmp_path / "its-keys", database_url=SecretStr(url), **given
        )
        prepare(settings)
        wiring = await build(settings, demo=True, clock=clock)
        await wiring.store.write(offices.put_in)
        await wiring.refresh()
        made.append(replace(wiring, carriers={**wiring.carriers, NAME: shelf.carrier()}))
        return made[-1]

    yield wire
    for wiring in made:
        await wiring.close()


@pytest.fixture
async def wiring(make: Make) -> Wiring:
    """Transcription is off."""
    return await make()


async def _tell(wiring: Wiring, *media: Medium, text: str = THEFT, number: int = 1) -> None:
    said = Message(
        Channel.SMS,
        NAME,
        account="shelf",
        external_id=str(number),
        address="+9647700000011",
        sequence=number,
        text=text,
        media=media,
    )
    await wiring.intake.keep(said)
    while await settle_waiting(wiring):
        pass


async def _photo(wiring: Wiring, shelf: Shelf, given: object = None) -> None:
    shelf.files[REF] = pictures.photo() if given is None else given  # type: ignore[assignment]
    await _tell(wiring, Medium(MediumKind.PHOTO, REF, "image/jpeg", 5))


async def _fetch(wiring: Wiring) -> bool:
    return await fetch_next(wiring, asyncio.Lock())


async def _row(wiring: Wiring) -> Any:
    (row,) = await wiring.store.read(lambda c: c.execute(select(tables.media)).all())
    return row


async def _content(wiring: Wiring) -> bytes:
    row = await _row(wiring)
    key = (await wiring.store.read(lambda c: filekeys.opened(c, wiring.keyring, [row])))[row.id]
    return b"".join(vault.read(wiring.media_dir, row.path, key))


def _on_disk(wiring: Wiring) -> list[Path]:
    return [path for path in wiring.media_dir.rglob("*") if path.is_file()]


# ── What comes ───────────────────────────────────────────────────────────────────────────────────────────────
@EACH
async def test_a_photo_comes_cleaned_and_lies_sealed(wiring: Wiring, shelf: Shelf) -> None:
    await _photo(wiring, shelf)
    assert await _fetch(wiring)
    assert not await _fetch(wiring)
    row, seen = await _row(wiring), await _content(wiring)
    assert (row.state, row.kind, row.content_type, row.stripped) == ("kept", "photo", "image/jpeg", True)
    assert seen.startswith(b"\xff\xd8\xff")
    assert not any(canary in seen for canary in CANARIES)
    (file,) = _on_disk(wiring)
    assert seen[:64] not in file.read_bytes()


async def test_what_is_called_a_photo_and_is_none_is_a_marked_document(wiring: Wiring, shelf: Shelf) -> None:
    page = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
    await _photo(wiring, shelf, page)
    await _fetch(wiring)
    row = await _row(wiring)
    assert (row.kind, row.content_type, row.stripped) == ("document", "application/octet-stream", False)
    assert await _content(wiring) == page


async def test_a_film_is_sealed_as_it_streams_and_marked(wiring: Wiring, shelf: Shelf) -> None:
    film = b"\0\0\0\x18ftypisom" + bytes(range(256)) * 4000
    await _photo(wiring, shelf, film)
    await _fetch(wiring)
    row = await _row(wiring)
    assert (row.kind, row.content_type, row.stripped, row.size) == ("video", "video/mp4", False, len(film))
    assert await _content(wiring) == film


async def test_a_photo_whose_end_is_missing_comes_as_far_as_it_goes(wiring: Wiring, shelf: Shelf) -> None:
    whole = pictures.photo(size=(800, 600))
    await _photo(wiring, shelf, whole[: len(whole) * 2 // 3])
    await _fetch(wiring)
    assert (await _row(wiring)).stripped


# ── What does not come ───────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("given", "reason"), [(bytes(20 * 1024 * 1024 + 1), "too_large"), (404, "gone")], ids=["too large", "gone"]
)
async def test_what_cannot_come_says_why_and_leaves_nothing(
    wiring: Wiring, shelf: Shelf, given: object, reason: str
) -> None:
    await _photo(wiring, shelf, given)
    await _fetch(wiring)
    row = await _row(wiring)
    assert (row.state, row.reason, row.sealed) == ("failed", reason, None)
    assert _on_disk(wiring) == []
    assert not await _fetch(wiring)


@pytest.mark.parametrize("given", [503, 0, b""], ids=["down", "dropped", "empty"])
async def test_a_carrier_on_a_bad_day_is_asked_again(wiring: Wiring, shelf: Shelf, clock: Clock, given: object) -> None:
    await _photo(wiring, shelf, given)
    await _fetch(wiring)
    assert not await _fetch(wiring)
    assert (await _row(wiring)).state == "waiting"
    shelf.files[REF] = pictures.photo()
    clock.now += timedelta(seconds=15)
    await _fetch(wiring)
    assert (await _row(wiring)).state == "kept"


async def test_a_carrier_that_wants_peace_gets_it(wiring: Wiring, shelf: Shelf, clock: Clock) -> None:
    await _photo(wiring, shelf, 429)
    await _fetch(wiring)
    clock.now += timedelta(seconds=890)
    assert not await _fetch(wiring)
    clock.now += timedelta(seconds=20)
    assert await _fetch(wiring)


async def test_a_carrier_without_files_or_that_is_switched_off(wiring: Wiring, shelf: Shelf) -> None:
    await _photo(wiring, shelf)
    without = replace(wiring, carriers={})
    await _fetch(without)
    assert (await _row(wiring)).state == "waiting"
    other = Message(
        Channel.SMS, "console", "c", "9", "+9647700000012", 9, THEFT, media=(Medium(MediumKind.PHOTO, "r"),)
    )
    await wiring.intake.keep(other)
    while await settle_waiting(wiring):
        pass
    await _fetch(wiring)
    found = await wiring.store.read(lambda c: c.execute(select(tables.media.c.reason)).scalars().all())
    assert sorted(found) == ["", "unfetchable"]


# ── Erased, crashed ──────────────────────────────────────────────────────────────────────────────────────────
async def _erase(wiring: Wiring) -> None:
    def gone(conn: Any) -> None:
        report = conn.execute(select(tables.reports.c.id)).scalar_one()
        content.erase(conn, report)
        shredding.shred(conn, report, now=wiring.clock())

    await wiring.store.write(gone)


@EACH
async def test_a_file_whose_report_is_erased_meanwhile_is_thrown_away(wiring: Wiring, shelf: Shelf) -> None:
    here = asyncio.get_running_loop()

    async def erased_meanwhile() -> bytes:
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(_erase(wiring), here))
        return pictures.photo()

    await _photo(wiring, shelf, erased_meanwhile)
    assert await _fetch(wiring)
    assert shelf.asked == [REF]
    assert _on_disk(wiring) == []
    assert await wiring.store.read(lambda c: c.execute(select(tables.media)).all()) == []


async def test_an_erased_reports_file_is_shredded_by_the_clock(wiring: Wiring, shelf: Shelf) -> None:
    await _photo(wiring, shelf)
    await _fetch(wiring)
    assert len(_on_disk(wiring)) == 1
    await _erase(wiring)
    assert len(_on_disk(wiring)) == 1
    while await timer_worker.ring_due(wiring):
        pass
    assert _on_disk(wiring) == []


async def test_what_a_crash_left_is_swept_and_nothing_else(wiring: Wiring, shelf: Shelf, clock: Clock) -> None:
    await _photo(wiring, shelf)
    await _fetch(wiring)
    (known,) = _on_disk(wiring)

    async def torn() -> AsyncGenerator[bytes]:
        yield b"a crash came before its row was committed"

    left = await vault.write(wiring.media_dir, torn(), now=clock.now)
    await sweep(wiring)
    assert len(_on_disk(wiring)) == 2
    clock.now += timedelta(hours=3)
    await sweep(wiring)
    assert _on_disk(wiring) == [known]
    assert left.path not in str(known)
    assert (await _content(wiring)).startswith(b"\xff\xd8\xff")


# ── Logs ─────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_no_log_line_names_a_handle_a_place_or_a_token(
    wiring: Wiring, shelf: Shelf, clock: Clock, capfd: pytest.CaptureFixture[str]
) -> None:
    logs.configure()
    for given in (503, 0, b"", pictures.photo()):
        if not shelf.files:
            await _photo(wiring, shelf, given)
        shelf.files[REF] = given
        await _fetch(wiring)
        clock.now += timedelta(hours=1)
    told = capfd.readouterr()
    assert "not_fetched" in told.err
    for secret in (REF, TOKEN, "127.0.0.1", "+964770", "Kanarien"):
        assert secret not in told.err + told.out


# ── Voice, written down ──────────────────────────────────────────────────────────────────────────────────────
_ENGINE = """
import os, sys
sound = sys.stdin.buffer.read()
assert sound.startswith(b"OggS") and os.environ["MUNTADA_AUDIO_TYPE"] == "audio/ogg"
assert set(os.environ) <= {"PATH", "LANG", "LC_CTYPE", "MUNTADA_AUDIO_TYPE"}
print("a secret about the sound", file=sys.stderr)
sys.stdout.buffer.write(open(sys.argv[1], "rb").read())
"""


def _engine(folder: Path, says: str) -> str:
    program, words = folder / "engine.py", folder / "words"
    program.write_text(_ENGINE)
    words.write_text(says)
    return shlex.join([sys.executable, str(program), str(words)])


async def _heard(wiring: Wiring, shelf: Shelf, *, text: str = THEFT) -> Any:
    """A voice note comes and is written down; its report's row."""
    shelf.files[REF] = NOTE
    await _tell(wiring, Medium(MediumKind.VOICE, REF, "audio/ogg", 5), text=text)
    await _fetch(wiring)
    _wait(wiring, timedelta(seconds=3))
    await write_down_next(wiring)
    (row,) = await wiring.store.read(lambda c: c.execute(select(tables.reports)).all())
    return row


def _wait(wiring: Wiring, length: timedelta) -> None:
    assert isinstance(wiring.clock, Clock)
    wiring.clock.now += length


async def _transcripts(wiring: Wiring) -> list[dict[str, Any]]:
    chosen = select(tables.parts).where(tables.parts.c.kind == transcripts.KIND)
    rows = await wiring.store.read(lambda c: c.execute(chosen).all())
    return [content.open_part(wiring.keyring, row) for row in rows]


async def _alarms(wiring: Wiring) -> int:
    chosen = select(tables.timers.c.id).where(tables.timers.c.kind == "alert")
    return len(await wiring.store.read(lambda c: c.execute(chosen).all()))


async def test_without_a_program_a_voice_note_is_only_kept(wiring: Wiring, shelf: Shelf) -> None:
    await _heard(wiring, shelf)
    assert not await write_down_next(wiring)
    assert await _transcripts(wiring) == []
    cleaned = await _content(wiring)
    assert b"LOCATION" not in cleaned
    assert cleaned[-600:] == NOTE[-600:]


async def test_with_one_it_is_written_down_once_and_sealed(make: Make, shelf: Shelf, tmp_path: Path) -> None:
    wiring = await make(transcribe_command=_engine(tmp_path, "  سرقوا الدراجة من باب الدار\n"))
    report = await _heard(wiring, shelf)
    assert [body["text"] for body in await _transcripts(wiring)] == ["سرقوا الدراجة من باب الدار"]
    assert not await write_down_next(wiring)
    assert (report.urgency, await _alarms(wiring)) == (0, 0)
    assert "الدراجة" not in str(await wiring.store.read(lambda c: c.execute(select(tables.parts)).all()))


@EACH
async def test_words_of_danger_raise_the_report_and_ring_once(make: Make, shelf: Shelf, tmp_path: Path) -> None:
    wiring = await make(transcribe_command=_engine(tmp_path, "هسه رمي قوي وناس مصابة تنزف الحقونا"))
    report = await _heard(wiring, shelf)
    assert report.urgency == 2
    assert report.due_at - wiring.clock() == timedelta(minutes=15)
    assert await _alarms(wiring) == 1
    events = await wiring.store.read(lambda c: c.execute(select(tables.events)).all())
    (heard,) = [event for event in events if event.kind == "heard"]
    assert (heard.data, heard.actor) == ({"urgency": 2}, None)
    card = await wiring.store.read(lambda c: content.card(c, wiring.keyring, report.id))
    assert card["urgency"] == 2


async def test_a_sealed_desks_transcript_stays_there_and_tells_no_minute(
    make: Make, shelf: Shelf, tmp_path: Path
) -> None:
    wiring = await make(transcribe_command=_engine(tmp_path, "هسه رمي قوي وناس مصابة تنزف الحقونا"))
    _wait(wiring, timedelta(minutes=17))
    report = await _heard(wiring, shelf, text="رجلي يضربني كل يوم وحابسني بالبيت بالكرادة")
    assert report.desk == Desk.WOMEN
    assert (report.category, report.channel) == (None, None)
    chosen = select(tables.parts.c.at).where(tables.parts.c.kind == transcripts.KIND)
    (told,) = await wiring.store.read(lambda c: c.execute(chosen).scalars().all())
    assert told - told.replace(minute=0, second=0, microsecond=0) < timedelta(milliseconds=1)
    assert report.due_at.minute in {0, 15}


@pytest.mark.parametrize(
    "program",
    ["import sys; sys.exit(3)", "import sys; sys.stdout.buffer.write(bytes([255, 254]))", "print('x' * 2_000_000)"],
    ids=["fails", "no UTF-8", "never stops"],
)
async def test_a_program_that_fails_is_tried_three_times(make: Make, shelf: Shelf, clock: Clock, program: str) -> None:
    wiring = await make(transcribe_command=shlex.join([sys.executable, "-c", program]))
    await _heard(wiring, shelf)
    tries = 1
    for _ in range(6):
        clock.now += timedelta(hours=1)
        tries += await write_down_next(wiring)
    assert tries == 3
    assert await _transcripts(wiring) == []
    assert (await _row(wiring)).state == "kept"
