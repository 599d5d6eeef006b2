"""The program that writes voice down: given the sound and nothing else of ours, ended in time with all it started."""

import asyncio
import os
import shlex
import sys
from pathlib import Path

import pytest

from api.settings import Settings
from api.transcribing import LONGEST, transcribe
from tests.bot import sounds


def _settings(tmp_path: Path, program: str, *arguments: str) -> Settings:
    command = shlex.join([sys.executable, "-c", program, *arguments])
    return Settings(data_dir=tmp_path / "d", keys_dir=tmp_path / "k", transcribe_command=command)


async def test_it_is_off_until_a_program_is_named(tmp_path: Path) -> None:
    off = Settings(data_dir=tmp_path / "d", keys_dir=tmp_path / "k")
    assert await transcribe(sounds.opus(), "audio/ogg", settings=off) is None


async def test_sound_goes_in_and_words_come_out(tmp_path: Path) -> None:
    program = "import sys; n = len(sys.stdin.buffer.read()); sys.stdout.buffer.write(f' كلام {n}\\n'.encode())"
    note = sounds.opus(sound=bytes(300_000))
    assert await transcribe(note, "audio/ogg", settings=_settings(tmp_path, program)) == f"كلام {len(note)}"


async def test_silence_is_no_failure(tmp_path: Path) -> None:
    quiet = _settings(tmp_path, "import sys; sys.stdin.buffer.read()")
    assert await transcribe(b"x", "audio/ogg", settings=quiet) == ""


async def test_a_program_that_does_not_want_all_the_sound_may_answer(tmp_path: Path) -> None:
    eager = _settings(tmp_path, "print('now', flush=True)")
    assert await transcribe(bytes(5_000_000), "audio/ogg", settings=eager) == "now"


async def test_it_knows_none_of_our_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUNTADA_TELEGRAM_TOKEN", "1:Kanarientoken")
    told = await transcribe(
        b"x", "audio/amr", settings=_settings(tmp_path, "import os; print(sorted(os.environ.items()))")
    )
    assert told is not None
    assert "MUNTADA_AUDIO_TYPE', 'audio/amr'" in told
    assert "Kanarientoken" not in told


async def test_what_it_says_of_itself_reaches_nobody(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    talks = _settings(tmp_path, "import sys; print('Kanarienvogel', file=sys.stderr); print('w')")
    assert await transcribe(b"x", "audio/ogg", settings=talks) == "w"
    told = capfd.readouterr()
    assert "Kanarienvogel" not in told.err + told.out


async def test_who_takes_too_long_is_ended_with_all_it_started(tmp_path: Path) -> None:
    noted = tmp_path / "child"
    program = (
        "import subprocess, sys; child = subprocess.Popen(['sleep', '60']);"
        "open(sys.argv[1], 'w').write(str(child.pid)); child.wait()"
    )
    settings = _settings(tmp_path, program, str(noted))
    assert await transcribe(b"x", "audio/ogg", settings=settings, patience_s=1.5) is None
    child = int(noted.read_text())
    for _ in range(100):
        if not _runs(child):
            return
        await asyncio.sleep(0.02)
    raise AssertionError("what it started runs on")


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False


async def test_an_endless_answer_is_cut(tmp_path: Path) -> None:
    endless = _settings(tmp_path, f"print('ب' * {LONGEST + 5})")
    told = await transcribe(b"x", "audio/ogg", settings=endless)
    assert told is not None
    assert len(told) == LONGEST


def test_a_program_that_is_not_here_is_a_wrong_setting(tmp_path: Path) -> None:
    for command in ("no-such-program-here --now", "unclosed 'quote", "   x"):
        with pytest.raises(ValueError, match="TRANSCRIBE_COMMAND names no program"):
            Settings(data_dir=tmp_path / "d", keys_dir=tmp_path / "k", transcribe_command=command)
