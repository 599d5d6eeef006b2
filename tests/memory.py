"""Where tests keep their folders: in memory where there is room for it, for a disk makes each commit and key wait."""

import os
from pathlib import Path
from typing import Final

_IN_MEMORY: Final = Path("/dev/shm")
_ROOM: Final = 2 << 30  # bytes: three servers of PostgreSQL, and what the tests under way have put down


def folder() -> str | None:
    """A folder in memory that programs may be started from, or None: the machine's own temporary folder will do."""
    try:
        there = os.statvfs(_IN_MEMORY)
    except OSError:
        return None
    roomy = there.f_bavail * there.f_frsize >= _ROOM
    return str(_IN_MEMORY) if roomy and not there.f_flag & os.ST_NOEXEC and os.access(_IN_MEMORY, os.W_OK) else None
