"""What an administrator does to the keys from the terminal: make, rotate, look after, copy to officers, put back."""

import json
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, NoReturn, TypeVar

from api.people import Mistake
from api.settings import Settings
from api.wiring import prepare, refuse_demo_keys, utc_now
from api.workers import rewrap
from storage import audit, keyfiles, keys
from storage.database.engine import Connection, Store
from storage.desks import recalling
from storage.keycare import keybackups, keychecks, rewrapping
from storage.keycare.keybackups import InTheWay, NotACopy, NotAnOfficer
from storage.keys import DemoKeys, KeyGone, KeyMismatch, KeyMissing, Keyring

T = TypeVar("T")
_OFFICERS: Final = 2
_ACTOR: Final = "machine:keys"  # whoever sits at the terminal; the machine's own log knows who that was
_UNNOTED: Final = "the audit log: no row could be written that somebody looked"
_IN_THE_WAY: Final = (
    "another file has the name of one in that copy; nothing was written. Where keys were made here that sealed nothing "
    "yet, move the key folder aside and restore again"
)
_KEPT_DAYS: Final = 7  # where BACKUPS_DAYS says nothing


@dataclass(frozen=True, slots=True)
class _Hand:
    """A process that only does what it was asked."""

    store: Store
    keyring: Keyring
    owner: str
    clock: Callable[[], datetime]
    settings: Settings


async def create(settings: Settings) -> str:
    """Makes the keys that are missing; where one is lost that the database knows, KeyMissing, and none is made."""
    prepare(settings)
    refuse_demo_keys(settings)

    def work(connection: Connection, keyring: Keyring, now: datetime) -> int:
        before = sum(len(keys.in_use(connection, domain)) for domain in keyring.domains)
        keys.register(connection, keyring, now)
        made = sum(len(keys.in_use(connection, domain)) for domain in keyring.domains) - before
        audit.write(connection, keyring, at=now, actor=_ACTOR, action="keys.made", data={"made": made})
        return made

    made = await _with(settings, work)
    return f"{made} keys made" if made else "every key is there"


async def rotate(settings: Settings, *, give_up: bool = False) -> str:
    """Runs the monthly job to its end, and says what it did and what stays."""
    store = Store.open(settings.database, there=True)
    try:
        hand = _Hand(store, Keyring.open(settings.keys_dir), secrets.token_hex(16), utc_now, settings)
        await store.write(lambda c: _begun(c, hand.keyring, utc_now(), give_up=give_up))
        place = await rewrap.turn(hand, None)
        while place is not None:
            place = await rewrap.turn(hand, place)
        if give_up:
            await store.write(lambda c: rewrapping.end(c, hand.keyring, utc_now(), give_up=True))
        return await store.read(lambda c: _standing(c, hand.keyring, utc_now()))
    finally:
        store.close()


def _begun(connection: Connection, keyring: Keyring, now: datetime, *, give_up: bool) -> None:
    keys.register(connection, keyring, now)
    data = {"give_up": give_up}
    audit.write(connection, keyring, at=now, actor=_ACTOR, action="keys.rotated", data=data)


def _standing(connection: Connection, keyring: Keyring, now: datetime) -> str:
    lines = []
    for domain in rewrapping.DOMAINS:
        for epoch in keys.in_use(connection, domain):
            if epoch >= keys.epoch_of(domain, now):
                continue
            opens, shut = rewrapping.left(connection, keyring, domain, epoch)
            until = rewrapping.after(epoch) + rewrapping.GRACE
            lines.append(
                f"{domain}/{epoch}: {opens} left, {shut} that it does not open; ends {until:%Y-%m-%d %H:%M} UTC"
            )
    return "\n".join(lines or ["no earlier month's key is in use"])


async def verify(settings: Settings) -> str:
    """Whether the key folder is as it must be; Mistake names everything that is not."""
    store = Store.open(settings.database, there=True)
    try:
        keyring = Keyring.open(settings.keys_dir)
        data_dir, production = settings.data_dir, settings.reaches_people
        found = await store.read(
            lambda c: keychecks.faults(c, keyring, data_dir=data_dir, production=production, now=utc_now())
        )
        noted = await _noted(store, keyring, faults=len(found))
    finally:
        store.close()
    lines = [f"{fault.where}: {fault.wrong}" for fault in found] + ([] if noted else [_UNNOTED])
    if lines:
        raise Mistake("\n".join(lines))
    return "the keys are whole"


async def _noted(store: Store, keyring: Keyring, *, faults: int) -> bool:
    """Whether the audit log says that somebody looked: where its own key is what is wrong, it cannot."""
    data = {"faults": faults}
    try:
        await store.write(
            lambda c: audit.write(c, keyring, at=utc_now(), actor=_ACTOR, action="keys.verified", data=data)
        )
    except (KeyMissing, KeyMismatch, KeyGone, OSError):
        return False
    return True


