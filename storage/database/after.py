"""What is done only once a write is committed: a function of storage asks for it, the Store does it.

For what must not be told of changes that were undone. Between the commit and this the process may end, and then it is
never done; nor is it on a connection that no Store opened.
"""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Final

from sqlalchemy import Connection

from storage.database.written import Written

_KEY: Final = "muntada.after"
_WRITTEN: Final = "muntada.written"


def commit(conn: Connection, then: Callable[[], None]) -> None:
    """Asks for `then` when this transaction is committed. What it raises is lost: the change stands."""
    waiting = conn.info.get(_KEY)
    if waiting is not None:
        waiting.append(then)


def remember(conn: Connection, id: str) -> None:
    """Once it is committed the Store remembers that it wrote the row of this id."""
    written = conn.info.get(_WRITTEN)
    if written is not None:
        commit(conn, partial(written.add, id))


def begin(conn: Connection, written: Written) -> None:
    """A transaction begins: nothing is asked for yet. written: what the Store remembers."""
    conn.info[_KEY], conn.info[_WRITTEN] = [], written


def asked(conn: Connection) -> int:
    """How much was asked for until now."""
    return len(conn.info[_KEY])


def undo(conn: Connection, count: int) -> None:
    """What was asked for beyond this many was undone."""
    del conn.info[_KEY][count:]


def run(conn: Connection) -> None:
    """It is committed: all that was asked for is done, in that order."""
    for then in conn.info.pop(_KEY, ()):
        with suppress(Exception):
            then()
