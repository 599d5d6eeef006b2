"""Copies of the keys for officers: one age file for each, with every key but the passing, and what stands beside them.

A copy says until when it may be kept. Longer, and it would open what was destroyed. What is put back from one is only
what the database names as in use, checked against the value that it keeps: no copy brings a destroyed key back.
"""

import json
import os
import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Final

import pyrage
from sqlalchemy import Connection, select

from storage import keyfiles, keys
from storage.database import disk
from storage.keys import PASSING, Domain, Keyring
from storage.sealed import roots, seats
from storage.tables import audit

COPIED: Final = frozenset(Domain) - PASSING
_DAY: Final = len("2026-01-31")
_FORM: Final = "muntada keys 1"
# Beside the keys: on whom sealed desks rest, and what goes on. No secrets, and as needed.
_BESIDE: Final = (keyfiles.ROOTS, *sorted(keyfiles.GOES_ON))
_NAME: Final = re.compile(r"(?:{})/[A-Za-z0-9%_~-][A-Za-z0-9%._~-]{{0,200}}".format("|".join(_BESIDE)), re.ASCII)
_IDENTITY: Final = re.compile(r"AGE-SECRET-KEY-1[0-9A-Z]+", re.ASCII)


class NotACopy(Exception):
    """The file is no copy of keys, or this identity does not open it."""


class NotAnOfficer(Exception):
    """Neither an age recipient (age1…) nor a file with an age identity."""


class InTheWay(Exception):
    """There is another file under the name of one that would be put back. Nothing was written."""


@dataclass(frozen=True, slots=True)
class Copy:
    """keys: by domain and epoch. beside: other files of KEYS_DIR, by path."""

    made_at: datetime
    keep_until: datetime
    keys: Mapping[tuple[Domain, str], bytes] = field(repr=False)
    beside: Mapping[str, bytes] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Restored:
    """placed: keys put back. there: those that were here already. left_out: those that the database does not name.

    lost: days whose keys, which no copy holds, are gone. What waited under them, to be settled or to be sent, cannot be
    read any more.
    """

    placed: int
    there: int
    left_out: int = 0
    lost: int = 0


# ── Making one ───────────────────────────────────────────────────────────────────────────────────────────────
def take(conn: Connection, keyring: Keyring, *, now: datetime, keep_until: datetime) -> Copy:
    """Every key in use but the passing. Raises KeyMissing, KeyMismatch where one is not whole."""
    found = {}
    for domain in sorted(COPIED):
        for epoch in keys.in_use(conn, domain):
            keys.check(conn, keyring, domain, epoch)
            found[domain, epoch] = keyring.at(domain, epoch)
    beside = {
        f"{folder}/{file.name}": file.read_bytes()
        for folder in _BESIDE
        for file in _files(keyring.folder / folder)
        if _NAME.fullmatch(f"{folder}/{file.name}")
    }
    return Copy(now, keep_until, found, beside)


def sealed_for(copy: Copy, officer: str) -> bytes:
    """An age file that this officer's identity opens. officer: age1…; NotAnOfficer otherwise."""
    try:
        recipient = pyrage.x25519.Recipient.from_str(officer.strip())
    except pyrage.RecipientError:
        raise NotAnOfficer from None
    body = {
        "form": _FORM,
        "made_at": copy.made_at.isoformat(),
        "keep_until": copy.keep_until.isoformat(),
        "keys": {f"{domain}/{epoch}": _text(secret) for (domain, epoch), secret in copy.keys.items()},
        "beside": {name: _text(content) for name, content in copy.beside.items()},
    }
    return bytes(pyrage.encrypt(json.dumps(body).encode(), [recipient]))


def write(files: Mapping[Path, bytes]) -> None:
    """Files that only their owner reads, on disk when this returns, all of them whole or none. FileExistsError.

    Under names of drafts first: half a copy that has its name is found out on the day on which it is needed.
    """
    if taken := [file.name for file in files if file.exists()]:
        raise FileExistsError(taken[0])
    drafts = {file: file.with_name(f".draft-{file.name}") for file in files}
    try:
        for file, sealed in files.items():
            _write(drafts[file], sealed)
        for file, draft in drafts.items():
            draft.rename(file)
            disk.flush(file.parent)
    except OSError:
        for draft in drafts.values():
            draft.unlink(missing_ok=True)
        raise


def _write(file: Path, content: bytes) -> None:
    file.unlink(missing_ok=True)  # of one that was killed
    with os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())


