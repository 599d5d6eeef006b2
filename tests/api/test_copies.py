"""`muntada backup`, `restore` and `drill`: what they say, what they leave, and what stops them."""

import json
import os
import re
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url
from typer.testing import CliRunner, Result

from api import copies
from api.cli import app
from storage import anchors, keyfiles, promises
from storage.audit import Anchor
from storage.backups import backup, clients, held, manifests
from storage.backups.manifests import Manifest
from storage.backups.promised import Kept
from storage.keys import Keyring
from storage.sealed import roots
from tests.databases import sqlite_mostly

pytestmark = sqlite_mostly


ROOT = Path(__file__).parents[2]
OFFICES = ROOT / "api" / "demo" / "data" / "offices.csv"
Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, database_url: str) -> Run:
    if database_url.startswith("postgresql") and not clients.is_here("pg_dump"):
        pytest.skip("PostgreSQL's client programs are not here")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MUNTADA_DATABASE_URL", database_url)
    monkeypatch.setenv("MUNTADA_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("MUNTADA_KEYS_DIR", str(tmp_path / "its-keys"))

    def invoke(*arguments: str, given: str = "") -> Result:
        return CliRunner().invoke(app, list(arguments), input=given)

    return invoke


@pytest.fixture
def elsewhere(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, request: pytest.FixtureRequest, database_url: str
) -> Run:
    """The same keys, on a machine with no data yet."""

    def invoke(*arguments: str) -> Result:
        if database_url.startswith("sqlite"):
            monkeypatch.setenv("MUNTADA_DATABASE_URL", "")
        else:
            monkeypatch.setenv("MUNTADA_DATABASE_URL", request.getfixturevalue("empty_postgresql_url"))
        monkeypatch.setenv("MUNTADA_DATA_DIR", str(tmp_path / "new-data"))
        return CliRunner().invoke(app, list(arguments))

    return invoke


def test_the_whole_way_there_and_back(run: Run, elsewhere: Run) -> None:
    run("offices", "import", str(OFFICES))
    run("staff", "add", "زينب", "--role", "coordinator", "--office", "IQ-BG")
    run("audit", "anchor")
    made = run("backup", "--to", "copies")
    assert made.exit_code == 0, made.output
    assert re.search(r"copies/muntada-\S+: 0 reports, 0 files, \d+ bytes", made.stdout)
    assert "it can be restored until" in made.stdout
    tried = run("drill", "--from", "copies")
    assert tried.exit_code == 0, tried.output
    assert "0 do not open; rows and audit log fit; restored in" in tried.stdout
    said = json.loads(run("status", "--json").stdout)["backups"]
    assert said["last"]
    assert said["drilled"]
    assert said["drill_overdue"] is False
    back = elsewhere("restore", "--from", "copies")
    assert back.exit_code == 0, back.output
    assert re.search(r"what came in the \d+ s after it is not here \(RPO\)", back.stdout)
    assert "the audit log is whole up to row 3" in back.stdout
    assert elsewhere("staff", "token", "زينب").exit_code == 0
    whole = elsewhere("audit", "verify")
    assert whole.exit_code == 0, whole.output
    assert "a backup was restored at row 3" in whole.stdout


def test_an_anchor_of_what_was_lost_does_not_accuse_the_restored_log(run: Run, elsewhere: Run, tmp_path: Path) -> None:
    run("offices", "import", str(OFFICES))
    run("audit", "anchor")
    run("backup", "--to", "copies")
    for _ in range(3):
        run("retry")
    line = run("audit", "anchor").stdout
    (tmp_path / "its-keys" / "anchors").mkdir()
    (tmp_path / "its-keys" / "anchors" / "2026-01.anchors").write_text(line, encoding="ascii")
    assert elsewhere("restore", "--from", "copies").exit_code == 0
    assert elsewhere("audit", "verify").exit_code == 0
    # Cut off the restored log itself, and it shows.
    elsewhere("retry")
    paper = elsewhere("audit", "anchor").stdout
    (tmp_path / "paper").write_text(paper, encoding="ascii")
    if (tmp_path / "new-data" / "muntada.db").exists():
        with sqlite3.connect(tmp_path / "new-data" / "muntada.db") as connection:
            connection.execute("DELETE FROM audit WHERE seq >= 2")
        result = elsewhere("audit", "verify", "--anchors", str(tmp_path / "paper"))
        assert (result.exit_code, "cut at row" in result.stdout) == (1, True)


def test_the_next_backup_of_a_new_machine_is_the_newer_one(run: Run, elsewhere: Run, tmp_path: Path) -> None:
    run("offices", "import", str(OFFICES))
    for _ in range(2):
        assert run("backup", "--to", "copies").exit_code == 0
    assert elsewhere("restore", "--from", "copies").exit_code == 0
    assert elsewhere("backup", "--to", "of-the-new").exit_code == 0
    keyring, now = Keyring.open(tmp_path / "its-keys"), datetime.now(UTC)
    assert backup.found(Path("of-the-new"), keyring, now=now)[1].number == 3
    shutil.copytree("of-the-new", "copies", dirs_exist_ok=True)
    assert backup.found(Path("copies"), keyring, now=now)[1].number == 3


def test_two_newest_ones_are_named_and_none_is_taken(run: Run, elsewhere: Run, tmp_path: Path) -> None:
    run("offices", "import", str(OFFICES))
    for _ in range(2):
        run("backup", "--to", "copies")
    keyring, (older, _) = Keyring.open(tmp_path / "its-keys"), sorted(Path("copies").iterdir())
    made = manifests.read(older, keyring)
    manifests.write(older, keyring, replace(made, number=made.number + 2, made_at=made.made_at - timedelta(days=1)))
    refused = elsewhere("restore", "--from", "copies")
    assert (refused.exit_code, "--from FOLDER/NAME" in refused.output) == (2, True)
    assert elsewhere("restore", "--from", str(older)).exit_code == 0


def test_a_restore_that_cannot_be_written_down_leaves_nothing_and_can_be_done_again(
    run: Run, elsewhere: Run, tmp_path: Path
) -> None:
    run("offices", "import", str(OFFICES))
    run("backup", "--to", "copies")
    away = tmp_path / "its-keys" / "anchors"
    away.write_text("the disk of the anchors is away")
    refused = elsewhere("restore", "--from", "copies")
    assert (refused.exit_code, "a file could not be read or written" in refused.output) == (2, True)
    away.unlink()
    again = elsewhere("restore", "--from", "copies")
    assert again.exit_code == 0, again.output
    assert elsewhere("audit", "verify").exit_code == 0


def test_a_seat_that_the_backup_cannot_know_is_forgotten_by_a_restore_and_by_no_drill(
    run: Run, elsewhere: Run, tmp_path: Path
) -> None:
    keys_dir = tmp_path / "its-keys"
    run("offices", "import", str(OFFICES))
    run("backup", "--to", "copies")
    roots.seat(keys_dir, roots.name("bgd-karkh", "women"), "a" * 32, "b" * 64)
    tried = run("drill", "--from", "copies")
    assert tried.exit_code == 0, tried.output
    assert len(roots.seats(keys_dir)) == 1
    back = elsewhere("restore", "--from", "copies")
    assert back.exit_code == 0, back.output
    assert roots.seats(keys_dir) == []


def test_it_is_restored_into_an_empty_place_only(run: Run) -> None:
    run("offices", "import", str(OFFICES))
    run("backup", "--to", "copies")
    result = run("restore", "--from", "copies")
    assert result.exit_code == 2
    assert "nothing was touched" in result.output
    assert run("audit", "verify").exit_code == 0


def test_without_its_keys_it_is_of_no_use(run: Run, elsewhere: Run, tmp_path: Path) -> None:
    run("offices", "import", str(OFFICES))
    run("backup", "--to", "copies")
    shutil.move(tmp_path / "its-keys", tmp_path / "lost")
    result = elsewhere("restore", "--from", "copies")
    assert result.exit_code == 2
    assert "MUNTADA_KEYS_DIR" in result.output
    assert not (tmp_path / "new-data" / "muntada.db").exists()


def test_a_drill_that_does_not_go_well_is_noted_and_the_warning_stays(run: Run, tmp_path: Path) -> None:
    run("offices", "import", str(OFFICES))
    assert run("drill", "--from", "copies").exit_code == 2
    run("backup", "--to", "copies")
    (database,) = (tmp_path / "copies").glob("*/database.*")
    whole = database.read_bytes()
    database.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    result = run("drill", "--from", "copies")
    assert result.exit_code == 2
    assert "a file of it was changed" in result.output
    assert json.loads(run("status", "--json").stdout)["backups"]["drill_overdue"] is True


def test_a_backup_does_not_go_beside_the_keys(run: Run, tmp_path: Path) -> None:
    run("offices", "import", str(OFFICES))
    assert run("backup", "--to", str(tmp_path / "its-keys" / "copies")).exit_code == 2
    assert run("backup", "--to", str(tmp_path)).exit_code == 2


def test_without_postgresqls_programs_it_says_what_is_missing(
    run: Run, monkeypatch: pytest.MonkeyPatch, database_url: str
) -> None:
    if database_url.startswith("sqlite"):
        assert run("backup", "--to", "copies").exit_code == 0
        return
    monkeypatch.setattr(clients, "_INSTALLED", Path("/nowhere"))
    monkeypatch.setenv("PATH", "/nowhere")
    result = run("backup", "--to", "copies")
    assert result.exit_code == 2
    assert "pg_dump is not installed here" in result.output
    assert not list(Path("copies").iterdir())


def test_a_restore_says_what_was_promised_since_and_what_waits(run: Run, elsewhere: Run, tmp_path: Path) -> None:
    run("offices", "import", str(OFFICES))
    run("backup", "--to", "copies")
    keyring = Keyring.open(tmp_path / "its-keys")
    promises.note(keyring, promises.Kind.MUTED, "ab" * 32, now=datetime.now(UTC), contact="c", on=True)
    back = elsewhere("restore", "--from", "copies")
    assert "promises made since that are kept again: 1 muted" in back.stdout
    assert "wait" not in back.stdout


def test_where_promises_may_be_missing_the_restore_says_that_answers_wait() -> None:
    lines = copies._kept(Kept({}, waits=3, stays=1))
    assert lines[0].endswith("none")
    assert "1 reports had left their desk" in lines[1]
    assert "nobody is written to, and the answers of 3 reports wait" in lines[2]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_demonstrations_keys_are_refused_where_the_world_reaches_us(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("backup", "--to", "copies").exit_code == 0
    keyfiles.mark_demo(tmp_path / "its-keys")
    assert run("backup", "--to", "copies").exit_code == 0
    made = sorted((tmp_path / "copies").iterdir())
    monkeypatch.setenv("MUNTADA_PUBLIC_URL", "https://forum.example.org")
    for verb in (("backup", "--to", "copies"), ("drill", "--from", "copies"), ("restore", "--from", "copies")):
        refused = run(*verb)
        assert "demonstration" in refused.output
        assert refused.exit_code == 2
    assert sorted((tmp_path / "copies").iterdir()) == made


# ── Two forks, strange places, a strange end ─────────────────────────────────────────────────────────────────
def _write_down(run: Run, keys_dir: Path) -> None:
    """As the server does each minute."""
    seq, chain = run("audit", "anchor").stdout.split(" ")[:2]
    end, keyring = Anchor(int(seq), bytes.fromhex(chain)), Keyring.open(keys_dir)
    anchors.append(keys_dir / "anchors", keyring, end, now=datetime.now(UTC))


def test_after_an_older_backup_was_put_back_by_mistake_the_newer_one_can_still_be(
    run: Run, elsewhere: Run, tmp_path: Path, database_url: str
) -> None:
    keys_dir = tmp_path / "its-keys"
    run("offices", "import", str(OFFICES))
    _write_down(run, keys_dir)
    run("backup", "--to", "older")
    for _ in range(8):
        run("retry")
    _write_down(run, keys_dir)
    run("backup", "--to", "newer")
    assert elsewhere("restore", "--from", "older").exit_code == 0
    for _ in range(3):
        elsewhere("retry")
    _write_down(elsewhere, keys_dir)  # of the chain that goes on from the older one
    assert elsewhere("audit", "verify").exit_code == 0
    tried = elsewhere("drill", "--from", "newer")
    assert tried.exit_code == 0, tried.output
    if database_url.startswith("postgresql"):
        return  # a third empty database would show no more
    shutil.rmtree(tmp_path / "new-data")
    back = elsewhere("restore", "--from", "newer")
    assert back.exit_code == 0, back.output
    assert "2 anchors bear it out" in back.stdout
    assert elsewhere("audit", "verify").exit_code == 0
    # And the chain of the older one is not what bears this one out: cut, it shows.
    with sqlite3.connect(tmp_path / "new-data" / "muntada.db") as connection:
        connection.execute("DELETE FROM audit WHERE seq >= 8")
    assert elsewhere("audit", "verify").exit_code == 1


def test_with_an_older_copy_of_the_keys_a_restored_log_is_not_accused(run: Run, elsewhere: Run, tmp_path: Path) -> None:
    """The copy of an officer is of last week, and the last check saw the anchors of this one."""
    keys_dir = tmp_path / "its-keys"
    run("offices", "import", str(OFFICES))
    _write_down(run, keys_dir)
    shutil.copytree(keys_dir / "anchors", tmp_path / "of-last-week")
    run("retry")
    _write_down(run, keys_dir)
    assert "go through 2 anchors" in run("audit", "verify").stdout
    run("audit", "anchor")
    run("backup", "--to", "copies")
    shutil.rmtree(keys_dir / "anchors")
    (tmp_path / "of-last-week").rename(keys_dir / "anchors")
    assert elsewhere("restore", "--from", "copies").exit_code == 0
    whole = elsewhere("audit", "verify")
    assert whole.exit_code == 0, whole.output


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("first", [("status",), ("keys", "verify"), ("audit", "anchor"), ("migrate",)])
@pytest.mark.slow
def test_who_looks_or_migrates_first_stands_in_no_backups_way(
    run: Run, elsewhere: Run, first: tuple[str, ...], tmp_path: Path
) -> None:
    run("offices", "import", str(OFFICES))
    run("backup", "--to", "copies")
    assert elsewhere(*first).exit_code == (0 if first == ("migrate",) else 2)
    assert (tmp_path / "new-data" / "muntada.db").exists() == (first == ("migrate",))
    done = elsewhere("restore", "--from", "copies")
    assert done.exit_code == 0, done.output
    assert elsewhere("audit", "verify").exit_code == 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.slow
def test_a_drill_that_is_told_to_end_leaves_nothing(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("offices", "import", str(OFFICES))
    run("backup", "--to", "copies")
    scratch = tmp_path / "tmp"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    with subprocess.Popen([sys.executable, "-m", "api.cli", "drill", "--from", "copies"]) as drill:
        while not list(scratch.glob("muntada-drill-*/scratch/.scratch.db*")):
            assert drill.poll() is None
            time.sleep(0.01)
        drill.send_signal(signal.SIGTERM)
    assert drill.returncode == 143
    assert not list(scratch.iterdir())


def test_what_a_killed_drill_left_goes_with_the_next(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database_url: str
) -> None:
    run("offices", "import", str(OFFICES))
    run("backup", "--to", "copies")
    scratch = tmp_path / "tmp"
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    left, alive = scratch / "muntada-drill-left", scratch / "muntada-drill-alive"
    for folder in (left, alive):
        (folder / "scratch" / "media").mkdir(parents=True)
    dead, tried = (f"muntada_drill_{int(time.time())}_{os.urandom(4).hex()}" for _ in range(2))
    if database_url.startswith("postgresql"):
        for name in (dead, tried):
            _on_the_server(database_url, f"CREATE DATABASE {name}")
    try:
        with held.held(alive), _tries(database_url, tried):
            drilled = run("drill", "--from", "copies")
            assert drilled.exit_code == 0, drilled.output
            if database_url.startswith("postgresql"):
                names = _on_the_server(database_url, "SELECT datname FROM pg_database")
                assert (dead in names, tried in names) == (False, True)
    finally:
        if database_url.startswith("postgresql"):
            _on_the_server(database_url, f"DROP DATABASE {tried}")
    assert list(scratch.iterdir()) == [alive]


@contextmanager
def _tries(url: str, name: str) -> Iterator[None]:
    """As another drill that is at work in a database of that name."""
    if not url.startswith("postgresql"):
        yield
        return
    with psycopg.connect(
        make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    ) as connection:
        connection.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [name])
        yield


def _on_the_server(url: str, statement: str) -> list[str]:
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        done = connection.execute(statement.encode())
        return [row[0] for row in done.fetchall()] if done.description else []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_disk_that_is_full_is_named_and_not_the_database(run: Run, tmp_path: Path) -> None:
    run("offices", "import", str(OFFICES))
    before, (soft, hard) = signal.signal(signal.SIGXFSZ, signal.SIG_IGN), resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, hard))
    try:
        full = run("backup", "--to", "copies")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)
    assert full.exit_code == 2
    assert "a file could not be read or written" in full.output
    assert not list((tmp_path / "copies").iterdir())


