"""Pictures sent together (group 10) are one entry, whatever stands between them."""

from datetime import datetime

from storage.casework.albums import together
from storage.casework.entries import Entry, File


def _entry(now: datetime, name: str, **more: object) -> Entry:
    file = File(id=name, kind="photo", state="kept", size=1)
    return Entry(id=name, kind="utterance", at=now, text="", files=(file,), **more)  # type: ignore[arg-type]


def _names(entry: Entry) -> list[str]:
    return [file.id for file in entry.files]


def test_an_album_stands_where_its_first_picture_came_with_the_words_of_any(now: datetime) -> None:
    between = Entry(id="e", kind="claim", at=now, data={})
    words = Entry(id="w", kind="utterance", at=now, text="and then")
    pictures = [_entry(now, "1", album="a"), _entry(now, "2", album="a"), _entry(now, "3", album="a")]
    spoken = Entry(id="4", kind="utterance", at=now, text="our door", files=pictures[2].files, album="a")
    album, *rest = together([pictures[0], between, pictures[1], words, spoken])
    assert (_names(album), album.text) == (["1", "2", "3"], "our door")
    assert rest == [between, words]


def test_two_albums_single_pictures_and_other_reports_stay_apart(now: datetime) -> None:
    entries = [
        _entry(now, "1", album="a"),
        _entry(now, "2", album="b"),
        _entry(now, "3"),
        _entry(now, "4"),
        _entry(now, "5", album="a", number="IQ-2"),
    ]
    assert together(entries) == entries


def test_a_caption_that_was_changed_stays_with_its_album(now: datetime) -> None:
    before = _entry(now, "0", album="a")
    changed = _entry(now, "2", album="a", edit=True, earlier=(before,))
    (album,) = together([_entry(now, "1", album="a"), changed])
    assert (_names(album), album.edit, album.earlier) == (["1", "2"], True, (before,))
