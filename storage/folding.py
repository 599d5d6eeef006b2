"""Folds what belongs together in a thread: revisions, pieces of one SMS, albums, and the same words again.

Nothing is left out: the earlier revisions stay with the last, and a repetition is counted. Pure.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from storage import albums
from storage.entries import Entry

_MISSING: Final = " […] "  # a piece that has not come


def folded(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """A thread in the order of time, folded: what a person reads of it."""
    return tuple(_counted(albums.together(_pieced(_revised(list(entries))))))


def _revised(entries: Sequence[Entry]) -> list[Entry]:
    """The last revision of each message where it was made, with those before it."""
    of: dict[tuple[str, str], list[Entry]] = {}
    for entry in entries:
        if entry.own:
            of.setdefault((entry.number, entry.own), []).append(entry)
    kept: list[Entry] = []
    for entry in entries:
        versions = of.get((entry.number, entry.own), []) if entry.own else []
        if len(versions) < 2:  # noqa: PLR2004 - said once
            kept.append(entry)
        elif entry is versions[-1]:
            kept.append(replace(entry, edit=True, earlier=tuple(versions[:-1])))
    return kept


def _pieced(entries: Sequence[Entry]) -> list[Entry]:
    """One entry of all the pieces of a long SMS that came, where the first of them did."""
    of: dict[tuple[str, str], list[Entry]] = {}
    for entry in entries:
        if entry.piece is not None:
            of.setdefault((entry.number, entry.piece.of), []).append(entry)
    kept: list[Entry] = []
    for entry in entries:
        if entry.piece is None:
            kept.append(entry)
            continue
        pieces = of[entry.number, entry.piece.of]
        if entry is pieces[0]:
            kept.append(_joined(pieces))
    return kept


def _joined(pieces: Sequence[Entry]) -> Entry:
    first, by_index = pieces[0], {entry.piece.index: entry for entry in pieces if entry.piece is not None}
    total = max(entry.piece.total for entry in pieces if entry.piece is not None)
    texts = [by_index[at].text or "" if at in by_index else _MISSING for at in range(1, total + 1)]
    files = tuple(file for entry in pieces for file in entry.files)
    return replace(first, text="".join(texts).strip(), files=files, came=len(by_index), total=total)


@dataclass(slots=True)
class _Run:
    """Since staff last said something: where in the thread each wordless or worded utterance stands."""

    at: dict[tuple[str, str, str], int] = field(default_factory=dict)


def _counted(entries: Sequence[Entry]) -> list[Entry]:
    """The same words again, until staff say something, are counted at the first of them."""
    kept: list[Entry] = []
    run = _Run()
    for entry in entries:
        if entry.said and entry.kind != "utterance":
            run = _Run()
        name = _repeatable(entry)
        if name is None:
            kept.append(entry)
        elif name in run.at:
            first = kept[run.at[name]]
            kept[run.at[name]] = replace(first, times=first.times + 1, last_at=entry.at)
        else:
            run.at[name] = len(kept)
            kept.append(entry)
    return kept


def _repeatable(entry: Entry) -> tuple[str, str, str] | None:
    alone = entry.kind == "utterance" and not (entry.files or entry.point or entry.earlier or entry.total)
    words = " ".join((entry.text or "").split())
    return (entry.number, words, entry.gesture) if alone and (words or entry.gesture) else None
