"""What tests of every floor share: a clock that stands still, keys, and a fresh database of each kind.

PostgreSQL is started once a session from the machine's own server binaries, in a temporary folder, on a Unix socket.
A fresh database is a migrated one without rows: a copy of a file on SQLite; on PostgreSQL one database, emptied after
each test by a connection that stays (1 ms, where a new one takes 14 and making a database from a template 100).
"""

import gc

gc.disable()  # until all tests are read: what is imported stays

import contextlib
import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Collection, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from api import understood
from api.understood import Basis
from bot.nlp.analyse import Understanding
from bot.nlp.words import Words
from storage import keyfiles, keys, migrations
from storage.database.engine import Store
from storage.keys import Domain, Keyring
from tests import engines, examples, memory, quick, spread
from tests.shipped import shipped

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
_HERE = Path(__file__).parent
_IN_MEMORY = memory.folder()


def pytest_configure(config: pytest.Config) -> None:
    """Before any test's module is read: some hash a password there, and properties say on how many examples."""
    quick.lower()
    examples.patient()
    if "not slow" in config.getoption("markexpr"):
        examples.lessen()
    if _IN_MEMORY:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", _IN_MEMORY)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """A folder whose tests all carry a mark that is left out is not read: what it imports takes a second."""
    left_out = f"not {collection_path.name}" in config.getoption("markexpr")
    return True if left_out and collection_path.parent == _HERE and collection_path.is_dir() else None


@pytest.hookimpl(trylast=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Processes side by side read all tests, and compile what none has yet: each begins with other modules.

    Last of all: what is read before the coverage is measured counts as never run.
    """
    spread.read(session)


