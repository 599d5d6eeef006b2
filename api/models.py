"""The category model that a deployment trained for itself: files in DATA_DIR/understanding, checked before use.

`model.json` names the model's file, its SHA-256, what it was trained from and its scores. It takes the place of the
last one in one rename, after the model is whole on disk: no reader ever finds half of a change. Without it, or where
it does not hold, the model that comes with the software is used.
"""

import hashlib
import json
import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bot.nlp.analyse import DATA
from storage.database import disk

SHIPPED: Final = DATA / "categories.npz"
_FORMAT: Final = 1
_MANIFEST: Final = "model.json"
_DRAFT: Final = "draft-"  # how the name of what is not yet in use begins
_HALF: Final = ".half-"
_MODELS: Final = "model-*.npz"
_UNREADABLE: Final = "its manifest cannot be read"


class ModelWrong(Exception):
    """A deployment's own model cannot be used; the words say why."""


class Busy(Exception):
    """Another process changes the deployment's own model now."""


class Unwritable(OSError):
    """The folder of the deployment's own model cannot be written; the words say why, as the system puts it."""


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
        counted, trained_at = manifest.get("live", 0), manifest.get("trained_at", "")
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise ModelWrong(_UNREADABLE) from None
    if not isinstance(counted, int) or not isinstance(trained_at, str):
        raise ModelWrong(_UNREADABLE)
    if form != _FORMAT or shipped != digest(SHIPPED):
        raise ModelWrong("it was trained for another version of the software: run `muntada train`")
    try:
        whole = digest(path) == sha256
    except (OSError, ValueError):  # the last: what no system takes for a file's name
        raise ModelWrong("its file is not there") from None
    if not whole:
        raise ModelWrong("its file is not the one that was written")
    return Own(path, sha256, manifest)


def line(data_dir: Path) -> str:
    """Which model is in use, for people."""
    try:
        found = own(data_dir)
    except ModelWrong as wrong:
        return unused(wrong)
    if found is None:
        return f"shipped ({digest(SHIPPED)[:8]})"
    live = found.facts.get("live", 0)
    return f"its own ({found.sha256[:8]}), trained {found.facts.get('trained_at', '')[:10]} with {live} live examples"


def unused(wrong: ModelWrong) -> str:
    """As `line`, for an own model that does not hold."""
    return f"shipped ({digest(SHIPPED)[:8]}); its own is not used: {wrong}"


@contextmanager
def alone(data_dir: Path) -> Iterator[None]:
    """Whoever changes the model does so in here, one process at a time. Raises Busy, and Unwritable.

    What a process that was killed in here left half done is cleared away.
    """
    import fcntl  # noqa: PLC0415 - not on Windows, where models are read all the same

    with _told():
        folder(data_dir).mkdir(mode=0o700, parents=True, exist_ok=True)
        held = os.open(folder(data_dir), os.O_RDONLY)
    try:
        with _told():
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _clear(data_dir, f"{_DRAFT}*")
            _clear(data_dir, f"{_HALF}*")
        yield
    finally:
        os.close(held)


def draft(data_dir: Path, write: Callable[[Path], object]) -> Path:
    """Has a model written to a file of its own that nobody uses yet; its path. Raises Unwritable."""
    with _told():
        folder(data_dir).mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder(data_dir) / f"{_DRAFT}{secrets.token_hex(8)}.npz"
        try:
            write(path)
            path.chmod(0o600)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
    return path


def adopt(data_dir: Path, drafted: Path, facts: Mapping[str, Any]) -> Own:
    """Makes a drafted model the one in use from now on, and clears away all others. Raises Unwritable."""
    with _told():
        disk.flush(drafted)
        sha256 = digest(drafted)
        path = folder(data_dir) / f"model-{sha256[:16]}.npz"
        drafted.replace(path)
        manifest = {"format": _FORMAT, "model": path.name, "sha256": sha256, "shipped": digest(SHIPPED), **facts}
        half = folder(data_dir) / f"{_HALF}{secrets.token_hex(8)}"
        half.write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        disk.flush(half)
        half.replace(folder(data_dir) / _MANIFEST)
        disk.flush(folder(data_dir))
        _clear(data_dir, _MODELS, but=path.name)
    return Own(path, sha256, manifest)


def back(data_dir: Path) -> bool:
    """Returns to the shipped model; False when that is the one in use. Raises Unwritable."""
    manifest = folder(data_dir) / _MANIFEST
    with _told():
        if not manifest.exists():
            return False
        manifest.unlink()
        _clear(data_dir, _MODELS)
    return True


def digest(path: Path) -> str:
    """SHA-256 of a file, in hex. Raises OSError."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except BlockingIOError:
        raise Busy from None
    except OSError as error:
        raise Unwritable(error.strerror or "") from None


def _clear(data_dir: Path, pattern: str, *, but: str = "") -> None:
    for path in folder(data_dir).glob(pattern):
        if path.name != but:
            path.unlink(missing_ok=True)
