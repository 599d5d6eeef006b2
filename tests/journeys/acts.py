"""What one phone and the forum may do, in any order, and what each brought about: through the real application."""

import re
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, select

from bot.vocabulary import Channel, Role
from storage import contacts, keys, tables
from storage.database.engine import Connection
from storage.keys import Domain
from storage.purging import retention
from storage.sealed import keypairs
from tests.journeys.conftest import Town
from tests.journeys.desk import WOMAN, Officer, seated, settled
from tests.journeys.phone import ROLES, quiet, says

_CODE: Final = re.compile(r"(?<!\d)(?:\d{16}|\d{6})(?!\d)")
_CODES: Final = select(tables.codes.c.hash, tables.codes.c.report)
_WAYS: Final = {
    "beaten": ("زوجي يضربني كل يوم بالكرادة", "ضربني زوجي اليوم وكسر ايدي", "زوجي هددني وضربني بالعصا"),
    "hole": ("مطب كبير بشارع الشعلة كسر سيارتي", "حفرة كبيرة بالشارع كسرت سيارتي بالشعلة", "مطب عالي بالشعلة"),
    "theft": ("انباك ماطوري بالشعلة", "سرقوا دراجتي من باب البيت بالشعلة", "حرامي سرق موبايلي بالشعلة"),
    "secret": (
        "جارنا يبيع مخدرات بالكرادة محد يدري بيه",
        "ابو الدكان يبيع حبوب مخدرة بالكرادة محد يدري",
        "يبيعون مخدرات قرب المدرسة بالكرادة لا تگولون اسمي",
    ),
}
KINDS: Final = tuple(_WAYS)


@dataclass(frozen=True, slots=True)
class Tells:
    """Whoever holds the phone tells of something, in words that were not said there before."""

    kind: str


@dataclass(frozen=True, slots=True)
class Says:
    """They write these words. beside: with the nth code that the phone was told."""

    text: str
    beside: int | None = None


@dataclass(frozen=True, slots=True)
class Answers:
    """Whoever sits at the nth report's desk answers it."""

    nth: int


@dataclass(frozen=True, slots=True)
class Asks:
    """They ask whether the police may have it."""

    nth: int


@dataclass(frozen=True, slots=True)
class Closes:
    """They close it."""

    nth: int


@dataclass(frozen=True, slots=True)
class Passes:
    """So many hours pass, and the purge runs."""

    hours: int


Act = Tells | Says | Answers | Asks | Closes | Passes


@dataclass(frozen=True, slots=True)
class Report:
    """A report as it stands. parts: how much of what was told, answered and noted in it can still be read."""

    id: str
    number: str
    office: str
    desk: str
    urgency: int
    kept_while_locked: bool
    closed: bool
    erased: bool
    joined: bool
    parts: int


@dataclass(frozen=True, slots=True)
class Seen:
    """What the whole database shows. led: the reports that lead to a phone. agreed: of each yes its report."""

    at: datetime
    reports: dict[str, Report]
    led: frozenset[str]
    agreed: dict[str, str]


@dataclass(frozen=True, slots=True)
class Done:
    """An act, between what was seen before and after it.

    code: which stood in the text. said: what the phone showed then; new: codes in it that it was not told before, with
    the report of each. about: the report that a desk worked on.
    """

    act: Act
    before: Seen
    after: Seen
    said: list[str]
    text: str = ""
    code: str = ""
    new: dict[str, str] = field(default_factory=dict)
    about: str = ""


@dataclass(slots=True)
class Play:
    """A town with one phone. codes: those that it was told. log: what was said, for whoever reads of a failure."""

    town: Town
    codes: list[str] = field(default_factory=list)
    order: list[str] = field(default_factory=list)
    told: int = 0
    log: list[str] = field(default_factory=list)


async def does(play: Play, act: Act) -> Done | None:
    """Does it; None where it cannot be done now."""
    before, shown = await seen(play), len(play.town.twilio.texts(WOMAN))
    match act:
        case Tells():
            done = await _says(play, act, _untold(play, act.kind), "", before)
        case Says():
            if act.beside is not None and not play.codes:
                return None
            code = play.codes[act.beside % len(play.codes)] if act.beside is not None else ""
            done = await _says(play, act, f"{act.text} {code}".strip(), code, before)
        case Passes():
            await _passes(play.town, act.hours)
            done = Done(act, before, await seen(play), play.town.twilio.texts(WOMAN)[shown:])
        case Answers() | Asks() | Closes():
            standing = [report for report in before.reports.values() if not (report.erased or report.joined)]
            if not standing:
                return None
            report = standing[act.nth % len(standing)]
            text = await _works(play, act, report)
            if text is None:
                return None
            await quiet(play.town)
            done = Done(act, before, await seen(play), play.town.twilio.texts(WOMAN)[shown:], text, about=report.id)
    play.log += [f"{act} {done.text}", *(f"    {text}" for text in done.said)]
    return done


