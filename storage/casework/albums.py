"""Pictures that were sent together, looked at together."""

from collections.abc import Iterable
from dataclasses import replace

from storage.casework.entries import Entry


def together(entries: Iterable[Entry]) -> list[Entry]:
    """One entry of all that came in one album, in the place of the first, with the words that came with any. Pure."""
    lines: list[Entry] = []
    place: dict[tuple[str, str], int] = {}
    for entry in entries:
        name = (entry.number, entry.album)
        if not entry.album or name not in place:
            if entry.album:
                place[name] = len(lines)
            lines.append(entry)
            continue
        first = lines[place[name]]
        words = "\n".join(text for text in (first.text, entry.text) if text)
        lines[place[name]] = replace(
            first,
            text=words,
            files=(*first.files, *entry.files),
            edit=first.edit or entry.edit,
            earlier=(*first.earlier, *entry.earlier),
        )
    return lines
