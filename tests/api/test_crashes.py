"""A process that ends by accident leaves no core file, and no word of what it was doing."""

import resource
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WORD, SEEN = "كناري القصب", "canary-9f21"
_BEGIN = f"""
import os, signal, sys, threading
from api import crashes, logs
logs.configure()
if "guarded" in sys.argv: crashes.leave_nothing()
secret = "{WORD} {SEEN}"
"""
_TRIES = 3
ENDS = {
    "uncaught": "raise ValueError(secret)",
    "in a thread": "t = threading.Thread(target=lambda: int(secret)); t.start(); t.join()",
    "while it is let go": "class Held:\n    def __del__(self): raise ValueError(secret)\nHeld()",
}


def _run(script: str, folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """In a folder of its own, where core files would lie, and are allowed."""

    def allow() -> None:
        hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
        resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))

    command = [sys.executable, "-c", _BEGIN + script, *arguments]
    return subprocess.run(
        command, cwd=folder, env={"PYTHONPATH": str(ROOT)}, capture_output=True, check=False, preexec_fn=allow
    )


@pytest.mark.parametrize("how", ENDS)
def test_an_error_that_nobody_caught_says_its_kind_and_place_and_not_what_it_held(how: str, tmp_path: Path) -> None:
    told = _run(ENDS[how], tmp_path, "guarded").stderr.decode()
    assert "ValueError" in told
    assert WORD not in told
    assert SEEN not in told
    assert SEEN in _run(ENDS[how], tmp_path).stderr.decode()  # else this test could not fail


def test_a_crash_leaves_no_core_file(tmp_path: Path) -> None:
    script = "print(resource.getrlimit(resource.RLIMIT_CORE)); os.kill(os.getpid(), signal.SIGSEGV)"
    done = _run("import resource\n" + script, tmp_path, "guarded")
    assert done.returncode == -11
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow  # a busy machine gives dumps up, and there less runs beside it
@pytest.mark.skipif(not Path("/proc/sys/kernel/core_pattern").is_file(), reason="no Linux")
def test_without_that_it_would_leave_one(tmp_path: Path) -> None:
    pattern = Path("/proc/sys/kernel/core_pattern").read_text(encoding="ascii").strip()
    if "/" in pattern or "|" in pattern or resource.getrlimit(resource.RLIMIT_CORE)[1] == 0:
        pytest.skip("core files lie elsewhere here")
    for tried in range(_TRIES):  # a kernel short of memory gives a dump up, or cuts it off
        folder = tmp_path / str(tried)
        folder.mkdir()
        done = _run("os.kill(os.getpid(), signal.SIGSEGV)", folder)
        assert done.returncode == -11, done.stderr.decode()  # else it ended of something else, and earlier
        if any(SEEN.encode() in core.read_bytes() for core in folder.iterdir()):
            return
    if not list(tmp_path.glob("*/*")):
        pytest.skip("this kernel gave each dump up")
    pytest.fail("no core file held what the process knew")
