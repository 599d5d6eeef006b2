"""What a command does that is told to end: it tidies up first, and undisturbed."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final, NoReturn

_TOLD: Final = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Told(KeyboardInterrupt):
    """Somebody told this process to end. code: what it then ends with.

    A KeyboardInterrupt, for the drivers of databases end what they are at for that one.
    """

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.code = 128 + number


@contextmanager
def told() -> Iterator[None]:
    """While this lasts a signal that ends raises Told where the main thread is; the next ones are not heard.

    So work has to be done in that thread. One that is ignored (nohup) stays so. Elsewhere it does nothing.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {one: signal.getsignal(one) for one in _TOLD}
    heard = [one for one, how in before.items() if how is not signal.SIG_IGN]

    def end(number: int, _frame: FrameType | None) -> NoReturn:
        for one in heard:
            signal.signal(one, signal.SIG_IGN)
        raise Told(number)

    for one in heard:
        signal.signal(one, end)
    try:
        yield
    finally:
        for one in heard:
            signal.signal(one, before[one])
