"""The category model that a deployment trained for itself: files in DATA_DIR/understanding, checked before use.

`model.json` names the model's file, its SHA-256, what it was trained from and its scores. It takes the place of the
last one in one rename, after the model is whole on disk: no reader ever finds half of a change. Without it, or where
it does not hold, the model that comes with the software is used.
"""

import hashlib
import json
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bot.nlp.analyse import DATA

SHIPPED: Final = DATA / "categories.npz"
_FORMAT: Final = 1
_MANIFEST: Final = "model.json"


class ModelWrong(Exception):
    """A deployment's own model cannot be used; the words say why."""


@dataclass(frozen=True, slots=True)
class Own:
    """A model that holds. facts: what the manifest says of it (counts, scores, when it was trained)."""

    path: Path
    sha256: str
    facts: Mapping[str, Any]


def folder(data_dir: Path) -> Path:
    """Where a deployment's own model lies."""
    return data_dir / "understanding"


def own(data_dir: Path) -> Own | None:
    """The deployment's own model, checked against its manifest; None without one. Raises ModelWrong."""
    try:
        manifest = json.loads((folder(data_dir) / _MANIFEST).read_text(encoding="utf-8"))
        path = folder(data_dir) / Path(str(manifest["model"])).name
        sha256, shipped, form = str(manifest["sha256"]), str(manifest["shipped"]), manifest["format"]
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        raise ModelWrong("its manifest cannot be read") from None
    if form != _FORMAT or shipped != digest(SHIPPED):
        raise ModelWrong("it was trained for another version of the software: run `muntada train`")
    try:
        whole = digest(path) == sha256
    except OSError:
        raise ModelWrong("its file is not there") from None
    if not whole:
        raise ModelWrong("its file is not the one that was written")
    return Own(path, sha256, manifest)


def line(data_dir: Path) -> str:
    """Which model is in use, for people."""
    try:
        found = own(data_dir)
    except ModelWrong as wrong:
        return f"shipped ({digest(SHIPPED)[:8]}); its own is not used: {wrong}"
    if found is None:
        return f"shipped ({digest(SHIPPED)[:8]})"
    live = found.facts.get("live", 0)
    return f"its own ({found.sha256[:8]}), trained {found.facts.get('trained_at', '')[:10]} with {live} live examples"


def draft(data_dir: Path, write: Callable[[Path], object]) -> Path:
    """Has a model written to a file of its own that nobody uses yet; its path."""
    folder(data_dir).mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder(data_dir) / f"draft-{secrets.token_hex(8)}.npz"
    try:
        write(path)
        path.chmod(0o600)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path


def adopt(data_dir: Path, drafted: Path, facts: Mapping[str, Any]) -> Own:
    """Makes a drafted model the one in use from now on, and clears away all others."""
    _sync(drafted)
    sha256 = digest(drafted)
    path = folder(data_dir) / f"model-{sha256[:16]}.npz"
    drafted.replace(path)
    manifest = {"format": _FORMAT, "model": path.name, "sha256": sha256, "shipped": digest(SHIPPED), **facts}
    half = folder(data_dir) / f".{secrets.token_hex(8)}"
    half.write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    _sync(half)
    half.replace(folder(data_dir) / _MANIFEST)
    _sync(folder(data_dir))
    _clear(data_dir, but=path.name)
    return Own(path, sha256, manifest)


def back(data_dir: Path) -> bool:
    """Returns to the shipped model; False when that is the one in use."""
    manifest = folder(data_dir) / _MANIFEST
    if not manifest.exists():
        return False
    manifest.unlink()
    _clear(data_dir)
    return True


def digest(path: Path) -> str:
    """SHA-256 of a file, in hex. Raises OSError."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _clear(data_dir: Path, *, but: str = "") -> None:
    for path in folder(data_dir).glob("model-*.npz"):
        if path.name != but:
            path.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
