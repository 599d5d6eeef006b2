"""Recorded replies: which files are heard, and which are left out."""

from pathlib import Path

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from api.prompts import MOST_BYTES, Prompts
from api.settings import Settings
from api.wiring import build, prepare
from bot.vocabulary import Locale, Stub

# The first page of a mono Ogg Opus stream: header, a table of one segment, the identification packet (RFC 7845, 5.1).
HEAD = b"OpusHead" + bytes([1, 1]) + (312).to_bytes(2, "little") + (48_000).to_bytes(4, "little") + bytes(3)
OPUS = b"OggS" + bytes([0, 2]) + bytes(20) + bytes([1, len(HEAD)]) + HEAD
VORBIS = OPUS.replace(b"OpusHead", b"\x01vorbis\x00")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for locale in (*Locale, *Stub):
        (tmp_path / locale).mkdir()
    return tmp_path


def test_a_recording_is_heard_in_its_own_language_only(folder: Path) -> None:
    (folder / "ckb" / "filed.ogg").write_bytes(OPUS)
    (folder / "syr" / "speaker.wanted.ogg").write_bytes(OPUS)
    prompts = Prompts.load(folder)
    assert prompts.voice("filed", Locale.CKB) == OPUS
    assert prompts.voice("speaker.wanted", Stub.SYR) == OPUS
    assert prompts.voice("filed", Locale.AR) == b""
    assert prompts.voice("place.ask", Locale.CKB) == b""


def test_without_the_folder_nothing_is_spoken(tmp_path: Path) -> None:
    assert Prompts.load(tmp_path / "prompts").voice("filed", Locale.AR) == b""


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (VORBIS, "no_ogg_opus"),
        (b"", "no_ogg_opus"),
        (b"ID3" + OPUS, "no_ogg_opus"),
        (OPUS + bytes(MOST_BYTES), "too_large"),
    ],
)
def test_a_bad_file_is_left_out_and_named_and_the_others_are_heard(folder: Path, bad: bytes, reason: str) -> None:
    (folder / "ar" / "filed.ogg").write_bytes(bad)
    (folder / "ar" / "added.ogg").write_bytes(OPUS)
    with capture_logs() as lines:
        prompts = Prompts.load(folder)
    assert prompts.voice("filed", Locale.AR) == b""
    assert prompts.voice("added", Locale.AR) == OPUS
    assert [(line["locale"], line["key"], line["reason"]) for line in lines] == [("ar", "filed", reason)]


def test_a_recording_may_be_as_large_as_it_may_be(folder: Path) -> None:
    whole = OPUS + bytes(MOST_BYTES - len(OPUS))
    (folder / "en" / "filed.ogg").write_bytes(whole)
    assert Prompts.load(folder).voice("filed", Locale.EN) == whole


def test_what_cannot_be_read_is_left_out(folder: Path) -> None:
    (folder / "ar" / "filed.ogg").mkdir()
    with capture_logs() as lines:
        assert Prompts.load(folder).voice("filed", Locale.AR) == b""
    assert [line["reason"] for line in lines] == ["unreadable"]


async def test_the_application_hears_the_recordings_of_its_data_folder(tmp_path: Path, sqlite_url: str) -> None:
    settings = Settings(data_dir=tmp_path / "data", keys_dir=tmp_path / "own", database_url=SecretStr(sqlite_url))
    prepare(settings)
    spoken = settings.data_dir / "prompts" / "ckb" / "filed.ogg"
    spoken.parent.mkdir(parents=True)
    spoken.write_bytes(OPUS)
    wiring = await build(settings)
    try:
        assert wiring.prompts.voice("filed", Locale.CKB) == OPUS
    finally:
        await wiring.close()
