"""Backups: made, put back and tried, from the terminal and by the clock; each leaves a line in table drills."""

import asyncio
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from api import hindrances
from api.people import Mistake
from api.settings import Settings
from api.wiring import refuse_demo_keys
from storage import anchors, keys, loose
from storage.backups import backup, drills, restoring, trying, waking
from storage.backups.drills import Kind
from storage.backups.manifests import Manifest
from storage.backups.places import Target, transaction
from storage.backups.promised import Kept
from storage.backups.restoring import Restored
from storage.backups.trying import Found
from storage.database.engine import Connection, Store
from storage.keys import Keyring

T = TypeVar("T")
_ENTROPY = 3
_WHEN = "%Y-%m-%d %H:%M UTC"
_AHEAD = "the backup's date lies in the future: a clock was wrong when it was made, or is now"


@dataclass(frozen=True, slots=True)
class Base:
    """What making and trying backups needs of whatever runs it."""

    settings: Settings
    store: Store
    keyring: Keyring
    alone: bool = False  # a command of its own: all is done in the main thread, which hears when it is told to end

    async def run(self, work: Callable[..., T], *given: Any) -> T:
        """Runs it beside the event loop, or in its place."""
        return work(*given) if self.alone else await asyncio.to_thread(work, *given)


@dataclass(frozen=True, slots=True)
class Tried:
    """A drill that went through. well: all opened that should."""

    restored: Restored
    found: Found
    took_ms: int

    @property
    def well(self) -> bool:
        """Nothing failed to open."""
        return not self.found.failed


# ── Making ───────────────────────────────────────────────────────────────────────────────────────────────────
async def make(base: Base, to: Path, *, now: datetime) -> tuple[Manifest, int]:
    """A backup, and how many old ones went. Noted also where it fails; raises what storage.backups.backup raises."""
    settings = base.settings
    place = backup.Place(settings.database, settings.media_dir)
    begun, entropy = time.monotonic(), secrets.token_bytes(_ENTROPY)

    def work() -> Manifest:
        last = anchors.last(settings.anchors_dir, base.keyring)
        return backup.make(place, to, base.keyring, now=now, entropy=entropy, anchored=last)

    try:
        made = await base.run(work)
    except Exception as error:
        await _note(base, Kind.BACKUP, now, begun, well=False, data={"why": type(error).__name__})
        raise
    pruned = await asyncio.to_thread(backup.prune, to, base.keyring, days=settings.backups_days, now=now)
    sizes = sum(kept.size for kept in made.files.values())
    data = {"bytes": sizes, "rows": sum(made.counts.values()), "seq": made.audit.seq, "pruned": pruned}
    data["number"] = made.number
    await _note(base, Kind.BACKUP, now, begun, well=True, data=data)
    return made, pruned


async def drill(base: Base, at: Path, *, now: datetime) -> Tried:
    """Tries a backup, or the newest of a folder, beside the living database. Noted also where it fails."""
    begun = time.monotonic()
    try:
        restored, found = await base.run(_tried, base, at, now)
    except Exception as error:
        await _note(base, Kind.DRILL, now, begun, well=False, data={"why": type(error).__name__})
        raise
    tried = Tried(restored, found, _since(begun))
    age = int((now - restored.manifest.made_at).total_seconds())
    data = {**found.data(), "age_s": age, "erased": restored.erased, "seq": restored.manifest.audit.seq}
    await _note(base, Kind.DRILL, now, begun, well=tried.well, data=data)
    return tried


def _tried(base: Base, at: Path, now: datetime) -> tuple[Restored, Found]:
    settings, entropy = base.settings, secrets.token_bytes(8)
    folder, _ = backup.found(at, base.keyring, now=now)
    noted = anchors.read(settings.anchors_dir, base.keyring)
    owner = settings.migrate_url.get_secret_value()
    trying.sweep(settings.database, owner, now=datetime.now(UTC))
    with (
        trying.place() as place,
        trying.scratch(settings.database, owner, place, now=now, entropy=entropy) as target,
    ):
        return trying.try_out(folder, target, base.keyring, settings.keys_dir, noted=noted, now=now, entropy=entropy)


async def _note(base: Base, kind: Kind, now: datetime, begun: float, *, well: bool, data: dict[str, Any]) -> None:
    def work(conn: Connection) -> None:
        by, took = "machine:backup", _since(begun)
        drills.record(conn, base.keyring, kind, at=now, actor=by, took_ms=took, well=well, data=data)

    await base.store.write(work)


def _since(begun: float) -> int:
    return int((time.monotonic() - begun) * 1000)


# ── From the terminal ────────────────────────────────────────────────────────────────────────────────────────
async def back_up(settings: Settings, to: Path) -> str:
    """`muntada backup`."""
    if _is_within(to, settings.keys_dir) or _is_within(settings.keys_dir, to):
        raise Mistake("a backup does not belong beside the keys: whoever has both reads everything")
    if _is_within(to, settings.data_dir):
        raise Mistake("a backup does not belong inside MUNTADA_DATA_DIR: what takes the one takes the other")
    now = datetime.now(UTC)
    made, pruned = await _with(settings, lambda base: make(base, to, now=now))
    rows, files = made.counts.get("reports", 0), sum(path.startswith("media/") for path in made.files)
    lines = [
        f"{to / made.name}: {rows} reports, {files} files, {sum(kept.size for kept in made.files.values())} bytes",
        f"it can be restored until {made.until:{_WHEN}}, with the keys that are here; they are not in it",
    ]
    if made.waiting:
        lines.append(f"{made.waiting} messages wait to be settled and are not in it")
    if made.gone:
        lines.append(f"{made.gone} files that the database names were not there: erased meanwhile, or lost")
    if pruned:
        lines.append(f"{pruned} older backups were taken away")
    return "\n".join(lines)


