"""What a command does that is told to end: it tidies up first, and undisturbed; but once its work is whole it is done.

Told ends what is at work wherever the main thread is, so two stretches are kept from it: what must be whole or not be
at all (`undisturbed`), and the start of another program, which would go on by itself (`patient`).
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

_TOLD: Final = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_heard: Final[set[int]] = set()  # those that raise Told now
_late: Final[list[int]] = []  # those that came while nobody listened, but will be heard
_PATIENT: Final = -1  # in `_heard`: somebody will listen again soon


class Told(KeyboardInterrupt):
    """Somebody told this process to end. code: what it then ends with.

    A KeyboardInterrupt, for the drivers of databases end what they are at for that one.
    """

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.code = 128 + number


@contextmanager
def told() -> Iterator[None]:
    """While this lasts a signal that ends raises Told where the main thread is, once, unless `undisturbed` was said.

    So work has to be done in that thread. One that is ignored (nohup) stays so. Elsewhere it does nothing.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {one: signal.getsignal(one) for one in _TOLD}
    listening = [one for one, how in before.items() if how is not signal.SIG_IGN]
    _heard.update(listening)
    for one in listening:
        signal.signal(one, _end)
    try:
        yield
    finally:
        undisturbed()
        for one in listening:
            signal.signal(one, before[one])


def undisturbed() -> None:
    """From now on, until `told` is over, nobody is heard: what is left to do is short, and done to its end.

    Said before the last step of a work that is whole or not there, and before what was begun is taken away.
    """
    if threading.current_thread() is threading.main_thread():
        _heard.clear()
        _late.clear()


@contextmanager
def patient() -> Iterator[None]:
    """Who tells us to end while this lasts is heard when it is over. For what takes no time."""
    if not _heard or threading.current_thread() is not threading.main_thread():
        yield
        return
    _heard.add(_PATIENT)
    try:
        yield
    finally:
        _heard.discard(_PATIENT)
        if _late:
            _end(_late[0], None)


def _end(number: int, _frame: FrameType | None) -> None:
    if _PATIENT in _heard:
        _late.append(number)
    elif number in _heard:
        undisturbed()
        raise Told(number)
