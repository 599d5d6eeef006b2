"""What a process leaves behind when it ends by accident: nothing that somebody said, and no key.

A core file holds the whole memory: keys, addresses, the words that were just read. An error that nobody caught is
printed with what it says, which may be a row of the database.
"""

import resource
import sys
import threading
from types import TracebackType
from typing import Final

import structlog

from api.logs import fault

log = structlog.get_logger()

# Not 0: where a program takes core files from the kernel (systemd-coredump), 0 bounds a file that is not written, and
# 1 is the value by which the kernel gives it nothing either (core(5)).
_NO_CORE: Final = 1


def leave_nothing() -> None:
    """From now on this process writes no core file, and of an error that nobody caught its kind and place only."""
    if resource.getrlimit(resource.RLIMIT_CORE)[1] != 0:  # which only root may raise again
        resource.setrlimit(resource.RLIMIT_CORE, (_NO_CORE, _NO_CORE))
    sys.excepthook = _ended
    sys.unraisablehook = _ignored
    threading.excepthook = _thread_ended


def _ended(_kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
    log.error("ended", **fault(error))


def _ignored(told: "sys.UnraisableHookArgs") -> None:
    if told.exc_value is not None:
        log.error("ignored", **fault(told.exc_value))


def _thread_ended(told: threading.ExceptHookArgs) -> None:
    if told.exc_value is not None:
        log.error("thread_ended", **fault(told.exc_value))
