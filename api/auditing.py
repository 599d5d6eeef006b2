"""The check of the audit log, from the terminal and by the clock: whether it is whole; and where it ends now.

Each check leaves a row in the log itself that says how many anchors were there. Fewer at the next one is a fault: who
takes away what bears the log out is seen. It is told once, for that check's row says how many there are now.
"""

import asyncio
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from api.people import Mistake
from api.settings import Settings
from storage import anchors, audit, keys, loose
from storage.anchors import Noted
from storage.audit import Verdict
from storage.backups import drills
from storage.database.engine import Connection, Store
from storage.keys import Keyring


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found. noted: the anchors that it was held against. missing: how many fewer there are than last time."""

    verdict: Verdict
    noted: Noted
    missing: int = 0

    @property
    def whole(self) -> bool:
        """Nothing is wrong, with the log or with its anchors."""
        return not self.fault

    @property
    def fault(self) -> str:
        """The first, as a reason of `Verdict`, "anchor" (one was changed) or "anchors" (some are gone); "" for none."""
        return self.verdict.reason or ("anchor" if self.noted.bad else "") or ("anchors" if self.missing else "")


async def check(
    store: Store, keyring: Keyring, settings: Settings, *, now: datetime, actor: str, given: Noted | None = None
) -> Checked:
    """Checks the whole log against the anchors beside the keys, or those that are given, and notes what came of it."""
    begun = time.monotonic()
    while await store.write(lambda conn: audit.chain(conn, keyring, now)):  # where nothing ran, rows have no place yet
        pass
    own = await asyncio.to_thread(anchors.read, settings.anchors_dir, keyring)
    waiting = await asyncio.to_thread(loose.read, keyring)
    noted = own if given is None else given
    verdict = await store.read(lambda conn: loose.verify(conn, keyring, noted.standing, waiting, now=now))
    # Only what the log itself bears out says how many there were.
    missing = await store.read(lambda conn: drills.missing(conn, own)) if verdict.whole else 0
    found, took_ms = Checked(verdict, noted, missing), int((time.monotonic() - begun) * 1000)

    def note(conn: Connection) -> None:
        by: dict[str, Any] = {"at": now, "actor": actor, "took_ms": took_ms, "fault": found.fault}
        drills.verified(conn, keyring, verdict, noted, own=own, **by)

    await store.write(note)
    return found


async def verify(settings: Settings, kept: Path | None) -> tuple[bool, str]:
    """Whether the log is whole, and a sentence that says so or names the first place where it is not; or Mistake."""
    keyring, now = Keyring.open(settings.keys_dir), datetime.now(UTC)
    given = None if kept is None else _given(kept, keyring)
    store = Store.open(settings.database, there=True)
    try:
        await store.write(lambda conn: keys.register(conn, keyring, now))
        found = await check(store, keyring, settings, now=now, actor="machine:terminal", given=given)
    finally:
        store.close()
    return found.whole, sentence(found.verdict, found.noted, missing=found.missing)


def _given(kept: Path, keyring: Keyring) -> Noted:
    """Who names anchors wants them asked: a wrong path must not look like a log that is whole."""
    noted = anchors.read(kept, keyring)
    if not noted.notes and not noted.bad:
        raise Mistake("there is no anchor in what --anchors names: nothing was checked")
    return noted


async def end(settings: Settings) -> str:
    """The chain's end as one line, for a note on paper."""
    keyring, now = Keyring.open(settings.keys_dir), datetime.now(UTC)
    store = Store.open(settings.database, there=True)
    try:
        await store.write(lambda conn: keys.register(conn, keyring, now))
        while await store.write(lambda conn: audit.chain(conn, keyring, now)):
            pass
        here = await store.read(audit.anchor)
    finally:
        store.close()
    return anchors.line(keyring, anchors.Note(here.seq, here.chain, now))


def sentence(verdict: Verdict, noted: Noted, *, missing: int = 0) -> str:
    """What was found."""
    fits = f"the {verdict.rows} rows themselves fit together"
    if verdict.reason == "unreadable":
        said = "which rows have no place in the chain yet was noted in a file that is damaged"
        return f"the audit log is not whole: {said}; {fits}"
    if verdict.reason == "schema":
        said = f"{verdict.at} triggers, rules, views or policies are not as our migrations make them"
        return f"the audit log may not be whole: {said}, and may take rows away as they are written; {fits}"
    if verdict.reason == "unchained":
        return f"the audit log is not whole: {verdict.at} rows got no place; something holds a lock on the database"
    if not verdict.whole:
        where = f"at row {verdict.at}" if verdict.at else "in a row that has no place yet"
        where += f", of the hour that is over at {verdict.hour:%Y-%m-%d %H:%M} UTC" if verdict.hour else ""
        named = f" (id {verdict.row})" if verdict.row else ""
        return f"the audit log is not whole: {verdict.reason} {where}{named}"
    if noted.bad:
        return f"an anchor was changed: {noted.bad}; {fits}"
    if missing:
        return f"{missing} anchors are gone that the last check read; {fits}"
    held = f"and go through {len(noted.standing)} anchors" if noted.standing else "but no anchor says where they end"
    said = "".join(
        f"; a backup was restored at row {note.seq}, {note.at:%Y-%m-%d %H:%M} UTC" for note in noted.restored
    )
    return f"{verdict.rows} rows, whole, {held}{said}"
