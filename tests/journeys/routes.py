"""Routes of API and console over one town after another: each takes 40 ms to make and keeps nothing of a town."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

from fastapi import APIRouter

from api.access import Base
from tests.asked import Asked


class _Lent(Asked):
    """Routes over whichever base they are lent to."""

    def __init__(self, make: Callable[[Base], APIRouter], base: Base) -> None:
        self.base = base
        super().__init__(lambda: self.base)
        self.keyring: Any = Asked(lambda: self.base.keyring)  # the API takes it while it is made
        self.routes = make(cast(Base, self))


@dataclass(slots=True)
class Routes:
    """Makes routes, and lends those of earlier tests again. Two applications of one test never share them."""

    make: Callable[[Base], APIRouter]
    _all: list[_Lent] = field(default_factory=list)
    _next: int = 0

    def over(self, base: Base) -> APIRouter:
        """As `make`."""
        if self._next == len(self._all):
            self._all.append(_Lent(self.make, base))
        lent = self._all[self._next]
        lent.base = base
        self._next += 1
        return lent.routes

    def give_back(self) -> None:
        """A test is over."""
        self._next = 0
