"""The command line: what it prints, and that a mistake is explained and changes nothing."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select
from typer.testing import CliRunner, Result

from api.cli import app
from storage.database.engine import Store
from storage.keys import Keyring
from storage.people import enrolling, staff
from storage.tables import audit
from tests import ports

ROOT = Path(__file__).parents[2]
OFFICES = ROOT / "api" / "demo" / "data" / "offices.csv"
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


def test_understand_answers_each_line_in_its_order(run: Run) -> None:
    lines = [{"id": "b", "text": "انباك ماطوري بالشعلة"}, {"id": "a", "text": ""}, {"id": 7, "text": "\ud83d"}]
    result = run("understand", given="\n".join(json.dumps(line) for line in lines))
    said = [json.loads(line) for line in result.stdout.splitlines()]
    assert [one["id"] for one in said] == ["b", "a", 7]
    first = said[0]
    assert (first["category"], first["place"]["governorate"], first["urgency"]) == ("theft", "IQ-BG", "normal")
    assert {"confidence", "alternatives", "sensitive", "language", "redacted"} <= set(first)


def test_understand_says_what_a_line_must_be(run: Run) -> None:
    result = run("understand", given="not json\n")
    assert result.exit_code == 2
    assert "JSON" in result.output


def test_status_counts_from_the_database_alone(run: Run) -> None:
    found = json.loads(run("status", "--json").stdout)
    assert found["kept"] == found["unsettled"] == found["reports"] == 0
    assert found["outbox"] == {"pending": 0, "sent": 0, "dead": 0}


def test_a_member_of_staff_is_made_with_a_password_a_token_a_phone_and_a_shift(run: Run) -> None:
    assert "73 offices" in run("offices", "import", str(OFFICES)).output
    made = run("staff", "add", "زينب", "--role", "duty_officer", "--office", "IQ-BG")
    assert made.exit_code == 0
    assert "password" in made.output
    assert re.fullmatch(r"mun_\S{40,}", run("staff", "token", "زينب").stdout.strip())
    assert run("staff", "phone", "زينب", "sms", given="+9647700000051\n").exit_code == 0
    shift = run("staff", "duty", "زينب", "--office", "IQ-BG", "--desk", "urgent", "--since", "20:00", "--to", "08:00")
    assert shift.exit_code == 0


def test_the_last_administrators_second_factor_is_taken_away_from_the_machine(run: Run, sqlite_url: str) -> None:
    run("offices", "import", str(OFFICES))
    run("staff", "add", "المدير", "--role", "administrator", "--office", "IQ-BG")
    none = run("staff", "reset-factor", "المدير")
    assert none.exit_code == 2
    assert "no second factor" in none.output
    store, keyring, now = Store.open(sqlite_url), Keyring.open(Path("its-keys")), datetime.now(UTC)
    try:
        person = asyncio.run(store.write(lambda c: staff.id_of(c, "المدير")))
        what = {"secret": bytes(20), "step": 1, "hashes": ("x",), "instead": None}
        asyncio.run(
            store.write(lambda c: enrolling.enrol(c, keyring, person=person, now=now, **what))  # type: ignore[arg-type]
        )
        assert run("staff", "reset-factor", "المدير").exit_code == 0
        assert asyncio.run(store.read(lambda c: enrolling.standing(c, person=person))) is None
        rows = select(audit.c.actor, audit.c.subject).where(audit.c.action == "factor.reset")
        assert asyncio.run(store.read(lambda c: [tuple(row) for row in c.execute(rows)])) == [
            ("machine:terminal", person)
        ]
    finally:
        store.close()


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (("staff", "add", "x", "--role", "king", "--office", "IQ-BG"), "coordinator"),
        (("staff", "add", "x", "--role", "coordinator", "--office", "NOWHERE"), "office"),
        (("staff", "add", "x", "--role", "coordinator", "--office", "BG-karrada", "--desk", "women"), "focal_point"),
        (("staff", "token", "nobody"), "name"),
        (("staff", "phone", "nobody", "sms"), "standard input"),
        (("offices", "import", "absent.csv"), "absent.csv"),
        (("staff", "add", "x", "--role", "coordinator", "--office", "IQ-BG", "--desk", "throne"), "general"),
        (("staff", "duty", "x", "--office", "IQ-BG", "--desk", "urgent", "--since", "25:99"), "20:00"),
    ],
)
def test_a_mistake_is_explained_and_nothing_changes(run: Run, arguments: tuple[str, ...], names: str) -> None:
    run("offices", "import", str(OFFICES))
    result = run(*arguments)
    assert result.exit_code == 2
    assert names in result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    ("channel", "address", "names"),
    [("sms", "not a number", "+964"), ("telegram", "@someone", "digits"), ("webhook", "http://x", "https")],
)
def test_a_phone_that_could_not_ring_is_refused_at_once(run: Run, channel: str, address: str, names: str) -> None:
    run("offices", "import", str(OFFICES))
    run("staff", "add", "x", "--role", "duty_officer", "--office", "IQ-BG")
    result = run("staff", "phone", "x", channel, given=f"{address}\n")
    assert result.exit_code == 2
    assert names in result.output


def test_a_phone_is_kept_as_its_carrier_spells_it(run: Run) -> None:
    run("offices", "import", str(OFFICES))
    run("staff", "add", "x", "--role", "duty_officer", "--office", "IQ-BG")
    assert run("staff", "phone", "x", "sms", given="0770 000 0051\n").exit_code == 0


def test_retry_says_how_many_messages_are_tried_again(run: Run) -> None:
    assert "0 messages" in run("retry").output


def test_a_wrong_row_of_offices_is_named_and_none_is_taken(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "offices.csv"
    file.write_text(OFFICES.read_text("utf-8").replace("IQ-women,women,", "IQ-women,palace,"), encoding="utf-8")
    result = run("offices", "import", str(file))
    assert result.exit_code == 2
    assert "palace" in result.output or "kind" in result.output
    assert run("staff", "add", "x", "--role", "coordinator", "--office", "IQ-BG").exit_code == 2


def test_the_audit_log_is_whole_after_all_this(run: Run) -> None:
    run("offices", "import", str(OFFICES))
    run("staff", "add", "x", "--role", "coordinator", "--office", "IQ-BG")
    result = run("audit", "verify")
    assert result.exit_code == 0
    assert "whole" in result.output


def test_with_another_deployments_keys_it_says_so_and_does_not_start(run: Run, tmp_path: Path) -> None:
    run("offices", "import", str(OFFICES))
    for key in (tmp_path / "its-keys").rglob("*"):
        if key.is_file():
            key.unlink()
    result = run("staff", "token", "x")
    assert result.exit_code == 2
    assert "MUNTADA_KEYS_DIR" in result.output


@pytest.mark.timeout(300)
def test_serve_makes_what_is_missing_answers_and_stops_when_told(tmp_path: Path) -> None:
    port = ports.free()
    given = {
        "MUNTADA_DATA_DIR": str(tmp_path / "data"),
        "MUNTADA_KEYS_DIR": str(tmp_path / "keys"),
        "MUNTADA_PORT": str(port),
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MUNTADA_")}
    command = [sys.executable, "-m", "api.cli", "serve"]
    # Ended and its pipe closed whatever happens: else the next tests are told of it.
    with subprocess.Popen(command, env=kept | given, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert _ready(f"http://127.0.0.1:{port}/readyz")
            health = httpx.get(verify=False, url=f"http://127.0.0.1:{port}/healthz").json()
            assert health["status"] == "ok"
            assert health["capabilities"]["camel.morphology.iraqi"] is True
            assert health["capabilities"]["transcription"] is False
            assert httpx.get(verify=False, url=f"http://127.0.0.1:{port}/sim").status_code == 404
            process.send_signal(signal.SIGTERM)
            _, said = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode in {0, -signal.SIGTERM}
    assert '"state": "off: no settings"' in said
    assert (tmp_path / "data" / "muntada.db").stat().st_mode & 0o077 == 0


def _ready(url: str) -> bool:
    with httpx.Client(verify=False) as http:  # reading the authorities takes 40 ms
        for _ in range(4_000):
            try:
                if http.get(url).is_success:
                    return True
            except httpx.HTTPError:
                pass
            time.sleep(0.05)
    return False