def _is_within(one: Path, other: Path) -> bool:
    return one.resolve().is_relative_to(other.resolve())


async def try_out(settings: Settings, at: Path) -> str:
    """`muntada drill`."""
    now = datetime.now(UTC)
    tried = await _with(settings, lambda base: drill(base, at, now=now))
    found, made_at = tried.found, tried.restored.manifest.made_at
    words = (
        f"{found.cases} cases: {found.opened} parts and {found.files} files open, {found.sealed} are sealed to people,"
        f" {found.failed} do not open; rows and audit log fit; restored in {tried.took_ms / 1000:.1f} s;"
        f" {_age(made_at, now)}"
    )
    if not tried.well:
        raise Mistake(f"the drill did not go well: {words}")
    return words


async def put_back(settings: Settings, at: Path) -> str:
    """`muntada restore`."""
    refuse_demo_keys(settings)
    now, begun = datetime.now(UTC), time.monotonic()
    keyring = Keyring.open(settings.keys_dir)
    owner = settings.migrate_url.get_secret_value()
    target = Target(settings.database, settings.media_dir, owner)

    async def work() -> tuple[Restored, anchors.Noted]:
        folder, _ = backup.found(at, keyring, now=now)
        noted = anchors.read(settings.anchors_dir, keyring)

        def then(restored: Restored, url: str) -> None:
            _note_restored(settings, keyring, restored, url, lost=_lost(restored.manifest, noted, now), begun=begun)

        given: dict[str, Any] = {"noted": noted, "now": now, "then": then, "for_good": True}
        return restoring.restore(folder, target, keyring, settings.keys_dir, **given), noted

    restored, noted = await _said(work())
    return _told(restored, noted, _lost(restored.manifest, noted, now))


def _note_restored(
    settings: Settings, keyring: Keyring, restored: Restored, url: str, *, lost: int | None, begun: float
) -> None:
    """Before anybody can open it: an anchor that is missing would accuse the restored log."""
    end, now = restored.manifest.audit, datetime.now(UTC)
    kept = {"kept": sum(restored.kept.done.values()), "waits": restored.kept.waits}
    data = {"lost_s": lost, "erased": restored.erased, "seq": end.seq, "number": restored.manifest.number, **kept}
    took = _since(begun)
    transaction(url, lambda c: drills.restored(c, at=now, took_ms=took, data=data))
    anchors.append(settings.anchors_dir, keyring, end, now=now, kind="restored")
    loose.forget(keyring)


def _told(restored: Restored, noted: anchors.Noted, lost: int | None) -> str:
    manifest, fits = restored.manifest, waking.until(noted, restored.manifest)
    lines = [
        f"restored as of {manifest.made_at:{_WHEN}}: {manifest.counts.get('reports', 0)} reports",
        f"{_AHEAD}; nobody knows how much came after it"
        if lost is None
        else f"what came in the {_span(lost)} after it is not here (RPO)",
        f"{restored.erased} reports that were erased since were erased again",
        *_kept(restored.kept),
        f"the audit log is whole up to row {manifest.audit.seq}; {len(fits) - 1} anchors bear it out",
        "who was given more since does not have it: look through who works here before you serve",
        "who was taken off a sealed desk after this backup and after the keys' copy is there again: see `desks status`",
        "whoever has no second factor in it sets one up with a code: page Colleagues, `muntada staff enrolling-code`",
    ]
    if noted.bad:
        lines.append(f"an anchor was changed: {noted.bad}")
    return "\n".join(lines)


def _kept(kept: Kept) -> list[str]:
    """What was promised since; and where that is not all known, what follows."""
    done = ", ".join(f"{count} {kind}" for kind, count in kept.done.items()) or "none"
    lines = [f"promises made since that are kept again: {done}"]
    if kept.stays:
        lines.append(
            f"{kept.stays} reports had left their desk, but only its people can read them, or the backup has no desk"
            " like the one where they went, or that desk's list does not verify: they stay, and their answers wait;"
            " have somebody who reads them move them"
        )
    if kept.waits:
        lines.append(
            "the promises made since are not all beside these keys: nobody is written to, and the answers of"
            f" {kept.waits} reports wait until their reporter comes with the code"
        )
    return lines


def _lost(manifest: Manifest, noted: anchors.Noted, now: datetime) -> int | None:
    """Seconds from the backup to the last sign of life before this restore; None where its date tells nothing.

    Until now, where the anchors end before the backup: an officer's copy of them that is older tells of no life since.
    """
    if manifest.made_at > now:
        return None
    last = max((note.at for note in noted.notes if manifest.made_at <= note.at <= now), default=now)
    return int((last - manifest.made_at).total_seconds())


def _age(made_at: datetime, now: datetime) -> str:
    return _AHEAD if made_at > now else f"the backup is {_span((now - made_at).total_seconds())} old"


def _span(seconds: float) -> str:
    minutes = int(seconds // 60)
    return f"{minutes // 60} h {minutes % 60} min" if minutes else f"{int(seconds)} s"


async def _with(settings: Settings, work: Callable[[Base], Any]) -> Any:
    # Before anything is written: a demonstration's keys are known to others, and so would be what a backup holds.
    refuse_demo_keys(settings)
    store = Store.open(settings.database, there=True)
    try:
        keyring, now = Keyring.open(settings.keys_dir), datetime.now(UTC)
        await store.write(lambda conn: keys.register(conn, keyring, now))
        return await _said(work(Base(settings, store, keyring, alone=True)))
    finally:
        store.close()


async def _said(work: Any) -> Any:
    """What came of it; what stood in its way is told in a sentence."""
    try:
        return await work
    except Exception as error:
        words = hindrances.sentence(error)
        if words is None:
            raise
    raise Mistake(words)
