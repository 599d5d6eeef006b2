"""Reporters who asked for discretion: whoever holds their phone learns nothing from us until their word is said.

Of a word only a keyed hash is kept, bound to its sender and sealed under the keys of addresses. A guesser has five
tries of a word an hour and twenty a day, and apart from these five of an order number an hour, each in a message one:
whoever holds her phone and writes what they like closes her word, not her number. What is said meanwhile is kept as
ever. Whether a word was said is found out here, so that nothing above ever holds it beside what it opens.
"""

import hmac
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, delete, update

from bot.cuts import SHORT, fold
from bot.vocabulary import Desk, Destination, Discretion
from storage import promises
from storage.database import sql
from storage.keys import Keyring
from storage.promises import Kind
from storage.reporting import hidden, joins, leaving, tries, veils
from storage.reporting.tries import Tried
from storage.tables import discreet

OPEN: Final = timedelta(minutes=10)  # so long after a word we answer as we answer anybody
_RULE: Final = "discreet"
_HOUR: Final = timedelta(hours=1)
_MOST_TRIES: Final = 5  # of a word, and of codes apart
_MOST_A_DAY: Final = 20  # of a word
# A long text is seldom a guess. It begins with a word all the same: so many are tried, the rest is left to short ones.
_STORIES: Final = 2
_STORIES_A_DAY: Final = 8
_MOST_CODES: Final = 4  # codes tried of one message
_SHORT_WORDS: Final = 3
_LONGEST_WORD: Final = 3  # a word of theirs may be so many words
# The newest; codes add up with every report, and each of them must open as long as its report stands.
_MOST_WORDS: Final = 64

_D: Final = discreet.c
_THIS: Final = update(discreet).where(_D.sender_hash == bindparam("who", type_=_D.sender_hash.type))
_TRIED: Final = _THIS.values(tries=bindparam("count"), tries_since=bindparam("since"))
_OPENED: Final = _THIS.values(open_until=bindparam("until"))
_SHOWN: Final = delete(discreet).where(_D.sender_hash == bindparam("who", type_=_D.sender_hash.type))


# ── What was said ────────────────────────────────────────────────────────────────────────────────────────────
def heard(
    conn: Connection,
    keyring: Keyring,
    who: bytes,
    text: str,
    *,
    codes: Sequence[str],
    contact: str | None,
    now: datetime,
    own: Callable[[str], str],
    came: datetime | None = None,
    private: bool = False,
) -> Discretion | None:
    """Whether a sender's word stands in this message, and their case; None for whoever did not ask for discretion.

    who: storage.contacts.sender_hash, answered at this contact. codes: those standing in the message. A try is counted
    where it is none.
    came: when this message did; it may have waited since.
    private: it belongs to a private talk, or begins one by its code: no word is looked for in it, nor a try counted,
    once they are locked.
    own: the report whose code an order number is, "" for none: it opens that one and nothing else.
    """
    row = hidden.row_of(conn, who)
    if row is None:
        return None
    kept = hidden.opened(keyring, row)
    is_open = row.open_until is not None and now < row.open_until
    by_word = is_open and not kept.only
    words, numbers = _looked_at(text, codes)
    if not by_word:
        words = words if not private and _may_try(conn, keyring, row, text, now) else ()
        numbers = () if private else numbers[: _numbers_left(conn, keyring, who, now)]
    said = _said(conn, keyring, who, kept, (*words, *numbers), contact=contact)
    coded = {} if said else {number: one for number in numbers if (one := own(number))}
    if not by_word:
        _count(conn, keyring, row, (bool(words), len(numbers) - len(coded)), said=said, now=now)
    waited = came is not None and now - came >= OPEN
    only = next(iter(coded.values()), kept.only if is_open and not said else "")
    if only:
        again = is_open and kept.only == only
        its = _of_one(conn, only, said=bool(coded), is_open=is_open, late=bool(coded) and not again and waited)
        locked = None if coded else _of_word(conn, keyring, kept, contact, Discretion(said=False, open=False))
        return replace(its, without=locked)
    late = said and not by_word and waited
    return _of_word(conn, keyring, kept, contact, Discretion(said=said, open=is_open, late=late))


def _of_word(conn: Connection, keyring: Keyring, kept: hidden.Kept, contact: str | None, how: Discretion) -> Discretion:
    """With the case that they report in, and what else their word opens.

    Of a report that was joined into another it is the other that is worked on. One that was erased elsewhere (by its
    long code, or again after a restore) is not what a word is to find.
    """
    one = joins.root(conn, keyring, leaving.standing(conn, keyring, kept.report, contact) or kept.report)
    case, opens = hidden.case(conn, one) if kept.report else None, how.said or how.open
    how = replace(how, beside=opens and any(hidden.case(conn, piece) is not None for piece, _ in kept.locked))
    if case is None:
        return how
    others = leaving.others(conn, keyring, case.id) if opens else ()
    return replace(how, report=case.id, to=Destination(case.office, Desk(case.desk), _RULE), others=others)


