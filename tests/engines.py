"""Database engines that go from test to test: each compiles its statements anew, longer than they run."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import URL, Engine, event

from storage.database import postgresql, sqlite


@dataclass(slots=True)
class _Kept:
    """An engine, the SQLite file that its next connections go to, and how many are open."""

    engine: Engine
    file: str | None
    open: int = 0
    lent: bool = True


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
        if kept is None or kept.open:
            kept = self._kept[key] = _followed(_Kept(self._make(url, **how), url.database), at_server=at_server)
        elif kept.lent:
            return self._make(url, **how)
        kept.file, kept.lent, kept.engine.url = url.database, True, url
        return kept.engine

    def give_back(self) -> None:
        """A test is over. An engine that it left open is not lent again."""
        for kept in self._kept.values():
            kept.lent = False


def _followed(kept: _Kept, *, at_server: bool) -> _Kept:
    def to_file(_dialect: object, _record: object, arguments: list[Any], _named: object) -> None:
        arguments[0] = kept.file

    def opened(*_: object) -> None:
        kept.open += 1

    def closed(*_: object) -> None:
        kept.open -= 1

    if not at_server:
        event.listen(kept.engine, "do_connect", to_file)
    event.listen(kept.engine, "connect", opened)
    event.listen(kept.engine, "close", closed)
    return kept


@contextmanager
def kept() -> Iterator[Callable[[], None]]:
    """Keeps the engines of storage.database; yields what is called after each test."""
    with pytest.MonkeyPatch.context() as patch:
        ours = [Engines(module.make_engine) for module in (sqlite, postgresql)]
        for module, engines in zip((sqlite, postgresql), ours, strict=True):
            patch.setattr(module, "make_engine", engines)

        def over() -> None:
            for engines in ours:
                engines.give_back()

        yield over