async def backup(settings: Settings, to: Path, officers: Sequence[str]) -> str:
    """Writes one file for each officer, beside each other: FILE with 1 and 2 before its ending; or into a folder."""
    named = {officer.strip().lower() for officer in officers}  # age takes either case for the same
    if len(named) < _OFFICERS or len(named) != len(officers):
        raise Mistake("name two officers: --officer age1… --officer age1…, each with an identity of their own")
    if keyfiles.is_demo(settings.keys_dir):
        raise DemoKeys  # the note in their folder does not come into a copy, and so they would come back as anybody's
    days = settings.backups_days or _KEPT_DAYS

    def work(connection: Connection, keyring: Keyring, now: datetime) -> tuple[keybackups.Copy, list[bytes]]:
        until = now + timedelta(days=days)
        copy = keybackups.take(connection, keyring, now=now, keep_until=until)
        sealed = [keybackups.sealed_for(copy, officer) for officer in officers]
        data = {"officers": len(officers), "keep_until": until.isoformat(timespec="minutes")}
        audit.write(connection, keyring, at=now, actor=_ACTOR, action="keys.copied", data=data)
        return copy, sealed

    files = _copies(settings, to, len(officers))
    try:
        copy, sealed = await _with(settings, work)
        keybackups.write(dict(zip(files, sealed, strict=True)))
    except NotAnOfficer:
        raise Mistake("an officer is named by an age recipient, which begins with age1") from None
    except OSError as error:
        raise Mistake(f"the copy cannot be written: {error.strerror}") from None
    names = "\n".join(str(file) for file in files)
    return f"{names}\n{len(copy.keys)} keys. Delete every copy by {copy.keep_until:%Y-%m-%d %H:%M} UTC."


def _copies(settings: Settings, to: Path, count: int) -> list[Path]:
    """One file for each officer, none of which is there; in a folder under the day's name."""
    if to.exists() and not (to.is_dir() or to.is_file()):
        raise Mistake(f"{to.name} is neither a file nor a folder: name a file on the officer's own stick")
    folder = to if to.is_dir() else to.parent
    if any(folder.resolve().is_relative_to(own.resolve()) for own in (settings.keys_dir, settings.data_dir)):
        raise Mistake("an officer's copy does not belong on the server's own disk, beside what it brings back")
    file = to / f"keys-{utc_now():%Y-%m-%d}.age" if to.is_dir() else to
    files = [file.with_name(f"{file.stem}.{number + 1}{file.suffix}") for number in range(count)]
    if taken := [each.name for each in files if each.exists()]:
        raise Mistake(f"there is a file {taken[0]} already: name another one (--to FOLDER/NAME.age), or take that away")
    return files


async def restore(
    settings: Settings, file: Path, identity: Path, *, although_expired: bool = False, without_database: bool = False
) -> str:
    """Puts back what the database names as in use and is not here; nothing is ever overwritten."""
    copy = _opened(file, identity)
    if utc_now() > copy.keep_until and not although_expired:
        _expired(copy)
    prepare(settings)
    try:
        if without_database:
            done = keybackups.restore_all(settings.keys_dir, copy)
        else:
            done = await _with(settings, lambda c, k, now: _restored(c, k, copy, now))
    except InTheWay:
        raise Mistake(_IN_THE_WAY) from None
    if not done.placed and not done.there:
        raise Mistake("the database names none of these keys; where there is none yet, add --without-database")
    return json.dumps(
        {"placed": done.placed, "there already": done.there, "left out": done.left_out, "days lost": done.lost}
    )


def _restored(connection: Connection, keyring: Keyring, copy: keybackups.Copy, now: datetime) -> keybackups.Restored:
    done = keybackups.restore(connection, keyring, copy)
    if not done.placed and not done.there:
        return done  # the log's own key is not here either
    recalling.all_again(connection, keyring)  # that copy may be older than who was taken off a sealed desk
    data = {"placed": done.placed, "left_out": done.left_out, "lost": done.lost}
    audit.write(connection, keyring, at=now, actor=_ACTOR, action="keys.restored", data=data)
    return done


def _opened(file: Path, identity: Path) -> keybackups.Copy:
    try:
        return keybackups.opened(file.read_bytes(), identity.read_text("utf-8", "replace"))
    except OSError as error:
        raise Mistake(f"{error.filename}: {error.strerror}") from None
    except NotAnOfficer:
        raise Mistake("that is no age identity: a file with a line AGE-SECRET-KEY-1…") from None
    except NotACopy:
        raise Mistake("this identity does not open that file, or it is no copy of keys") from None


def _expired(copy: keybackups.Copy) -> NoReturn:
    raise Mistake(
        f"this copy was to be deleted by {copy.keep_until:%Y-%m-%d}: it may open what was destroyed since. "
        "If nothing else is left, add --although-expired"
    )


async def _with(settings: Settings, work: Callable[[Connection, Keyring, datetime], T]) -> T:
    store = Store.open(settings.database, there=True)
    try:
        keyring, now = Keyring.open(settings.keys_dir), utc_now()
        return await store.write(lambda c: work(c, keyring, now))
    finally:
        store.close()
