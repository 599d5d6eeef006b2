"""Ids of rows that this process has committed, to be looked for: what somebody takes away at once is missed."""

from collections import OrderedDict
from collections.abc import Iterable
from threading import Lock
from typing import Final

_MOST: Final = 100_000  # in a process where nobody looks, the newest


class Written:
    """Safe to share among threads."""

    def __init__(self) -> None:
        self._ids: OrderedDict[str, None] = OrderedDict()
        self._lock = Lock()

    def add(self, id: str) -> None:
        """It is committed."""
        with self._lock:
            self._ids[id] = None
            if len(self._ids) > _MOST:
                self._ids.popitem(last=False)

    def standing(self) -> frozenset[str]:
        """Those that nobody looked for yet: each was committed before this returns."""
        with self._lock:
            return frozenset(self._ids)

    def forget(self, ids: Iterable[str]) -> None:
        """They were looked for."""
        with self._lock:
            for id in ids:
                self._ids.pop(id, None)
