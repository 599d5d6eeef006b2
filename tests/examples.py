"""On how many examples a property is tried: few each time, all of them beside the slow tests.

Each run tries others, for what hypothesis draws is new each time.
"""

import hypothesis

_FEW = 25
_PART = 8
_all = True


def lessen() -> None:
    """From now on few. Before any test's module is read: its decorators ask."""
    global _all  # noqa: PLW0603 - once, by tests/conftest.py
    _all = False
    hypothesis.settings.register_profile("few", max_examples=_FEW)
    hypothesis.settings.load_profile("few")


def examples(whole: int) -> int:
    """`whole`, or an eighth of them where few will do, but 25 at least. For hypothesis' setting max_examples."""
    return whole if _all else min(whole, max(_FEW, whole // _PART))
