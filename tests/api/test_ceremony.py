"""The ceremony at the terminal: what it refuses, what it asks for, and who reads afterwards."""

import asyncio
import io
import os
import pty
import re
import select as ready
import sys
import termios
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from pydantic import SecretStr
from sqlalchemy import update

from api import ceremony, people
from api.ceremony.recovery import recovered
from api.people import Mistake
from api.settings import Settings
from bot.vocabulary import Desk, Role
from storage import keys
from storage.casework import opening
from storage.database.engine import Connection, Store
from storage.desks import ceremonies, lists, offering
from storage.keys import Keyring
from storage.people import services, staff
from storage.sealed import keypairs, roots
from storage.sealed.keypairs import Unlocked
from storage.tables import recipients
from tests.ceremony import PHRASE, SERVICES, WOMEN_OF_KARRADA, held, offered
from tests.databases import sqlite_mostly
from tests.staffing import KARRADA, Filed, file, hire, town

pytestmark = sqlite_mostly


T = TypeVar("T")
ROOT = Path(__file__).resolve().parents[2]
N = "BG-4F7K2"
SAID = "زوجي يحبسني بالبيت"


@pytest.fixture
def settings(database_url: str, keys_dir: Path, tmp_path: Path) -> Settings:
    """A deployment of its own. Its command line goes by the machine's clock."""
    return Settings(database_url=SecretStr(database_url), keys_dir=keys_dir, data_dir=tmp_path / "data")


@pytest.fixture
def ring(keys_dir: Path) -> Keyring:
    return Keyring.open(keys_dir)


def _types(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))


async def _peopled(store: Store, ring: Keyring, now: datetime, *names: str) -> list[str]:
    def people(conn: Connection) -> list[str]:
        keys.register(conn, ring, now)
        town(conn)
        return [hire(conn, ring, name, Role.FOCAL_POINT, now=now) for name in names]

    return await store.write(people)


async def _letters(store: Store, ring: Keyring, now: datetime) -> list[tuple[str, str]]:
    """Who waits and what she reads out, in the order in which the ceremony asks."""
    listed = await store.read(lambda c: lists.listed(c, ring, WOMEN_OF_KARRADA, now=now))
    return [(each.name, each.fingerprint) for each in listed.waiting]


async def _reads(store: Store, ring: Keyring, person: str, now: datetime) -> bool:
    def look(conn: Connection) -> bool:
        key: Unlocked = ceremonies.unlock(conn, ring, staff=person, phrase=PHRASE, now=now)
        found = opening.one(conn, ring, staff=person, number=N, now=now, opener=key)
        return found is not None and any(entry.text == SAID for entry in found.thread)

    return await store.write(look)


async def _refused(settings: Settings, desk: str = "women") -> str:
    with pytest.raises(Mistake) as caught:
        await ceremony.open_desk(settings, KARRADA, desk)
    return str(caught.value)


