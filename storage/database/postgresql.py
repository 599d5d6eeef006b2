"""PostgreSQL behind a Store: a pool of threads, a transaction for each function, under the role that it needs."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, create_engine, text

from storage.database import after, unfinished
from storage.database.faults import Unavailable, is_unavailable, keep_values_out
from storage.database.written import Written

_THREADS: Final = 8

# SET LOCAL ROLE takes no parameters; set_config does the same, and both settings end with the transaction.
_AS_WORKER: Final = text("SELECT set_config('role', 'muntada_worker', true)")
_AS_STAFF: Final = text("SELECT set_config('role', 'muntada_console', true), set_config('muntada.staff', :staff, true)")


def make_engine(url: URL, *, size: int = 1) -> Engine:
    """An engine whose connections are checked before use, so that a restarted server costs nobody an error."""
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=size,
        max_overflow=0,
        pool_timeout=10,
        connect_args={"connect_timeout": 5, "application_name": "muntada"},
    )
    keep_values_out(engine)
    return engine


class PostgresqlBackend:
    """See the module. The login of `url` must be a member of muntada_worker and muntada_console."""

    def __init__(self, url: URL) -> None:
        self._engine = make_engine(url, size=_THREADS)
        unfinished.refuse(self._engine)
        self._reading = self._engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="postgresql")
        self._closed = False
        self.written = Written()

    async def write(self, work: Callable[[Connection], Any], staff: str | None) -> Any:
        """Runs the function in a transaction of its own."""
        return await self._submit(self._engine, work, staff)

    async def read(self, work: Callable[[Connection], Any], staff: str | None) -> Any:
        """Runs the function in a transaction that cannot change anything."""
        return await self._submit(self._reading, work, staff)

    def close(self) -> None:
        """Finishes what runs or waits, then closes the connections."""
        self._closed = True
        self._threads.shutdown()
        self._engine.dispose()

    async def tidy(self) -> None:
        """Nothing: the server's own vacuum does it."""

    async def _submit(self, engine: Engine, work: Callable[[Connection], Any], staff: str | None) -> Any:
        if self._closed:
            raise Unavailable
        try:
            running = self._threads.submit(_run, engine, work, staff, self.written)
        except RuntimeError:  # closed meanwhile
            raise Unavailable from None
        # Shielded: a caller that goes away does not take its write with it.
        return await asyncio.shield(asyncio.wrap_future(running))


def _run(engine: Engine, work: Callable[[Connection], Any], staff: str | None, written: Written) -> Any:
    try:
        with engine.connect() as connection:
            with connection.begin():
                after.begin(connection, written)
                if staff is None:
                    connection.execute(_AS_WORKER)
                else:
                    connection.execute(_AS_STAFF, {"staff": staff})
                outcome = work(connection)
            after.run(connection)
            return outcome
    except Exception as error:
        if is_unavailable(error):
            raise Unavailable from error
        raise
