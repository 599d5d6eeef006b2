"""Files that people send: what they are by their bytes, and what they tell beside their picture or sound taken out.

Pure: bytes in, bytes out. What cannot be cleaned is kept as it came and marked: it may tell where it was taken, and it
never leaves the desk.
"""

from dataclasses import dataclass

from bot.files import opus, photos
from bot.files.kinds import HEAD_BYTES, UNKNOWN, extension, in_memory, may_leave, settled, sniff
from bot.vocabulary import MediumKind

__all__ = ["HEAD_BYTES", "UNKNOWN", "Cleaned", "clean", "extension", "in_memory", "may_leave", "settled", "sniff"]


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A file as it is kept. stripped: nothing is left in it but what is seen or heard."""

    kind: MediumKind
    content_type: str
    content: bytes
    stripped: bool


def clean(claimed: MediumKind, content: bytes) -> Cleaned:
    """A whole file as it is kept: cleaned where that can be done without losing what is seen or heard, else as it is.

    claimed: what its sender called it; its bytes win. A picture that does not decode, or that moves, is a document:
    nobody is shown bytes that we did not draw ourselves.
    """
    kind, content_type = settled(claimed, sniff(content[:HEAD_BYTES]))
    if kind is MediumKind.PHOTO:
        drawn = photos.clean(content)
        if drawn is None:
            return Cleaned(MediumKind.DOCUMENT, content_type, content, stripped=False)
        return Cleaned(kind, content_type, drawn, stripped=True)
    blanked = opus.clean(content) if content_type == "audio/ogg" else None
    return Cleaned(kind, content_type, blanked or content, stripped=blanked is not None)
