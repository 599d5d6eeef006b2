"""Makes sure that what was written outlasts a power cut."""

import os
from pathlib import Path


def flush(path: Path) -> None:
    """Returns when a file's content, or the names in a folder, are on disk. Raises OSError."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
