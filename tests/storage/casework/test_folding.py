"""What belongs together in a thread is one line of it, and nothing that was said is left out."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from storage.casework.entries import Entry, File, Piece
from storage.casework.folding import folded

AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def said(text: str, after: int = 0, *, kind: str = "utterance", **more: object) -> Entry:
    """A line that is said so many seconds after nine."""
    entry = Entry(id=f"{after:032}", kind=kind, at=AT + timedelta(seconds=after), text=text)
    return replace(entry, **more)  # type: ignore[arg-type]


def test_of_an_edited_message_the_last_wording_shows_where_it_was_made_with_those_before_it() -> None:
    """Group 9."""
    lines = [said("باكر", 0, own="m1"), said("لا", 1), said("اليوم", 2, own="m1"), said("هسه", 3, own="m1")]
    no, now = folded(lines)
    assert (no.text, now.text, now.edit) == ("لا", "هسه", True)
    assert [old.text for old in now.earlier] == ["باكر", "اليوم"]


def test_another_photo_in_place_of_the_first_is_a_revision_and_the_first_stays_with_it() -> None:
    """Group 9, as a sealed desk folds it: there each is a part."""
    first, second = File("f1", "photo", "kept", 1), File("f2", "photo", "kept", 1)
    again = File("f3", "photo", "kept", 1)
    photos = ((first, "a"), (second, "b"), (again, "b"))
    (line,) = folded([said("", n, own="m", files=(file,), marks=(mark,)) for n, (file, mark) in enumerate(photos)])
    assert (line.files, line.edit) == ((second,), True)
    assert [old.files for old in line.earlier] == [(first,)]


def test_messages_of_the_same_name_in_two_joined_reports_are_not_revisions_of_each_other() -> None:
    lines = [said("واحد", 0, own="m1"), said("اثنين", 1, own="m1", number="BG-00002")]
    assert [line.text for line in folded(lines)] == ["واحد", "اثنين"]


def test_the_parts_of_a_long_sms_are_read_in_their_order_whatever_order_they_came_in() -> None:
    """Group 36."""
    lines = [said("ثالث", 0, piece=Piece("w", 3, 3)), said("اول ", 1, piece=Piece("w", 1, 3)), said("غيره", 2)]
    whole, other = folded([*lines, said("ثاني ", 9, piece=Piece("w", 2, 3))])
    assert (whole.text, whole.came, whole.total, other.text) == ("اول ثاني ثالث", 3, 3, "غيره")
    (partial, _) = folded(lines)
    assert (partial.came, partial.total) == (2, 3)
    assert partial.text == "اول  […] ثالث"


def test_a_part_that_came_twice_counts_once() -> None:
    (whole,) = folded([said("ا", n, piece=Piece("w", 1, 2)) for n in range(2)])
    assert (whole.came, whole.text) == (1, "ا […]")


def test_a_name_that_a_carrier_uses_again_hides_no_words() -> None:
    lines = [said(text, n, piece=Piece("w", 1 + n % 2, 2)) for n, text in enumerate(("ا", "ب", "ج", "د"))]
    assert [line.text for line in folded(lines)] == ["اب", "جد"]


def test_the_same_words_again_are_counted_until_staff_say_something() -> None:
    """Group 53."""
    flood = [said("الو", n) for n in range(37)]
    lines = [*flood, said("شنو القصة؟", 40, kind="reply"), said("الو  ", 41)]
    first, reply, again = folded(lines)
    assert (first.times, first.last_at, reply.kind, again.times) == (37, AT + timedelta(seconds=36), "reply", 1)


def test_pictures_pins_and_events_are_never_counted_away() -> None:
    photo = File("f", "photo", "kept", 1)
    lines = [said("هاي", 0, files=(photo,)), said("هاي", 1, files=(photo,)), said("", 2), said("", 3)]
    lines += [Entry(id="e1", kind="status", at=AT, data={"to": "x"}), Entry(id="e2", kind="status", at=AT, data={})]
    assert len(folded(lines)) == len(lines)


def test_wordless_gestures_are_counted_too() -> None:
    (one,) = folded([said("", n, gesture="sticker") for n in range(5)])
    assert (one.times, one.gesture) == (5, "sticker")


_LINES = st.lists(
    st.builds(
        said,
        st.sampled_from(["ا", "ب", "", "  ا "]),
        st.integers(0, 9),
        kind=st.sampled_from(["utterance", "reply", "note"]),
        own=st.sampled_from(["", "m1", "m2"]),
        album=st.sampled_from(["", "a1"]),
        gesture=st.sampled_from(["", "sticker"]),
        number=st.sampled_from(["", "BG-00002"]),
        piece=st.sampled_from([None, Piece("w", 1, 2), Piece("w", 2, 2), Piece("v", 0, 3), Piece("v", 9, 200)]),
    ),
    max_size=12,
)


@given(_LINES)
def test_every_word_that_was_said_can_still_be_read(lines: list[Entry]) -> None:
    shown = folded(lines)
    read = {text for line in shown for text in _words(line)}
    for line in lines:
        assert "".join((line.text or "").split()) in "".join(read)


def _words(line: Entry) -> list[str]:
    return [word for entry in (line, *line.earlier) for word in (entry.text or "").split()]


@given(_LINES)
def test_folding_again_changes_nothing_of_lines_without_pieces(lines: list[Entry]) -> None:
    plain = [replace(line, piece=None, own="", album="") for line in lines]
    once = folded(plain)
    assert folded(once) == once
