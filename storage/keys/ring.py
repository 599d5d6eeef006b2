"""The key files of a process: random, outside the database, read once each."""

import hmac
import threading
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Self

from storage import keyfiles
from storage.keys.epochs import ALL_DOMAINS, Domain, epoch_named, epoch_of
from storage.sealing import KEY_BYTES, new_key


class KeyMissing(Exception):
    """A key that is in use has no file here: this process is not ready, and must not make another in its place."""


class KeyMismatch(Exception):
    """The file here is not the key that the database knows: these are another deployment's keys."""


class KeyGone(Exception):
    """A key was destroyed, or never was; what it sealed cannot be read again."""


class DemoKeys(Exception):
    """These keys were made by a demonstration: nothing real is ever sealed under them."""


@dataclass(frozen=True, slots=True)
class Key:
    """The key of one epoch; its secret never shows in a repr."""

    epoch: str
    secret: bytes = field(repr=False)


class Keyring:
    """The keys of some domains, read from KEYS_DIR/<domain>/<epoch> once each."""

    def __init__(self, folder: Path, domains: frozenset[Domain]) -> None:
        self.domains = domains
        self._folder = folder
        self._known: dict[tuple[Domain, str], bytearray] = {}
        self._ended: set[tuple[Domain, str]] = set()
        self._gate = threading.Lock()  # what is being overwritten is never handed out

    @classmethod
    def open(cls, keys_dir: Path, *, domains: frozenset[Domain] = ALL_DOMAINS) -> Self:
        """A keyring for these domains only; another domain's key is KeyMissing even where its file is readable."""
        return cls(Path(keys_dir), domains)

    @property
    def folder(self) -> Path:
        """KEYS_DIR."""
        return self._folder

    def current(self, domain: Domain, now: datetime) -> Key:
        """The key to seal with now. KeyMissing when `register` has not made it."""
        epoch = epoch_of(domain, now)
        secret = self._load(domain, epoch)
        if secret is None:
            raise KeyMissing
        return Key(epoch, secret)

    def at(self, domain: Domain, epoch: str) -> bytes:
        """The key that an epoch's values were sealed with; KeyGone when it is not there any more."""
        secret = self._load(domain, epoch)
        if secret is None:
            raise KeyGone
        return secret

    def has(self, domain: Domain, epoch: str) -> bool:
        """Whether this key's file is here."""
        return self._load(domain, epoch) is not None

    def later(self, domain: Domain, than: str) -> list[str]:
        """The epochs after this one whose keys are here: of days to come, some made while a clock was ahead."""
        folder = self._folder / domain
        names = (file.name for file in folder.iterdir()) if folder.is_dir() else ()
        return sorted(name for name in names if name > than)  # a key that is being written has a name with a dot

    def make(self, domain: Domain, now: datetime) -> bool:
        """Makes the key of now's epoch, on disk before it has a name; False when there was one already."""
        if domain not in self.domains:
            raise KeyMissing
        epoch = epoch_of(domain, now)
        if self.has(domain, epoch):
            return False
        with self._gate:
            self._ended.discard((domain, epoch))  # another under the same name is kept in memory as any
        return keyfiles.place(self._folder / domain, epoch, new_key())

    def forget(self, domain: Domain, epoch: str) -> None:
        """A key has ended: it is overwritten in memory, as far as Python allows, and never kept there again.

        Until its file goes it is read anew at each use, for whoever loaded a row before that was wrapped again.
        """
        with self._gate:
            self._ended.add((domain, epoch))
            held = self._known.pop((domain, epoch), bytearray())
            held[:] = bytes(len(held))

    def destroy(self, domain: Domain, epoch: str) -> None:
        """Overwrites and removes a key: whatever it sealed, here and in every backup, is unreadable from now on."""
        self.forget(domain, epoch)
        keyfiles.shred(self._path(domain, epoch))

    def _load(self, domain: Domain, epoch: str) -> bytes | None:
        with self._gate:
            if held := self._known.get((domain, epoch)):
                return bytes(held)
        if domain not in self.domains:
            raise KeyMissing
        try:
            secret = self._path(domain, epoch).read_bytes()
        except FileNotFoundError:
            return None
        if len(secret) != KEY_BYTES:
            raise KeyMismatch
        with self._gate:
            if (domain, epoch) not in self._ended:
                self._known[domain, epoch] = bytearray(secret)
        return secret

    def _path(self, domain: Domain, epoch: str) -> Path:
        # An epoch also comes out of the database: it must never name another file.
        try:
            return self._folder / domain / epoch_named(epoch)
        except ValueError:
            raise KeyGone from None


def check_value(secret: bytes, domain: Domain, epoch: str) -> bytes:
    """Tells a key from another and nothing more about it."""
    return hmac.digest(secret, f"muntada key check 1 {domain} {epoch}".encode(), "sha256")
