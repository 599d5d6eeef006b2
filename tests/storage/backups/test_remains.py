"""What a restore leaves that did not end: marked before anything is there, opened by nobody, taken away by the next."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import make_url, select, text

from storage import keys
from storage.backups import places, remains
from storage.backups.places import NotEmpty, Target
from storage.database import unfinished
from storage.database.engine import Store
from storage.database.unfinished import Unfinished
from storage.keys import Keyring
from storage.tables import offices
from tests.staffing import town

WALLED = "SELECT count(*) FROM pg_class WHERE relforcerowsecurity AND relname = 'reports'"


@pytest.fixture
def target(database_url: str, tmp_path: Path) -> Iterator[Target]:
    target = Target(database_url, tmp_path / "restored-media")
    yield target
    if target.file is None:  # other tests use this database
        with places.engine(target.owner) as opened, opened.connect() as conn, conn.begin():
            conn.exec_driver_sql(f"DROP TABLE IF EXISTS {unfinished.TABLE}")
            conn.exec_driver_sql("ALTER TABLE reports FORCE ROW LEVEL SECURITY")


class _Killed(BaseException):
    pass


@pytest.fixture
def killed(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    """A restore whose process ended at once, with a file and, on PostgreSQL, rows and a wall let down."""
    with monkeypatch.context() as dead:
        dead.setattr(remains, "_clear_file", lambda *_, **__: (_ for _ in ()).throw(_Killed))
        dead.setattr(remains, "_clear_server", lambda *_: (_ for _ in ()).throw(_Killed))
        with pytest.raises(_Killed):
            _fail(target)


def _fail(target: Target) -> None:
    with remains.cleared(target):
        _unpack(target)
        raise _Killed


def _unpack(target: Target) -> None:
    target.media_dir.mkdir()
    (target.media_dir / "photo").write_bytes(b"sealed")
    if target.file is not None:
        remains.draft(target.file).write_bytes(b"half a database")
        return
    with places.engine(target.owner) as opened, opened.connect() as conn, conn.begin():
        remains.letting_down(conn, ["reports"])
        conn.execute(text("ALTER TABLE reports NO FORCE ROW LEVEL SECURITY"))
        town(conn)


@pytest.mark.usefixtures("killed")
async def test_nobody_opens_what_is_not_whole(target: Target, keyring: Keyring, now: datetime) -> None:
    # Of another name, so that no connection of an earlier test is lent: who comes anew is refused.
    anew = make_url(target.url) if target.file else make_url(target.url).update_query_dict({"application_name": "new"})

    async def use() -> None:
        store = Store.open(anew.render_as_string(hide_password=False))
        try:
            await store.write(lambda conn: keys.register(conn, keyring, now))
        finally:
            store.close()

    with pytest.raises(Unfinished):
        await use()


@pytest.mark.usefixtures("killed")
async def test_the_next_takes_it_away_and_what_it_puts_there_is_opened(target: Target) -> None:
    def again() -> None:
        with remains.cleared(target):
            assert not target.media_dir.exists()

    await asyncio.to_thread(again)
    store = Store.open(target.url)
    try:
        assert await store.read(lambda conn: conn.execute(select(offices)).all()) == []
        if target.file is None:
            assert await store.read(lambda conn: conn.execute(text(WALLED)).scalar_one()) == 1
        else:
            assert not remains.draft(target.file).exists()
            assert not unfinished.mark(target.file).exists()
    finally:
        store.close()


def test_one_that_fails_leaves_nothing(target: Target) -> None:
    with pytest.raises(_Killed):
        _fail(target)
    assert not target.media_dir.exists()
    with remains.cleared(target):  # raises NotEmpty where anything were left
        pass


def test_one_that_is_at_work_is_not_disturbed(target: Target) -> None:
    with remains.cleared(target):
        _unpack(target)
        with pytest.raises(NotEmpty, match="at work"), remains.cleared(target):
            pytest.fail("two at once")
        assert (target.media_dir / "photo").exists()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.usefixtures("killed")
async def test_a_database_that_somebody_laid_there_meanwhile_is_touched_by_nobody(
    target: Target, tmp_path: Path, sqlite_url: str
) -> None:
    assert target.file is not None
    mark = unfinished.mark(target.file)
    hidden = mark.rename(tmp_path / "aside")
    store = Store.open(sqlite_url)
    await store.write(town)
    store.close()
    hidden.rename(mark)
    with pytest.raises(NotEmpty, match="already"), remains.cleared(target):
        pytest.fail("not empty")
    assert (target.media_dir / "photo").exists()
    assert mark.exists()


def test_what_was_there_before_is_left_and_no_mark_with_it(target: Target) -> None:
    target.media_dir.mkdir()
    (target.media_dir / "photo").write_bytes(b"of a living one")
    with pytest.raises(NotEmpty), remains.cleared(target):
        pytest.fail("not empty")
    assert (target.media_dir / "photo").exists()
    Store.open(target.url).close()


@pytest.mark.usefixtures("killed")
def test_a_folder_that_it_did_not_fill_is_touched_by_nobody(target: Target, tmp_path: Path) -> None:
    living = tmp_path / "living-media"
    living.mkdir()
    (living / "photo").write_bytes(b"of a living one")
    with pytest.raises(NotEmpty, match="another media folder"), remains.cleared(replace(target, media_dir=living)):
        pytest.fail("not empty")
    assert (living / "photo").exists()
    assert (target.media_dir / "photo").exists()
    with remains.cleared(target):
        assert not target.media_dir.exists()