async def test_each_refusal_names_the_next_step(
    store: Store, settings: Settings, ring: Keyring, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime.now(UTC) - timedelta(minutes=5)
    huda, suad = await _peopled(store, ring, now, "هدى", "سعاد")
    assert "only desks women and child" in await _refused(settings, "general")
    assert "muntada desks recovery" in await _refused(settings)
    _types(monkeypatch)
    with pytest.raises(Mistake, match="at a terminal"):
        await ceremony.recovery(settings)
    await store.write(lambda c: ceremonies.make_recovery(c, ring, by="machine:test", now=now))
    assert "muntada desks services" in await _refused(settings)
    csv = tmp_path / "services.csv"
    csv.write_text(SERVICES.replace("2026-11-01", f"{now:%Y-%m-%d}"), encoding="utf-8")
    assert await ceremony.import_services(settings, csv) == "2 services"
    assert "fewer than two" in await _refused(settings)
    for person in (huda, suad):
        await store.write(lambda c, person=person: offered(c, ring, person, now=now))  # type: ignore[misc]
    (_, first), _ = await _letters(store, ring, now)
    _types(monkeypatch, first, "AAAAA " * 4)
    assert "somebody has changed the key" in await _refused(settings)
    _types(monkeypatch, first, "")
    assert "fewer than two" in await _refused(settings)


@pytest.mark.parametrize("when", ["before", "between"])
async def test_a_key_swapped_in_the_database_founds_no_desk(
    store: Store, settings: Settings, ring: Keyring, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    now = datetime.now(UTC) - timedelta(minutes=5)
    both = await _peopled(store, ring, now, "هدى", "سعاد")

    def prepared(conn: Connection) -> None:
        ceremonies.make_recovery(conn, ring, by="machine:test", now=now)
        services.replace(conn, ring, services.parse(SERVICES), now=now)
        for person in both:
            offered(conn, ring, person, now=now)

    await store.write(prepared)
    papers = [letters for _, letters in await _letters(store, ring, now)]
    thief = keypairs.new("0" * 32)
    swapped = update(recipients).values(public_key=thief.public, signing_key=thief.signing_public)
    first = await store.read(lambda c: offering.waiting(c, ring, WOMEN_OF_KARRADA)[0].id)

    async def swap() -> None:
        await store.write(lambda c: c.execute(swapped.where(recipients.c.id == first)))

    async def between(step: Settings, work: Callable[[Connection, Keyring, datetime], T]) -> T:
        done = await through(step, work)
        await swap()
        return done

    through = people.with_store
    _types(monkeypatch, *papers)
    if when == "before":
        await swap()
    else:
        monkeypatch.setattr(people, "with_store", between)  # once the letters are compared, before they are founded
    assert "somebody has changed the key" in await _refused(settings)
    assert await store.read(lambda c: len(offering.waiting(c, ring, WOMEN_OF_KARRADA))) == 2


async def test_what_waited_is_read_by_its_focal_points_once_their_desk_is_on(
    store: Store, settings: Settings, ring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime.now(UTC) - timedelta(minutes=5)
    huda, suad = await _peopled(store, ring, now, "هدى", "سعاد")

    def prepared(conn: Connection) -> tuple[str, str]:
        halves = ceremonies.make_recovery(conn, ring, by="machine:test", now=now)
        services.replace(conn, ring, services.parse(SERVICES), now=now)
        for person in (huda, suad):
            offered(conn, ring, person, now=now)
        file(conn, ring, Filed(N, desk=Desk.WOMEN, said=(SAID,), age=timedelta()), now=now)
        return halves

    halves = await store.write(prepared)
    letters = [each for _, each in await _letters(store, ring, now)]
    _types(monkeypatch, letters[0].lower(), letters[1], *halves)
    assert await ceremony.open_desk(settings, KARRADA, "women") == "done"
    later = datetime.now(UTC)
    assert await _reads(store, ring, huda, later)
    assert await _reads(store, ring, suad, later)
    assert "on already" in await _refused(settings)
    told = await ceremony.status(settings)
    assert "recovery key: made" in told
    assert f"{KARRADA} women: on since" in told
    assert "هدى, since" in told
    assert SAID not in told


async def test_the_officers_bring_a_new_focal_point_back_to_the_old_parts(
    store: Store, settings: Settings, ring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime.now(UTC) - timedelta(hours=80)
    huda, suad, mona = await _peopled(store, ring, now, "هدى", "سعاد", "منى")
    halves = await store.write(lambda c: held(c, ring, [huda, suad], now=now))
    await store.write(lambda c: file(c, ring, Filed(N, desk=Desk.WOMEN, said=(SAID,), age=timedelta()), now=now))
    with pytest.raises(Mistake, match="has made no key"):
        await ceremony.recover(settings, KARRADA, "women", "منى")
    await store.write(lambda c: offered(c, ring, mona, now=now))
    ((_, letters),) = await _letters(store, ring, now)
    typo = halves[0].replace(halves[0][3], "Z" if halves[0][3] != "Z" else "Y", 1)
    _types(monkeypatch, letters, typo, *halves)
    assert "Run `muntada desks recover` after" in await ceremony.recover(settings, KARRADA, "women", "منى")
    with pytest.raises(Mistake, match="takes effect at"):
        await ceremony.recover(settings, KARRADA, "women", "منى")
    with pytest.raises(Mistake, match="not the two halves"):
        await recovered(_typing(settings, monkeypatch, halves[0], halves[0]))
    assert "منى, from" in await ceremony.status(settings)


async def test_the_officers_put_another_in_the_place_of_one_who_is_lost(
    store: Store, settings: Settings, ring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime.now(UTC) - timedelta(hours=80)
    huda, suad, mona = await _peopled(store, ring, now, "هدى", "سعاد", "منى")
    halves = await store.write(lambda c: held(c, ring, [huda, suad], now=now))
    await store.write(lambda c: staff.deactivate(c, ring, person=huda, now=now))
    assert "FEWER THAN TWO" in await ceremony.status(settings)
    who = ("هدى", "منى")
    with pytest.raises(Mistake, match="has made no key"):
        await ceremony.replace_one(settings, KARRADA, "women", who)
    await store.write(lambda c: offered(c, ring, mona, now=now))
    ((_, letters),) = await _letters(store, ring, now)
    _types(monkeypatch, letters, *halves)
    assert "هدى is off the list, منى takes her place" in await ceremony.replace_one(settings, KARRADA, "women", who)
    told = await ceremony.status(settings)
    assert "FEWER THAN TWO" in told  # until her seat begins
    assert "منى, from" in told
    with pytest.raises(Mistake, match="not on the list"):
        await ceremony.replace_one(settings, KARRADA, "women", who)


async def test_the_officers_end_a_seat_that_vanished(
    store: Store, settings: Settings, ring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime.now(UTC)
    founders = await _peopled(store, ring, now, "هدى", "سعاد")
    halves = await store.write(lambda c: held(c, ring, founders, now=now))
    gone = "f" * 32
    roots.seat(ring.folder, roots.name(KARRADA, "women"), gone, "0" * 64)  # its row was deleted by SQL
    told = await ceremony.status(settings)
    assert "DOES NOT VERIFY" in told
    assert f"{gone}: HER SEAT VANISHED" in told
    with pytest.raises(Mistake, match="not on the list"):
        await ceremony.off(settings, KARRADA, "women", "منى")
    _types(monkeypatch, *halves)
    assert "off the list at once" in await ceremony.off(settings, KARRADA, "women", gone)
    told = await ceremony.status(settings)
    assert "VANISHED" not in told
    assert "DOES NOT VERIFY" not in told
    _types(monkeypatch, *halves)
    with pytest.raises(Mistake, match="fewer than two"):
        await ceremony.off(settings, KARRADA, "women", "هدى")


def _typing(settings: Settings, monkeypatch: pytest.MonkeyPatch, *lines: str) -> Settings:
    _types(monkeypatch, *lines)
    return settings


async def test_what_waits_without_a_reader_is_counted_and_no_more(
    store: Store, settings: Settings, ring: Keyring
) -> None:
    now = datetime.now(UTC) - timedelta(minutes=5)
    await _peopled(store, ring, now)
    await store.write(lambda c: file(c, ring, Filed(N, desk=Desk.WOMEN, said=(SAID,)), now=now))
    told = await ceremony.status(settings)
    assert "recovery key: none. sensitive reports are protected only by grants" in told
    assert f"{KARRADA} women: off" in told
    assert "1 open reports have nobody who could read them" in told
    assert N not in told


# ── At a terminal ────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(slots=True)
class Terminal:
    """What two officers sit at. heard: what it said and nobody has read yet."""

    child: int
    handle: int
    heard: str = ""

    def until(self, words: str, within_s: float = 120.0) -> str:
        """What it says up to these words."""
        begun = time.monotonic()
        while words not in self.heard:
            assert time.monotonic() - begun < within_s, f"nothing said {words}"
            if ready.select([self.handle], [], [], 0.2)[0]:
                self.heard += os.read(self.handle, 65536).decode()
        said, _, self.heard = self.heard.partition(words)
        return said + words

    def say(self, line: str) -> None:
        """Types a line."""
        os.write(self.handle, f"{line}\r".encode())

    def whisper(self, line: str, within_s: float = 60.0) -> None:
        """Types a line once nothing that is typed is shown any more."""
        begun = time.monotonic()
        while termios.tcgetattr(self.handle)[3] & termios.ECHO:
            assert time.monotonic() - begun < within_s, "the half would be shown as it is typed"
            time.sleep(0.02)
        self.say(line)


def _started(arguments: Sequence[str], environment: dict[str, str]) -> Terminal:
    child, handle = pty.fork()
    if child == 0:
        os.chdir(ROOT)
        os.execve(sys.executable, [sys.executable, "-m", "api.cli", *arguments], environment)
    return Terminal(child, handle)


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
@pytest.mark.parametrize("broken_off", [False, pytest.param(True, marks=pytest.mark.slow)])  # two seconds each time
def test_each_half_is_shown_once_to_its_officer_and_read_back(
    sqlite_url: str, tmp_path: Path, *, broken_off: bool
) -> None:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("MUNTADA_")},
        "MUNTADA_DATABASE_URL": sqlite_url,
        "MUNTADA_KEYS_DIR": str(tmp_path / "new-keys"),
        "MUNTADA_DATA_DIR": str(tmp_path / "data"),
        "TERM": "xterm",
    }
    if broken_off:
        first = _started(["desks", "recovery"], environment)
        first.until("Press Enter")
        first.say("\x03")
        os.waitpid(first.child, 0)
        os.close(first.handle)
    terminal = _started(["desks", "recovery"], environment)  # what was broken off left no key behind
    halves = []
    for number in (1, 2):
        terminal.until(f"Half {number} of 2")
        page = terminal.until("Press Enter")
        halves.append(" ".join(re.findall(r"\b[0-9A-Z]{5}\b", page)))
        terminal.say("")
        terminal.until("\x1b[3J")  # gone from the screen, and from what can be scrolled back to
        if number == 1:
            terminal.until("as it stands on the paper")
            terminal.whisper("00000 " * 15)
            terminal.until("group 1 is not right")
            terminal.until("Show the half again?")
            terminal.say("n")
        terminal.until("as it stands on the paper")
        terminal.whisper(halves[-1].lower())
        assert halves[-1].split()[0].lower() not in terminal.until(f"half {number} is right")
    terminal.until("nobody can print them again")
    assert os.waitstatus_to_exitcode(os.waitpid(terminal.child, 0)[1]) == 0
    os.close(terminal.handle)
    asyncio.run(_opens(sqlite_url, tmp_path / "new-keys", halves))


async def _opens(url: str, keys_dir: Path, halves: Sequence[str]) -> None:
    store, ring, now = Store.open(url), Keyring.open(keys_dir), datetime.now(UTC)
    try:
        await store.write(lambda c: ceremonies.recovered(c, ring, halves, by="machine:test", now=now))
    finally:
        store.close()
