"""What a backup holds, which keys open it and until when: signed, so that none is restored that was changed."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from storage.anchors import Kind, Note
from storage.audit import Anchor
from storage.keys import Domain, Keyring

FILE: Final = "manifest.json"
MEDIA: Final = "media"
_FORMAT: Final = 1
_CHUNK: Final = 1 << 20


class NotABackup(Exception):
    """It is none of ours, is not whole, or was changed. The words say which, never what a file holds."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A file of a backup: its bytes and their SHA-256."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class KeyNeeded:
    """A key without which it does not open, and how to tell a wrong one."""

    domain: Domain
    epoch: str
    check: bytes


@dataclass(frozen=True, slots=True)
class Manifest:
    """A backup. name: its folder's. files: by their path in it. counts: rows by table. until: it opens no longer.

    waiting: messages that were not settled yet; what is sealed under the day's key is in no backup. gone: files that
    were erased while it was made. number: one more than any before it had, of its folder or of this database, whatever
    a clock said. anchored: the newest anchor when it was made.
    """

    name: str
    made_at: datetime
    dialect: str
    revision: str
    files: Mapping[str, Kept]
    counts: Mapping[str, int]
    audit: Anchor
    keys: tuple[KeyNeeded, ...]
    until: datetime
    waiting: int
    gone: int
    number: int = 1
    anchored: Note | None = None

    @property
    def order(self) -> tuple[int, datetime]:
        """What comes later is newer. The clock alone does not say: it may have been ahead."""
        return self.number, self.made_at

    @property
    def database(self) -> str:
        """The file of the database."""
        return "database.sqlite" if self.dialect == "sqlite" else "database.pgdump"


def write(folder: Path, keyring: Keyring, manifest: Manifest) -> None:
    """Writes it beside what it tells of."""
    plain = _plain(manifest)
    text = json.dumps({**plain, "mac": _mac(keyring, plain).hex()}, indent=1, sort_keys=True)
    (folder / FILE).write_text(text + "\n", encoding="ascii")


def read(folder: Path, keyring: Keyring) -> Manifest:
    """The manifest of a backup, borne out by our audit key. Raises NotABackup; KeyGone without that key."""
    try:
        plain = json.loads((folder / FILE).read_text(encoding="ascii"))
        mac = bytes.fromhex(plain.pop("mac"))
    except FileNotFoundError:
        raise NotABackup(f"there is no {FILE} in it") from None
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        raise NotABackup(f"its {FILE} cannot be read") from None
    if not hmac.compare_digest(_mac(keyring, plain), mac):
        raise NotABackup(f"its {FILE} was changed, or is of a deployment with other keys")
    if plain["format"] != _FORMAT:
        raise NotABackup("it was made by a newer version")
    return _parsed(plain)


def check(folder: Path, manifest: Manifest) -> None:
    """Raises NotABackup unless every file is there as it was."""
    for path, kept in manifest.files.items():
        try:
            found = digest(folder / path)
        except FileNotFoundError:
            raise NotABackup("a file of it is missing") from None
        if found != kept:
            raise NotABackup("a file of it was changed")


def digest(file: Path) -> Kept:
    """A file's size and hash."""
    hashed, size = hashlib.sha256(), 0
    with file.open("rb") as opened:
        while piece := opened.read(_CHUNK):
            hashed.update(piece)
            size += len(piece)
    return Kept(size, hashed.hexdigest())


def _plain(manifest: Manifest) -> dict[str, Any]:
    return {
        "format": _FORMAT,
        "name": manifest.name,
        "made_at": manifest.made_at.isoformat(),
        "dialect": manifest.dialect,
        "revision": manifest.revision,
        "files": {path: [kept.size, kept.sha256] for path, kept in manifest.files.items()},
        "counts": dict(manifest.counts),
        "audit": [manifest.audit.seq, manifest.audit.chain.hex()],
        "keys": [[key.domain.value, key.epoch, key.check.hex()] for key in manifest.keys],
        "until": manifest.until.isoformat(),
        "waiting": manifest.waiting,
        "gone": manifest.gone,
        "number": manifest.number,
        "anchored": _told(manifest.anchored) if manifest.anchored else None,
    }


def _told(note: Note) -> list[Any]:
    return [note.seq, note.chain.hex(), note.at.isoformat(), note.kind]


def _noted(seq: int, chain: str, at: str, kind: Kind) -> Note:
    return Note(seq, bytes.fromhex(chain), datetime.fromisoformat(at), kind)


def _parsed(plain: Mapping[str, Any]) -> Manifest:
    """Only what our MAC bore out comes here."""
    seq, chain = plain["audit"]
    return Manifest(
        name=plain["name"],
        made_at=datetime.fromisoformat(plain["made_at"]),
        dialect=plain["dialect"],
        revision=plain["revision"],
        files={path: Kept(size, sha256) for path, (size, sha256) in plain["files"].items()},
        counts=plain["counts"],
        audit=Anchor(seq, bytes.fromhex(chain)),
        keys=tuple(KeyNeeded(Domain(domain), epoch, bytes.fromhex(check)) for domain, epoch, check in plain["keys"]),
        until=datetime.fromisoformat(plain["until"]),
        waiting=plain["waiting"],
        gone=plain["gone"],
        number=plain["number"],
        anchored=_noted(*plain["anchored"]) if plain["anchored"] else None,
    )


def _mac(keyring: Keyring, plain: Mapping[str, Any]) -> bytes:
    bound = json.dumps(["muntada backup manifest 1", plain], sort_keys=True, separators=(",", ":")).encode()
    return hmac.digest(keyring.at(Domain.AUDIT, "all"), bound, "sha256")