def _of_one(conn: Connection, report: str, *, said: bool, is_open: bool, late: bool) -> Discretion:
    there = hidden.case(conn, report)
    to = None if there is None else Destination(there.office, Desk(there.desk), _RULE)
    return Discretion(said=said, open=is_open, report=there.id if there else "", to=to, late=late, only=report)


def secrets(conn: Connection, keyring: Keyring, who: bytes, said: Iterable[str]) -> frozenset[str]:
    """Those of these words, folded, and numbers that open what this sender hid. It counts no try: tell nobody."""
    row = hidden.row_of(conn, who)
    opening = {kept for kept, _ in hidden.opened(keyring, row).words} if row is not None else set()
    return frozenset(word for word in said if hidden.hash_of(keyring, who, word) in opening) if opening else frozenset()


def _looked_at(text: str, codes: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """What may be a word, folded: the whole message, its first word or words; and what may be an order number."""
    each = fold(text).split()
    begins = [number for number in each[:1] if _is_number(number)]
    numbers = tuple(dict.fromkeys([*filter(_is_number, codes), *begins]))[:_MOST_CODES]
    if begins or not each:
        return (), numbers
    return (" ".join(each), *(" ".join(each[:count]) for count in range(1, _LONGEST_WORD + 1))), numbers


def _is_number(word: str) -> bool:
    return len(word) == SHORT and word.isdecimal()


def _said(
    conn: Connection,
    keyring: Keyring,
    who: bytes,
    kept: hidden.Kept,
    candidates: Iterable[str],
    *,
    contact: str | None,
) -> bool:
    """Whether one opens. The code of what was erased opens no other report; it ends the lock where none is left."""
    hashes = [hidden.hash_of(keyring, who, candidate) for candidate in candidates]
    found = {of for mine in hashes for hers, of in kept.words if hmac.compare_digest(mine, hers)}
    if any(not of or leaving.is_there(conn, of) for of in found):
        return True
    return bool(found) and leaving.standing(conn, keyring, kept.report, contact) is None


def _may_try(conn: Connection, keyring: Keyring, row: Row[Any], text: str, now: datetime) -> bool:
    """Whether the first words of a text are still tried as hers."""
    story = len(text.split()) > _SHORT_WORDS
    hour, day = (_STORIES, _STORIES_A_DAY) if story else (_MOST_TRIES, _MOST_A_DAY)
    lately = row.tries if row.tries_since is not None and now - row.tries_since < _HOUR else 0
    return bool(lately < hour) and tries.spent(conn, keyring, row.sender_hash, now) < day


def _numbers_left(conn: Connection, keyring: Keyring, who: bytes, now: datetime) -> int:
    """How many order numbers are tried yet: five an hour are few of 900,000, so no day closes them."""
    return max(0, _MOST_TRIES - tries.spent(conn, keyring, who, now, of=Tried.CODE))


def _count(
    conn: Connection, keyring: Keyring, row: Row[Any], tried: tuple[bool, int], *, said: bool, now: datetime
) -> None:
    """What opens ends the counting. The last try that is free bars every further one for an hour from then.

    tried: whether a word was, and how many numbers.
    """
    who, (word, numbers) = row.sender_hash, tried
    if said:
        tries.forgive(conn, keyring, who)
        if row.tries:
            conn.execute(_TRIED, {"who": who, "count": 0, "since": None})
        return
    if numbers:
        tries.spend(conn, keyring, who, numbers, now, of=Tried.CODE)
    if not word:
        return
    tries.spend(conn, keyring, who, 1, now)
    fresh = row.tries_since is None or now - row.tries_since >= _HOUR
    count = (0 if fresh else row.tries) + 1
    since = now if fresh or count >= _MOST_TRIES else row.tries_since
    conn.execute(_TRIED, {"who": who, "count": count, "since": since})


def forget_tries(conn: Connection, now: datetime) -> int:
    """What was tried longer than an hour ago, and when a word was last said, is forgotten; of how many.

    Nobody is barred for it any more, so no row needs to tell that somebody held this phone and guessed.
    """
    tried, said = _D.tries_since <= now - _HOUR, _D.open_until <= now
    guesses = conn.execute(update(discreet).where(tried).values(tries=0, tries_since=None)).rowcount
    opened = conn.execute(update(discreet).where(said).values(open_until=None)).rowcount
    return int(guesses) + int(opened)


# ── Wishes ───────────────────────────────────────────────────────────────────────────────────────────────────
def hide(
    conn: Connection,
    keyring: Keyring,
    who: bytes,
    *,
    report: str,
    words: Sequence[str],
    contacts: Sequence[str],
    veiled: Sequence[str],
    now: datetime,
) -> None:
    """From now on this sender, who is answered at these contacts, is discreet. veiled: the reports that stay so.

    Codes add to those that open already, of this report or another; a new word takes the old one's place, and so does
    none where the same report is hidden anew.
    """
    before = hidden.kept_of(conn, keyring, who)
    new = [
        (hidden.hash_of(keyring, who, fold(word)), report if word.isdecimal() else "") for word in words if word.strip()
    ]
    same = before.report == report
    stays = [one for one in before.words if one[1] or not (same or any(not of for _, of in new))]
    merged = _newest(dict.fromkeys([*stays, *new]))
    sealed = hidden.sealed(keyring, who, hidden.Kept(tuple(merged), report, before.locked, before.only), now)
    conn.execute(
        sql.upsert(conn, discreet, "sealed", "wrapped", "epoch"),
        {"sender_hash": who, "since_at": now, "open_until": None, "tries": 0, **sealed.columns()},
    )
    promises.note(keyring, Kind.DISCREET, who.hex(), now=now, **_stands(conn, who, contacts, veiled))


def veil(
    conn: Connection,
    keyring: Keyring,
    who: bytes,
    *,
    contacts: Sequence[str],
    veiled: Sequence[str],
    now: datetime,
) -> None:
    """These reports are told of only as waiting, after a restore too, until their code is said; what follows as well.

    Nothing of theirs is locked by it. contacts: where a sender who has a word is answered.
    """
    veils.put(conn, who, on=True)
    promises.note(keyring, Kind.DISCREET, who.hex(), now=now, **_stands(conn, who, contacts, veiled))


def _newest(words: Iterable[tuple[bytes, str]]) -> list[tuple[bytes, str]]:
    """Of codes the newest; a word of theirs stays, however many reports follow."""
    chosen, numbers = ([one for one in words if bool(one[1]) is code] for code in (False, True))
    return [*chosen, *numbers[-(_MOST_WORDS - len(chosen)) :]]


def show(
    conn: Connection, keyring: Keyring, who: bytes, *, contacts: Sequence[str], veiled: Sequence[str], now: datetime
) -> None:
    """The sender, who is answered at these contacts, wants to be discreet no longer. veiled: what stays so."""
    conn.execute(_SHOWN, {"who": who})
    promises.ease(conn, keyring, Kind.DISCREET, who.hex(), now=now, **_waits(conn, who, contacts, veiled))


def unveil(
    conn: Connection,
    keyring: Keyring,
    who: bytes,
    *,
    report: str,
    contacts: Sequence[str],
    veiled: Sequence[str],
    now: datetime,
) -> None:
    """They want to be told of this report in the open again; where no more is veiled, what they tell next is so too.

    contacts, veiled: as in `veil`. A word that locks their phone goes on doing so.
    """
    if not veiled:
        veils.put(conn, who, on=False)
    said = _stands(conn, who, contacts, veiled)
    promises.ease(conn, keyring, Kind.DISCREET, who.hex(), now=now, **said, unveiled=report)


def end(conn: Connection, keyring: Keyring, who: bytes, *, left: Sequence[str], now: datetime) -> None:
    """Their last report behind a word went. left: what else is theirs, which nobody asked to show, and was veiled."""
    conn.execute(_SHOWN, {"who": who})
    if left:
        veils.put(conn, who, on=True)
    promises.note(keyring, Kind.DISCREET, who.hex(), now=now, **_waits(conn, who, (), left))


def _stands(conn: Connection, who: bytes, contacts: Sequence[str], veiled: Sequence[str]) -> dict[str, Any]:
    """The same with their row, where there is one: sealed as it is, it opens as long as the backups of its month do."""
    row = hidden.row_of(conn, who)
    if row is None:
        return _waits(conn, who, (), veiled)
    sealed = {"sealed": row.sealed.hex(), "wrapped": row.wrapped.hex(), "epoch": row.epoch}
    return {**_waits(conn, who, contacts, veiled), "since": row.since_at.isoformat(), **sealed}


def _waits(conn: Connection, who: bytes, contacts: Sequence[str], veiled: Sequence[str]) -> dict[str, Any]:
    """What a promise says, beside the row: the words of an earlier one count no more."""
    return {"contacts": list(contacts), "veiled": list(veiled), "veils": veils.stands(conn, who)}


def unlock(conn: Connection, keyring: Keyring, who: bytes, *, only: str, said_at: datetime, now: datetime) -> None:
    """Their word was said: for ten minutes from then nothing is hidden. only: nor is this report, by its own code.

    A row that does not open stays as it is, for its key may come back: then no code opens longer than its message.
    """
    kept = hidden.kept_of(conn, keyring, who)
    if only and not kept.report:
        return
    if kept.report and kept.only != only:
        hidden.keep(conn, keyring, who, replace(kept, only=only), now)
    conn.execute(_OPENED, {"who": who, "until": said_at + OPEN})


def lock(conn: Connection, who: bytes) -> None:
    """Those minutes end now."""
    conn.execute(_OPENED, {"who": who, "until": None})


def is_discreet(conn: Connection, who: bytes) -> bool:
    """Whether this sender asked for discretion."""
    return hidden.row_of(conn, who) is not None


def close_all(conn: Connection) -> None:
    """Nobody's word counts as said any more: whoever holds a phone now may be another."""
    conn.execute(update(discreet).where(_D.open_until.is_not(None)).values(open_until=None))
