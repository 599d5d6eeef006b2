"""Files that people send (groups 11 and 23): what they are, what is taken out of them, what is only marked."""

import io
import resource

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bot import files
from bot.files import opus, photos
from bot.vocabulary import MediumKind
from tests.bot import pictures, sounds
from tests.bot.pictures import CANARIES

_FTYP = b"\0\0\0\x18ftyp"
_HEADS = {
    b"\xff\xd8\xff\xe0\0\x10JFIF": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"RIFF\x10\0\0\0WEBPVP8 ": "image/webp",
    _FTYP + b"heic": "image/heic",
    _FTYP + b"mif1": "image/heic",
    b"GIF89a": "image/gif",
    sounds.opus(): "audio/ogg",
    b"ID3\x04": "audio/mpeg",
    b"\xff\xfb\x90\x00": "audio/mpeg",
    b"\xff\xf1\x50\x80": "audio/aac",
    _FTYP + b"M4A ": "audio/mp4",
    _FTYP + b"isom": "video/mp4",
    _FTYP + b"3gp4": "video/3gpp",
    _FTYP + b"qt  ": "video/quicktime",
    b"#!AMR\n": "audio/amr",
    b"\x1a\x45\xdf\xa3": "video/webm",
    b"RIFF\x10\0\0\0WAVEfmt ": "audio/wav",
    b"%PDF-1.7": "application/pdf",
    b"PK\x03\x04\x14\0": "application/zip",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "application/x-ole-storage",
}


@pytest.mark.parametrize(("head", "content_type"), _HEADS.items(), ids=list(_HEADS.values()))
def test_a_file_is_what_its_first_bytes_say(head: bytes, content_type: str) -> None:
    assert files.sniff(head) == content_type


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<!DOCTYPE html><script>",
        b"<?xml version='1.0'?>",
        b"\xef\xbb\xbf<html>",
        "\ufeff<svg onload=x>".encode("utf-16"),
        b"MZ\x90\0",
        b"\0" * 64,
    ],
)
def test_what_a_browser_might_run_has_no_type_at_all(head: bytes) -> None:
    assert files.sniff(head) == files.UNKNOWN


@given(st.binary(max_size=64))
def test_any_bytes_have_a_type_and_never_one_that_runs(head: bytes) -> None:
    kind, content_type = files.settled(MediumKind.PHOTO, files.sniff(head))
    assert "svg" not in content_type
    assert "html" not in content_type
    if content_type == files.UNKNOWN:
        assert kind is MediumKind.DOCUMENT


def test_a_wrong_claim_gives_way_to_the_bytes() -> None:
    assert files.clean(MediumKind.PHOTO, b"<svg/>").kind is MediumKind.DOCUMENT
    assert files.clean(MediumKind.VOICE, b"%PDF-1.7").kind is MediumKind.DOCUMENT
    assert files.clean(MediumKind.DOCUMENT, pictures.photo()).kind is MediumKind.PHOTO


def test_a_voice_note_in_a_container_for_films_is_listened_to() -> None:
    assert files.settled(MediumKind.VOICE, "video/3gpp") == (MediumKind.VOICE, "audio/3gpp")
    assert files.settled(MediumKind.VIDEO, "video/mp4") == (MediumKind.VIDEO, "video/mp4")


# ── Photos ───────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_nothing_is_left_in_a_photo_but_what_is_seen(form: str) -> None:
    given_photo = pictures.photo(form)
    assert any(canary in given_photo for canary in CANARIES)
    cleaned = files.clean(MediumKind.PHOTO, given_photo)
    assert cleaned.stripped
    assert not any(canary in cleaned.content for canary in CANARIES)
    with Image.open(io.BytesIO(cleaned.content)) as seen:
        assert (seen.format, seen.size) == (form, (160, 90))
        assert not seen.getexif()
        assert not {"exif", "xmp", "comment", "icc_profile", "Comment", "XML:com.adobe.xmp", "photoshop"} & set(
            seen.info
        )
        left, right = seen.convert("RGB").getpixel((20, 20)), seen.convert("RGB").getpixel((140, 20))
        assert isinstance(left, tuple)
        assert isinstance(right, tuple)
        assert (left[0] > 150, right[2] > 150) == (True, True)


