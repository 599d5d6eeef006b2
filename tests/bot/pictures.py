"""Photos as telephones take them, with everything in them that tells where and by whom."""

import io
import zlib

from PIL import Image
from PIL.PngImagePlugin import PngInfo

# Whoever finds one of these in what is kept has found a leak.
CANARIES = (b"Kanarienvogel", b"36.335", b"KanariPhone")
_XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:li>Kanarienvogel 36.335</rdf:li></x:xmpmeta>'
_TRAILER = b"ftypmp42 a film behind the picture, as some telephones put it: Kanarienvogel"


def scene(width: int = 160, height: int = 90) -> Image.Image:
    """Red on the left, blue on the right, a little green at the bottom."""
    picture = Image.new("RGB", (width, height), (200, 20, 20))
    picture.paste((20, 20, 200), (width // 2, 0, width, height))
    picture.paste((20, 200, 20), (0, height - height // 6, width, height))
    return picture


def exif(*, orientation: int = 1) -> Image.Exif:
    """GPS, maker, owner and orientation."""
    told = Image.Exif()
    told[0x0112] = orientation
    told[0x010F] = "KanariPhone"
    told[0x013B] = "Kanarienvogel"
    gps = told.get_ifd(0x8825)
    gps.update({1: "N", 2: (36.0, 20.0, 6.0), 3: "E", 4: (43.0, 7.0, 8.4), 29: "2026:11:21"})
    return told


def photo(
    form: str = "JPEG", *, orientation: int = 1, size: tuple[int, int] = (160, 90), progressive: bool = False
) -> bytes:
    """A photo with EXIF, XMP and a comment, and in a JPEG something hidden behind it."""
    file, told = io.BytesIO(), exif(orientation=orientation)
    match form:
        case "JPEG":
            scene(*size).save(
                file, form, exif=told, xmp=_XMP, comment=b"Kanarienvogel 36.335", quality=90, progressive=progressive
            )
            file.write(_TRAILER)
        case "PNG":
            words = PngInfo()
            words.add_text("Comment", "Kanarienvogel 36.335")
            words.add_itxt("XML:com.adobe.xmp", _XMP.decode())
            scene(*size).save(file, form, exif=told, pnginfo=words)
        case _:
            scene(*size).save(file, form, exif=told, xmp=_XMP, quality=90)
    return file.getvalue()


def moving(form: str = "GIF") -> bytes:
    """Three pictures, one after another."""
    file = io.BytesIO()
    frames = [Image.new("RGB", (20, 20), (shade, 0, 0)) for shade in (0, 100, 200)]
    frames[0].save(file, form, save_all=True, append_images=frames[1:], duration=100)
    return file.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A PNG of one grey whose pixels were never worth sending."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4) + kind + body + zlib.crc32(kind + body).to_bytes(4)

    header = width.to_bytes(4) + height.to_bytes(4) + bytes([8, 0, 0, 0, 0])
    row = bytes(1 + width)
    squeezer, body = zlib.compressobj(9), b""
    for _ in range(height):
        body += squeezer.compress(row)
    body += squeezer.flush()
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
