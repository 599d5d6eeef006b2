"""A photo, drawn anew: nothing of the old file is left but what is seen."""

import io
import struct
from collections.abc import Iterator
from typing import Final

from PIL import Image, ImageOps

from bot.files.kinds import DRAWABLE

MOST_PIXELS: Final = 50_000_000  # beyond this a photo is not decoded: a small file may unfold into gigabytes
MOST_PIXELS_WHOLE: Final = 25_000_000  # of what is held whole while it is decoded: PNG, WebP, progressive JPEG
LONGEST_SIDE: Final = 4096  # larger photos are made smaller: still more than any screen shows
_MOST_SCANS: Final = 100  # of a progressive JPEG: each is a walk over the whole picture
_QUALITY: Final = 88

_MODES: Final = {"1": "L", "L": "L", "P": "RGB", "RGB": "RGB", "CMYK": "RGB", "YCbCr": "RGB"}
_CLEAR: Final = {"LA": "LA", "PA": "RGBA", "RGBA": "RGBA"}
# What Pillow raises over bytes that are no picture, or a broken one.
_NO_PICTURE: Final = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    EOFError,
    OverflowError,
    struct.error,
    Image.DecompressionBombError,
)


def clean(content: bytes) -> bytes | None:
    """A JPEG, PNG or WebP drawn anew: upright, at most 4,096 pixels a side, without a word beside its pixels.

    A truncated one keeps what could be decoded. None when it is none of these, moves, would unfold to more than
    MOST_PIXELS (or MOST_PIXELS_WHOLE), or does not decode at all.
    """
    try:
        with Image.open(io.BytesIO(content), formats=tuple(DRAWABLE.values())) as image:
            if not _bearable(image, content):
                return None
            return _drawn_anew(image)
    except (*_NO_PICTURE, Warning):  # a warning is raised only where warnings are errors
        return None


def _bearable(image: Image.Image, content: bytes) -> bool:
    pixels = image.width * image.height
    if getattr(image, "n_frames", 1) > 1 and image.format != "MPO":  # an MPO's others are smaller copies, or for depth
        return False
    if image.format in {"JPEG", "MPO"}:
        # Decoded to a half, a quarter or an eighth of its size, where that is enough.
        image.draft(None, (LONGEST_SIDE, LONGEST_SIDE))
        most = MOST_PIXELS_WHOLE if "progressive" in image.info else MOST_PIXELS
        return pixels <= most and content.count(b"\xff\xda") <= _MOST_SCANS
    return pixels <= MOST_PIXELS_WHOLE


def _drawn_anew(image: Image.Image) -> bytes | None:
    form = "JPEG" if image.format == "MPO" else image.format
    if not _decode(image):
        return None
    mode = _CLEAR.get(image.mode) or ("RGBA" if "transparency" in image.info else _MODES.get(image.mode))
    if mode is None:
        return None
    upright = _upright(image).convert(mode)
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE), reducing_gap=2.0)
    bare = Image.new(mode, upright.size)
    bare.paste(upright)  # a picture of its own, which never heard of the old one's words
    drawn = io.BytesIO()
    bare.save(drawn, form, quality=_QUALITY)
    return drawn.getvalue()


def _decode(image: Image.Image) -> bool:
    """Decodes it, or of a truncated one what is there; False when that is nothing."""
    try:
        image.load()
    except OSError:
        # What was decoded so far stands in the image. Pillow's own switch for this is one for the whole process.
        image.tile = []  # type: ignore[attr-defined]
        image.load()
        return any(low != high for low, high in _extremes(image))
    return True


def _extremes(image: Image.Image) -> Iterator[tuple[float, float]]:
    for band in image.split():
        low, high = band.getextrema()
        if isinstance(low, int | float) and isinstance(high, int | float):
            yield low, high


def _upright(image: Image.Image) -> Image.Image:
    """As its orientation tag says; as it lies when that tag cannot be read."""
    try:
        return ImageOps.exif_transpose(image)
    except (*_NO_PICTURE, Warning):
        return image
