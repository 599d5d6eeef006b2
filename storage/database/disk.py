"""Makes sure that what was written outlasts a power cut."""

import errno
import os
from pathlib import Path


def flush(path: Path) -> None:
    """Returns when a file's content, or the names in a folder, are on disk. Raises OSError."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write(handle: int, content: bytes) -> None:
    """Writes all of it, or raises OSError: a disk that is nearly full takes a part, and says so only by its length."""
    if os.write(handle, content) != len(content):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
