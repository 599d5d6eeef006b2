"""On how many examples a property is tried: few each time, all of them beside the slow tests.

Each run tries others, for what hypothesis draws is new each time. None has a deadline: what stands still for a moment
is the machine.
"""

from typing import Any

import hypothesis
from hypothesis import HealthCheck

_FEW = 25
_PART = 8
_all = True


def patient() -> None:
    """Before any test's module is read, as `lessen`."""
    _load("patient")


def lessen() -> None:
    """From now on few. Before any test's module is read: its decorators ask."""
    global _all  # noqa: PLW0603 - once, by tests/conftest.py
    _all = False
    _load("few", max_examples=_FEW)


def _load(name: str, **more: Any) -> None:
    slow = (HealthCheck.too_slow,)
    hypothesis.settings.register_profile(name, deadline=None, suppress_health_check=slow, **more)
    hypothesis.settings.load_profile(name)


def examples(whole: int) -> int:
    """`whole`, or an eighth of them where few will do, but 25 at least. For hypothesis' setting max_examples."""
    return whole if _all else min(whole, max(_FEW, whole // _PART))
