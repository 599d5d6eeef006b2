"""What is made once over whoever is asked now."""

from collections.abc import Callable
from typing import Any


class Asked:
    """Has whatever `found` has now."""

    def __init__(self, found: Callable[[], Any]) -> None:
        self._found = found

    def __getattr__(self, name: str) -> Any:
        return getattr(self._found(), name)
