"""What an administrator asks of the audit log from the terminal: whether it is whole, and where it ends now."""

from datetime import UTC, datetime
from pathlib import Path

from api.settings import Settings
from storage import anchors, audit, keys, loose
from storage.anchors import Noted
from storage.audit import Verdict
from storage.backups import drills
from storage.database.engine import Connection, Store
from storage.keys import Keyring


async def verify(settings: Settings, kept: Path | None) -> tuple[bool, str]:
    """Whether the log is whole, and a sentence that says so or names the first place where it is not."""
    keyring, now = Keyring.open(settings.keys_dir), datetime.now(UTC)
    store = Store.open(settings.database)
    try:
        await store.write(lambda conn: keys.register(conn, keyring, now))
        noted = anchors.read(kept or settings.anchors_dir, keyring)
        waiting = loose.read(keyring)
        verdict = await store.read(lambda conn: loose.verify(conn, keyring, noted.standing, waiting))
        took = datetime.now(UTC) - now
        await store.write(
            lambda conn: _note(conn, keyring, verdict, noted, now=now, took_ms=int(took.total_seconds() * 1000))
        )
    finally:
        store.close()
    return verdict.whole and not noted.bad, sentence(verdict, noted)


async def end(settings: Settings) -> str:
    """The chain's end as one line, for a note on paper."""
    keyring, now = Keyring.open(settings.keys_dir), datetime.now(UTC)
    store = Store.open(settings.database)
    try:
        await store.write(lambda conn: keys.register(conn, keyring, now))
        while await store.write(lambda conn: audit.chain(conn, keyring, now)):
            pass
        here = await store.read(audit.anchor)
    finally:
        store.close()
    return anchors.line(keyring, anchors.Note(here.seq, here.chain, now))


def sentence(verdict: Verdict, noted: Noted) -> str:
    """What was found."""
    if verdict.reason == "unreadable":
        said = "which rows wait for the end of their hour was noted in a file that is damaged"
        return f"the audit log is not whole: {said}; the {verdict.rows} rows themselves fit together"
    if not verdict.whole:
        where = f"at row {verdict.at}" if verdict.at else "in a row that has no place yet"
        where += f", of the hour that is over at {verdict.hour:%Y-%m-%d %H:%M} UTC" if verdict.hour else ""
        named = f" (id {verdict.row})" if verdict.row else ""
        return f"the audit log is not whole: {verdict.reason} {where}{named}"
    if noted.bad:
        return f"an anchor was changed: {noted.bad}; the {verdict.rows} rows themselves fit together"
    held = f"and go through {len(noted.standing)} anchors" if noted.standing else "but no anchor says where they end"
    said = "".join(
        f"; a backup was restored at row {note.seq}, {note.at:%Y-%m-%d %H:%M} UTC" for note in noted.restored
    )
    return f"{verdict.rows} rows, whole, {held}{said}"


def _note(conn: Connection, keyring: Keyring, verdict: Verdict, noted: Noted, *, now: datetime, took_ms: int) -> None:
    drills.verified(conn, verdict, noted, at=now, took_ms=took_ms)
    data = {"rows": verdict.rows, "whole": verdict.whole, "at": verdict.at}
    audit.write(conn, keyring, at=now, actor="machine:terminal", action="audit.verify", data=data)