def test_a_photo_taken_sideways_stands_upright() -> None:
    cleaned = photos.clean(pictures.photo(orientation=6))
    assert cleaned is not None
    with Image.open(io.BytesIO(cleaned)) as seen:
        assert seen.size == (90, 160)
        top = seen.convert("RGB").getpixel((60, 10))
        assert isinstance(top, tuple)
        assert top[0] > 150  # what was left is above


def test_a_transparent_picture_stays_transparent() -> None:
    file = io.BytesIO()
    Image.new("RGBA", (8, 8), (1, 2, 3, 0)).save(file, "PNG")
    cleaned = photos.clean(file.getvalue())
    assert cleaned is not None
    with Image.open(io.BytesIO(cleaned)) as seen:
        assert seen.mode == "RGBA"
        assert seen.getpixel((0, 0)) == (1, 2, 3, 0)


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_a_truncated_photo_keeps_what_came(form: str) -> None:
    whole = pictures.photo(form, size=(800, 600))
    cleaned = photos.clean(whole[: len(whole) * 2 // 3])
    assert cleaned is not None
    with Image.open(io.BytesIO(cleaned)) as seen:
        assert seen.size == (800, 600)
        pixel = seen.convert("RGB").getpixel((100, 20))
        assert isinstance(pixel, tuple)
        assert pixel[0] > 150


def test_a_photo_cut_before_its_first_row_is_kept_as_it_came_and_marked() -> None:
    whole = pictures.photo(size=(800, 600))
    stub = whole[: whole.rindex(b"\xff\xda") + 16]
    cleaned = files.clean(MediumKind.PHOTO, stub)
    assert (cleaned.kind, cleaned.stripped, cleaned.content) == (MediumKind.DOCUMENT, False, stub)


@given(st.data())
def test_no_damage_to_a_photo_raises_or_lets_words_through(data: st.DataObject) -> None:
    whole = bytearray(pictures.photo(data.draw(st.sampled_from(["JPEG", "PNG", "WEBP"]))))
    for place in data.draw(st.lists(st.integers(0, len(whole) - 1), max_size=8)):
        whole[place] = data.draw(st.integers(0, 255))
    del whole[data.draw(st.integers(0, len(whole))) :]
    cleaned = files.clean(MediumKind.PHOTO, bytes(whole))
    assert not cleaned.stripped or not any(canary in cleaned.content for canary in CANARIES)


def test_a_picture_that_would_unfold_into_gigabytes_is_not_unfolded() -> None:
    small = pictures.bomb(8_000, 8_000)
    assert len(small) < 100_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    cleaned = files.clean(MediumKind.PHOTO, small)
    assert (cleaned.kind, cleaned.stripped) == (MediumKind.DOCUMENT, False)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 40_000  # kilobytes


def test_a_large_photo_is_made_smaller() -> None:
    cleaned = photos.clean(pictures.photo(size=(6000, 4000)))
    assert cleaned is not None
    with Image.open(io.BytesIO(cleaned)) as seen:
        assert seen.size in {(3000, 2000), (4096, 2731)}


def test_a_progressive_jpeg_is_held_whole_and_so_may_be_half_as_large() -> None:
    file = io.BytesIO()
    Image.new("L", (6000, 5000)).save(file, "JPEG", progressive=True)
    assert photos.clean(file.getvalue()) is None


def test_a_jpeg_of_very_many_scans_is_not_decoded() -> None:
    many = pictures.photo(progressive=True).replace(b"\xff\xda", b"\xff\xda" * 200, 1)
    assert photos.clean(many) is None


@pytest.mark.parametrize(
    "given_file", [pictures.moving(), pictures.moving("WEBP"), pictures.moving("PNG"), _FTYP + b"heic" + bytes(500)]
)
def test_what_moves_and_what_we_cannot_draw_is_a_marked_document(given_file: bytes) -> None:
    cleaned = files.clean(MediumKind.PHOTO, given_file)
    assert (cleaned.kind, cleaned.stripped, cleaned.content) == (MediumKind.DOCUMENT, False, given_file)


# ── Voice ────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("comments", [(), (b"LOCATION=36.335",), (b"ARTIST=Kanarienvogel", b"PIC=" + b"k" * 200_000)])
def test_a_voice_note_keeps_its_sound_to_the_byte_and_loses_its_tags(comments: tuple[bytes, ...]) -> None:
    note = sounds.opus(*comments)
    cleaned = files.clean(MediumKind.VOICE, note)
    assert (cleaned.kind, cleaned.content_type, cleaned.stripped) == (MediumKind.VOICE, "audio/ogg", True)
    assert not any(canary in cleaned.content for canary in (*CANARIES, b"a telephone", b"kkkk"))
    assert len(cleaned.content) == len(note)
    sound = sounds.page(bytes(range(200)) * 3, 0)[28:]
    assert cleaned.content.endswith(sound)


def test_the_pages_of_a_cleaned_note_bear_their_checksums() -> None:
    cleaned = opus.clean(sounds.opus(b"PIC=" + b"k" * 100_000))
    assert cleaned is not None
    start = 0
    while start < len(cleaned):
        size = 27 + cleaned[start + 26] + sum(cleaned[start + 27 : start + 27 + cleaned[start + 26]])
        page = cleaned[start : start + size]
        bare = page[:22] + bytes(4) + page[26:]
        assert int.from_bytes(page[22:26], "little") == sounds.checksum(bare)
        start += size


@pytest.mark.parametrize(
    "note",
    [
        sounds.opus(b"A=1")[:-5],
        sounds.opus(b"A=1") + b"behind it",
        sounds.opus(b"A=1") + sounds.opus(b"LOCATION=36.335"),
        sounds.page(b"\x01vorbis", 0, flags=2) + sounds.page(b"\x03vorbis", 1),
        sounds.page(b"OpusHead", 0, flags=2),
        sounds.page(b"OpusHead", 0, flags=2) + sounds.page(b"OpusTags", 1, lacing=[4, 4]),
        sounds.page(b"OpusHead", 0, flags=2) + sounds.page(sounds.tags(), 1, serial=5),
        sounds.page(b"OpusHead", 0, flags=2) + sounds.page(sounds.tags()[:255].ljust(255, b"x"), 1, lacing=[255]),
        b"OggS",
    ],
)
def test_a_note_laid_out_otherwise_is_kept_as_it_came_and_marked(note: bytes) -> None:
    cleaned = files.clean(MediumKind.VOICE, note)
    assert (cleaned.kind, cleaned.stripped, cleaned.content) == (MediumKind.VOICE, False, note)


def test_other_recordings_are_marked() -> None:
    assert not files.clean(MediumKind.VOICE, b"#!AMR\n" + bytes(64)).stripped
    assert not files.clean(MediumKind.VOICE, b"ID3\x04" + bytes(64)).stripped


# ── What may leave ───────────────────────────────────────────────────────────────────────────────────────────
def test_only_what_is_kept_and_cleaned_may_leave_the_desk() -> None:
    assert files.may_leave(state="kept", stripped=True)
    assert not files.may_leave(state="kept", stripped=False)
    assert not files.may_leave(state="waiting", stripped=True)
    assert not files.may_leave(state="failed", stripped=True)


def test_a_downloads_name_ends_as_its_bytes_say() -> None:
    assert files.extension("video/mp4") == ".mp4"
    assert files.extension("text/html") == ".bin"