def test_a_backup_does_not_go_into_what_it_is_of(run: Run, tmp_path: Path) -> None:
    run("offices", "import", str(OFFICES))
    refused = run("backup", "--to", str(tmp_path / "data" / "copies"))
    assert (refused.exit_code, "MUNTADA_DATA_DIR" in refused.output) == (2, True)


def test_neither_a_date_in_the_future_nor_older_anchors_make_a_loss_small(
    keyring: Keyring, now: datetime, tmp_path: Path
) -> None:
    folder = tmp_path / "anchors"
    for hours in (1, 2, 24 * 60):
        anchors.append(folder, keyring, Anchor(hours, bytes(32)), now=now + timedelta(hours=hours))
    noted = anchors.read(folder, keyring)
    made = Manifest("x", now, "sqlite", "", {}, {}, Anchor(0, b""), (), now, 0, 0)
    assert copies._lost(made, noted, now + timedelta(hours=3)) == 2 * 3600  # not by the line of the future
    assert copies._lost(replace(made, made_at=now + timedelta(days=20)), noted, now) is None
    late = replace(made, made_at=now + timedelta(hours=6))
    # Anchors of before it tell of no life since.
    assert copies._lost(late, noted, now + timedelta(hours=27)) == 21 * 3600
    assert "lies in the future" in copies._age(now + timedelta(days=20), now)
    assert copies._age(now, now + timedelta(hours=3)) == "the backup is 3 h 0 min old"