# ── Putting one back ─────────────────────────────────────────────────────────────────────────────────────────
def opened(sealed: bytes, identity: str) -> Copy:
    """identity: the text of an age identity file. Raises NotAnOfficer, NotACopy."""
    found = [_IDENTITY.fullmatch(line.strip()) for line in identity.splitlines()]
    try:
        identities = [pyrage.x25519.Identity.from_str(match[0]) for match in found if match]
    except pyrage.IdentityError:
        raise NotAnOfficer from None
    if not identities:
        raise NotAnOfficer
    try:
        return _read(pyrage.decrypt(sealed, identities))
    except (pyrage.DecryptError, ValueError, KeyError, TypeError, AttributeError):
        raise NotACopy from None


def restore(conn: Connection, keyring: Keyring, copy: Copy) -> Restored:
    """Writes what the database names as in use and is not here. Raises InTheWay, and then nothing was written.

    Files beside the keys are only added: another one under the same name stays, and stands in the way if it differs.
    """
    known = {(domain, epoch) for domain in COPIED for epoch in keys.in_use(conn, domain)}
    fitting = {name: secret for name, secret in copy.keys.items() if name in known and keys.fits(conn, *name, secret)}
    done = _place(keyring.folder, fitting, _of_this(conn, copy))
    passing = [(domain, epoch) for domain in PASSING for epoch in keys.in_use(conn, domain)]
    lost = [(domain, epoch) for domain, epoch in passing if not keyring.has(domain, epoch)]
    for domain, epoch in lost:
        keys.lose(conn, domain, epoch)
    return replace(done, left_out=len(copy.keys) - len(fitting), lost=len({epoch[:_DAY] for _domain, epoch in lost}))


def _of_this(conn: Connection, copy: Copy) -> Mapping[str, bytes]:
    """What is to stand beside the keys of this database: no seat that is lost, for with its note the desk would stop.

    Lost is one that began after the backup that this database was put back from since the copy was made.
    """
    put_back = (audit.c.action == "backup.restored", audit.c.at >= copy.made_at)
    if conn.execute(select(audit.c.id).where(*put_back).limit(1)).first() is None:
        return copy.beside
    known = seats.ever_signed(conn)
    return {name: content for name, content in copy.beside.items() if roots.whose_seat(name) in {"", *known}}


def restore_all(folder: Path, copy: Copy) -> Restored:
    """The same where there is no database yet to ask: all that is in the copy. Raises InTheWay."""
    return _place(folder, copy.keys, copy.beside)


def _place(folder: Path, secrets: Mapping[tuple[Domain, str], bytes], beside: Mapping[str, bytes]) -> Restored:
    placed = _absent(folder, {f"{domain}/{epoch}": secret for (domain, epoch), secret in secrets.items()})
    for name, content in (placed | _absent(folder, beside)).items():
        inner, file = name.split("/")
        mode = keyfiles.GOES_ON_MODE if inner in keyfiles.GOES_ON else keyfiles.FILE_MODE
        if not keyfiles.place(folder / inner, file, content, mode=mode):
            raise InTheWay
    return Restored(len(placed), len(secrets) - len(placed))


def _absent(folder: Path, files: Mapping[str, bytes]) -> dict[str, bytes]:
    absent = {}
    for name, content in files.items():
        try:
            there = (folder / name).read_bytes()
        except FileNotFoundError:
            absent[name] = content
            continue
        # What went on since holds all that its copy does.
        if there != content and not (name.split("/")[0] in keyfiles.GOES_ON and there.startswith(content)):
            raise InTheWay
    return absent


def _read(plain: bytes) -> Copy:
    body = json.loads(plain)
    if body["form"] != _FORM:
        raise ValueError
    found = {}
    for name, secret in body["keys"].items():
        domain, epoch = name.split("/")
        found[Domain(domain), keys.epoch_named(epoch)] = b64decode(secret, validate=True)
    beside = {name: b64decode(content, validate=True) for name, content in body["beside"].items()}
    if any(domain not in COPIED for domain, _ in found) or not all(_NAME.fullmatch(name) for name in beside):
        raise ValueError
    return Copy(datetime.fromisoformat(body["made_at"]), datetime.fromisoformat(body["keep_until"]), found, beside)


def _files(folder: Path) -> list[Path]:
    return sorted(file for file in folder.iterdir() if file.is_file()) if folder.is_dir() else []


def _text(content: bytes) -> str:
    return b64encode(content).decode()
