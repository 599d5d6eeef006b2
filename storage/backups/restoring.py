"""Puts a backup back, into an empty database and folder: checked, brought up to date.

What was erased since goes again (storage.purging.journal), and what was promised since is kept (promised).

Messages that waited to be sent are marked as not sent, for most of them were: nobody's phone rings twice for it.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from storage import migrations
from storage.anchors import Noted
from storage.audit import Verdict
from storage.backups import filling, manifests, remains, waking
from storage.backups.manifests import MEDIA, Manifest, NotABackup
from storage.backups.places import NotEmpty, Target, TooOld, transaction
from storage.backups.promised import Kept
from storage.keys import KeyMismatch, Keyring, check_value


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back. erased: reports that were erased since and are again. checked: the audit log as it came.

    kept: what was promised since, and is kept again.
    """

    manifest: Manifest
    erased: int
    checked: Verdict
    kept: Kept


Then = Callable[[Restored, str], None]


def _nothing(_restored: Restored, _url: str) -> None:
    return


def restore(
    folder: Path,
    target: Target,
    keyring: Keyring,
    keys_dir: Path,
    *,
    noted: Noted,
    now: datetime,
    then: Then = _nothing,
    for_good: bool = False,
) -> Restored:
    """Restores the backup in `folder`. noted: the anchors kept outside; the log must go through those up to there.

    then: what is done with the whole database, at a URL, before anybody can open it under its own. for_good: it is the
    one that goes on, not one that is tried: what is noted beside the keys of seats that it cannot know is taken away.

    Raises NotABackup, TooOld, NotEmpty, NotWhole, NoProgram, Unavailable. However it fails, nothing is left of what was
    unpacked; where the process is killed, the next one takes that away (remains).
    """
    manifest = manifests.read(folder, keyring)
    if not migrations.is_known(manifest.revision):
        raise NotABackup("it was made by a newer version: install that one first")
    manifests.check(folder, manifest)
    _has_keys(keyring, manifest)
    if (manifest.dialect == "sqlite") is not target.url.startswith("sqlite"):
        raise NotEmpty(f"this backup is of {manifest.dialect}: give it a database of that kind")
    with remains.cleared(target, for_good=for_good):
        _copy_media(folder, manifest, target.media_dir)
        with filling.filled(folder, manifest, target) as url:
            checked = transaction(url, lambda conn: waking.checked(conn, keyring, manifest, noted))
            if for_good:  # before reports are sealed again to a desk whose list would not verify
                transaction(url, lambda conn: waking.relist(conn, keyring))
            erased, kept = transaction(url, lambda conn: waking.awakened(conn, keyring, keys_dir, manifest, now=now))
            restored = Restored(manifest, erased, checked, kept)
            then(restored, url)
        return restored


def _copy_media(folder: Path, manifest: Manifest, media_dir: Path) -> None:
    """What the manifest names, and nothing that somebody laid beside it."""
    for path in manifest.files:
        if path.startswith(f"{MEDIA}/"):
            there = media_dir / path.removeprefix(f"{MEDIA}/")
            there.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            shutil.copy2(folder / path, there)


def _has_keys(keyring: Keyring, manifest: Manifest) -> None:
    for key in manifest.keys:
        if not keyring.has(key.domain, key.epoch):
            raise TooOld(f"the key {key.domain.value}/{key.epoch} is not here")
        if check_value(keyring.at(key.domain, key.epoch), key.domain, key.epoch) != key.check:
            raise KeyMismatch