def pytest_collection_finish() -> None:
    """Thousands of tests, and all that they import, stay: not to be searched for garbage again and again."""
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
    gc.enable()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish() -> None:
    """What is garbage now is told, once: pytest looks five times through all that stays."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def now() -> datetime:
    """A Saturday noon in Baghdad."""
    return NOW


@pytest.fixture(scope="session")
def _made_keys(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], bytes]:
    folder = tmp_path_factory.mktemp("keys")
    keyring = Keyring.open(folder)
    for domain in Domain:
        for ahead in (NOW, NOW + timedelta(days=1), NOW + timedelta(days=31)):
            for at in keys.upcoming(domain, ahead) if domain in keys.PASSING else (ahead,):
                keyring.make(domain, at)
    return {(file.parent.name, file.name): file.read_bytes() for file in folder.glob("*/*")}


@pytest.fixture
def keys_dir(_made_keys: dict[tuple[str, str], bytes], tmp_path: Path) -> Path:
    """A folder with the keys of NOW, the next day and the next month."""
    folder = tmp_path / "keys"
    for name in ("", *Domain):
        (folder / name).mkdir(keyfiles.FOLDER_MODE)
    # By hand: to copy a tree with its times takes 6 ms, of each third test.
    for (domain, epoch), secret in _made_keys.items():
        handle = os.open(f"{folder}/{domain}/{epoch}", os.O_CREAT | os.O_EXCL | os.O_WRONLY, keyfiles.FILE_MODE)
        os.write(handle, secret)
        os.close(handle)
    return folder


@pytest.fixture
def keyring(keys_dir: Path) -> Keyring:
    """Every domain, with the keys of NOW, the next day and the next month."""
    return Keyring.open(keys_dir)


@pytest.fixture(autouse=True)
def _shipped_understanding_is_loaded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """An application without words, places or a model of its own is given what another test has loaded already."""
    load = understood.load

    def remembered(on: Basis) -> Understanding:
        own = on.places or on.model or on.words != Words()
        return load(on) if own else shipped()

    monkeypatch.setattr(understood, "load", remembered)


@pytest.fixture(scope="session")
def _engines() -> Iterator[engines.Keeping]:
    with engines.kept() as keeping:
        yield keeping


@pytest.fixture(autouse=True)
def _engines_are_kept(_engines: engines.Keeping) -> Iterator[None]:
    yield
    _engines.test_is_over()


# ── Databases ────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """URL of a running server's own database, by its superuser."""
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
    if not binaries:
        pytest.skip("no PostgreSQL server here: Debian package postgresql")
    # A short path: the name of a Unix socket has room for about 107 bytes. The server does not run as root.
    folder = Path(tempfile.mkdtemp(prefix="muntada-pg-", dir=_IN_MEMORY))
    folder.chmod(0o755)
    as_server = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
    if as_server:
        shutil.chown(folder, "postgres")

    def run(program: str, *arguments: str) -> None:
        command = [*as_server, str(binaries[-1] / program), "-D", str(folder / "data"), *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")

    # A test's database need not outlive a power cut; the crash tests start a server of their own.
    # Without vacuum, rows stand in the order in which they were put in, though tables are emptied and filled again.
    quick = "-c fsync=off -c full_page_writes=off -c autovacuum=off"
    options = f"-c listen_addresses='' -k {folder} {quick} -c max_connections=200"
    try:
        run("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        run("pg_ctl", "-w", "-l", str(folder / "log"), "-o", options, "start")
        try:
            yield f"postgresql+psycopg://postgres@/postgres?host={folder}"
        finally:
            run("pg_ctl", "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def _postgresql_migrated(postgresql: str) -> str:
    _server(postgresql, f"CREATE DATABASE {engines.SHARED}")
    url = postgresql.replace("/postgres?", f"/{engines.SHARED}?")
    migrations.upgrade(url)
    return url


@pytest.fixture(scope="session")
def _sweeper(_postgresql_migrated: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(_postgresql_migrated.replace("+psycopg", ""), autocommit=True) as connection:
        # As a replica no foreign key is asked, so the order in which tables are emptied does not matter.
        connection.execute("SET session_replication_role = replica")
        yield connection


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "migrated.db"
    migrations.upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture
def another(
    request: pytest.FixtureRequest, _engines: engines.Keeping
) -> Callable[[str], contextlib.AbstractContextManager[str]]:
    """For a test that wants many databases, one after another: each as `database_url`, of the kind that it is given."""

    @contextlib.contextmanager
    def fresh(kind: str) -> Iterator[str]:
        if kind == "sqlite":
            template: Path = request.getfixturevalue("_sqlite_template")
            with tempfile.TemporaryDirectory(dir=_IN_MEMORY) as folder:
                yield f"sqlite:///{shutil.copy(template, folder)}"
        else:
            sweeper, url = (request.getfixturevalue(name) for name in ("_sweeper", "_postgresql_migrated"))
            try:
                yield url
            finally:
                _empty(sweeper, spare=_engines.at_rest())
        _engines.test_is_over()

    return fresh


@pytest.fixture
def sqlite_url(_sqlite_template: Path, tmp_path: Path) -> str:
    """A fresh, migrated SQLite file."""
    copy = shutil.copy(_sqlite_template, tmp_path / "muntada.db")
    return f"sqlite:///{copy}"


@pytest.fixture
def postgresql_url(_postgresql_migrated: str, _sweeper: psycopg.Connection, _engines: engines.Keeping) -> Iterator[str]:
    """A migrated database without rows on the session's PostgreSQL server."""
    yield _postgresql_migrated
    _empty(_sweeper, spare=_engines.at_rest())


@pytest.fixture
def empty_postgresql_url(postgresql: str) -> Iterator[str]:
    """A fresh database without a schema."""
    name = f"e{secrets.token_hex(6)}"
    _server(postgresql, f"CREATE DATABASE {name}")
    yield postgresql.replace("/postgres?", f"/{name}?")
    _server(postgresql, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh, migrated database of each kind."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What runs on SQLite mostly is slow on PostgreSQL."""
    for item in items:
        given = getattr(item, "callspec", None)
        if given is None or item.get_closest_marker("sqlite_mostly") is None:
            continue
        if given.params.get("database_url") == "postgresql":
            item.add_marker(pytest.mark.slow)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """A fresh, migrated Store of each kind."""
    opened = Store.open(database_url)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_store(sqlite_url: str) -> Iterator[Store]:
    """A fresh, migrated Store on SQLite."""
    opened = Store.open(sqlite_url)
    yield opened
    opened.close()


@pytest.fixture
def postgresql_store(postgresql_url: str) -> Iterator[Store]:
    """A fresh, migrated Store on PostgreSQL."""
    opened = Store.open(postgresql_url)
    yield opened
    opened.close()


def _server(url: str, statement: str) -> None:
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(statement)


def _empty(connection: psycopg.Connection, *, spare: Collection[int]) -> None:
    others = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid() AND pid <> ALL(%s)"
    )
    tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
    connection.execute(others, [list(spare)])
    names = [row[0] for row in connection.execute(tables)]
    connection.execute("".join(f'DELETE FROM "{name}";' for name in names).encode())
