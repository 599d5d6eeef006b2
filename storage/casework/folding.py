"""Folds what belongs together in a thread: revisions, pieces of one SMS, albums, and the same words again.

Nothing is left out: the earlier revisions stay with the last, and a repetition is counted. Pure.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from storage.casework import albums
from storage.casework.entries import Entry

_MISSING: Final = " […] "  # a piece that has not come


def folded(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """A thread in the order of time, folded: what a person reads of it."""
    return tuple(_counted(albums.together(_pieced(_revised(list(entries))))))


def _revised(entries: Sequence[Entry]) -> list[Entry]:
    """The last revision of each message where it was made, with those before it.

    At a sealed desk each is a part, for nobody could compare them when they came: one that changes nothing is not
    shown, nor is where a moving pin was before.
    """
    of = _versions(entries)
    kept: list[Entry] = []
    for entry in entries:
        versions = of.get((entry.number, entry.own), []) if entry.own else []
        if not versions:
            kept.append(entry)
        elif entry is versions[-1]:
            earlier = tuple(versions[:-1])
            kept.append(replace(entry, edit=True, earlier=earlier) if earlier else entry)
    return kept


def _versions(entries: Sequence[Entry]) -> dict[tuple[str, str], list[Entry]]:
    of: dict[tuple[str, str], list[Entry]] = {}
    for entry in entries:
        if not entry.own:
            continue
        versions = of.setdefault((entry.number, entry.own), [])
        if versions and entry.live:
            versions[-1] = entry
        elif not (versions and _same(versions[-1], entry)):
            versions.append(entry)
    return of


def _same(before: Entry, after: Entry) -> bool:
    """An edit whose words, place and files are the same was no edit."""
    was, now = ((each.text, each.point, each.marks, len(each.files)) for each in (before, after))
    return was == now


def _pieced(entries: Sequence[Entry]) -> list[Entry]:
    """One entry of all the pieces of a long SMS that came, where the first of them did."""
    wholes: dict[tuple[str, str], list[dict[int, Entry]]] = {}
    kept: list[Entry | dict[int, Entry]] = []
    for entry in entries:
        if entry.piece is None or entry.earlier:  # an SMS is never edited
            kept.append(entry)
            continue
        begun = wholes.setdefault((entry.number, entry.piece.of), [])
        whole = _lacking(begun, entry, entry.piece.index)
        if whole is None:
            whole = {}
            begun.append(whole)
            kept.append(whole)
        whole.setdefault(entry.piece.index, entry)
    return [_joined(each) if isinstance(each, dict) else each for each in kept]


def _lacking(begun: Sequence[dict[int, Entry]], entry: Entry, index: int) -> dict[int, Entry] | None:
    """The whole that this is a piece of: one that lacks it, or has it. Carriers use a whole's name again in time."""
    return next((whole for whole in begun if index not in whole or whole[index].text == entry.text), None)


def _joined(pieces: dict[int, Entry]) -> Entry:
    first = next(iter(pieces.values()))
    total = max(*(entry.piece.total for entry in pieces.values() if entry.piece is not None), *pieces)
    texts, due = [], 1
    for at, entry in sorted(pieces.items()):
        texts += [_MISSING] if at > due else []
        texts.append(entry.text or "")
        due = at + 1
    texts += [_MISSING] if due <= total else []
    files = tuple(file for entry in pieces.values() for file in entry.files)
    return replace(first, text="".join(texts).strip(), files=files, came=len(pieces), total=total)


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
