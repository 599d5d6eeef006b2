"""Key files as files: complete and on disk before they have a name, never made twice, overwritten before they go."""

import os
import secrets
from pathlib import Path
from typing import Final

from storage.database import disk

FILE_MODE: Final = 0o400
GOES_ON_MODE: Final = 0o600
FOLDER_MODE: Final = 0o700
ROOTS: Final = "roots"  # on whom sealed desks rest: no secrets, but nobody may change them
# Files that are only added to: which reports were erased, what else was promised, and where the audit log ended.
GOES_ON: Final = frozenset({"erased", "promises", "anchors"})
WAITING: Final = "waiting"  # which rows of the audit have no place yet (storage.loose): written anew, in no copy
_DEMO: Final = "these-are-demo-keys"


def place(folder: Path, name: str, content: bytes, *, mode: int = FILE_MODE) -> bool:
    """Writes a file under a name that no one uses, then links it to its own: nobody ever reads half of it.

    False, and nothing changed, when there was one of that name. OSError, and nothing changed, when the disk is full.
    """
    folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    draft = folder / f".{secrets.token_hex(8)}"
    handle = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode)
    try:
        try:
            disk.write(handle, content)
            os.fsync(handle)
        finally:
            os.close(handle)
        os.link(draft, folder / name)  # fails when the name exists, as O_EXCL does
        made = True
    except FileExistsError:
        made = False
    finally:
        draft.unlink()
    disk.flush(folder)
    disk.flush(folder.parent)
    return made


def shred(path: Path) -> None:
    """Overwrites a file and takes it away; harmless when it is gone already.

    It loses its name first: nobody who looks for it meanwhile reads what it is overwritten with.
    """
    nameless = path.with_name(f".{secrets.token_hex(8)}")
    try:
        path.rename(nameless)
    except FileNotFoundError:
        return
    nameless.chmod(0o600)
    with nameless.open("r+b") as file:
        file.write(secrets.token_bytes(os.fstat(file.fileno()).st_size))
        file.flush()
        os.fsync(file.fileno())
    nameless.unlink(missing_ok=True)
    disk.flush(path.parent)


def mark_demo(keys_dir: Path) -> None:
    """Notes beside keys that they are a demonstration's; wherever the folder is copied, the note goes with it."""
    place(keys_dir, _DEMO, b"Made by a demonstration. Not for real reports.\n")


def is_demo(keys_dir: Path) -> bool:
    """Whether the keys in a folder were made by a demonstration."""
    return (keys_dir / _DEMO).exists()
