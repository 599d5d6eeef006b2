"""`muntada keys`: makes what is missing and nothing in a lost key's place, and copies that officers bring back."""

import asyncio
import json
import shutil
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyrage
import pytest
from pydantic import SecretStr
from sqlalchemy import select
from typer.testing import CliRunner, Result

from api import keycare
from api.cli import app
from api.settings import Settings, without_carriers
from api.wiring import build, utc_now
from storage import keyfiles, keys, tables
from storage.database.engine import Store
from storage.keycare import keybackups
from storage.keys import PASSING, DemoKeys, Domain, Keyring
from tests.databases import sqlite_mostly
from tests.storage import making
from tests.storage.house import House

pytestmark = sqlite_mostly


Run = Callable[..., Result]
_LAST_S = 30


@pytest.fixture(autouse=True)
def _one_day() -> None:
    """None begins at the end of a day: what it makes and what it looks for afterwards have one date."""
    now = utc_now()
    left = (now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1) - now).total_seconds()
    if left < _LAST_S:
        time.sleep(left)


@pytest.fixture
def keys_dir(tmp_path: Path) -> Path:
    """An empty folder for keys."""
    folder = tmp_path / "its-keys"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, keys_dir: Path, database_url: str) -> Run:
    """The command line, on each database."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MUNTADA_DATABASE_URL", database_url)
    monkeypatch.setenv("MUNTADA_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("MUNTADA_KEYS_DIR", str(keys_dir))
    return lambda *arguments: CliRunner().invoke(app, ["keys", *arguments])


def _officers(folder: Path, count: int = 2) -> list[str]:
    found = []
    for number in range(1, count + 1):
        identity = pyrage.x25519.Identity.generate()
        (folder / f"officer{number}.txt").write_text(f"# public key: {identity.to_public()}\n{identity}\n")
        found += ["--officer", str(identity.to_public())]
    return found


def _held(folder: Path) -> dict[Path, bytes]:
    return {file.relative_to(folder): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_the_keys_are_made_once_and_are_whole(run: Run, keys_dir: Path) -> None:
    assert "keys made" in run("create").output
    before = _held(keys_dir)
    assert "every key is there" in run("create").output
    assert _held(keys_dir) == before
    assert run("verify").output.strip() == "the keys are whole"


def test_no_key_is_made_in_place_of_one_that_was_lost(run: Run, keys_dir: Path) -> None:
    run("create")
    lost = keys_dir / "content" / f"{utc_now():%Y-%m}"
    lost.unlink()
    result = run("create")
    assert result.exit_code == 2
    assert "bring the keys back" in result.output
    assert not lost.exists()
    looked = run("verify")
    assert looked.exit_code == 2
    assert looked.output.startswith(f"content/{lost.name}: the database names this key")


def test_two_officers_get_a_copy_each_and_either_brings_the_keys_back(run: Run, keys_dir: Path, tmp_path: Path) -> None:
    run("create")
    made = run("backup", "--to", str(tmp_path / "keys.age"), *_officers(tmp_path))
    assert made.exit_code == 0
    assert f"{utc_now() + timedelta(days=7):%Y-%m-%d}" in made.output
    held = _held(keys_dir)
    for number in (1, 2):
        shutil.rmtree(keys_dir)
        copy, identity = tmp_path / f"keys.{number}.age", tmp_path / f"officer{number}.txt"
        done = run("restore", str(copy), "--identity", str(identity))
        assert json.loads(done.output)["left out"] == 0
        back = _held(keys_dir)
        assert back == {name: content for name, content in held.items() if name.parts[0] not in PASSING}
        again = run("restore", str(copy), "--identity", str(identity))
        assert json.loads(again.output)["placed"] == 0


async def _rows(database_url: str, group: str) -> list[tuple[str, Any]]:
    store = Store.open(database_url)
    try:
        a = tables.audit.c
        wanted = select(a.action, a.data).where(a.action.like(f"{group}.%")).order_by(a.at, a.id)
        return [tuple(row) for row in await store.read(lambda c: c.execute(wanted).all())]
    finally:
        store.close()


def test_every_use_of_the_keys_leaves_a_row(run: Run, keys_dir: Path, tmp_path: Path, database_url: str) -> None:
    run("create")
    run("create")
    run("verify")
    run("rotate")
    run("backup", "--to", str(tmp_path / "keys.age"), *_officers(tmp_path))
    run("restore", str(tmp_path / "keys.1.age"), "--identity", str(tmp_path / "officer1.txt"))
    (keys_dir / "content" / "2020-01").write_bytes(b"x")
    assert run("verify").exit_code == 2
    rows = asyncio.run(_rows(database_url, "keys"))
    assert [action for action, _ in rows] == [
        "keys.made",
        "keys.made",
        "keys.verified",
        "keys.rotated",
        "keys.copied",
        "keys.restored",
        "keys.verified",
    ]
    made, again, whole, rotated, _, restored, broken = (data for _, data in rows)
    assert made["made"] > 0
    assert again == {"made": 0}
    assert (whole, rotated["give_up"], restored["placed"]) == ({"faults": 0}, False, 0)
    assert broken["faults"] > 0


async def test_who_was_taken_off_a_sealed_desk_since_the_copy_is_noted_again(
    store: Store, keys_dir: Path, tmp_path: Path, database_url: str
) -> None:
    settings = Settings(database_url=SecretStr(database_url), keys_dir=keys_dir, data_dir=tmp_path / "data")
    await keycare.create(settings)
    house = House(store, Keyring.open(keys_dir), utc_now())
    await house.begin()
    await house.recovery()
    await house.found("هدى", "سلمى", "نور")
    await keycare.backup(settings, tmp_path / "keys.age", _officers(tmp_path)[1::2])
    house.people["رابعة"] = house.people["هدى"]  # with another key
    at = await house.replace("هدى", "رابعة", by="سلمى")
    shutil.rmtree(keys_dir)
    await keycare.restore(settings, tmp_path / "keys.1.age", tmp_path / "officer1.txt")
    house.keyring = Keyring.open(keys_dir)
    left = {house.keys[name].recipient for name in ("سلمى", "نور", "رابعة", "recovery")}
    assert await house.standing(at) == left


def test_where_the_logs_own_key_is_gone_verifying_says_that_no_row_tells_of_it(run: Run, keys_dir: Path) -> None:
    run("create")
    shutil.rmtree(keys_dir / "audit")
    verified = run("verify")
    assert verified.exit_code == 2
    assert "no row could be written" in verified.output


def test_after_the_folder_was_lost_the_server_can_start_again(run: Run, keys_dir: Path, tmp_path: Path) -> None:
    run("create")
    run("backup", "--to", str(tmp_path / "keys.age"), *_officers(tmp_path))
    shutil.rmtree(keys_dir)
    arguments = ("restore", str(tmp_path / "keys.1.age"), "--identity", str(tmp_path / "officer1.txt"))
    assert json.loads(run(*arguments).output)["days lost"] == 2
    assert "8 keys made" in run("create").output
    assert run("verify").exit_code == 0


def test_before_the_database_is_there_the_keys_are(
    run: Run, keys_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("create")
    run("backup", "--to", str(tmp_path / "keys.age"), *_officers(tmp_path))
    before = _held(keys_dir)
    shutil.rmtree(keys_dir)
    monkeypatch.setenv("MUNTADA_DATABASE_URL", f"sqlite:///{tmp_path}/not-yet.db")
    arguments = ("restore", str(tmp_path / "keys.2.age"), "--identity", str(tmp_path / "officer2.txt"))
    assert json.loads(run(*arguments, "--without-database").output)["left out"] == 0
    assert _held(keys_dir) == {name: content for name, content in before.items() if name.parts[0] not in PASSING}
    assert not (tmp_path / "not-yet.db").exists()


def test_when_all_is_lost_an_officers_copy_and_a_backup_bring_it_back_the_same_day(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("data", "keys"):
        monkeypatch.setenv(f"MUNTADA_{name.upper()}_DIR", str(tmp_path / "machine" / name))

    def run(*words: str) -> Result:
        done = CliRunner().invoke(app, list(words))
        assert done.exit_code == 0, done.output
        return done

    run("migrate")
    run("keys", "create")
    run("keys", "backup", "--to", "keys.age", *_officers(tmp_path))
    run("backup", "--to", "backups")
    shutil.rmtree(tmp_path / "machine")
    run("keys", "restore", "keys.2.age", "--identity", "officer2.txt", "--without-database")
    run("restore", "--from", "backups")
    assert "the keys are whole" in run("keys", "verify").output
    # Messages can be kept at once: there is a key for today, though no copy held one.
    assert (tmp_path / "machine" / "keys" / "intake" / f"{utc_now():%Y-%m-%d}").exists()
    # The same backup is still good for a drill, and to be put back once more.
    run("drill", "--from", "backups")
    shutil.rmtree(tmp_path / "machine" / "data")
    run("restore", "--from", "backups")
    assert "the keys are whole" in run("keys", "verify").output


def test_one_officers_copy_does_not_open_to_the_other(run: Run, tmp_path: Path) -> None:
    run("create")
    run("backup", "--to", str(tmp_path / "keys.age"), *_officers(tmp_path))
    wrong = run("restore", str(tmp_path / "keys.1.age"), "--identity", str(tmp_path / "officer2.txt"))
    assert wrong.exit_code == 2
    assert "does not open" in wrong.output


@pytest.mark.parametrize("count", [0, 1])
def test_one_officer_is_not_enough(run: Run, tmp_path: Path, count: int) -> None:
    run("create")
    assert run("backup", "--to", str(tmp_path / "keys.age"), *_officers(tmp_path, count)).exit_code == 2
    one = _officers(tmp_path, 1)
    for again in (one, [one[0], f" {one[1]}"], [one[0], one[1].upper()]):
        assert "two officers" in run("backup", "--to", str(tmp_path / "keys.age"), *one, *again).output
    assert not list(tmp_path.glob("*.age"))


def test_a_device_is_no_place_for_copies(run: Run, tmp_path: Path) -> None:
    run("create")
    refused = run("backup", "--to", "/dev/full", *_officers(tmp_path))
    assert (refused.exit_code, "neither a file nor a folder" in refused.output) == (2, True)
    assert not list(Path("/dev").glob("full.*"))


def test_copies_go_into_the_folder_that_is_named(run: Run, tmp_path: Path) -> None:
    run("create")
    stick = tmp_path / "stick"
    stick.mkdir()
    assert run("backup", "--to", str(stick), *_officers(tmp_path)).exit_code == 0
    assert sorted(file.name for file in stick.iterdir()) == [f"keys-{utc_now():%Y-%m-%d}.{n}.age" for n in (1, 2)]


@pytest.mark.parametrize("folder", ["its-keys", "data", "data/deeper"])
def test_no_officers_copy_lies_beside_what_it_brings_back(run: Run, tmp_path: Path, folder: str) -> None:
    run("create")
    (tmp_path / folder).mkdir(parents=True, exist_ok=True)
    for to in (tmp_path / folder, tmp_path / folder / "copy.age"):
        refused = run("backup", "--to", str(to), *_officers(tmp_path))
        assert (refused.exit_code, "the server's own disk" in refused.output) == (2, True)
    assert not list((tmp_path / folder).glob("*.age"))


def test_a_copy_overwrites_nothing(run: Run, tmp_path: Path) -> None:
    run("create")
    (tmp_path / "keys.2.age").write_text("mine")
    result = run("backup", "--to", str(tmp_path / "keys.age"), *_officers(tmp_path))
    assert result.exit_code == 2
    assert (tmp_path / "keys.2.age").read_text() == "mine"
    assert not (tmp_path / "keys.1.age").exists()


def test_a_copy_kept_too_long_is_refused_unless_nothing_else_is_left(run: Run, keys_dir: Path, tmp_path: Path) -> None:
    run("create")
    identity = pyrage.x25519.Identity.generate()
    (tmp_path / "officer.txt").write_text(str(identity))
    keyring, old = Keyring.open(keys_dir), utc_now() - timedelta(days=8)
    secrets = {(Domain.CODE, "all"): keyring.at(Domain.CODE, "all")}
    copy = keybackups.Copy(old, old + timedelta(days=7), secrets, {})
    (tmp_path / "old.age").write_bytes(keybackups.sealed_for(copy, str(identity.to_public())))
    arguments = ("restore", str(tmp_path / "old.age"), "--identity", str(tmp_path / "officer.txt"))
    refused = run(*arguments)
    assert refused.exit_code == 2
    assert "was to be deleted" in refused.output
    assert json.loads(run(*arguments, "--although-expired").output)["there already"] == 1


def test_rotating_by_hand_says_when_nothing_is_to_be_done(run: Run) -> None:
    run("create")
    assert "no earlier month" in run("rotate").output


async def test_rotating_by_hand_carries_on_what_lives_and_ends_old_keys(
    run: Run, keys_dir: Path, database_url: str
) -> None:
    keyring, then = Keyring.open(keys_dir), utc_now() - timedelta(days=70)
    old = keys.epoch_of(Domain.CONTENT, then)
    store = Store.open(database_url)
    try:
        await making.prepare(store, keyring, then)
        await making.say(store, keyring, making.message(1), making.decision(making.filing()), now=then)
        rotated = await asyncio.to_thread(run, "rotate")
        rows = await making.rows(store, tables.parts)
        ended = {(domain, epoch) for domain, epoch, _ in await store.read(keys.ended)}
    finally:
        store.close()
    assert rotated.exit_code == 0, rotated.output
    assert {row.epoch for row in rows} == {f"{utc_now():%Y-%m}"}
    assert (Domain.CONTENT, old) in ended
    assert Keyring.open(keys_dir).has(Domain.CONTENT, old)  # its file lingers for whoever is reading


def test_a_demonstrations_keys_are_refused_where_the_world_reaches_us(
    run: Run, keys_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("create")
    keyfiles.mark_demo(keys_dir)
    assert run("verify").exit_code == 0
    monkeypatch.setenv("MUNTADA_PUBLIC_URL", "https://forum.example.org")
    assert "demonstration" in run("create").output
    assert "demonstration" in run("verify").output


def test_a_demonstrations_keys_are_copied_for_no_officer(run: Run, keys_dir: Path, tmp_path: Path) -> None:
    """The note that they are a demonstration's would stay behind."""
    run("create")
    keyfiles.mark_demo(keys_dir)
    assert "demonstration" in run("backup", "--to", str(tmp_path / "keys.age"), *_officers(tmp_path)).output
    assert not list(tmp_path.glob("keys*.age"))


