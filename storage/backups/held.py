"""Folders of which everybody sees whether whoever fills them is alive: the kernel lets go of them with the process."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Holds a folder while this lasts; where the file system knows no such locks, it does nothing."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        _lock(handle)
        yield
    finally:
        os.close(handle)


def take_left(folder: Path, *, old: bool) -> None:
    """Takes a folder away whose process is gone. old: what is to be thought where nobody can tell."""
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_NOFOLLOW | os.O_DIRECTORY)
    except OSError:  # it went meanwhile, or is none of ours
        return
    try:
        free = _lock(handle)
        if old if free is None else free:
            shutil.rmtree(folder, ignore_errors=True)
    finally:
        os.close(handle)


def _lock(handle: int) -> bool | None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a network folder that locks no folders
        return None
    return True
