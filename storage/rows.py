"""Seals a row's value under a data key of its own, and wraps that key under an epoch's.

The value is bound to its table, column and row; the wrapped key also to its epoch. So a key can be wrapped anew for
another epoch without touching the value, and destroying an epoch's key makes all that it still wraps unreadable.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storage.keys import Domain, Keyring
from storage.sealing import Tampered, new_key, seal, unseal


@dataclass(frozen=True, slots=True)
class Sealed:
    """The three columns of a sealed value (storage.tables)."""

    sealed: bytes
    wrapped: bytes
    epoch: str

    def columns(self) -> dict[str, Any]:
        """By name, for a statement's parameters."""
        return {"sealed": self.sealed, "wrapped": self.wrapped, "epoch": self.epoch}


@dataclass(frozen=True, slots=True)
class Wrapped:
    """Bytes sealed under an epoch's own key, and that epoch."""

    blob: bytes
    epoch: str


def seal_row(
    keyring: Keyring, domain: Domain, place: tuple[str, str], plain: bytes, *, now: datetime, within: str = ""
) -> Sealed:
    """place: table and row id. within: what the row stays part of (a report). KeyMissing: there is no key for now."""
    table, row = place
    key, epoch = new_key(), keyring.current(domain, now)
    return Sealed(
        sealed=seal(key, plain, *_inner(table, row, within)),
        wrapped=seal(epoch.secret, key, table, "wrapped", row, epoch.epoch),
        epoch=epoch.epoch,
    )


def wrap(keyring: Keyring, domain: Domain, context: tuple[str, str, str], plain: bytes, *, now: datetime) -> Wrapped:
    """Seals what is short-lived or sealed already (a data key, say) under the epoch's key itself.

    context: table, column and row id. KeyMissing when there is no key for now.
    """
    epoch = keyring.current(domain, now)
    return Wrapped(seal(epoch.secret, plain, *context, epoch.epoch), epoch.epoch)


def unwrap(keyring: Keyring, domain: Domain, context: tuple[str, str, str], wrapped: Wrapped) -> bytes:
    """What `wrap` was given. Raises Tampered, KeyGone, KeyMissing."""
    return unseal(keyring.at(domain, wrapped.epoch), wrapped.blob, *context, wrapped.epoch)


def open_row(keyring: Keyring, domain: Domain, place: tuple[str, str], row: Any, *, within: str = "") -> bytes:
    """What `seal_row` was given. row: has sealed, wrapped and epoch. Raises Tampered, KeyGone, KeyMissing."""
    table, name = place
    if row.sealed is None or row.wrapped is None or row.epoch is None:
        raise Tampered
    key = unseal(keyring.at(domain, row.epoch), row.wrapped, table, "wrapped", name, row.epoch)
    return unseal(key, row.sealed, *_inner(table, name, within))


def _inner(table: str, row: str, within: str) -> tuple[str, ...]:
    return (table, "sealed", row, within) if within else (table, "sealed", row)