@pytest.mark.parametrize(
    "carrier",
    [
        {"telegram_token": "770000001:of-nobody"},
        {"telegram_token": "770000001:of-nobody", "telegram_mode": "webhook", "telegram_secret": "sixteen-letters-x"},
        {"twilio_account_sid": "AC1", "twilio_auth_token": "of-nobody", "twilio_number": "+9647700000099"},
        {
            "kannel_url": "http://127.0.0.1:13013",
            "kannel_user": "u",
            "kannel_password": "p",
            "kannel_secret": "sixteen-letters-x",
        },
    ],
    ids=["polling", "webhook", "twilio", "a gateway on this machine"],
)
async def test_nor_to_people_who_write_to_a_real_carrier(
    keys_dir: Path, tmp_path: Path, carrier: dict[str, Any]
) -> None:
    """Polling needs no address of ours: the default one, loopback, says nothing."""
    keyfiles.mark_demo(keys_dir)
    settings = Settings(data_dir=tmp_path / "data", keys_dir=keys_dir, **carrier)
    assert not settings.production
    with pytest.raises(DemoKeys):
        await build(settings)
    assert set(_held(keys_dir)) == {Path("these-are-demo-keys")}


def test_whoever_starts_with_them_is_told_why(run: Run, keys_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("create")
    keyfiles.mark_demo(keys_dir)
    monkeypatch.setenv("MUNTADA_TELEGRAM_TOKEN", "770000001:of-nobody")
    served = CliRunner().invoke(app, ["serve"])
    assert served.exit_code == 2
    assert "a real bot" in served.output
    assert "770000001" not in served.output
    assert "demonstration" in run("verify").output
    assert "a real bot" in CliRunner().invoke(app, ["simulate"]).output


def test_a_demonstration_uses_no_carrier_that_is_set_up(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"TELEGRAM_TOKEN": "770000001:of-nobody", "TWILIO_ACCOUNT_SID": "AC1"}.items():
        monkeypatch.setenv(f"MUNTADA_{name}", value)
    monkeypatch.setenv("MUNTADA_TWILIO_AUTH_TOKEN", "x")
    monkeypatch.setenv("MUNTADA_TWILIO_NUMBER", "+9647700000099")
    alone = Settings.model_validate(without_carriers())
    assert not alone.reaches_people
    assert (alone.telegram_on, alone.sms) == (False, ())


async def test_nothing_is_served_from_them_there(keys_dir: Path, tmp_path: Path) -> None:
    keyfiles.mark_demo(keys_dir)
    world = Settings(data_dir=tmp_path / "data", keys_dir=keys_dir, public_url="https://forum.example.org")
    with pytest.raises(DemoKeys):
        await build(world)
    assert set(_held(keys_dir)) == {Path("these-are-demo-keys")}


def test_what_cannot_be_read_is_said(run: Run, tmp_path: Path) -> None:
    run("create")
    assert "No such file" in run("restore", "absent.age", "--identity", "absent.txt").output
    (tmp_path / "x").write_text("x")
    assert "no age identity" in run("restore", str(tmp_path / "x"), "--identity", str(tmp_path / "x")).output
    bad = run("backup", "--to", str(tmp_path / "k.age"), "--officer", "age1x", "--officer", "age1y")
    assert "age1" in bad.output
    assert bad.exit_code == 2


def test_a_database_that_names_no_key_yet_is_told_with_what_to_add(run: Run, keys_dir: Path, tmp_path: Path) -> None:
    run("create")
    run("backup", "--to", str(tmp_path / "keys.age"), *_officers(tmp_path))
    shutil.rmtree(keys_dir)
    CliRunner().invoke(app, ["migrate"], env={"MUNTADA_DATABASE_URL": f"sqlite:///{tmp_path}/bare.db"})
    arguments = ["keys", "restore", str(tmp_path / "keys.1.age"), "--identity", str(tmp_path / "officer1.txt")]
    told = CliRunner().invoke(app, arguments, env={"MUNTADA_DATABASE_URL": f"sqlite:///{tmp_path}/bare.db"})
    assert (told.exit_code, "--without-database" in told.output) == (2, True)
    none = CliRunner().invoke(app, arguments, env={"MUNTADA_DATABASE_URL": f"sqlite:///{tmp_path}/none.db"})
    assert none.exit_code == 2
    assert not (tmp_path / "none.db").exists()
