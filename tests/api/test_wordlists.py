"""A deployment's own words leave and come as a file; one wrong row, and none is taken."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from api.settings import Settings
from storage.database.engine import Store
from storage.tables import audit
from tests.api.test_cli import Run, run  # noqa: F401 - a fixture

HEAD = "kind\tphrase\ttarget\turgency\tsensitive\tweight\n"
GOOD = (
    HEAD
    + "danger\tطگطگة بالسطح\t\temergency\t1\t\n"
    + "word\tحبة وردية\tdrugs\t\t0\t2\n"
    + "alias\tام الجرابيع\tIQ-BA\t\t0\t\n"
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "words.tsv"


def test_what_is_imported_is_exported_and_importing_again_adds_nothing(run: Run, file: Path) -> None:  # noqa: F811
    file.write_text(GOOD, encoding="utf-8")
    assert run("words", "import", str(file)).stdout.strip() == "3 words added, 0 were there"
    exported = run("words", "export").stdout
    assert sorted(exported.splitlines()) == sorted(GOOD.splitlines())
    assert asyncio.run(_exports()) == [{"count": 3}]
    file.write_text(exported, encoding="utf-8")
    assert run("words", "import", str(file)).stdout.strip() == "0 words added, 3 were there"
    assert "whole" in run("audit", "verify").output


async def _exports() -> list[Any]:
    """What the audit log says of exports."""
    store = Store.open(Settings().database)
    try:
        rows = select(audit.c.data).where(audit.c.action == "term.export")
        return await store.read(lambda c: list(c.execute(rows).scalars()))
    finally:
        store.close()


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("danger\tمن\t\thigh\t0\t", "row 5: Too short"),
        ("word\tحبة صفراء\tnonsense\t\t0\t2", "row 5"),
        ("word\tحبة صفراء\tdrugs\t\t0\t77", "row 5: Choose"),
        ("danger\tطلقة قريبة\t\tvery\t0\t", "row 5"),
        ("alias\tام الدبابيس\tnowhere\t\t0\t", "row 5: No place"),
        ("place\tحي جديد\tIQ-BA\t\t0\t", "places import"),
        ("x\ty\tz\t\t\t", "row 5"),
    ],
)
def test_a_wrong_row_is_named_and_none_is_taken(run: Run, file: Path, row: str, says: str) -> None:  # noqa: F811
    file.write_text(f"{GOOD}{row}\n", encoding="utf-8")
    result = run("words", "import", str(file))
    assert result.exit_code == 2
    assert says in result.output
    assert run("words", "export").stdout.strip() == HEAD.strip()


@pytest.mark.parametrize(("content", "says"), [(b"\xff\xfe", "UTF-8"), (b"a\tb\n1\t2\n", "no column kind")])
def test_a_file_that_is_none_is_told(run: Run, file: Path, content: bytes, says: str) -> None:  # noqa: F811
    assert "not there" in run("words", "import", str(file)).output
    file.write_bytes(content)
    result = run("words", "import", str(file))
    assert (result.exit_code, says in result.output) == (2, True)
