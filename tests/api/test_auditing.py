"""What leaves an audit row, and what the terminal says of the log."""

import re
import shutil
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import select
from typer.testing import CliRunner, Result

from api import auditing, people
from api.cli import app
from api.settings import Settings
from bot.vocabulary import Role
from storage import keys
from storage.anchors import Noted
from storage.audit import Verdict
from storage.database.engine import Store
from storage.keys import Keyring
from storage.people import logins
from storage.tables import audit
from tests.api.entering import enter
from tests.api.house import HASHED, House, build
from tests.databases import on_sqlite_mostly

ROOT = Path(__file__).parents[2]
OFFICES = ROOT / "api" / "demo" / "data" / "offices.csv"
PLACES = (
    "id\tlevel\tname_ar\tname_ckb\tname_en\tvariants\tparent\tgovernorate\n"
    "IQ-BG-x\tneighbourhood\tحارة السدرة\t\t\t\tIQ-BG\tIQ-BG\n"
)
Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, sqlite_url: str) -> Run:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MUNTADA_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("MUNTADA_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("MUNTADA_KEYS_DIR", str(tmp_path / "its-keys"))

    def invoke(*arguments: str, given: str = "") -> Result:
        return CliRunner().invoke(app, list(arguments), input=given)

    return invoke


# ── What leaves a row ────────────────────────────────────────────────────────────────────────────────────────
def _rows(file: Path) -> list[tuple[str, str, str]]:
    with sqlite3.connect(file) as connection:
        return connection.execute("SELECT actor, action, data FROM audit ORDER BY at, rowid").fetchall()


def test_each_change_from_the_terminal_leaves_a_row_without_a_word_or_an_address(run: Run, tmp_path: Path) -> None:
    (tmp_path / "places.tsv").write_text(PLACES, encoding="utf-8")
    for given, *command in (
        ("", "offices", "import", str(OFFICES)),
        ("", "places", "import", str(tmp_path / "places.tsv")),
        ("", "staff", "add", "زينب", "--role", "duty_officer", "--office", "IQ-BG"),
        ("+9647700000051\n", "staff", "phone", "زينب", "sms"),
        ("", "staff", "duty", "زينب", "--office", "IQ-BG", "--desk", "urgent", "--since", "20:00"),
        ("", "staff", "token", "زينب"),
        ("", "retry"),
        ("", "audit", "verify"),
    ):
        assert run(*command, given=given).exit_code == 0, command
    rows = _rows(tmp_path / "muntada.db")
    assert [action for _, action, _ in rows] == [
        *("offices.import", "places.import", "staff.add", "staff.password", "staff.phone", "staff.duty"),
        *("staff.token", "letters.retry", "audit.verify"),
    ]
    assert {actor for actor, _, _ in rows} == {"machine:terminal", "machine:staff"}
    everything = "".join(data for _, _, data in rows)
    assert "7700000051" not in everything
    assert "زينب" not in everything
    assert "السدرة" not in everything


@pytest.fixture
async def house(store: Store, keyring: Keyring, now: datetime) -> House:
    return await build(store, keyring, now)


async def _actions(house: House) -> list[tuple[str, str, Any]]:
    asked = select(audit.c.actor, audit.c.action, audit.c.data).order_by(audit.c.at, audit.c.id)
    return [tuple(row) for row in await house.store.read(lambda c: c.execute(asked).all())]


@on_sqlite_mostly
async def test_looking_at_unreadable_messages_leaves_a_row(house: House) -> None:
    person = await house.hire("هدى", Role.SUPERVISOR)
    async with house.client(await house.session(person)) as http:
        assert (await http.get("/dead-letters")).status_code == 200
    assert (person, "letters.list", {"count": 0}) in await _actions(house)


async def test_a_page_of_another_role_leaves_a_row_whoever_asks(house: House) -> None:
    person = await house.hire("زينب", Role.COORDINATOR)
    async with house.client(await house.session(person)) as http:
        for page in ("/dead-letters", "/terms", "/audit"):
            assert (await http.get(page)).status_code == 404
            assert (person, "page.denied", {"page": page}) in await _actions(house)
    async with house.client() as http:
        assert (await http.get("/terms")).status_code == 303
    assert len([row for row in await _actions(house) if row[1] == "page.denied"]) == 3


async def test_a_wrong_password_leaves_a_row_and_an_unknown_name_none(house: House) -> None:
    person = await house.hire("زينب", Role.COORDINATOR)
    await house.store.write(
        lambda c: logins.set_password(c, house.keyring, person=person, password_hash=HASHED, now=house.now)
    )
    before = len(await _actions(house))
    async with house.client() as http:
        for name in ("زينب", "nobody"):
            assert (await enter(http, {"name": name, "password": "wrong"})).status_code == 401
    tried = [row[1] for row in await _actions(house) if row[0] == person]
    assert sorted(tried) == ["login.failed", "login.try"]
    assert len(await _actions(house)) == before + 2


# ── What the terminal says ───────────────────────────────────────────────────────────────────────────────────
def test_a_whole_log_is_said_to_be_whole_and_one_without_anchors_is_not_praised(run: Run) -> None:
    run("offices", "import", str(OFFICES))
    result = run("audit", "verify")
    assert result.exit_code == 0
    assert "1 rows, whole, but no anchor says where they end" in result.stdout


def test_the_end_that_was_printed_shows_later_that_rows_were_cut_off(run: Run, tmp_path: Path) -> None:
    run("offices", "import", str(OFFICES))
    printed = run("audit", "anchor").stdout
    assert re.fullmatch(r"1 [0-9a-f]{64} \S+Z end [0-9a-f]{64}\n", printed)
    (tmp_path / "paper").write_text(printed, encoding="ascii")
    result = run("audit", "verify", "--anchors", str(tmp_path / "paper"))
    assert result.exit_code == 0
    assert "whole, and go through 1 anchors" in result.stdout
    with sqlite3.connect(tmp_path / "muntada.db") as connection:
        connection.execute("DELETE FROM audit")
    result = run("audit", "verify", "--anchors", str(tmp_path / "paper"))
    assert result.exit_code == 1
    assert "not whole: cut at row 1" in result.stdout


def test_a_changed_row_and_a_changed_anchor_are_named(run: Run, tmp_path: Path) -> None:
    run("offices", "import", str(OFFICES))
    run("retry")
    printed = run("audit", "anchor").stdout
    (tmp_path / "paper").write_text(printed.replace("2 ", "3 ", 1), encoding="ascii")
    result = run("audit", "verify", "--anchors", str(tmp_path / "paper"))
    assert (result.exit_code, "an anchor was changed: paper:1" in result.stdout) == (1, True)
    with sqlite3.connect(tmp_path / "muntada.db") as connection:
        connection.execute("UPDATE audit SET actor = 'x' WHERE seq = 2")
        (row,) = connection.execute("SELECT id FROM audit WHERE seq = 2").fetchone()
    result = run("audit", "verify")
    assert result.exit_code == 1
    assert f"changed at row 2 (id {row})" in result.stdout


async def test_imports_leave_their_rows_on_postgresql_too(postgresql_url: str, keys_dir: Path, tmp_path: Path) -> None:
    settings = Settings(database_url=SecretStr(postgresql_url), keys_dir=keys_dir, data_dir=tmp_path / "data")
    await people.import_offices(settings, OFFICES)
    store = Store.open(postgresql_url)
    try:
        found = await store.read(lambda c: c.execute(select(audit.c.action)).scalars().all())
        assert found == ["offices.import"]
        assert await store.read(lambda c: keys.in_use(c, keys.Domain.AUDIT)) == ["all"]
    finally:
        store.close()


def test_the_terminal_names_the_hour_of_a_row_that_had_no_place_yet() -> None:
    gone = Verdict(whole=False, rows=9, reason="missing", row="f" * 32, hour=datetime(2026, 11, 21, 15, tzinfo=UTC))
    assert auditing.sentence(gone, Noted()) == (
        "the audit log is not whole: missing in a row that has no place yet, of the hour that is over at"
        f" 2026-11-21 15:00 UTC (id {'f' * 32})"
    )


# ── Where anchors are not what they were ─────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("content", [None, "", "\n"])
def test_anchors_that_are_named_and_are_none_are_not_passed_over(run: Run, content: str | None, tmp_path: Path) -> None:
    run("offices", "import", str(OFFICES))
    if content is not None:
        (tmp_path / "paper").write_text(content)
    result = run("audit", "verify", "--anchors", str(tmp_path / "paper"))
    assert (result.exit_code, "no anchor in what --anchors names" in result.output) == (
        2 if content != "\n" else 1,
        content != "\n",
    )


def test_a_line_without_its_end_counts_and_half_a_line_is_a_fault(run: Run, tmp_path: Path) -> None:
    run("offices", "import", str(OFFICES))
    line = run("audit", "anchor").stdout.strip()
    (tmp_path / "paper").write_text(line)
    assert "go through 1 anchors" in run("audit", "verify", "--anchors", str(tmp_path / "paper")).stdout
    (tmp_path / "paper").write_text(line[:90])
    assert run("audit", "verify", "--anchors", str(tmp_path / "paper")).exit_code == 1


@pytest.mark.parametrize("left", ["nothing", "the first", "another folder"])
def test_anchors_that_the_last_check_saw_and_are_gone_are_told_once(
    run: Run, tmp_path: Path, left: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "its-keys" / "anchors"
    run("offices", "import", str(OFFICES))
    folder.mkdir()
    with (folder / "2026-11.anchors").open("a") as file:
        for _ in range(2):
            run("retry")
            file.write(run("audit", "anchor").stdout)
    assert "go through 2 anchors" in run("audit", "verify").stdout
    assert run("audit", "verify").exit_code == 0
    match left:
        case "nothing":
            shutil.rmtree(folder)
        case "the first":
            lines = (folder / "2026-11.anchors").read_text().splitlines(keepends=True)
            (folder / "2026-11.anchors").write_text(lines[0])
        case _:
            monkeypatch.setenv("MUNTADA_AUDIT_ANCHORS", str(tmp_path / "elsewhere"))
    told = run("audit", "verify")
    assert (told.exit_code, "anchors are gone that the last check read" in told.stdout) == (1, True)
    assert run("audit", "verify").exit_code == 0
    with sqlite3.connect(tmp_path / "muntada.db") as connection:
        reasons = connection.execute("SELECT json_extract(data, '$.reason') FROM drills ORDER BY at").fetchall()
    assert [reason for (reason,) in reasons] == ["", "", "anchors", ""]


def test_where_no_server_runs_the_check_gives_rows_their_places(run: Run, tmp_path: Path) -> None:
    """Nobody held a lock: an hour without a server accuses nobody."""
    run("offices", "import", str(OFFICES))
    assert run("audit", "verify").exit_code == 0
    with sqlite3.connect(tmp_path / "muntada.db") as connection:
        loose = connection.execute("SELECT action FROM audit WHERE seq IS NULL").fetchall()
    assert loose == [("audit.verify",)]
