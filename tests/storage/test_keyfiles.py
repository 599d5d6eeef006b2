"""Files of keys and roots: whole under their name, or not there."""

import resource
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from storage import keyfiles
from storage.sealed import roots

Place = Callable[[Path, str], bool]
LINES = tuple(f"{number:032x}" for number in range(200))


def _key(keys_dir: Path, name: str) -> bool:
    return keyfiles.place(keys_dir / "roots", name, b"k" * 6000)


def _root(keys_dir: Path, name: str) -> bool:
    return roots.place(keys_dir, name, LINES)


@pytest.mark.parametrize("place", [pytest.param(_key, id="a key"), pytest.param(_root, id="a root")])
def test_a_disk_that_takes_half_of_a_file_leaves_none_and_it_is_written_whole_later(
    tmp_path: Path, place: Place
) -> None:
    before, (soft, hard) = signal.signal(signal.SIGXFSZ, signal.SIG_IGN), resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        with pytest.raises(OSError, match="No space left"):
            place(tmp_path, "one")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)
    assert list((tmp_path / "roots").iterdir()) == []
    assert (place(tmp_path, "one"), place(tmp_path, "one")) == (True, False)
    (file,) = (tmp_path / "roots").iterdir()
    assert (file.name, file.stat().st_size) == ("one", 6000 if place is _key else 6600)
