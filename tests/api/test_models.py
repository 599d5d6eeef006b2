"""A deployment's own model is used only when it is whole and of this version; without it the shipped one is."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from api import models
from api.models import SHIPPED, ModelWrong


def _write(content: bytes) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        path.write_bytes(content)

    return write


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A DATA_DIR with a model of its own."""
    models.adopt(tmp_path, models.draft(tmp_path, _write(b"first")), {"live": 3, "trained_at": "2026-11-21T09:00:00"})
    return tmp_path


def _manifest(data: Path) -> Path:
    return models.folder(data) / "model.json"


def test_without_one_the_shipped_model_is_in_use(tmp_path: Path) -> None:
    assert models.own(tmp_path) is None
    assert models.line(tmp_path) == f"shipped ({models.digest(SHIPPED)[:8]})"


def test_what_was_adopted_is_in_use_and_says_from_what_it_was_made(data: Path) -> None:
    found = models.own(data)
    assert found is not None
    assert found.path.read_bytes() == b"first"
    assert found.facts["live"] == 3
    assert models.line(data).startswith(f"its own ({found.sha256[:8]}), trained 2026-11-21 with 3 live")
    assert found.path.stat().st_mode & 0o077 == 0


def test_a_new_one_takes_the_place_of_the_last_and_leaves_nothing_behind(data: Path) -> None:
    models.adopt(data, models.draft(data, _write(b"second")), {})
    found = models.own(data)
    assert found is not None
    assert found.path.read_bytes() == b"second"
    assert len(list(models.folder(data).iterdir())) == 2


def test_the_way_back_leads_to_the_shipped_model(data: Path) -> None:
    assert models.back(data)
    assert models.own(data) is None
    assert list(models.folder(data).iterdir()) == []
    assert not models.back(data)


def test_a_draft_that_could_not_be_written_leaves_nothing(tmp_path: Path) -> None:
    def fail(path: Path) -> None:
        path.write_bytes(b"half")
        raise OSError

    with pytest.raises(OSError):  # noqa: PT011 - any
        models.draft(tmp_path, fail)
    assert list(models.folder(tmp_path).iterdir()) == []


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda data: next(models.folder(data).glob("*.npz")).write_bytes(b"other"), "not the one"),
        (lambda data: next(models.folder(data).glob("*.npz")).unlink(), "not there"),
        (lambda data: _manifest(data).write_text("{"), "cannot be read"),
        (lambda data: _manifest(data).write_text("[]"), "cannot be read"),
        (lambda data: _changed(data, shipped="0" * 64), "another version"),
        (lambda data: _changed(data, format=2), "another version"),
        (lambda data: _changed(data, model="../../secret"), "not there"),
        (lambda data: _changed(data, model="nul\0l"), "not there"),
        (lambda data: _changed(data, trained_at=5), "cannot be read"),
        (lambda data: _changed(data, live="many"), "cannot be read"),
        (lambda data: _manifest(data).write_text("[" * 100_000), "cannot be read"),
    ],
)
def test_what_does_not_hold_is_not_used_and_named(data: Path, damage: Callable[[Path], object], says: str) -> None:
    damage(data)
    with pytest.raises(ModelWrong, match=says):
        models.own(data)
    assert models.line(data).startswith("shipped")
    assert says in models.line(data)


def _changed(data: Path, **values: object) -> None:
    manifest = json.loads(_manifest(data).read_text())
    _manifest(data).write_text(json.dumps(manifest | values))
