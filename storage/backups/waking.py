"""What a restored database is made to be before anybody works with it: checked, and fit for this day."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, update

from storage import audit, keys
from storage.anchors import Note, Noted
from storage.audit import Anchor, Verdict
from storage.backups import promised, snapshots
from storage.backups.manifests import Manifest
from storage.backups.places import NotWhole
from storage.backups.promised import Kept
from storage.desks import recalling
from storage.keys import ALL_DOMAINS, PASSING, Keyring
from storage.people import unproven
from storage.purging import journal
from storage.reporting import effaced
from storage.sealed import roots, seats
from storage.tables import outbox


def checked(conn: Connection, keyring: Keyring, manifest: Manifest, noted: Noted) -> Verdict:
    """The audit log as it came. Raises NotWhole."""
    found = snapshots.counts(conn)
    if differ := sorted(name for name, count in manifest.counts.items() if found.get(name, count) != count):
        raise NotWhole(f"rows differ in {', '.join(differ)}")
    verdict = audit.verify(conn, keyring, until(noted, manifest))
    if not verdict.whole:
        raise NotWhole(f"its audit log: {verdict.reason} at row {verdict.at}")
    return verdict


def until(noted: Noted, manifest: Manifest) -> Sequence[Anchor]:
    """The anchors of the chain that a backup was made of, up to its end, and that end.

    What was written down after another backup was put back is of another chain, and tells nothing of this one. Whether
    that was after this one was made, the line that was the newest then says; where it is lost, the clock does.
    """
    place = noted.notes.index(manifest.anchored) if manifest.anchored in noted.notes else None
    kept: list[Note] = []
    for number, note in enumerate(noted.notes):
        later = note.at > manifest.made_at if place is None else number > place
        if note.kind == "restored" and later:
            break
        kept.append(note)
    return [*(anchor for anchor in Noted(tuple(kept)).standing if anchor.seq <= manifest.audit.seq), manifest.audit]


def awakened(
    conn: Connection, keyring: Keyring, keys_dir: Path, manifest: Manifest, *, now: datetime
) -> tuple[int, Kept]:
    """Makes it fit this day; returns how many reports were erased again, and what else is kept again."""
    _end_lost_keys(conn, keyring, manifest, now)
    keys.register(conn, keyring, now)
    conn.execute(
        update(outbox)
        .where(outbox.c.state.in_(("pending", "sending")))
        .values(state="dead", reason="restored", sealed=None, owner=None, lease_until=None)
    )
    erased = journal.reapply(conn, keyring, journal.read(keys_dir), now, hashes=journal.messages(keys_dir))
    effaced.again(conn, keyring, now)
    kept = promised.keep(conn, keyring, manifest.name, manifest.made_at, now)
    marked = unproven.mark(conn, now)
    data = {"seq": manifest.audit.seq, "erased": erased, "kept": dict(kept.done), "waits": kept.waits}
    data["unproven"] = marked
    audit.write(conn, keyring, at=now, actor="machine:restore", action="backup.restored", data=data)
    return erased, kept


def relist(conn: Connection, keyring: Keyring) -> None:
    """Notes again who was taken off a sealed desk, where the keys' copy is older than the backup.

    Takes away what is noted of seats that began after the backup: their rows are lost, and nobody hid them.

    Where the backup's own audit log, which was checked, knows of an invitation, its row ought to be there: then the
    note stays. One that is of another database, this one having failed, is written again within the hour.
    """
    known = seats.ever_signed(conn)
    for root, recipient in roots.seats(keyring.folder):
        if recipient not in known:
            roots.unseat(keyring.folder, root, recipient)
    recalling.all_again(conn, keyring)


def _end_lost_keys(conn: Connection, keyring: Keyring, manifest: Manifest, now: datetime) -> None:
    """Keys that were destroyed since, and that nothing here needs: their epochs get no other.

    A day's key is in no copy: where all was lost, another was made since under its name, and that one counts.
    """
    needed = {(key.domain, key.epoch) for key in manifest.keys}
    for domain in sorted(ALL_DOMAINS):
        for epoch in keys.in_use(conn, domain):
            if domain in PASSING and keyring.has(domain, epoch):
                if not keys.fits(conn, domain, epoch, keyring.at(domain, epoch)):
                    keys.lose(conn, domain, epoch)
            elif (domain, epoch) not in needed and not keyring.has(domain, epoch):
                if domain in PASSING and epoch >= keys.epoch_of(domain, now):
                    keys.lose(conn, domain, epoch)  # in no officer's copy; without another nothing is kept today
                else:
                    keys.mark_destroyed(conn, domain, epoch, now)
