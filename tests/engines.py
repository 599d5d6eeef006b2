"""Database engines that go from test to test: each compiles its statements anew, longer than they run.

At PostgreSQL an engine of the database that all tests share keeps its connections too: behind each the server starts a
process that looks every table up anew.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import pytest
from sqlalchemy import URL, Engine, event

from storage.database import postgresql, sqlite

SHARED: Final = "migrated"  # the database at PostgreSQL that tests share


@dataclass(slots=True)
class _Kept:
    """An engine, the SQLite file that its next connections go to, and how many are open.

    resting: its store is closed, and its connections wait for the next test; at_rest: the server's process behind
    each of them.
    """

    engine: Engine
    file: str | None
    open: int = 0
    lent: bool = True
    resting: bool = False
    at_rest: dict[int, int] = field(default_factory=dict)


class Engines:
    """Makes engines, and lends those of earlier tests again."""

    def __init__(self, make: Callable[..., Engine]) -> None:
        self._make = make
        self._kept: dict[tuple[Any, ...], _Kept] = {}

    def __call__(self, url: URL, **how: Any) -> Engine:
        """Like `make`. In one test the second engine of a kind is always new: two stores never share one."""
        at_server = url.get_backend_name() != "sqlite"
        key = (url if at_server else "", *sorted(how.items()))
        kept = self._kept.get(key)
        if kept is not None and kept.lent:
            return self._make(url, **how)
        if kept is None or (kept.open and not kept.resting):
            kept = self._kept[key] = _followed(_Kept(self._make(url, **how), url.database), at_server=at_server)
        kept.file, kept.lent, kept.resting, kept.engine.url = url.database, True, False, url
        return kept.engine

    def give_back(self) -> None:
        """A test is over. An engine that it left open is not lent again."""
        for kept in self._kept.values():
            kept.lent = False

    def at_rest(self) -> set[int]:
        """The server's processes behind the connections that wait for the next test."""
        return {process for kept in self._kept.values() if kept.resting for process in kept.at_rest.values()}

    def end(self) -> None:
        """Closes what waits."""
        for kept in self._kept.values():
            if kept.resting:
                Engine.dispose(kept.engine)


def _followed(kept: _Kept, *, at_server: bool) -> _Kept:
    def opened(raw: Any, *_: object) -> None:
        kept.open += 1
        if at_server:
            kept.at_rest[id(raw)] = raw.info.backend_pid

    def closed(raw: Any, *_: object) -> None:
        kept.open -= 1
        kept.at_rest.pop(id(raw), None)

    event.listen(kept.engine, "connect", opened)
    event.listen(kept.engine, "close", closed)
    if not at_server:
        _lead_to_its_file(kept)
    elif kept.engine.url.database == SHARED:
        _let_rest(kept)
    return kept


def _lead_to_its_file(kept: _Kept) -> None:
    def to_file(_dialect: object, _record: object, arguments: list[Any], _named: object) -> None:
        arguments[0] = kept.file

    event.listen(kept.engine, "do_connect", to_file)


def _let_rest(kept: _Kept) -> None:
    """What a store calls as it closes leaves the connections open."""

    def rest() -> None:
        kept.resting = True

    kept.engine.dispose = rest  # type: ignore[method-assign,assignment]


@dataclass(frozen=True, slots=True)
class Keeping:
    """The engines of storage.database, as tests keep them."""

    ours: tuple[Engines, ...]

    def test_is_over(self) -> None:
        """What it had open is not lent again."""
        for engines in self.ours:
            engines.give_back()

    def at_rest(self) -> set[int]:
        """The processes at PostgreSQL that the next test goes on with."""
        return set().union(*(engines.at_rest() for engines in self.ours))


@contextmanager
def kept() -> Iterator[Keeping]:
    """Keeps the engines of storage.database."""
    with pytest.MonkeyPatch.context() as patch:
        ours = tuple(Engines(module.make_engine) for module in (sqlite, postgresql))
        for module, engines in zip((sqlite, postgresql), ours, strict=True):
            patch.setattr(module, "make_engine", engines)
        yield Keeping(ours)
        for engines in ours:
            engines.end()
