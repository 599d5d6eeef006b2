"""What a file is by its own bytes, whatever its sender called it, and what may be done with it.

Source: the formats' own signatures; ISO/IEC 14496-12 §4.3 (ftyp); RFC 4867 §5 (AMR).
"""

from typing import Final

from bot.vocabulary import MediumKind

HEAD_BYTES: Final = 1024  # so much of a file's start tells what it is
UNKNOWN: Final = "application/octet-stream"
DRAWABLE: Final = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}  # and what Pillow calls them

_STARTS: Final = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"OggS", "audio/ogg"),
    (b"ID3", "audio/mpeg"),
    (b"#!AMR", "audio/amr"),
    (b"\x1a\x45\xdf\xa3", "video/webm"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"PK\x05\x06", "application/zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
)
_RIFF: Final = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
_BRANDS: Final = (
    ((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"), "image/heic"),
    ((b"avif", b"avis"), "image/avif"),
    ((b"M4A ", b"M4B "), "audio/mp4"),
    ((b"3gp", b"3g2"), "video/3gpp"),
    ((b"qt  ",), "video/quicktime"),
)
# A frame without a tag before it: by the bits of its second byte (ISO/IEC 11172-3 §2.4.2.3; 13818-7 §6.2, ADTS).
_FRAMES: Final = ((0xE6, 0xE2, "audio/mpeg"), (0xF6, 0xF0, "audio/aac"))


def sniff(head: bytes) -> str:
    """The content type by a file's first bytes (HEAD_BYTES are enough), whatever its sender called it.

    "application/octet-stream" for what has no signature of ours: so for SVG, HTML, XML and every other text, which a
    browser might run.
    """
    for start, content_type in _STARTS:
        if head.startswith(start):
            return _ogg(head) if content_type == "audio/ogg" else content_type
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12], UNKNOWN)
    if head[4:8] == b"ftyp":
        return _brand(head[8:12])
    if head[:1] == b"\xff" and len(head) > 1:
        return next((kind for mask, bits, kind in _FRAMES if head[1] & mask == bits), UNKNOWN)
    return UNKNOWN


def _ogg(head: bytes) -> str:
    return "video/ogg" if b"theora" in head[:64] else "audio/ogg"


def _brand(brand: bytes) -> str:
    return next((kind for brands, kind in _BRANDS if brand.startswith(brands)), "video/mp4")


def settled(claimed: MediumKind, content_type: str) -> tuple[MediumKind, str]:
    """What a file counts as, from what its sender called it and what its bytes say; the bytes win.

    Telephones record voice into containers that also hold film: called a voice note, such a file is listened to.
    """
    family, _, rest = content_type.partition("/")
    if claimed is MediumKind.VOICE and family == "video":
        return MediumKind.VOICE, f"audio/{rest}"
    if content_type in DRAWABLE:
        return MediumKind.PHOTO, content_type
    match family:
        case "audio":
            return MediumKind.VOICE, content_type
        case "video":
            return MediumKind.VIDEO, content_type
        case _:
            return MediumKind.DOCUMENT, content_type


def in_memory(content_type: str) -> bool:
    """Whether `clean` can do anything about such a file, and so needs the whole of it."""
    return content_type in DRAWABLE or content_type == "audio/ogg"


def may_leave(*, state: str, stripped: bool) -> bool:
    """Whether a file may go anywhere but to the screen of who works on its report: only what was cleaned.

    state: waiting, kept or failed. The one rule for whatever hands files to programs or to other bodies.
    """
    return state == "kept" and stripped


def extension(content_type: str) -> str:
    """The ending that a download's name gets; ".bin" for what we do not know."""
    return _ENDINGS.get(content_type, ".bin")


_ENDINGS: Final = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "image/gif": ".gif",
    "image/heic": ".heic",
    "image/avif": ".avif",
    "audio/ogg": ".ogg",
    "audio/mpeg": ".mp3",
    "audio/aac": ".aac",
    "audio/amr": ".amr",
    "audio/mp4": ".m4a",
    "audio/3gpp": ".3gp",
    "audio/webm": ".webm",
    "audio/wav": ".wav",
    "video/mp4": ".mp4",
    "video/3gpp": ".3gp",
    "video/quicktime": ".mov",
    "video/webm": ".webm",
    "video/ogg": ".ogv",
    "video/x-msvideo": ".avi",
    "application/pdf": ".pdf",
    "application/zip": ".zip",
    "application/x-ole-storage": ".doc",
}
