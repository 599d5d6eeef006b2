"""Files beside the keys that say on whom sealed desks rest: written once, never changed, outside the database.

KEYS_DIR/roots/<office>.<desk> names the founding rows of a desk's list by their digests, roots/recovery the recovery
key's, <office>.<desk>.revoked.<id> one who was taken off it, <office>.<desk>.replaced.<id>.<newcomer> one who goes
when a newcomer's seat begins, and <office>.<desk>.seated.<id> one who was signed on and whose seat has begun. They
are no secrets, but whoever could change them would choose whom reports are sealed to: they belong to the backup of the
keys.
"""

import os
import re
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Final
from urllib.parse import quote

from storage.database import disk

RECOVERY: Final = "recovery"
_FOLDER: Final = "roots"
_LINE: Final = re.compile(r"[0-9a-f]{32,64}", re.ASCII)
_REVOKED: Final = ".revoked."
_REPLACED: Final = ".replaced."
_SEATED: Final = ".seated."


def name(office: str, desk: str) -> str:
    """The root of a desk's list; of the recovery key where both are ""."""
    return f"{_plain(office)}.{_plain(desk)}" if office or desk else RECOVERY


def read(keys_dir: Path, root: str) -> frozenset[str] | None:
    """What a root names; None when there is none."""
    try:
        lines = (keys_dir / _FOLDER / root).read_text("ascii").split()
    except FileNotFoundError:
        return None
    return frozenset(line for line in lines if _LINE.fullmatch(line))


def are_there(keys_dir: Path) -> bool:
    """Whether there was ever a list or a recovery key."""
    return (keys_dir / _FOLDER).is_dir()


def place(keys_dir: Path, root: str, lines: Iterable[str]) -> bool:
    """Writes a root, complete and on disk before it has its name; False when there was one already.

    OSError, and no root, when the disk is full.
    """
    folder = keys_dir / _FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = folder / f".{secrets.token_hex(8)}"
    handle = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o400)
    try:
        try:
            disk.write(handle, "".join(f"{line}\n" for line in sorted(lines)).encode())
            os.fsync(handle)
        finally:
            os.close(handle)
        os.link(draft, folder / root)  # fails when the name exists
        return True
    except FileExistsError:
        return False
    finally:
        draft.unlink()
        disk.flush(folder)
        disk.flush(folder.parent)


def clear(keys_dir: Path, root: str) -> None:
    """Takes away a root that a ceremony left behind which did not end."""
    folder = keys_dir / _FOLDER
    if folder.is_dir():
        (folder / root).unlink(missing_ok=True)
        disk.flush(folder)


# ── Taken off ────────────────────────────────────────────────────────────────────────────────────────────────
def revoke(keys_dir: Path, root: str, recipient: str, endorsed: Iterable[str]) -> bool:
    """Notes that a recipient was taken off a list. endorsed: those whom they had signed and who stay on it."""
    return place(keys_dir, f"{root}{_REVOKED}{_plain(recipient)}", endorsed)


def revoked(keys_dir: Path, root: str) -> dict[str, frozenset[str]]:
    """Who was taken off a list, and who of those whom they had signed stays on it."""
    return _said(keys_dir, root + _REVOKED)


# ── Goes when another comes ──────────────────────────────────────────────────────────────────────────────────
def replace(keys_dir: Path, root: str, who: tuple[str, str], endorsed: Iterable[str]) -> bool:
    """Notes who goes, and with whose seat: it says nothing while that newcomer is on no list. endorsed: as above."""
    return place(keys_dir, _replacement(root, who), endorsed)


def unreplace(keys_dir: Path, root: str, who: tuple[str, str]) -> None:
    """Takes such a note away: the newcomer was not let in, or the other is off already."""
    clear(keys_dir, _replacement(root, who))


def replaced(keys_dir: Path, root: str) -> dict[tuple[str, str], frozenset[str]]:
    """Who goes when whose seat begins, and who of those whom the one who goes had signed stays on the list."""
    said = {who.partition("."): endorsed for who, endorsed in _said(keys_dir, root + _REPLACED).items()}
    return {(lost, newcomer): endorsed for (lost, _, newcomer), endorsed in said.items()}


def _replacement(root: str, who: tuple[str, str]) -> str:
    lost, newcomer = who
    return f"{root}{_REPLACED}{_plain(lost)}.{_plain(newcomer)}"


# ── Was signed on, and sits there ────────────────────────────────────────────────────────────────────────────
def seat(keys_dir: Path, root: str, recipient: str, invited: str) -> None:
    """Notes that a recipient's seat has begun, and the digest of the invitation; over what was noted before.

    Never as somebody is invited: what was not committed would leave a note that stops the desk.
    """
    unseat(keys_dir, root, recipient)
    place(keys_dir, f"{root}{_SEATED}{_plain(recipient)}", [invited])


def unseat(keys_dir: Path, root: str, recipient: str) -> None:
    """Takes such a note away: it is of a list that was lost."""
    clear(keys_dir, f"{root}{_SEATED}{_plain(recipient)}")


def seated(keys_dir: Path, root: str) -> dict[str, frozenset[str]]:
    """Whose seats have begun on a list, also of those who were taken off since, and by which invitation."""
    return _said(keys_dir, root + _SEATED)


def seats(keys_dir: Path) -> list[tuple[str, str]]:
    """All such notes, by root and recipient."""
    found = (name.partition(_SEATED) for name in _names(keys_dir))
    return [(root, recipient) for root, _, recipient in found if recipient]


def whose_seat(file: str) -> str:
    """The recipient whose seat a file's name notes; "" where it is another file."""
    return file.partition(_SEATED)[2]


def _said(keys_dir: Path, begin: str) -> dict[str, frozenset[str]]:
    names = [name for name in _names(keys_dir) if name.startswith(begin)]
    return {name.removeprefix(begin): read(keys_dir, name) or frozenset() for name in names}


def _names(keys_dir: Path) -> list[str]:
    try:
        return sorted(path.name for path in (keys_dir / _FOLDER).iterdir())
    except FileNotFoundError:
        return []


def _plain(word: str) -> str:
    # An office's code is a deployment's own: it must name no other folder, and no dot that separates.
    return quote(word, safe="").replace(".", "%2E")
