"""Packages of npm, installed once from their lock file into a cache outside this tree."""

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from tests.peers.sms.programs import Npm, needed

_LOCKED = Path(__file__).parents[1] / "npm"


@pytest.fixture(scope="session")
def npm() -> Npm:
    """The packages; the first run on a machine fetches them from the npm registry."""
    needed("node", "nodejs")
    command = needed("npm", "npm")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "muntada"
    stamp = hashlib.sha256((_LOCKED / "package-lock.json").read_bytes()).hexdigest()[:16]
    folder = cache / f"npm-{stamp}"
    if not folder.exists():
        cache.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=cache))
        for name in ("package.json", "package-lock.json"):
            shutil.copy(_LOCKED / name, fresh)
        quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        subprocess.run([command, "ci", *quiet], cwd=fresh, check=True, timeout=240, stdin=subprocess.DEVNULL)
        try:
            fresh.rename(folder)
        except OSError:  # another run was quicker
            shutil.rmtree(fresh, ignore_errors=True)
    return Npm(folder / "node_modules")
