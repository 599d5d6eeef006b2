"""Every column that a month's key seals, or a watch's: where it stands, what it is bound to, how it is sealed anew."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, LargeBinary, Row, Table, and_, bindparam, or_, select, update

from storage.keys import Domain, Keyring
from storage.sealing import unseal
from storage.tables import (
    code_seals,
    codes,
    contacts,
    conversations,
    dead_letters,
    discreet,
    examples,
    media,
    medium_seals,
    outbox,
    part_seals,
    parts,
    second_factors,
)


@dataclass(frozen=True, slots=True)
class Kind:
    """Columns of a table that an epoch's key of this domain seals. which: only these rows of it."""

    table: Table
    domain: Domain
    columns: tuple[str, ...] = ("wrapped",)
    which: ColumnElement[bool] | None = None


# A new table with an `epoch` column has its place here or in CARRIED, or a test fails.
KINDS: Final = (
    Kind(parts, Domain.CONTENT),
    Kind(media, Domain.CONTENT, which=media.c.path.is_not(None)),  # the key of its file
    Kind(examples, Domain.CONTENT),
    Kind(dead_letters, Domain.CONTENT),
    Kind(second_factors, Domain.CONTENT),
    Kind(part_seals, Domain.CONTENT, ("sealed",)),
    Kind(code_seals, Domain.CONTENT, ("sealed",)),
    Kind(codes, Domain.CONTENT, ("facts",)),
    Kind(medium_seals, Domain.CONTENT, ("sealed",)),
    Kind(contacts, Domain.CONTACT),
    Kind(discreet, Domain.CONTACT),
)
# What still waits when its watch is over is carried into the next: so the key of a watch always ends soon after it.
CARRIED: Final = (
    Kind(outbox, Domain.OUTBOX, ("sealed",)),
    Kind(contacts, Domain.OUTBOX),  # of private reporters
    Kind(conversations, Domain.DOOR, ("sealed",)),  # a private talk is over before its watch's key is
    Kind(media, Domain.DOOR),  # handles of files that wait to be fetched, voices that the machine is still to hear
)


def opened(keyring: Keyring, kind: Kind, row: Row[Any]) -> dict[str, bytes | None]:
    """What a row of `wrapped` seals, by column. Raises Tampered, KeyGone."""
    secret = keyring.at(kind.domain, row.epoch)
    blobs = {column: getattr(row, column) for column in kind.columns}
    return {
        column: None if blob is None else unseal(secret, bytes(blob), *context(kind, column, row), row.epoch)
        for column, blob in blobs.items()
    }


def anew(kind: Kind) -> Any:
    """The statement that seals a row anew. Parameters: new_<column> for each, new_epoch, and those of `keys_of`."""
    one = and_(*(name == bindparam(f"this_{name.name}", type_=name.type) for name in names(kind)))
    new = {column: bindparam(f"new_{column}", type_=kind.table.c[column].type) for column in kind.columns}
    return update(kind.table).where(one).values(**new, epoch=bindparam("new_epoch"))


def wrapped(kind: Kind, epoch: str) -> Any:
    """The query for all rows that an epoch's key seals something of."""
    table = kind.table
    sealed = or_(*(table.c[column].is_not(None) for column in kind.columns))
    found = select(*names(kind), *(table.c[column] for column in kind.columns), table.c.epoch)
    found = found.where(table.c.epoch == epoch, sealed)
    return found if kind.which is None else found.where(kind.which)


def names(kind: Kind) -> tuple[Column[Any], ...]:
    """The columns of the primary key."""
    return tuple(kind.table.primary_key.columns)


def context(kind: Kind, column: str, row: Row[Any]) -> tuple[str, str, str]:
    """What a sealed value is bound to, beside its epoch."""
    return kind.table.name, column, ":".join(words(kind, row))


def words(kind: Kind, row: Row[Any]) -> tuple[str, ...]:
    """A row's primary key, as its sealed values are bound to it."""
    found = (getattr(row, name.name) for name in names(kind))
    return tuple(value if isinstance(value, str) else bytes(value).hex() for value in found)


def values(kind: Kind, words: tuple[str, ...]) -> Iterator[Any]:
    """The primary key that `words` told."""
    for name, word in zip(names(kind), words, strict=True):
        yield bytes.fromhex(word) if isinstance(name.type, LargeBinary) else word


def keys_of(kind: Kind, row: Row[Any]) -> dict[str, Any]:
    """A row's primary key, as parameters of `anew`."""
    return {f"this_{name.name}": getattr(row, name.name) for name in names(kind)}
