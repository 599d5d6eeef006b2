"""Where a backup is put back, how that place is worked in, and what may be wrong with it or with the backup."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from sqlalchemy import Connection, Engine, make_url, text

from storage.database import postgresql, sqlite

T = TypeVar("T")
WORKER: Final = text("SELECT set_config('role', 'muntada_worker', true)")
SIDES: Final = ("-wal", "-shm")  # of a file of SQLite


class NotEmpty(Exception):
    """There is something already where a backup would be put: nothing of it was touched."""


class TooOld(Exception):
    """A key that the backup needs was destroyed: what it holds cannot be read any more, by anybody."""


class NotWhole(Exception):
    """The restored database is not what was backed up. The words say in what."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where to. owner_url: PostgreSQL's owner of the schema, where `url` is a lesser login ("" otherwise)."""

    url: str
    media_dir: Path
    owner_url: str = ""

    @property
    def file(self) -> Path | None:
        """The file of SQLite; None on PostgreSQL."""
        parsed = make_url(self.url)
        return Path(parsed.database or "") if parsed.get_backend_name() == "sqlite" else None

    @property
    def owner(self) -> str:
        """The login that may change the schema."""
        return self.owner_url or self.url


def transaction(url: str, work: Callable[[Connection], T]) -> T:
    """Runs it in one transaction, on PostgreSQL as the worker; apart from any Store."""
    with engine(url) as opened, opened.connect() as conn, conn.begin():
        if conn.dialect.name == "postgresql":
            conn.execute(WORKER)
        return work(conn)


@contextmanager
def engine(url: str) -> Iterator[Engine]:
    """An engine that is let go of afterwards."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        made = sqlite.make_engine(parsed, write=True)
    else:
        made = postgresql.make_engine(parsed.set(drivername="postgresql+psycopg"))
    try:
        yield made
    finally:
        made.dispose()
