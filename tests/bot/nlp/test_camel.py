"""CAMeL Tools is imported without network, without a home and without the two gigabytes it asks for."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from bot.nlp import camel

ROOT = Path(__file__).parents[3]
_ALONE = """
import os, socket, sys
from pathlib import Path
def forbidden(*_, **__): raise AssertionError("a socket")
socket.socket.connect = socket.socket.connect_ex = socket.getaddrinfo = socket.create_connection = forbidden
before = dict(os.environ)
from bot.nlp import morphology
m = morphology.load(Path("bot/nlp/data/iraqi.db"))
assert dict(os.environ) == before, "the environment was left changed"
assert morphology.lemma(m, "ديظربني") == "ضرب"
print(" ".join(sorted(sys.modules)))
"""


def _alone(**changed: str | None) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in {**os.environ, **changed}.items() if value is not None}
    return subprocess.run(
        [sys.executable, "-c", _ALONE], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.slow
def test_the_database_loads_without_network_home_or_torch(tmp_path: Path) -> None:
    run = _alone(HOME="/nonexistent", CAMELTOOLS_DATA=str(tmp_path / "absent"))
    assert run.returncode == 0, run.stderr
    assert not {"torch", "transformers", "sklearn", "scipy", "kenlm"} & set(run.stdout.split())


def test_it_loads_with_no_environment_to_speak_of_and_writes_nothing_at_home(tmp_path: Path) -> None:
    run = _alone(HOME=str(tmp_path), CAMELTOOLS_DATA=None)
    assert run.returncode == 0, run.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "page",
    [
        '{"version": "1", "packages": {"a": {}}}',
        *(pytest.param(page, marks=pytest.mark.slow) for page in ("<html>404</html>", "[]", '{"version": 1}', "")),
    ],
)
def test_a_saved_error_page_is_not_taken_for_a_catalogue(tmp_path: Path, page: str) -> None:
    (tmp_path / "catalogue.json").write_text(page, encoding="utf-8")
    run = _alone(CAMELTOOLS_DATA=str(tmp_path))
    assert run.returncode == 0, run.stderr


def test_preparing_twice_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("a socket"))
    before = dict(os.environ)
    camel.prepare()
    camel.prepare(camel.SHIPPED)
    assert dict(os.environ) == before


def test_a_folder_without_a_catalogue_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAMELTOOLS_DATA", str(tmp_path))
    with pytest.raises(FileNotFoundError, match="catalogue"):
        camel.prepare(tmp_path)


def test_our_own_database_is_a_capability_and_nobody_elses_is_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAMELTOOLS_DATA", str(tmp_path))
    found = camel.capabilities()
    assert set(found) == {"camel.utils", "camel.morphology.iraqi", "camel.morphology.glf", "camel.ner", "camel.dialect"}
    assert found["camel.utils"]
    assert found["camel.morphology.iraqi"]
    assert not found["camel.morphology.glf"]


def test_a_pack_on_disk_is_found_and_one_without_its_packages_is_not_promised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAMELTOOLS_DATA", str(tmp_path))
    shipped = camel.SHIPPED / ".camel_tools" / "catalogue.json"
    (tmp_path / "catalogue.json").write_bytes(shipped.read_bytes())
    for pack in ("morphology_db/calima-glf-01", "ner/arabert"):
        (tmp_path / "data" / pack).mkdir(parents=True)
        (tmp_path / "data" / pack / "model").touch()
    found = camel.capabilities()
    assert found["camel.morphology.glf"]
    assert not found["camel.ner"]  # torch is not installed
    assert not found["camel.dialect"]


def test_the_shipped_catalogue_names_no_address_and_no_package() -> None:
    catalogue = json.loads((camel.SHIPPED / ".camel_tools" / "catalogue.json").read_text(encoding="utf-8"))
    assert catalogue["packages"] == {}
    assert "://" not in json.dumps(catalogue)