def _untold(play: Play, kind: str) -> str:
    ways, told = _WAYS[kind], play.told
    play.told += 1
    return ways[told % len(ways)] + (f" يوم {told}" if told >= len(ways) else "")


async def _says(play: Play, act: Act, text: str, code: str, before: Seen) -> Done:
    said = await says(play.town, text)
    new = await _learnt(play, said)
    play.codes += new
    return Done(act, before, await seen(play), said, text, code, new)


async def _passes(town: Town, hours: int) -> None:
    keyring = town.wiring.keyring
    await settled(town)
    town.clock.ahead += timedelta(hours=hours)
    await town.wiring.store.write(lambda c: keys.register(c, keyring, town.clock()))
    await town.wiring.store.write(lambda c: retention.purge(c, keyring, town.clock()))
    await quiet(town)


async def _works(play: Play, act: Answers | Asks | Closes, report: Report) -> str | None:
    """What its desk wrote; None where it could not do that."""
    role = ROLES.get(report.desk, Role.COORDINATOR)
    async with seated(play.town, role, report.office, report.desk) as officer:
        match act:
            case Answers():
                play.told += 1
                text = f"zq{play.told}x"  # nothing else that is said to a phone holds it
                got = await officer.step(report.number, "reply", text=f"موعدكم {text}", stage="send")
                return text if got.status_code == 303 else None
            case Asks():
                return "" if await _asks(officer, report.number) else None
            case Closes():
                got = await officer.step(report.number, "close", reason="resolved")
                return "" if got.status_code == 303 else None


async def _asks(officer: Officer, number: str) -> bool:
    there = re.search(r'<option value="([^"]+/urgent)"', await officer.page(number))
    step = officer.step(number, "consent", to=there[1], scope="words", days="30") if there is not None else None
    return step is not None and (await step).status_code == 303


async def seen(play: Play) -> Seen:
    """All that stands now; the reports in the order in which they came."""
    at = play.town.clock()
    now = await play.town.wiring.store.read(lambda c: _read(c, at))
    play.order += [report for report in now.reports if report not in play.order]
    return replace(now, reports={report: now.reports[report] for report in play.order})


def _read(conn: Connection, at: datetime) -> Seen:
    r, p, s = tables.reports.c, tables.parts.c, tables.consents.c
    copies = set(conn.execute(select(s.copy).where(s.copy.is_not(None))).scalars())
    readable = select(p.report, func.count()).where(p.sealed.is_not(None)).group_by(p.report)
    parts = {row[0]: int(row[1]) for row in conn.execute(readable).all()}
    rows = conn.execute(select(tables.reports).where(r.id.not_in(copies)).order_by(r.opened_at, r.id)).all()
    reports = {row.id: _report(row, parts.get(row.id, 0)) for row in rows}
    led = frozenset(conn.execute(select(tables.report_contacts.c.report)).scalars())
    agreed = conn.execute(select(s.id, s.report).where(s.answer.is_(True))).all()
    return Seen(at, reports, led, {row.id: row.report for row in agreed})


def _report(row: Any, parts: int) -> Report:
    return Report(
        id=row.id,
        number=row.number,
        office=row.office,
        desk=row.desk,
        urgency=row.urgency,
        kept_while_locked=row.reachable == "no",
        closed=row.closed_at is not None,
        erased=row.erased_at is not None,
        joined=row.joined is not None,
        parts=parts,
    )


async def _learnt(play: Play, said: list[str]) -> dict[str, str]:
    ring = play.town.wiring.keyring
    hers, pepper = contacts.sender_hash(ring, Channel.SMS, WOMAN), ring.at(Domain.CODE, "all")
    rows = await play.town.wiring.store.read(lambda c: {row.hash: row.report for row in c.execute(_CODES).all()})
    each = [code for text in said for code in _CODE.findall(text) if code not in play.codes]
    reports = {code: rows.get(keypairs.from_code(pepper, code, hers).hash) for code in each}
    return {code: report for code, report in reports.items() if report is not None}
